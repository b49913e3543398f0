"""Business time over a week, a year and ten years: `between` and `add`, ours and three libraries, in turn.

The calendar is the same for all: Monday to Friday 09:00-17:00 in UTC, three holidays a year. Each answers in
turn, a round each, so that a drift of the machine hits all alike; the best round counts, in processor time, since
other processes are none of our business. What each answers is compared before it is timed. Wanted: ours under
3 µs a call and flat, and 100 times faster than the fastest over a year. The libraries come with
`pip install -e '.[bench]'`; one that is not there is said to be missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from itertools import repeat
from typing import NamedTuple

from itil_cli.process.calendar import Calendar

HOLIDAYS = tuple(f"{year}-{day}" for year in range(2025, 2041) for day in ("01-01", "05-01", "12-25"))
START = datetime(2026, 1, 5, 9, tzinfo=UTC)  # a Monday
SPANS = {"a week": 7, "a year": 364, "ten years": 3640}
ROUNDS = 15
ROUND = 0.002  # seconds of processor time that a round of quick calls takes; a slow one is a round by itself
PATIENCE = 2.0  # seconds after which a slow one has no further round
BUDGET, TIMES_FASTER = 3.0, 100  # µs a call; over a year

Ask = Callable[[], object]


class Library(NamedTuple):
    """One of those that are compared. `between` and `add` make a question of days; None: it has no such."""

    name: str
    between: Callable[[int], Ask] | None
    add: Callable[[int], Ask] | None


def report() -> Iterator[str]:
    """The table, line by line."""
    libraries, missing = _libraries()
    for name in missing:
        yield f"{name} is not installed: pip install -e '.[bench]'"
    yield f"{'µs a call':<28}" + "".join(f"{library.name:>22}" for library in libraries)
    found: dict[tuple[str, str], list[float | None]] = {}
    for what in ("between", "add"):
        for span, days in SPANS.items():
            found[what, span] = _measured([getattr(library, what) for library in libraries], days)
            figures = "".join(f"{'–' if one is None else f'{one:,.2f}':>22}" for one in found[what, span])
            yield f"{f'{what} over {span}':<28}{figures}"
    yield from _verdict(found)


def _verdict(found: dict[tuple[str, str], list[float | None]]) -> Iterator[str]:
    ours = {key: row[0] for key, row in found.items() if row[0] is not None}
    worst = max(ours.values())
    yield f"ours at most {worst:.2f} µs a call (budget {BUDGET:.0f} µs): {'kept' if worst < BUDGET else 'NOT kept'}"
    for what in ("between", "add"):
        flat = ours[what, "ten years"] / ours[what, "a week"]
        others = [one for one in found[what, "a year"][1:] if one is not None]
        faster = f", {min(others) / ours[what, 'a year']:,.0f} times faster over a year" if others else ""
        yield f"{what}: ten years cost {flat:.2f} × a week{faster} (wanted {TIMES_FASTER})"


def _measured(makers: list[Callable[[int], Ask] | None], days: int) -> list[float | None]:
    """The best round of each, in µs a call."""
    asks = [maker(days) if maker else None for maker in makers]
    answers = {ask() for ask in asks if ask}
    assert len(answers) == 1, f"they do not agree over {days} days: {answers}"
    calls = [_calls(ask) if ask else 0 for ask in asks]
    rounds: list[list[float]] = [[] for _ in asks]
    for _ in range(ROUNDS):
        for ask, count, spent in zip(asks, calls, rounds, strict=True):
            if ask and sum(spent) < PATIENCE:
                spent.append(_round(ask, count))
    return [min(spent) / count * 1e6 if spent else None for spent, count in zip(rounds, calls, strict=True)]


def _calls(ask: Ask) -> int:
    """How many calls a round has."""
    return max(1, int(ROUND / max(_round(ask, 1), 1e-6)))


def _round(ask: Ask, calls: int) -> float:
    """Seconds that so many calls take."""
    again = repeat(None, calls)
    started = time.process_time()
    for _ in again:
        ask()
    return time.process_time() - started


def _hours(days: int) -> int:
    """What is open in so many days from the start, less half a day, so that no closing instant is hit."""
    return int(_ours_calendar().between(int(START.timestamp()), _end(days)) // 3600) - 4


def _end(days: int) -> int:
    return int((START + timedelta(days=days)).timestamp())


def _libraries() -> tuple[list[Library], list[str]]:
    found, missing = [_ours()], []
    for name, make in (
        ("businesstimedelta", _businesstimedelta),
        ("business-duration", _business_duration),
        ("pandas", _pandas),
    ):
        try:
            found.append(make())
        except ImportError:
            missing.append(name)
    return found, missing


def _ours_calendar() -> Calendar:
    week = {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    return Calendar("Etc/UTC", week, HOLIDAYS)


def _ours() -> Library:
    calendar, start = _ours_calendar(), int(START.timestamp())
    calendar.between(start, _end(max(SPANS.values())))  # compiled as in a store that is ten years old

    def between(days: int) -> Ask:
        return partial(calendar.between, start, _end(days))

    def add(days: int) -> Ask:
        return partial(calendar.add, start, _hours(days) * 3600)

    return Library("itil", between, add)


def _businesstimedelta() -> Library:
    from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule

    work = WorkDayRule(start_time=clock(9), end_time=clock(17), working_days=[0, 1, 2, 3, 4])
    rules = Rules([work, HolidayRule({date.fromisoformat(day): day for day in HOLIDAYS})])

    def between(days: int) -> Ask:
        end = START + timedelta(days=days)

        def ask() -> int:
            found = rules.difference(START, end)
            return int(found.hours * 3600 + found.seconds)

        return ask

    def add(days: int) -> Ask:
        delta = BusinessTimeDelta(rules, hours=_hours(days))
        return lambda: int((START + delta).timestamp())

    return Library("businesstimedelta", between, add)


def _business_duration() -> Library:
    import pandas
    from business_duration import businessDuration

    closed = {date.fromisoformat(day): day for day in HOLIDAYS}
    naive = START.replace(tzinfo=None)

    def between(days: int) -> Ask:
        end = pandas.Timestamp(naive + timedelta(days=days))
        ask = partial(businessDuration, pandas.Timestamp(naive), end, clock(9), clock(17), holidaylist=closed)
        return lambda: int(ask(unit="sec"))

    return Library("business-duration", between, None)


def _pandas() -> Library:
    import pandas

    hours = pandas.offsets.CustomBusinessHour(start="09:00", end="17:00", holidays=list(HOLIDAYS))
    start = pandas.Timestamp(START.replace(tzinfo=None))

    def between(days: int) -> Ask:
        end = start + pandas.Timedelta(days=days)
        return lambda: 3600 * len(pandas.date_range(start, end, freq=hours, inclusive="left"))

    def add(days: int) -> Ask:
        offset = hours * _hours(days)
        return lambda: int((start + offset).timestamp())

    return Library("pandas CBH", between, add)
