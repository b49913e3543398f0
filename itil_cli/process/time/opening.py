"""The opening hours of a calendar, date by date, in local wall time (S7).

- `weekly` maps `mon` … `sun` to windows (`("09:00", "17:00")`); a day that is not named is closed.
- `24:00` is the next midnight; a window over midnight is written as two.
- Hours are dated: those with the last `from` not after a date hold on it. The earliest hold before it, too.
- A special date's windows replace the weekly ones. A holiday closes its date even then.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from functools import lru_cache

from itil_cli.errors import Malformed

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = time(0)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|24:00(?::00)?")

Windows = Iterable[Sequence[str]]  # as written: ("09:00", "17:00"), …
Weekly = Mapping[str, Windows]
Span = tuple[time, time, int]  # opens, closes, and 1 where it closes at a midnight that is the next day's
Week = tuple[tuple[Span, ...], ...]

WHOLE_DAY: tuple[Span, ...] = ((MIDNIGHT, MIDNIGHT, 1),)


class Opening:
    """Which windows are open on a date. Dates are ordinals of the proleptic calendar (`date.toordinal`)."""

    __slots__ = ("_closed", "_from", "_special", "_weeks")

    def __init__(
        self, hours: Sequence[tuple[str, Weekly]], holidays: Iterable[str], special: Mapping[str, Windows]
    ) -> None:
        dated = sorted((ordinal(start), week_of(weekly)) for start, weekly in hours)
        self._from = [start for start, _ in dated]
        self._weeks = [week for _, week in dated]
        self._closed = frozenset(map(ordinal, holidays))
        self._special = {ordinal(day): spans_of(windows) for day, windows in special.items()}

    def on(self, day: int) -> tuple[Span, ...]:
        """The windows of a date; none where it is closed."""
        if day in self._closed:
            return ()
        if day in self._special:
            return self._special[day]
        if not self._weeks:
            return ()
        week = self._weeks[max(0, bisect_right(self._from, day) - 1)]
        return week[(day + 6) % 7]

    @property
    def never_closes(self) -> bool:
        """24x7 without exception: whatever the zone, all seconds count."""
        if self._closed or self._special or not self._weeks:
            return False
        return all(spans == WHOLE_DAY for week in self._weeks for spans in week)


@lru_cache(maxsize=4096)
def ordinal(day: str) -> int:
    """The number of a date `YYYY-MM-DD`. Raises Malformed."""
    try:
        if len(day) == 10 and day[4] == day[7] == "-":  # a week date has as many characters
            return date.fromisoformat(day).toordinal()
    except ValueError:
        pass
    raise Malformed(f"{day!r} is not a date such as 2026-12-24.", code="date")


def week_of(weekly: Weekly) -> Week:
    """The windows of Monday to Sunday. Raises Malformed for a day or a time that is none."""
    strange = [name for name in weekly if name not in DAYS]
    if strange:
        raise Malformed(f"{strange[0]!r} is not a day of the week.", remedy=f"Write {', '.join(DAYS)}.")
    return tuple(spans_of(weekly.get(name, ())) for name in DAYS)


def spans_of(windows: Windows) -> tuple[Span, ...]:
    """Windows as times, in the order of their opening. Raises Malformed for a time that is none."""
    return tuple(sorted(_span(opens, closes) for opens, closes in windows))


def _span(opens: str, closes: str) -> Span:
    return (*_time(opens)[:1], *_time(closes))


@lru_cache(maxsize=2048)
def _time(text: str) -> tuple[time, int]:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise Malformed(f"{text!r} is not a time of day such as 09:00 or 24:00.", code="time")
    if match[1] is None:
        return MIDNIGHT, 1
    return time(int(match[1]), int(match[2]), int(match[3] or 0)), 0
