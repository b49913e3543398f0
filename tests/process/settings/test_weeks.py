"""A week's opening hours as settings write them."""

from __future__ import annotations

from typing import Any

import pytest

from itil_cli.process.settings.schema import problems
from itil_cli.process.settings.weeks import Week, weekly, windows

WEEK = Week()


def said(value: Any) -> list[str]:
    return [str(wrong) for wrong in problems(WEEK, value)]


def test_a_key_is_a_day_or_a_run_of_days() -> None:
    week = {"from": "2026-07-01", "mon-wed": ["08:30-12:30", "13:30-17:30"], "fri": ["09:00-15:00"]}
    assert said(week) == []
    morning_and_afternoon = (("08:30", "12:30"), ("13:30", "17:30"))
    assert weekly(week) == {
        "mon": morning_and_afternoon,
        "tue": morning_and_afternoon,
        "wed": morning_and_afternoon,
        "fri": (("09:00", "15:00"),),
    }


def test_a_week_starts_on_monday_so_sat_mon_is_none() -> None:
    assert said({"sat-mon": ["09:00-17:00"]}) == ["sat-mon: there is no such day or run of days. Did you mean sat-sun?"]


def test_a_day_stands_in_one_key_only() -> None:
    assert said({"mon-fri": ["09:00-17:00"], "fri": ["09:00-15:00"]}) == [
        "fri: fri stands in mon-fri already. Name each day once."
    ]
    assert said({"mon-wed": [], "tue-fri": []}) == ["tue-fri: tue stands in mon-wed already. Name each day once."]


def test_a_day_in_none_or_without_windows_is_closed() -> None:
    assert weekly({"sat": ["09:00-12:00"], "sun": []}) == {"sat": (("09:00", "12:00"),)}


def test_a_days_windows_stand_in_order_and_do_not_overlap() -> None:
    assert said({"mon": ["13:00-17:00", "09:00-12:00"]}) == [
        "mon[1]: '09:00-12:00' starts before 17:00, the end of the one before. Put them in order, without overlap."
    ]
    assert said({"mon": ["09:00-12:00", "11:59-13:00"]}) == [
        "mon[1]: '11:59-13:00' starts before 12:00, the end of the one before. Put them in order, without overlap."
    ]


def test_a_window_may_start_where_the_last_ended() -> None:
    assert said({"mon": ["09:00-12:00", "12:00-13:00"]}) == []


def test_the_order_is_looked_at_once_every_window_is_one() -> None:
    assert said({"mon": ["13:00-17:00", "9-12"]}) == ["mon[1]: '9-12' is not hours such as 09:00-17:00."]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("mon", "'mon' is not a week's hours such as {mon-fri: ['09:00-17:00']}."),
        ({"mon": "09:00-17:00"}, "mon: '09:00-17:00' is not a list, each entry hours such as 09:00-17:00."),
        ({"from": "2026-02-30"}, "from: '2026-02-30' is no date: day is out of range for month."),
        ({"monday": []}, "monday: there is no such day or run of days. Did you mean mon?"),
    ],
)
def test_what_is_no_week_is_told_why(value: Any, text: str) -> None:
    assert said(value) == [text]


def test_windows_are_pairs_of_texts() -> None:
    assert windows(["09:00-17:00", "18:00-24:00"]) == (("09:00", "17:00"), ("18:00", "24:00"))


def test_json_schema_knows_from_and_runs_of_days() -> None:
    schema = WEEK.json_schema()
    assert "from" in schema["properties"] and schema["additionalProperties"] is False
    assert list(schema["patternProperties"]) == ["^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$"]
