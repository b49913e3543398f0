"""Why a clock shows what it shows: its life in intervals, and whose time it was (S8).

- The intervals of a clock are its whole life, without gaps; the seconds that counted sum to its elapsed time.
- Neighbours that differ in nothing that is told are one, named after the event that began the first.
- Time counted on another calendar once, or against a target that was replaced afresh, is shown with that calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from itil_cli.process.clocks.meter import (
    BEFORE_CHANGE,
    BEFORE_REOPENING,
    COUNTED,
    KEPT,
    PAUSES,
    STOPS,
    Leg,
    Meter,
)
from itil_cli.process.clocks.values import Interval, Part
from itil_cli.process.clocks.walk import until
from itil_cli.process.incident import PENDING, Incident, State


class Segment(NamedTuple):
    """How things stood in [start, end)."""

    start: int
    end: int
    state: State


def segments(incident: Incident, now: int) -> list[Segment]:
    """The incident's life up to `now`, event by event; what lasted no time is left out."""
    found: list[Segment] = []
    at = 0
    seen = [state for state in incident.trail if state.event.at <= now]
    for state, following in zip(seen, [*seen[1:], None], strict=True):
        at = max(at, state.event.at)
        end = max(at, following.event.at) if following else now
        if at < end:
            found.append(Segment(at, end, state))
    return found


def intervals(meter: Meter, life: Sequence[Segment]) -> tuple[Interval, ...]:
    """The intervals of one clock."""
    found: list[Interval] = []
    for interval in _pieces(meter, life):
        if found and _told(found[-1]) == _told(interval):
            found[-1] = _joined(found[-1], interval)
        else:
            found.append(interval)
    return tuple(found)


def parts(found: Sequence[Interval]) -> tuple[Part, ...]:
    """The seconds that counted by group, assignee, status and reason, in the order in which they first came."""
    sums: dict[tuple[str | None, str | None, str, str | None], int] = {}
    for one in found:
        if one.counted:
            key = (one.group, one.assignee, one.status, one.reason)
            sums[key] = sums.get(key, 0) + one.seconds
    return tuple(Part(*key, seconds) for key, seconds in sums.items())


def _pieces(meter: Meter, life: Sequence[Segment]) -> Iterator[Interval]:
    """Legs and segments laid over each other."""
    for leg in meter.legs:
        for segment in life:
            start, end = max(leg.start, segment.start), min(leg.end, segment.end)
            if start < end:
                yield _interval(meter, leg, segment.state, start, end)


def _interval(meter: Meter, leg: Leg, state: State, start: int, end: int) -> Interval:
    promise = leg.promise or meter.promise
    seconds = promise.measure.between(start, end) if promise else 0
    return Interval(
        start=start,
        end=end,
        status=state.status,
        reason=state.reason,
        group=state.group,
        assignee=state.assignee,
        calendar=promise.calendar if promise else "",
        seconds=seconds,
        counted=leg.kind in COUNTED,
        why=_why(meter, leg, state, seconds),
        event=state.event.n,
    )


def _why(meter: Meter, leg: Leg, state: State, seconds: int) -> str:
    if leg.kind in _WHY:
        return _WHY[leg.kind]
    if leg.kind == PAUSES:
        return f"Pending for {state.reason} pauses it."
    if seconds == 0:
        return f"The calendar {leg.promise.calendar if leg.promise else ''} is closed."
    if meter.name.startswith("response"):
        return "Response runs until somebody accepts."
    if state.status == PENDING:
        wakes = until(state)
        woken = wakes is not None and wakes <= leg.start
        return "The time agreed has come." if woken else f"Pending for {state.reason} does not pause it."
    return f"It runs while the incident is {state.status}."


_WHY = {
    STOPS: "Resolved is neither work nor pause.",
    KEPT: "Resolved, but reopening keeps the due time.",
    BEFORE_CHANGE: "Before the priority changed; the new target counts from the change.",
    BEFORE_REOPENING: "Before the reopening, which started it anew.",
}


def _told(one: Interval) -> tuple[object, ...]:
    return one.status, one.reason, one.group, one.assignee, one.calendar, one.counted, one.why


def _joined(first: Interval, second: Interval) -> Interval:
    return Interval(
        first.start, second.end, first.status, first.reason, first.group, first.assignee, first.calendar,
        first.seconds + second.seconds, first.counted, first.why, first.event,
    )  # fmt: skip
