"""Instants and durations as text (S1, S7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itil_cli.process.time.instants import (
    Duration,
    format_instant,
    format_seconds,
    parse_duration,
    parse_instant,
    parse_seconds,
)

LAST = 7_289_654_399  # 2200-12-31T23:59:59Z


def test_an_instant_is_whole_seconds_since_1970() -> None:
    assert parse_instant("1970-01-01T00:00:00Z") == 0
    assert parse_instant("2026-11-24T08:59:00Z") == 1_795_510_740


def test_an_offset_is_allowed() -> None:
    assert parse_instant("2026-11-24T09:59:00+01:00") == parse_instant("2026-11-24T08:59:00Z")
    assert parse_instant("2026-11-24T03:29:00-05:30") == parse_instant("2026-11-24T08:59:00Z")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-24T08:59:00", "'2026-11-24T08:59:00' is not an instant such as 2026-11-24T08:59:00Z"),
        ("2026-11-24 08:59:00Z", "'2026-11-24 08:59:00Z' is not an instant such as 2026-11-24T08:59:00Z"),
        ("2026-11-24T08:59:00.5Z", "'2026-11-24T08:59:00.5Z' is not an instant such as 2026-11-24T08:59:00Z"),
        ("2026-11-24T08:59:00Z\n", "'2026-11-24T08:59:00Z\\n' is not an instant such as 2026-11-24T08:59:00Z"),
        ("२०२६-11-24T08:59:00Z", "'२०२६-11-24T08:59:00Z' is not an instant such as 2026-11-24T08:59:00Z"),
        ("1969-12-31T23:59:59Z", "'1969-12-31T23:59:59Z' is outside the years 1970 to 2200"),
        ("2201-01-01T00:00:00Z", "'2201-01-01T00:00:00Z' is outside the years 1970 to 2200"),
        ("2026-02-30T00:00:00Z", "'2026-02-30T00:00:00Z' is no date and time: "),
        ("2026-02-28T24:00:00Z", "'2026-02-28T24:00:00Z' is no date and time: hour must be in 0..23"),
        ("2026-02-28T23:59:60Z", "'2026-02-28T23:59:60Z' is no date and time: second must be in 0..59"),
        ("2026-02-28T23:59:59+24:00", "'2026-02-28T23:59:59+24:00' is no date and time: "),
    ],
)
def test_what_is_no_instant_is_refused_with_why(text: str, why: str) -> None:
    with pytest.raises(ValueError) as found:
        parse_instant(text)
    assert str(found.value).startswith(why)


@given(st.integers(0, LAST))
def test_an_instant_comes_back_as_it_was(instant: int) -> None:
    assert parse_instant(format_instant(instant)) == instant


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", Duration(90, "s")),
        ("15m", Duration(900, "s")),
        ("4h", Duration(14_400, "s")),
        ("0s", Duration(0, "s")),
        ("5bd", Duration(5, "bd")),
        ("7cd", Duration(7, "cd")),
    ],
)
def test_a_duration_is_seconds_of_a_calendar_or_days(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("5d", "; say bd (business days) or cd (calendar days)"),
        ("5", ""),
        ("h", ""),
        ("-4h", ""),
        ("4 h", ""),
        ("4H", ""),
        ("1h30m", ""),
        ("1234567890s", ""),
        ("٣h", ""),
        ("", ""),
    ],
)
def test_what_is_no_duration_is_refused_with_why(text: str, hint: str) -> None:
    with pytest.raises(ValueError) as found:
        parse_duration(text)
    assert str(found.value) == f"{text!r} is not a duration such as 90s, 15m, 4h, 5bd or 7cd{hint}"


def test_days_are_no_seconds() -> None:
    assert parse_seconds("15m") == 900
    with pytest.raises(ValueError, match="'5bd' is in days; a target is in s, m or h of its calendar"):
        parse_seconds("5bd")


@given(st.integers(0, 10**9))
def test_seconds_are_written_in_the_shortest_exact_form(seconds: int) -> None:
    text = format_seconds(seconds)
    assert parse_seconds(text) == seconds
    assert text[-1] == ("h" if seconds % 3600 == 0 else "m" if seconds % 60 == 0 else "s")
