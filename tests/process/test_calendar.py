"""Business time (S7): each sentence of `calendar.py` is a test, and a clock that counts minute by minute agrees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itil_cli.process.calendar import DAY, LAST, Calendar, NeverOpen
from itil_cli.process.settings.policy import parse
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import parse_instant

Week = dict[str, list[tuple[str, str]]]
WORKWEEK: Week = {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
ALL_DAY: Week = {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
NIGHTLY: Week = {day: [("00:00", "06:00")] for day in ALL_DAY}
PARIS, APIA = "Europe/Paris", "Pacific/Apia"
HOUR = 3600
Made = tuple[Calendar, str, Week, list[str], Week]


def at(text: str, tz: str = PARIS) -> int:
    """Epoch seconds of a wall time; the first occurrence of an ambiguous one."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).timestamp())


def said(instant: int, tz: str = PARIS) -> str:
    return datetime.fromtimestamp(instant, ZoneInfo(tz)).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def bh() -> Calendar:
    """BH of the examples."""
    return Calendar(PARIS, WORKWEEK, ["2026-04-06", "2026-05-01"])


# The conventions, sentence by sentence.


def test_a_window_holds_its_opening_and_not_its_closing_instant(bh: Calendar) -> None:
    opening, closing = at("2026-03-09 09:00"), at("2026-03-09 17:00")
    assert [bh.is_open(t) for t in (opening - 1, opening, closing - 1, closing)] == [False, True, True, False]
    assert bh.between(opening, opening + 1) == 1 and bh.between(closing, closing + 1) == 0


def test_a_window_in_a_gap_moves_on_by_the_gap() -> None:
    calendar = Calendar(PARIS, {"sun": [("02:30", "05:00")]})  # 02:30 is not on 2026-03-29
    assert calendar.is_open(at("2026-03-29 03:30")) and not calendar.is_open(at("2026-03-29 03:29"))
    assert calendar.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == 90 * 60


def test_a_repeated_boundary_is_its_first_occurrence() -> None:
    calendar = Calendar(PARIS, {"sun": [("02:30", "05:00")]})  # 02:30 comes twice on 2026-10-25
    first = parse_instant("2026-10-25T00:30:00Z")
    assert not calendar.is_open(first - 1) and calendar.is_open(first)
    assert calendar.between(first - HOUR, first + 12 * HOUR) == 210 * 60


def test_a_window_whose_end_is_not_after_its_start_once_converted_is_empty() -> None:
    calendar = Calendar(PARIS, {"sun": [("02:30", "03:15")]})  # 02:30 moves on to 03:30, after the end
    assert calendar.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == 0
    assert calendar.between(at("2026-03-22 00:00"), at("2026-03-23 00:00")) == 45 * 60


def test_touching_and_overlapping_windows_are_one() -> None:
    windows = [("09:00", "12:00"), ("11:00", "13:00"), ("13:00", "14:00")]
    calendar = Calendar("Etc/UTC", {"mon": windows})
    monday = parse_instant("2026-03-09T00:00:00Z")
    assert calendar.between(monday, monday + DAY) == 5 * HOUR
    assert calendar.add(monday, 5 * HOUR) == monday + 14 * HOUR


def test_a_date_that_the_zone_skips_has_no_windows() -> None:
    calendar = Calendar(APIA, ALL_DAY | {"fri": [("09:00", "17:00")]})  # Friday 2011-12-30 was skipped
    thursday, saturday = at("2011-12-29 00:00", APIA), at("2011-12-31 00:00", APIA)
    assert saturday - thursday == DAY
    assert calendar.between(thursday, saturday) == DAY
    assert calendar.add_days(at("2011-12-29 10:00", APIA), 1, business=False) == at("2011-12-31 10:00", APIA)
    assert calendar.add_days(at("2011-12-29 10:00", APIA), 1, business=True) == at("2011-12-31 10:00", APIA)
    assert calendar.add_days(at("2011-12-31 10:00", APIA), -1, business=False) == at("2011-12-29 10:00", APIA)


def test_dates_are_stepped_and_never_86400_seconds() -> None:
    calendar = Calendar(PARIS, WORKWEEK | {"sun": [("09:00", "17:00")]})
    assert calendar.add_days(at("2026-03-28 12:00"), 1, business=False) == at("2026-03-29 12:00")
    assert at("2026-03-29 12:00") - at("2026-03-28 12:00") == 23 * HOUR
    assert calendar.add_days(at("2026-10-24 12:00"), 1, business=True) == at("2026-10-25 12:00")


def test_between_counts_real_seconds() -> None:
    nightly = Calendar(PARIS, NIGHTLY)
    hours = {
        day: nightly.between(at(f"{day} 00:00"), at(f"{day} 12:00")) / HOUR
        for day in ("2026-03-28", "2026-03-29", "2026-10-25")
    }
    assert hours == {"2026-03-28": 6, "2026-03-29": 5, "2026-10-25": 7}


def test_an_end_before_its_start_gives_the_negative(bh: Calendar) -> None:
    friday, monday = at("2026-03-06 16:00"), at("2026-03-09 10:00")
    assert (bh.between(friday, monday), bh.between(monday, friday)) == (2 * HOUR, -2 * HOUR)


def test_add_lands_on_the_closing_instant(bh: Calendar) -> None:
    assert bh.add(at("2026-03-06 16:00"), HOUR) == at("2026-03-06 17:00")
    assert bh.add(at("2026-03-06 16:00"), HOUR + 1) == at("2026-03-09 09:00") + 1


def test_add_zero_stays(bh: Calendar) -> None:
    sunday = at("2026-03-08 03:00")
    assert bh.add(sunday, 0) == sunday


def test_a_negative_add_gives_the_latest_instant_from_which_so_much_was_open(bh: Calendar) -> None:
    assert bh.add(at("2026-03-09 10:00"), -2 * HOUR) == at("2026-03-06 16:00")
    assert bh.add(at("2026-03-09 10:00"), -HOUR) == at("2026-03-09 09:00")
    assert bh.add(at("2026-03-08 12:00"), -HOUR) == at("2026-03-06 16:00")


def test_n_days_later_is_the_same_wall_time_on_the_nth_following_open_or_existing_date(bh: Calendar) -> None:
    friday = at("2026-03-06 17:00")
    assert said(bh.add_days(friday, 5, business=False)) == "2026-03-11 17:00"
    assert said(bh.add_days(friday, 5, business=True)) == "2026-03-13 17:00"
    assert said(bh.add_days(at("2026-04-03 10:00"), 1, business=True)) == "2026-04-07 10:00"
    assert said(bh.add_days(at("2026-04-07 10:00"), -1, business=True)) == "2026-04-03 10:00"
    assert bh.add_days(friday, 0, business=True) == friday


# S7's examples, and what it says beside them.


def test_s7_good_friday_evening_and_four_hours(bh: Calendar) -> None:
    assert said(bh.add(at("2026-04-03 16:00"), 4 * HOUR)) == "2026-04-07 12:00"


def test_s7_around_the_clock_over_the_change_to_summer_time() -> None:
    always = Calendar(PARIS, ALL_DAY)
    assert said(always.add(at("2026-03-29 00:30"), 8 * HOUR)) == "2026-03-29 09:30"


def test_s3_thresholds_of_the_example(bh: Calendar) -> None:
    created = at("2026-03-06 16:00")
    points = [said(bh.add(created, -(-8 * HOUR * percent // 100))) for percent in (50, 75, 90, 100)]
    assert points == ["2026-03-09 12:00", "2026-03-09 14:00", "2026-03-09 15:12", "2026-03-09 16:00"]


def test_s7_a_holiday_closes_a_date_even_with_special_hours() -> None:
    special = {"2026-12-24": [("09:00", "12:00")], "2026-12-25": [("09:00", "12:00")]}
    calendar = Calendar(PARIS, WORKWEEK, ["2026-12-25"], special)
    assert calendar.between(at("2026-12-24 00:00"), at("2026-12-25 00:00")) == 3 * HOUR
    assert calendar.between(at("2026-12-25 00:00"), at("2026-12-26 00:00")) == 0


def test_s7_special_hours_open_a_date_that_is_closed_else() -> None:
    calendar = Calendar(PARIS, WORKWEEK, special={"2026-03-08": [("10:00", "12:00")]})
    assert calendar.between(at("2026-03-07 00:00"), at("2026-03-09 00:00")) == 2 * HOUR


def test_s7_a_window_over_midnight_is_two() -> None:
    calendar = Calendar(PARIS, {"mon": [("22:00", "24:00")], "tue": [("00:00", "06:00")]})
    monday = at("2026-03-09 12:00")
    assert calendar.between(monday, monday + DAY) == 8 * HOUR
    assert calendar.add(monday, 8 * HOUR) == at("2026-03-10 06:00")


def test_s5_dated_hours_hold_from_their_date_and_the_earliest_before_it_too() -> None:
    summer = {"mon": [("08:00", "10:00")]}
    calendar = Calendar.dated(PARIS, [("2026-01-01", WORKWEEK), ("2026-07-06", summer)])
    mondays = ("2025-12-29", "2026-06-29", "2026-07-06")
    hours = [calendar.between(at(f"{day} 00:00"), at(f"{day} 23:00")) // HOUR for day in mondays]
    assert hours == [8, 8, 2]


def test_the_policys_calendar_counts_as_its_hours_say() -> None:
    value = {
        "zone": PARIS,
        "calendars": {
            "business": {
                "hours": [{"mon-fri": ["09:00-17:00"]}, {"from": "2026-07-01", "mon-thu": ["08:30-12:30"]}],
                "holidays": ["2026-04-06"],
                "special": {"2026-12-24": ["09:00-12:00"]},
            }
        },
    }
    calendars = build(parse(value))
    business = calendars["business"]
    assert set(calendars) == {"always", "business"} and len(calendars) == 2
    assert calendars["business"] is business
    assert business.between(at("2026-06-30 00:00"), at("2026-07-04 00:00")) == 16 * HOUR
    assert said(business.add(at("2026-04-03 16:00"), 4 * HOUR)) == "2026-04-07 12:00"
    assert business.between(at("2026-12-24 00:00"), at("2026-12-25 00:00")) == 3 * HOUR
    assert calendars["always"].between(0, DAY) == DAY


# Where a search ends.


def test_a_calendar_that_never_opens_again_is_said_so() -> None:
    with pytest.raises(NeverOpen) as found:
        Calendar(PARIS, {}).add(at("2026-03-09 09:00"), HOUR)
    assert str(found.value) == (
        "1h from there lead out of the years 1970 to 2200: the calendar is not open for so long. "
        "Look at its hours: `itil policy show`."
    )
    assert (found.value.exit_code, found.value.code) == (2, "calendar")


@pytest.mark.parametrize("seconds", [LAST, -at("2026-03-09 09:00") - 1])
def test_no_search_leaves_the_years_that_there_are(seconds: int) -> None:
    start = at("2026-03-09 09:00")
    for calendar in (Calendar("Etc/UTC", ALL_DAY), Calendar(PARIS, WORKWEEK)):
        with pytest.raises(NeverOpen):
            calendar.add(start, seconds)


@pytest.mark.parametrize("n", [1, -1])
def test_no_open_date_is_said_so(n: int) -> None:
    with pytest.raises(NeverOpen) as found:
        Calendar(PARIS, {}).add_days(at("2026-03-09 09:00"), n, business=True)
    assert found.value.text.startswith(f"{n}bd from there lead out of the years 1970 to 2200")


def test_is_open_around_the_clock() -> None:
    assert Calendar(PARIS, ALL_DAY).is_open(at("2026-03-08 03:00"))
    assert not Calendar(PARIS, {}).is_open(at("2026-03-09 12:00"))


# Algebra.

ZONES = (PARIS, APIA, "America/New_York", "Asia/Kolkata", "Etc/UTC", "America/Sao_Paulo", "Australia/Lord_Howe")
# Half-hour marks, some of which the change to or from summer time skips or repeats.
MARKS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)] + ["24:00"]
AROUND = (
    parse_instant("2011-12-29T00:00:00Z"),
    parse_instant("2026-03-27T00:00:00Z"),
    parse_instant("2026-10-23T00:00:00Z"),
    parse_instant("2018-11-02T00:00:00Z"),
)


@st.composite
def windows(draw: st.DrawFn) -> list[tuple[str, str]]:
    marks = sorted(draw(st.lists(st.sampled_from(MARKS), max_size=4, unique=True)))
    return list(zip(marks[0::2], marks[1::2], strict=False))


@st.composite
def calendars(
    draw: st.DrawFn,
) -> Made:
    tz = draw(st.sampled_from(ZONES))
    weekly = draw(st.fixed_dictionaries({day: windows() for day in ALL_DAY}))
    days = [f"2026-03-{day}" for day in range(25, 32)] + [f"2026-10-{day}" for day in range(22, 29)]
    holidays = draw(st.lists(st.sampled_from(days), max_size=2))
    special = draw(st.dictionaries(st.sampled_from(days), windows(), max_size=2))
    return Calendar(tz, weekly, holidays, special), tz, weekly, holidays, special


instants = st.builds(lambda base, minutes: base + 60 * minutes, st.sampled_from(AROUND), st.integers(0, 7 * 1440))


@given(calendars(), instants, instants, instants)
def test_between_is_additive_and_antisymmetric(made: Made, a: int, b: int, c: int) -> None:
    calendar = made[0]
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)
    assert 0 <= calendar.between(min(a, b), max(a, b)) <= abs(b - a)


@given(calendars(), instants, st.integers(1, 100 * HOUR))
def test_add_is_the_inverse_of_between(made: Made, start: int, seconds: int) -> None:
    calendar = made[0]
    week = calendar.between(start, start + 28 * DAY)
    if week < 400 * 60:  # hardly ever open: the search would go on for years
        return
    end = calendar.add(start, seconds)
    assert calendar.between(start, end) == seconds
    assert calendar.between(start, end - 1) == seconds - 1  # the earliest such instant
    back = calendar.add(end, -seconds)
    assert calendar.between(back, end) == seconds
    assert calendar.between(back + 1, end) == seconds - 1  # the latest such instant


def open_by_hand(
    t: int,
    tz: str,
    weekly: Week,
    holidays: list[str],
    special: Week,
) -> bool:
    """Whether a minute is open, from first principles: every date's windows, each end converted by itself."""
    zone = ZoneInfo(tz)
    near = datetime.fromtimestamp(t, zone).date()
    return any(
        _date_is_open(t, near + timedelta(days=step), zone, weekly, holidays, special) for step in (-2, -1, 0, 1, 2)
    )


def _date_is_open(
    t: int,
    day: date,
    zone: ZoneInfo,
    weekly: Week,
    holidays: list[str],
    special: Week,
) -> bool:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    exists = noon.astimezone(UTC).astimezone(zone).date() == day
    if not exists or day.isoformat() in holidays:
        return False
    spans = special.get(day.isoformat(), weekly[list(ALL_DAY)[day.weekday()]])
    return any(_wall(day, opens, zone) <= t < _wall(day, closes, zone) for opens, closes in spans)


def _wall(day: date, clock: str, zone: ZoneInfo) -> float:
    day, clock = (day + timedelta(days=1), "00:00") if clock == "24:00" else (day, clock)
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).timestamp()


@given(calendars(), instants, st.integers(0, 600))
def test_it_agrees_with_counting_minute_by_minute(
    made: Made,
    start: int,
    minutes: int,
) -> None:
    calendar, *plain = made
    counted = [start + 60 * minute for minute in range(minutes) if open_by_hand(start + 60 * minute, *plain)]
    assert calendar.between(start, start + 60 * minutes) == 60 * len(counted)
    assert [t for t in range(start, start + 60 * minutes, 60) if calendar.is_open(t)] == counted


@given(calendars(), st.lists(instants, min_size=2, max_size=6))
def test_what_was_asked_before_changes_no_answer(made: Made, asked: list[int]) -> None:
    calendar, tz, weekly, holidays, special = made
    for a, b in pairwise(asked):
        fresh = Calendar(tz, weekly, holidays, special)
        assert calendar.between(a, b) == fresh.between(a, b)
