"""What proposes a major incident by itself (S12): the policy's `major.propose` and `major.propose-on`.

- An incident that is a child, or was proposed, accepted, rejected or demoted before, is not proposed by a rule.
- A priority of `major.propose`; so many children; high or critical impact on a service of that criticality; a P1
  or P2 in a critical period (dates in the store's zone).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from itil_cli.process.incident import Incident
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.time.zones import zone

URGENT = ("P1", "P2")
GRAVE = ("critical", "high")


def propose_by_rule(case: Case, incident_id: str) -> None:
    """Write the proposal that the first rule demands, if one does."""
    incident = case.incident(incident_id)
    if incident.major is not None or incident.parent is not None or not incident.is_open:
        return
    for rule, criterion in _demanded(case, incident):
        known = criterion if criterion in case.policy.major.criteria else None
        case.add(incident_id, "major-proposed", rule=rule, criterion=known)
        if rule != "major.propose":  # a priority says so by itself
            case.notes.append(f"{incident_id} is proposed as a major incident ({rule}).")
        return


def _demanded(case: Case, incident: Incident) -> Iterator[tuple[str, str | None]]:
    """The rules that propose it, each with the criterion that it stands for."""
    major = case.policy.major
    if incident.priority in major.propose:
        yield "major.propose", None
    wanted = major.propose_on.children
    if wanted is not None and len(incident.children) >= wanted:
        yield "major.propose-on.children", "many-customers"
    service = case.services.get(incident.service or "")
    if service and service.criticality in major.propose_on.criticality and incident.impact in GRAVE:
        yield "major.propose-on.criticality", "critical-service"
    if major.propose_on.critical_period and incident.priority in URGENT and _in_critical_period(case):
        yield "major.propose-on.critical-period", "critical-period"


def _in_critical_period(case: Case) -> bool:
    today = datetime.fromtimestamp(case.now, zone(case.policy.zone)).date().isoformat()
    return any(period.start <= today <= period.end for period in case.policy.major.critical_periods)
