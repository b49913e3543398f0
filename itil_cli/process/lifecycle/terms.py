"""What the policy in force promises a record, from its values alone (S5, S9): clocks of its own, and closure."""

from __future__ import annotations

from collections.abc import Mapping

from itil_cli.process.calendar import Calendar
from itil_cli.process.incident import Incident, Value
from itil_cli.process.settings.policy import ClockSpec, Policy
from itil_cli.process.time.instants import Duration, format_instant


def further(policy: Policy, before: Incident, do: str, data: Mapping[str, Value]) -> dict[str, Value]:
    """`clocks` of an event to come: the policy's own clocks that it starts or that get a target by it (S5)."""
    found: dict[str, Value] = {}
    for spec in policy.clocks.values():
        runs = _runs(before, spec.name)
        starts = do == spec.start and not runs
        if starts or (runs and do == "classified"):
            entry = (_ends(spec) if starts else {}) | _target(spec, before, data)
            found |= {spec.name: entry} if entry else {}
    return {"clocks": found} if found else {}


def _ends(spec: ClockSpec) -> dict[str, Value]:
    pauses: dict[str, Value] = {"pause": list(spec.pauses)} if spec.pauses else {}
    return {"stop": spec.stop, **pauses}


def _target(spec: ClockSpec, before: Incident, data: Mapping[str, Value]) -> dict[str, Value]:
    priority, service, tenant = (_fact(before, data, name) for name in ("priority", "service", "tenant"))
    target = spec.target(priority, service, tenant)
    return {"target": target, "calendar": spec.calendar} if target else {}


def _fact(before: Incident, data: Mapping[str, Value], name: str) -> str | None:
    said = data.get(name, getattr(before, name))
    return said if isinstance(said, str) else None


def _runs(incident: Incident, name: str) -> bool:
    """Whether a clock of the policy was started and is not over."""
    runs, stop = False, None
    for state in incident.trail:
        said = state.event.get("clocks")
        entry = said.get(name) if isinstance(said, dict) else None
        if isinstance(entry, dict) and "stop" in entry:
            runs, stop = True, entry["stop"]
        elif state.event.do == stop:
            runs = False
        elif state.event.do == "reopened" and stop == "resolved":
            runs = True
    return runs


def closing_by(policy: Policy, calendars: Mapping[str, Calendar], at: int) -> dict[str, Value]:
    """The same by a policy, for what another system resolved."""
    closure = policy.closure
    calendar = calendars[closure.calendar]
    closes = _after(calendar, at, closure.auto_close_after)
    until = _after(calendar, at, closure.reopen_window) or closes
    return {"closes-at": closes, "reopen-until": until}


def _after(calendar: Calendar, at: int, wait: Duration | None) -> str | None:
    found = calendar.later(at, wait) if wait is not None else None
    return None if found is None else format_instant(found)
