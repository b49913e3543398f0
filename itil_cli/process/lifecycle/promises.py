"""What a record is promised by the policy in force, written into its events (S5, S9).

- Response, resolution and their calendar stand in `logged`, `classified`, `major-accepted`, `major-demoted`.
- A group's OLA stands in the event that brings the group, a vendor's contract in `vendor-opened`.
- A clock that the policy adds (`clocks:`) stands in its start event under `clocks`, by its name, as
  `{stop: closed, pause: [scheduled], target: 62h, calendar: business}`; without a target where there is no
  priority yet or none for it. `classified` carries `{target, calendar}` for each that runs. The first target
  holds from the start, a later one from its event on, as it is with resolution (`clocks/others.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.process.incident import Value
from itil_cli.process.knowledge.models import Model
from itil_cli.process.lifecycle.terms import closing_by

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


def closing(case: Case, at: int) -> dict[str, Value]:
    """`closes-at` and `reopen-until` of a resolution at `at` (S9, P13)."""
    return closing_by(case.policy, case.calendars, at)
