"""What the clock demands now (P02, P11, P13, D6, S4, S9, S13): the way into `demands/`.

- All of it is derived from events, calendars and `now`: a missed sweep catches up, and says how late it is.
- What was demanded before and is on record is not demanded again: a threshold counts once for each clock and
  promise, an acknowledgement once for each escalation, a reminder once for each wait; a reopening starts anew.
- An escalation that nobody acknowledges in the policy's time goes to the next level, counted on the
  resolution's calendar from when it was recorded: nobody answers before being told. One that handed the
  incident to a group is answered by the group's acceptance. From outside the chain it goes on to its end.
- What is past `closes-at` and may not close is told with why, not done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itil_cli.process.calendar import Calendar
from itil_cli.process.clock import Clock
from itil_cli.process.demands.chain import Chain, Level, chain, holders
from itil_cli.process.demands.majors import updates
from itil_cli.process.demands.owed import owed
from itil_cli.process.demands.thresholds import THRESHOLD, thresholds
from itil_cli.process.demands.values import Due, Stays, Times
from itil_cli.process.demands.waits import AUTO_CLOSE, REMIND, UNTIL, stays, waits
from itil_cli.process.incident import ASSIGNED, Escalation, Incident, Value
from itil_cli.process.time.instants import format_instant, parse_duration
from itil_cli.process.transitions import IM

__all__ = ["AUTO_CLOSE", "REMIND", "THRESHOLD", "UNACKNOWLEDGED", "UNTIL", "Due", "Stays", "Times", "due", "stays"]

UNACKNOWLEDGED = "acknowledge-within"


def due(incident: Incident, clocks: Sequence[Clock], times: Times) -> Iterator[Due]:
    """Everything that is due at `times.now` and not yet on record, the oldest first."""
    levels = chain(incident, times.policy, times.people, times.now)
    found = [
        *_owed(incident, times),
        *waits(incident, times),
        *updates(incident, times),
        *thresholds(incident, clocks, levels, times),
        *_unacknowledged(incident, clocks, levels, times),
    ]
    return iter(sorted(found, key=lambda one: one.at))


def _owed(incident: Incident, times: Times) -> Iterator[Due]:
    for one in owed(incident, times.policy):
        data: dict[str, Value] = {"to": IM, "trigger": one.trigger, "due": format_instant(one.at)}
        yield Due("escalated", one.rule, one.at, f"{one.trigger} was not escalated: {IM} is told", data)


def _unacknowledged(incident: Incident, clocks: Sequence[Clock], levels: Chain, times: Times) -> Iterator[Due]:
    within = times.policy.acknowledge_within.get(incident.priority or "")
    if within is None or not incident.is_open:
        return
    calendar, wait = _calendar(clocks, times), parse_duration(within)
    passed_on = {event.str("of") for event in incident.events if event.do == "escalated"}
    for known in incident.escalations:
        if known.n in passed_on or _is_answered(incident, known):
            continue
        at, above = calendar.later(known.at, wait), _above(known, levels, times)
        if at is not None and at <= times.now and above is not None:
            data: dict[str, Value] = {
                "to": above.to, "level": above.name, "trigger": "unacknowledged", "of": known.n,
                "due": format_instant(at),
            }  # fmt: skip
            yield Due("escalated", UNACKNOWLEDGED, at, f"not acknowledged by {known.to}: {above.to} is told", data)


def _is_answered(incident: Incident, known: Escalation) -> bool:
    """Acknowledged; or, where a group got the incident, that it does not wait for this group any more."""
    waits_for_group = incident.status == ASSIGNED and incident.group == known.group
    return known.acknowledged_at is not None or (known.group is not None and not waits_for_group)


def _calendar(clocks: Sequence[Clock], times: Times) -> Calendar:
    """The calendar that the resolution is counted on."""
    name = next((clock.calendar for clock in clocks if clock.name == "resolution"), "always")
    return times.calendars[name]


def _above(known: Escalation, levels: Chain, times: Times) -> Level | None:
    """The next level above the one that was told; None at the end of the chain."""
    told = {known.to, *holders(known.to, times.people, times.now)}
    name = known.level or next((level.name for level in levels.levels if level.to == known.to), None)
    if name in [level.name for level in levels.levels]:
        return levels.next(told, name)
    return None if levels.end.is_reached(told) else levels.end
