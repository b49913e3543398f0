"""Clocks are pure functions of events, calendars and a time (S2–S8): the way into `clocks/`.

- `now` is epoch seconds; an event later than `now` has not happened yet. Whoever has just written one that a
  short clock dated ahead asks for `max(now, incident.last_at)`.
- Nothing is read but events and calendars: what a policy promised stands in the events (S5).
- `response`, `resolution`, then `response_2` and so on, the legs of groups (`ola`), vendors' (`uc`), and those
  that a policy adds, by their names. A clock that nobody promised is not there.
- Met: not more than the target was counted when it stopped. A breach is latched; only a correction undoes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from itil_cli.process.calendar import Calendar
from itil_cli.process.clocks.corrections import mark_undone
from itil_cli.process.clocks.explain import intervals, parts, segments
from itil_cli.process.clocks.meter import Meter
from itil_cli.process.clocks.reading import reading
from itil_cli.process.clocks.values import Clock, Interval, Part, Threshold
from itil_cli.process.clocks.walk import meters
from itil_cli.process.incident import Incident

__all__ = ["Clock", "Explained", "Interval", "Part", "Threshold", "clocks", "explain", "split", "unclassified_breaches"]
Calendars = Mapping[str, Calendar]


class Explained(NamedTuple):
    """A clock and the intervals that made it."""

    clock: Clock
    intervals: tuple[Interval, ...]


def clocks(incident: Incident, calendars: Calendars, now: int) -> list[Clock]:
    """The clocks of an incident at `now`. Raises Broken (S5) for a promise that cannot be counted."""
    return [reading(meter, meter.promise) for meter in _meters(incident, calendars, now) if meter.promise]


def explain(incident: Incident, calendars: Calendars, now: int) -> list[Explained]:
    """Each clock with its intervals; the seconds that counted sum to its elapsed time (S8). Raises Broken."""
    life = segments(incident, now)
    found = _meters(incident, calendars, now)
    return [Explained(reading(meter, meter.promise), intervals(meter, life)) for meter in found if meter.promise]


def split(incident: Incident, calendars: Calendars, now: int) -> tuple[Part, ...]:
    """Whose time the resolution clock's elapsed seconds were; the parts sum to it (S8). Raises Broken."""
    life = segments(incident, now)
    found = _meters(incident, calendars, now)
    return parts([one for meter in found if meter.name == "resolution" for one in intervals(meter, life)])


def unclassified_breaches(found: Iterable[Clock]) -> int:
    """How many of the clocks breached the promise made before classification (S4)."""
    return sum(clock.unclassified_breached_at is not None for clock in found)


def _meters(incident: Incident, calendars: Calendars, now: int) -> list[Meter]:
    found = meters(incident, calendars, now)
    if incident.written is not incident.events:
        mark_undone(found, incident, calendars, now)
    return found
