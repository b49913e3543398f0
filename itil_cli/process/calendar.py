"""Business time (S7): how many seconds a calendar is open between two instants, and when n of them are over.

- An instant is epoch seconds; a window is half open: it holds its opening and not its closing instant.
- Windows are local wall time. One in a gap moves on by the gap; a repeated one is its first occurrence.
- A window whose end is not after its start once converted is empty; touching and overlapping windows are one.
- A date that the zone skips has no windows; dates are stepped, never 86,400 seconds.
- `between` counts real seconds; an end before its start gives the negative.
- `add` gives the earliest instant by which n seconds were open, so it lands on the closing instant;
  `add` 0 stays; a negative n gives the latest instant from which |n| seconds were open until the start.
- N days later is the same wall time on the N-th following open (or existing) date.

Windows are compiled around the instants asked for, and further as needed; what is compiled is answered
from prefix sums by bisection, so that a span of ten years costs what a day does. A window of no length stands
before all others, so that every instant has one at or before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from itertools import accumulate

from itil_cli.errors import Malformed
from itil_cli.process.time.instants import LAST_YEAR, Duration, format_seconds
from itil_cli.process.time.opening import MIDNIGHT, Opening, Weekly, Windows, ordinal
from itil_cli.process.time.zones import zone

DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
MARGIN = 3  # dates compiled beyond an instant, more than any zone is away from UTC
BEFORE_ALL = -(1 << 62)
FIRST, LAST = 0, (ordinal(f"{LAST_YEAR + 1}-01-01") - EPOCH) * DAY  # the instants that a search stays within


class NeverOpen(Malformed):
    """The calendar is not open for as long as was asked, up to the last year that there is."""

    kind = "calendar"


class Calendar:
    """Opening hours in a zone, as a measure of time. Cheap to make: it compiles when first asked."""

    __slots__ = (
        "_always", "_compiled", "_ends", "_from", "_opening", "_raw", "_shift", "_starts", "_sums", "_to", "_zone",
        "timezone",
    )  # fmt: skip

    def __init__(
        self,
        timezone: str,
        weekly: Weekly,
        holidays: Iterable[str] = (),
        special: Mapping[str, Windows] | None = None,
    ) -> None:
        self._open(timezone, Opening([("1970-01-01", weekly)], holidays, special or {}))

    @classmethod
    def dated(
        cls,
        timezone: str,
        hours: Sequence[tuple[str, Weekly]],
        holidays: Iterable[str] = (),
        special: Mapping[str, Windows] | None = None,
    ) -> Calendar:
        """A calendar whose weekly hours changed: pairs of the date from which they hold, and the hours."""
        calendar = cls.__new__(cls)
        calendar._open(timezone, Opening(hours, holidays, special or {}))
        return calendar

    def _open(self, timezone: str, opening: Opening) -> None:
        self.timezone = timezone
        self._opening = opening
        self._always = opening.never_closes
        self._zone: tzinfo | None = None
        self._raw: list[tuple[int, int]] = []  # windows as converted, before those that touch are joined
        self._compiled: tuple[int, int] | None = None  # the dates in it, half open
        self._from, self._to = 1, 0  # instants that what is compiled answers for; none yet
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._sums: list[int] = []  # open seconds up to the end of each window
        self._shift: list[int] = []  # inside a window, an instant plus this is the open seconds up to it

    def between(self, a: int, b: int) -> int:
        """Open seconds in [a, b); negative when b is before a."""
        if not (self._from <= a <= self._to and self._from <= b <= self._to):
            if self._always:
                return b - a
            self._reach(min(a, b), max(a, b))
        starts, ends = self._starts, self._ends
        first, last = bisect_right(starts, a) - 1, bisect_right(starts, b) - 1
        before = self._sums[first] if a >= ends[first] else a + self._shift[first]
        return (self._sums[last] if b >= ends[last] else b + self._shift[last]) - before

    def is_open(self, t: int) -> bool:
        """Whether the instant lies in a window."""
        if self._always:
            return True
        if t < self._from or t > self._to:
            self._reach(t, t)
        return t < self._ends[bisect_right(self._starts, t) - 1]

    def add(self, start: int, seconds: int) -> int:
        """The instant at which `seconds` open seconds from `start` are over. Raises NeverOpen."""
        if seconds > 0 and self._from <= start <= self._to:
            sums, shift, place = self._sums, self._shift, bisect_right(self._starts, start) - 1
            wanted = seconds + (sums[place] if start >= self._ends[place] else start + shift[place])
            place = bisect_left(sums, wanted)
            if place < len(sums) and (found := wanted - shift[place]) <= self._to:
                return found
        return self._add_further(start, seconds)

    def _add_further(self, start: int, seconds: int) -> int:
        """Beyond what is compiled, backwards, or where there is nothing to compile."""
        if seconds == 0:
            return start
        if self._always:
            if not FIRST <= start + seconds <= LAST:
                raise never_open(format_seconds(seconds))
            return start + seconds
        if not self._from <= start <= self._to:
            self._reach(start, start)
        return self._forward(start, seconds) if seconds > 0 else self._backward(start, -seconds)

    def add_days(self, start: int, n: int, business: bool) -> int:
        """The same wall time n open dates (`business`) or n existing dates later. Raises NeverOpen."""
        if n == 0:
            return start
        if self._always and self._tz is UTC:
            return start + n * DAY
        local = datetime.fromtimestamp(start, self._tz)
        day, step, left = local.toordinal(), 1 if n > 0 else -1, abs(n)
        while left > 0:
            day += step
            if not FIRST <= (day - EPOCH) * DAY <= LAST:
                raise never_open(f"{n}{'bd' if business else 'cd'}")
            left -= bool(self._windows(day)) if business else not self._skips(day)
        moment = datetime.combine(date.fromordinal(day), local.time(), self._tz)
        return int(moment.timestamp())

    def later(self, start: int, wait: Duration) -> int | None:
        """When a wait from `start` on is over, in open seconds or days; None: it is never open for so long."""
        try:
            if wait.unit == "s":
                return self.add(start, wait.amount)
            return self.add_days(start, wait.amount, business=wait.unit == "bd")
        except NeverOpen:
            return None

    def _until(self, t: int) -> int:
        """Open seconds from the first compiled window up to t."""
        place = bisect_right(self._starts, t) - 1
        return self._sums[place] if t >= self._ends[place] else t + self._shift[place]

    def _forward(self, start: int, seconds: int) -> int:
        """Further than is compiled."""
        ahead = 2 * (DAY + seconds)
        while True:
            wanted = self._until(start) + seconds
            place = bisect_left(self._sums, wanted)
            if place < len(self._sums) and (found := wanted - self._shift[place]) <= self._to:
                return found
            if self._to >= LAST:
                raise never_open(format_seconds(seconds))
            self._reach(start, min(self._to + ahead, LAST))
            ahead *= 2

    def _backward(self, start: int, seconds: int) -> int:
        behind = 2 * (DAY + seconds)
        while True:
            wanted = self._until(start) - seconds
            if wanted >= 0:
                found = wanted - self._shift[bisect_right(self._sums, wanted)]
                if found >= self._from:
                    return found
            if self._from <= FIRST:
                raise never_open(format_seconds(-seconds))
            self._reach(max(self._from - behind, FIRST), start)
            behind *= 2

    def _reach(self, low: int, high: int) -> None:
        """Compile what is missing so that instants from low to high can be answered."""
        first, beyond = low // DAY + EPOCH - MARGIN, high // DAY + EPOCH + MARGIN + 1
        known_first, known_beyond = self._compiled or (first, first)
        # Grow by an eighth at least: walking on day by day then costs little more than one long step.
        more = (known_beyond - known_first) // 8
        first = min(first, known_first - more) if first < known_first else known_first
        beyond = max(beyond, known_beyond + more) if beyond > known_beyond else known_beyond
        self._raw = self._convert(first, known_first) + self._raw + self._convert(known_beyond, beyond)
        self._compiled = (first, beyond)
        self._from, self._to = (first - EPOCH + MARGIN - 1) * DAY, (beyond - EPOCH - MARGIN + 1) * DAY
        self._join()

    def _convert(self, first: int, beyond: int) -> list[tuple[int, int]]:
        return [window for day in range(first, beyond) for window in self._windows(day)]

    def _windows(self, day: int) -> list[tuple[int, int]]:
        """The windows of a date as instants."""
        spans = self._opening.on(day)
        if not spans or self._skips(day):
            return []
        here, tz = date.fromordinal(day), self._tz
        found = []
        for opens, closes, next_day in spans:
            start = int(datetime.combine(here, opens, tz).timestamp())
            end_date = date.fromordinal(day + 1) if next_day else here
            end = int(datetime.combine(end_date, closes, tz).timestamp())
            if start < end:
                found.append((start, end))
        return found

    def _skips(self, day: int) -> bool:
        """Whether the zone knows no such date: its midnight is the next one's."""
        return self._tz is not UTC and self._midnight(day) >= self._midnight(day + 1)

    def _midnight(self, day: int) -> float:
        return datetime.combine(date.fromordinal(day), MIDNIGHT, self._tz).timestamp()

    @property
    def _tz(self) -> tzinfo:
        if self._zone is None:
            self._zone = zone(self.timezone)
        return self._zone

    def _join(self) -> None:
        """Windows that touch or overlap become one; sums follow."""
        starts, ends = [BEFORE_ALL], [BEFORE_ALL]
        for start, end in sorted(self._raw):
            if start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        self._starts, self._ends = starts, ends
        self._sums = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        self._shift = [sum_ - end for sum_, end in zip(self._sums, ends, strict=True)]


def never_open(what: str) -> NeverOpen:
    """The error for a search that came to the end of all years."""
    return NeverOpen(
        f"{what} from there lead out of the years 1970 to {LAST_YEAR}: the calendar is not open for so long.",
        remedy="Look at its hours: `itil policy show`.",
    )
