"""Thresholds inside a target: whom they tell, and that each tells once (P02, S3, S13).

- Those of the policy are for the SLA's clocks and the policy's own. Below 100 they go to the lower levels of
  the chain, in order; from 100 on to its end.
- A group's clock (OLA) and a vendor's (UC) tell of their breach alone: the group's lead, resp. the owner; the
  end of the chain where there is none.
- Each counts once for each clock and promise: a new target fires anew, and so does a reopening.
- A clock that has stopped tells nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itil_cli.process.clock import Clock
from itil_cli.process.clocks.values import Threshold
from itil_cli.process.demands.chain import Chain
from itil_cli.process.demands.values import Due, Times, since_reopening
from itil_cli.process.incident import Event, Incident, Value
from itil_cli.process.time.instants import format_instant

THRESHOLD, BREACH = "threshold", 100


def thresholds(incident: Incident, clocks: Sequence[Clock], chain: Chain, times: Times) -> Iterator[Due]:
    """Every threshold that is crossed and not on record."""
    events = since_reopening(incident)
    fired = {_key(event) for event in events if event.str("trigger") == THRESHOLD}
    again = events[0].at if events and events[0].do == "reopened" else 0
    for clock, crossed in crossings(clocks, times):
        key = (clock.name, crossed.percent, clock.promised_by)
        if crossed.crossed and crossed.at is not None and key not in fired:
            to, level = _addressee(incident, clock, chain, times, crossed.percent)
            yield _due(clock, crossed.percent, max(crossed.at, again), to, level)


def crossings(clocks: Sequence[Clock], times: Times) -> Iterator[tuple[Clock, Threshold]]:
    """Every threshold that is told, of clocks that have not stopped, with when it was crossed or will be."""
    for clock in clocks:
        if clock.state != "stopped":
            yield from ((clock, one) for one in clock.crossings(_percents(clock, times)))


def _percents(clock: Clock, times: Times) -> Sequence[int]:
    return [BREACH] if clock.group or clock.vendor else sorted(set(times.policy.thresholds.record))


def _key(event: Event) -> tuple[str | None, Value, str | None]:
    return event.str("clock"), event.get("threshold"), event.str("promise")


def _addressee(incident: Incident, clock: Clock, chain: Chain, times: Times, percent: int) -> tuple[str, str | None]:
    """Whom this threshold tells: the address or role, and the level of the chain."""
    if clock.vendor and incident.owner:
        return incident.owner, None
    group = times.policy.groups.get(clock.group or "")
    if group and group.lead:
        return group.lead, "group-lead"
    below = [] if clock.group or clock.vendor else [one for one in sorted(times.policy.thresholds.record) if one < 100]
    place = _percents(clock, times).index(percent)
    level = chain.lower[min(place, len(chain.lower) - 1)] if place < len(below) else chain.end
    return level.to, level.name


def _due(clock: Clock, percent: int, at: int, to: str, level: str | None) -> Due:
    whose = f"{clock.name} {clock.group or clock.vendor or ''}".strip()
    what = "breached" if percent >= BREACH else f"at {percent} %"
    data: dict[str, Value] = {
        "to": to,
        "level": level,
        "trigger": THRESHOLD,
        "clock": clock.name,
        "threshold": percent,
        "promise": clock.promised_by,
        "due": format_instant(at),
    }
    return Due("escalated", THRESHOLD, at, f"{whose} {what}: {to} is told", data)
