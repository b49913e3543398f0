"""Periods as people name them: `2026-10`, `2026-Q3`, `2026`, `2026-W41`, `last-month`, `this-week`, `FROM..TO` (S15).

- A period is half open, [start, end), in the report calendar's zone; a week starts on Monday.
- In `FROM..TO` both are dates or instants; FROM is in. A date as TO is in as well, an instant is not.
- `last-…` is the whole one before the one that holds `now`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from itil_cli.errors import Malformed
from itil_cli.process.time.instants import FIRST_YEAR, LAST_YEAR, parse_instant
from itil_cli.process.time.zones import zone

EXAMPLES = "2026-10, 2026-Q3, 2026-W41, 2026, last-month, this-week or 2026-10-01..2026-10-14"


class Period(NamedTuple):
    """[start, end) in epoch seconds; `zone` is the one whose days it is made of, `name` as it was asked for."""

    start: int
    end: int
    zone: str
    name: str

    def holds(self, instant: int | None) -> bool:
        """Whether it happened in the period; None never did."""
        return instant is not None and self.start <= instant < self.end


def parse_period(text: str, zone_name: str, now: int) -> Period:
    """The period of that name. `now` is epoch seconds. Raises Malformed."""
    bounds = _range(text, zone_name) or _days(text, _today(zone_name, now), zone_name)
    if bounds is None:
        raise Malformed(f"{text!r} is no period.", code="period", remedy=f"Write {EXAMPLES}.")
    if bounds[0] >= bounds[1]:
        raise Malformed(f"{text!r} ends before it starts.", code="period", remedy="Swap the two.")
    return Period(*bounds, zone_name, text)


def before(period: Period, now: int) -> Period:
    """The period of the same kind, or of the same length, that ended where this one starts."""
    for match, _make in _KINDS:
        if match.fullmatch(period.name):
            start = datetime.fromtimestamp(period.start, zone(period.zone)).date()
            return _named_like(period, start - timedelta(days=1))
    length = period.end - period.start
    return Period(period.start - length, period.start, period.zone, "the one before")


def _named_like(period: Period, day: date) -> Period:
    kind = next(make for match, make in _KINDS if match.fullmatch(period.name))
    first, beyond, name = kind(day)
    return Period(_midnight(first, period.zone), _midnight(beyond, period.zone), period.zone, name)


def _today(zone_name: str, now: int) -> date:
    return datetime.fromtimestamp(now, zone(zone_name)).date()


def _midnight(day: date, zone_name: str) -> int:
    return int(datetime.combine(day, time(0), zone(zone_name)).timestamp())


def _range(text: str, zone_name: str) -> tuple[int, int] | None:
    start, dots, end = text.partition("..")
    if not dots:
        return None
    return _edge(start, zone_name, 0), _edge(end, zone_name, 1)


def _edge(text: str, zone_name: str, later: int) -> int:
    try:
        return parse_instant(text)
    except ValueError:
        pass
    try:
        return _midnight(_date(text) + timedelta(days=later), zone_name)
    except ValueError:
        raise Malformed(f"{text!r} is no date.", code="period", remedy=f"Write {EXAMPLES}.") from None


_Bounds = tuple[date, date, str]


def _month(day: date) -> _Bounds:
    first = day.replace(day=1)
    beyond = (first + timedelta(days=32)).replace(day=1)
    return first, beyond, f"{first:%Y-%m}"


def _quarter(day: date) -> _Bounds:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    beyond = (first + timedelta(days=95)).replace(day=1)
    return first, beyond, f"{first.year}-Q{(first.month - 1) // 3 + 1}"


def _year(day: date) -> _Bounds:
    return date(day.year, 1, 1), date(day.year + 1, 1, 1), f"{day.year}"


def _week(day: date) -> _Bounds:
    first = day - timedelta(days=day.weekday())
    year, week, _ = day.isocalendar()
    return first, first + timedelta(days=7), f"{year}-W{week:02d}"


def _day(day: date) -> _Bounds:
    return day, day + timedelta(days=1), day.isoformat()


_WORDS: dict[str, Callable[[date], _Bounds]] = {
    "day": _day,
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
}
_KINDS: tuple[tuple[re.Pattern[str], Callable[[date], _Bounds]], ...] = (
    (re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])|(last|this)-month"), _month),
    (re.compile(r"[0-9]{4}-Q[1-4]|(last|this)-quarter"), _quarter),
    (re.compile(r"[0-9]{4}-W[0-9]{2}|(last|this)-week"), _week),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|(last|this)-day"), _day),
    (re.compile(r"[0-9]{4}|(last|this)-year"), _year),
)


def _days(text: str, today: date, zone_name: str) -> tuple[int, int] | None:
    day = _a_day_in(text, today)
    kind = next((make for match, make in _KINDS if match.fullmatch(text)), None)
    if day is None or kind is None:
        return None
    first, beyond, _ = kind(day)
    return _midnight(first, zone_name), _midnight(beyond, zone_name)


def _a_day_in(text: str, today: date) -> date | None:
    which, _, word = text.partition("-")
    if which in ("last", "this") and word in _WORDS:
        first, _, _ = _WORDS[word](today)
        return first - timedelta(days=1) if which == "last" else today
    try:
        return _first_day(text)
    except ValueError:
        return None


def _first_day(text: str) -> date:
    year = int(text[:4])
    if "W" in text:
        return date.fromisocalendar(year, int(text[6:]), 1)
    if "Q" in text:
        return date(year, 3 * int(text[6:]) - 2, 1)
    return _date(text if len(text) == 10 else f"{text}-01" if len(text) == 7 else f"{text}-01-01")


def _date(text: str) -> date:
    """A date `YYYY-MM-DD` of the years that there are; ValueError for anything else."""
    found = date.fromisoformat(text)
    if text != found.isoformat() or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found


def named(period: Period) -> Period:
    """The same period under its own name: `last-month` is `2026-10`."""
    start = datetime.fromtimestamp(period.start, zone(period.zone)).date()
    return _named_like(period, start)
