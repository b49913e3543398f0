"""What the services suggest at logging and classifying (C4): who is affected downstream, impact, group.

Suggestions are remarks on the card; nothing is written, and nobody has to follow them.
"""

from __future__ import annotations

from itil_cli.process.incident import LEVELS, NEW, Incident
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.settings.services import Service, Services
from itil_cli.process.transitions import BOT


def advise(case: Case, incident_id: str) -> None:
    """Remarks about the incident's service, where services.yaml knows it."""
    incident = case.incident(incident_id)
    service = case.services.get(incident.service or "")
    if service is None or BOT in case.actor.roles:
        return
    below = case.services.downstream(service.name)
    if below:
        case.notes.append(f"Affected downstream of {service.name}: {', '.join(below)}.")
    suggested = suggested_impact(case.services, service)
    if suggested and _is_lower(incident.impact, suggested):
        case.notes.append(f"Suggested impact: {suggested} (services.yaml).")
    if service.group and _waits_at_the_desk(case, incident) and service.group != incident.group:
        case.notes.append(f"Suggested group: {service.group} (services.yaml).")


def suggested_impact(services: Services, service: Service) -> str | None:
    """The gravest criticality among the service and what depends on it; None where none is said."""
    known = [services.get(name) for name in (service.name, *services.downstream(service.name))]
    said = [one.criticality for one in known if one and one.criticality]
    return min(said, key=LEVELS.index, default=None)


def _is_lower(impact: str | None, suggested: str) -> bool:
    return impact is None or LEVELS.index(impact) > LEVELS.index(suggested)


def _waits_at_the_desk(case: Case, incident: Incident) -> bool:
    group = case.policy.groups.get(incident.group or "")
    return incident.status == NEW and group is not None and group.desk
