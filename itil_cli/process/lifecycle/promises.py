"""What a record is promised by the policy in force, written into its events (S5, S9)."""

from __future__ import annotations

from itil_cli.process.calendars import build
from itil_cli.process.incident import Value
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.time.instants import Duration, format_instant


def targets(case: Case, priority: str | None, service: str | None, tenant: str | None) -> dict[str, Value]:
    """Response and resolution targets with their calendar; no priority gives the provisional ones (S4)."""
    target = case.policy.target(priority, service=service, tenant=tenant)
    return {"response": target.response, "resolution": target.resolution, "calendar": target.calendar}


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


def closing(case: Case, at: int) -> dict[str, Value]:
    """`closes-at` and `reopen-until` of a resolution at `at` (S9, P13)."""
    closure = case.policy.closure
    closes = _after(case, at, closure.auto_close_after)
    until = _after(case, at, closure.reopen_window) or closes
    return {"closes-at": closes, "reopen-until": until}


def _after(case: Case, at: int, wait: Duration | None) -> str | None:
    if wait is None:
        return None
    calendar = build(case.policy)[case.policy.closure.calendar]
    if wait.unit == "s":
        return format_instant(calendar.add(at, wait.amount))
    return format_instant(calendar.add_days(at, wait.amount, business=wait.unit == "bd"))
