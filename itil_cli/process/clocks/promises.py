"""What a clock is measured against: a target, and the calendar that counts it, as an event promises them (S5).

- A target is text in seconds of a calendar, such as `4h`; it is counted on the calendar that the same event names.
- A promise that cannot be counted makes the record broken: no clock is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from itil_cli.errors import Broken
from itil_cli.process.calendar import Calendar
from itil_cli.process.incident import Event, Value
from itil_cli.process.time.instants import parse_seconds

_seconds = lru_cache(maxsize=1024)(parse_seconds)


class Promise(NamedTuple):
    """Seconds of a calendar, and the event `n` that promised them."""

    target: int
    calendar: str
    measure: Calendar
    n: str

    def same(self, other: Promise | None) -> bool:
        """Whether both say the same, whichever event says it."""
        return other is not None and self.target == other.target and self.calendar == other.calendar


class Promises:
    """Reads the promises of one record. Raises Broken (code S5) for one that cannot be counted."""

    __slots__ = ("_calendars", "_record")

    def __init__(self, record: str, calendars: Mapping[str, Calendar]) -> None:
        self._record = record
        self._calendars = calendars

    def of(self, event: Event, target: Value, calendar: Value) -> Promise | None:
        """What the event promises; None where it names no target."""
        if target is None:
            return None
        try:
            seconds = _seconds(str(target))
        except ValueError as wrong:
            raise self._broken(
                event, str(wrong), f"`itil correct {self._record} --event {event.n}` mends it."
            ) from None
        try:
            return Promise(seconds, str(calendar), self._calendars[str(calendar)], event.n)
        except KeyError:
            raise self._no_calendar(event, calendar) from None

    def _no_calendar(self, event: Event, calendar: Value) -> Broken:
        if calendar is None:
            text, mend = (
                "it names a target and no calendar",
                f"`itil correct {self._record} --event {event.n}` adds it.",
            )
            return self._broken(event, text, mend)
        text = f"it counts on the calendar {str(calendar)!r}, which the policy does not know"
        return self._broken(event, text, "Put it back under `calendars:`: what was promised on it stays (S5).")

    def _broken(self, event: Event, what: str, remedy: str) -> Broken:
        return Broken(f"{self._record}, event {event.n} ({event.do}): {what}.", code="S5", remedy=remedy)
