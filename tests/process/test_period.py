"""Periods as people name them (S15): every kind, where they end, and what is none."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from itil_cli.errors import Malformed
from itil_cli.process.time.instants import format_instant, parse_instant
from itil_cli.process.time.period import Period, before, parse_period

PARIS = "Europe/Paris"
NOW = parse_instant("2026-11-24T08:59:00Z")  # a Tuesday of week 48
EXAMPLES = "Write 2026-10, 2026-Q3, 2026-W41, 2026, last-month, this-week or 2026-10-01..2026-10-14."


def wall(instant: int, zone: str = PARIS) -> str:
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def days(text: str, zone: str = PARIS, now: int = NOW) -> tuple[str, str]:
    """First instant and first one beyond, on the zone's wall clock; midnights are left out."""
    found = parse_period(text, zone, now)
    start, end = (wall(one, zone).removesuffix(" 00:00") for one in (found.start, found.end))
    return start, end


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-10", "2026-10-01", "2026-11-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2028-02", "2028-02-01", "2028-03-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-W41", "2026-10-05", "2026-10-12"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2026-10-14", "2026-10-14", "2026-10-15"),
    ],
)
def test_months_quarters_years_weeks_and_days_are_whole(text: str, start: str, end: str) -> None:
    assert days(text) == (start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("this-day", "2026-11-24", "2026-11-25"),
        ("last-day", "2026-11-23", "2026-11-24"),
        ("this-week", "2026-11-23", "2026-11-30"),
        ("last-week", "2026-11-16", "2026-11-23"),
        ("this-month", "2026-11-01", "2026-12-01"),
        ("last-month", "2026-10-01", "2026-11-01"),
        ("this-quarter", "2026-10-01", "2027-01-01"),
        ("last-quarter", "2026-07-01", "2026-10-01"),
        ("this-year", "2026-01-01", "2027-01-01"),
        ("last-year", "2025-01-01", "2026-01-01"),
    ],
)
def test_this_holds_now_and_last_is_the_whole_one_before(text: str, start: str, end: str) -> None:
    assert days(text) == (start, end)


def test_which_day_it_is_is_the_zones_affair() -> None:
    new_year = parse_instant("2026-12-31T23:30:00Z")  # 2027 already in Paris
    assert days("this-month", now=new_year) == ("2027-01-01", "2027-02-01")
    assert days("this-month", "Etc/UTC", now=new_year) == ("2026-12-01", "2027-01-01")
    assert days("last-week", "America/New_York", now=new_year) == ("2026-12-21", "2026-12-28")


def test_a_month_is_as_long_as_its_wall_clock_says() -> None:
    hours = {name: (found.end - found.start) / 3600 for name in ("2026-03", "2026-10", "2026-05")
             for found in [parse_period(name, PARIS, NOW)]}  # fmt: skip
    assert hours == {"2026-03": 31 * 24 - 1, "2026-10": 31 * 24 + 1, "2026-05": 31 * 24}
    assert [format_instant(one) for one in parse_period("2026-10", PARIS, NOW)[:2]] == [
        "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z",
    ]  # fmt: skip


def test_the_day_of_the_change_has_23_or_25_hours() -> None:
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        found = parse_period(day, PARIS, NOW)
        assert found.end - found.start == hours * 3600


def test_a_date_at_either_end_of_a_range_is_in() -> None:
    assert days("2026-10-01..2026-10-14") == ("2026-10-01", "2026-10-15")
    assert days("2026-10-01..2026-10-01") == ("2026-10-01", "2026-10-02")


def test_an_instant_as_from_is_in_and_as_to_is_not() -> None:
    found = parse_period("2026-10-01T08:00:00Z..2026-10-01T09:00:00Z", PARIS, NOW)
    assert found.end - found.start == 3600
    assert found.holds(found.start) and not found.holds(found.end) and not found.holds(None)
    assert days("2026-10-01..2026-10-01T12:00:00+02:00") == ("2026-10-01", "2026-10-01 12:00")


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-Q5", "2026-W54", "2026-02-30", "next-month", "last-", "last-decade", "yesterday",
     "26-10", "2026-10 ", "2026-W1", "0000", "1969", "2201-01", "9999"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse_period(text, PARIS, NOW)
    assert (str(wrong.value), wrong.value.code) == (f"{text!r} is no period. {EXAMPLES}", "period")


@pytest.mark.parametrize(
    "text", ["..", "2026-10-01..", "..2026-10-01", "2026-10-01..soon", "2026-10..2026-11", "2026-W40..2026-W41"]
)
def test_a_range_without_two_dates_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse_period(text, PARIS, NOW)
    bad = next(part for part in text.split("..", 1) if part in ("", "soon", "2026-10", "2026-W40"))
    assert str(wrong.value) == f"{bad!r} is no date. {EXAMPLES}"


@pytest.mark.parametrize(
    "text", ["2026-10-02..2026-09-30", "2026-10-01T09:00:00Z..2026-10-01T09:00:00Z", "2026-10-02..2026-10-01"]
)
def test_a_range_that_ends_before_it_starts_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse_period(text, PARIS, NOW)
    assert str(wrong.value) == f"{text!r} ends before it starts. Swap the two."


@pytest.mark.parametrize(
    ("text", "name", "start", "end"),
    [
        ("2026-03", "2026-02", "2026-02-01", "2026-03-01"),
        ("2026-Q1", "2025-Q4", "2025-10-01", "2026-01-01"),
        ("2026-W01", "2025-W52", "2025-12-22", "2025-12-29"),
        ("2026", "2025", "2025-01-01", "2026-01-01"),
        ("last-month", "2026-09", "2026-09-01", "2026-10-01"),
    ],
)
def test_the_one_before_is_of_the_same_kind(text: str, name: str, start: str, end: str) -> None:
    found = before(parse_period(text, PARIS, NOW), NOW)
    assert (found.name, wall(found.start)[:10], wall(found.end)[:10]) == (name, start, end)


def test_before_a_range_comes_one_of_the_same_length() -> None:
    period = Period(1000, 3000, PARIS, "1970-01-01..1970-01-02")
    assert before(period, NOW) == Period(-1000, 1000, PARIS, "the one before")
