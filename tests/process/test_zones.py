"""Zones and opening hours: what calendars are made of (S1, S7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from importlib import metadata

import pytest

from itil_cli.errors import Malformed
from itil_cli.process.time import zones
from itil_cli.process.time.opening import WHOLE_DAY, Opening, ordinal, spans_of, week_of

ALL_DAY = {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def test_a_zone_is_that_of_the_tzdata_package() -> None:
    paris = zones.zone("Europe/Paris")
    assert datetime(2026, 7, 1, 12, tzinfo=paris).astimezone(UTC).hour == 10
    assert datetime(2026, 1, 1, 12, tzinfo=paris).astimezone(UTC).hour == 11
    assert zones.version() == __import__("tzdata").IANA_VERSION
    assert metadata.version("tzdata")


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Zulu"])
def test_utc_by_any_name_is_utc_itself(name: str) -> None:
    assert zones.zone(name) is UTC and zones.exists(name)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Europe/Pari", "Did you mean Europe/Paris?"),
        ("xyzzy", "Write an IANA name such as Europe/Paris."),
        ("../zones", "Write an IANA name such as Europe/Paris."),
        ("/etc/passwd", "Write an IANA name such as Europe/Paris."),
        ("", "Write an IANA name such as Europe/Paris."),
    ],
)
def test_an_unknown_zone_is_refused_with_what_was_meant(name: str, remedy: str) -> None:
    assert not zones.exists(name)
    with pytest.raises(Malformed) as found:
        zones.zone(name)
    assert (found.value.text, found.value.remedy) == (f"There is no time zone {name!r}.", remedy)
    assert (found.value.code, found.value.exit_code) == ("zone", 2)


def test_a_folder_of_zones_is_no_zone() -> None:
    assert not zones.exists("Europe")
    with pytest.raises(Malformed):
        zones.zone("Europe")


def test_every_name_that_tzdata_lists_is_a_zone() -> None:
    assert {"Europe/Paris", "Pacific/Apia"} <= set(zones.names())
    assert all(zones.zone(name) for name in zones.names())


def test_a_day_that_is_not_named_is_closed() -> None:
    week = week_of({"mon": [("09:00", "17:00")]})
    assert week[0] == ((time(9), time(17), 0),) and week[1:] == ((),) * 6


def test_24_00_is_the_next_midnight() -> None:
    assert spans_of([("22:00", "24:00")]) == ((time(22), time(0), 1),)
    assert spans_of([("00:00", "24:00")]) == WHOLE_DAY


def test_windows_are_in_the_order_of_their_opening() -> None:
    assert [opens for opens, *_ in spans_of([("13:00", "17:00"), ("08:00", "12:00:30")])] == [time(8), time(13)]


def test_only_a_calendar_without_exception_never_closes() -> None:
    always = [("1970-01-01", ALL_DAY)]
    assert Opening(always, [], {}).never_closes
    assert not Opening(always, ["2026-12-25"], {}).never_closes
    assert not Opening(always, [], {"2026-12-24": [("09:00", "12:00")]}).never_closes
    assert not Opening([*always, ("2026-07-01", {})], [], {}).never_closes
    assert not Opening([], [], {}).never_closes


def test_without_hours_every_date_is_closed() -> None:
    assert Opening([], [], {}).on(ordinal("2026-03-09")) == ()


def test_a_date_is_a_number_of_the_calendar() -> None:
    assert date.fromordinal(ordinal("2026-12-24")) == date(2026, 12, 24)


@pytest.mark.parametrize("text", ["2026-02-30", "20261224", "2026-W52-4", "24.12.2026", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as found:
        ordinal(text)
    assert (found.value.text, found.value.code) == (f"{text!r} is not a date such as 2026-12-24.", "date")


@pytest.mark.parametrize("text", ["25:00", "9:00", "09:60", "24:01", "nine"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as found:
        spans_of([(text, "17:00")])
    assert (found.value.text, found.value.code) == (f"{text!r} is not a time of day such as 09:00 or 24:00.", "time")


def test_what_is_no_day_of_the_week_is_refused() -> None:
    with pytest.raises(Malformed) as found:
        week_of({"monday": [("09:00", "17:00")]})
    assert str(found.value) == "'monday' is not a day of the week. Write mon, tue, wed, thu, fri, sat, sun."
