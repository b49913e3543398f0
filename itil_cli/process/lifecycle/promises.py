"""What a record is promised by the policy in force, written into its events (S5, S9).

- Response, resolution and their calendar stand in `logged`, `classified`, `major-accepted`, `major-demoted`.
- A group's OLA stands in the event that brings the group, a vendor's contract in `vendor-opened`.
- A clock that the policy adds (`clocks:`) stands in its start event under `clocks`, by its name, as
  `{stop: closed, pause: [scheduled], target: 62h, calendar: business}`; without a target where there is no
  priority yet or none for it. `classified` carries `{target, calendar}` for each that runs. The first target
  holds from the start, a later one from its event on, as it is with resolution (`clocks/others.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from itil_cli.process.calendar import Calendar
from itil_cli.process.incident import Incident, Value
from itil_cli.process.knowledge.models import Model
from itil_cli.process.settings.policy import ClockSpec, Policy
from itil_cli.process.time.instants import Duration, format_instant

if TYPE_CHECKING:
    from itil_cli.process.lifecycle.case import Case


def targets(case: Case, priority: str | None, service: str | None, tenant: str | None) -> dict[str, Value]:
    """Response and resolution targets with their calendar; no priority gives the provisional ones (S4)."""
    target = case.policy.target(priority, service=service, tenant=tenant)
    return {"response": target.response, "resolution": target.resolution, "calendar": target.calendar}


def model_taken(case: Case) -> Model | None:
    """The incident model that a `log` follows."""
    found = case.command.options.get("model_value")
    return found if isinstance(found, Model) else None


def major_targets(case: Case, priority: str | None) -> dict[str, Value]:
    """The shorter targets of an accepted major incident (M11); empty where the policy names none."""
    target = case.policy.major_target(priority or "")
    if target is None:
        return {}
    return {"response": target.response, "resolution": target.resolution, "calendar": target.calendar}


def ola(case: Case, group: str, priority: str | None) -> dict[str, Value]:
    """The group's own target for one visit (S8); empty where there is none."""
    found = case.policy.ola(group, priority)
    return {"ola": found[0], "ola-calendar": found[1]} if found else {}


def contract(case: Case, vendor: str) -> dict[str, Value]:
    """What the vendor's contract promises (S8); empty for a vendor that the policy does not know."""
    known = case.policy.vendors.get(vendor)
    return {"uc": known.contract, "uc-calendar": known.calendar} if known else {}


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


def closing(case: Case, at: int) -> dict[str, Value]:
    """`closes-at` and `reopen-until` of a resolution at `at` (S9, P13)."""
    return closing_by(case.policy, case.calendars, at)


def closing_by(policy: Policy, calendars: Mapping[str, Calendar], at: int) -> dict[str, Value]:
    """The same by a policy, for what another system resolved."""
    closure = policy.closure
    calendar = calendars[closure.calendar]
    closes = _after(calendar, at, closure.auto_close_after)
    until = _after(calendar, at, closure.reopen_window) or closes
    return {"closes-at": closes, "reopen-until": until}


def _after(calendar: Calendar, at: int, wait: Duration | None) -> str | None:
    if wait is None:
        return None
    if wait.unit == "s":
        return format_instant(calendar.add(at, wait.amount))
    return format_instant(calendar.add_days(at, wait.amount, business=wait.unit == "bd"))
