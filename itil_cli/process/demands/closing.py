"""When the clock closes a resolved incident of which nothing else can become due, from its events alone.

A store that nobody sweeps may hold a hundred thousand of them: an index that keeps this instant need not ask each."""

from __future__ import annotations

from itil_cli.process.incident import OPEN, RESOLVED, Incident, State
from itil_cli.process.time.instants import parse_instant

NEVER = 1 << 40  # epoch seconds: nothing comes


def closing(incident: Incident) -> int | None:
    """When the clock closes a resolved incident of which nothing else can become due (epoch seconds), or NEVER.

    None for every other incident: what may be due there has to be asked."""
    if incident.status != RESOLVED or incident.major == "accepted" or incident.unanswered is not None:
        return None
    if any("clocks" in state.event.data or _late_vendor(state) for state in incident.trail):
        return None  # a clock may run on
    try:
        return NEVER if incident.closes_at is None else parse_instant(incident.closes_at)
    except ValueError:
        return None


def _late_vendor(state: State) -> bool:
    return state.event.do == "vendor-opened" and state.status not in OPEN
