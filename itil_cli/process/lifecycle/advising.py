"""What the services suggest at logging and classifying (C4): who is affected downstream, service, impact, group.

Suggestions are remarks on the card; nothing is written, and nobody has to follow them.
"""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.process.incident import LEVELS, NEW, Incident
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.settings.services import Service, Services
from itil_cli.process.transitions import BOT


def advise(case: Case, incident_id: str) -> None:
    """Remarks about the incident's service, items and tenant, where services.yaml or the policy knows them."""
    incident = case.incident(incident_id)
    if BOT in case.actor.roles:
        return
    requestor = case.people.get(incident.requestor) if incident.requestor else None
    if requestor and requestor.vip and requestor.email != case.actor.email:
        case.notes.append(f"{requestor.email} is a VIP.")
    service = case.services.get(incident.service or "")
    case.notes += _of_service(case, incident, service) if service else _of_items(case, incident)
    group, why = suggested_group(case, service, incident.tenant)
    if group and _waits_at_the_desk(case, incident) and group != incident.group:
        case.notes.append(f"Suggested group: {group} ({why}).")


def _of_service(case: Case, incident: Incident, service: Service) -> Iterator[str]:
    below = case.services.downstream(service.name)
    if below:
        yield f"Affected downstream of {service.name}: {', '.join(below)}."
    suggested = suggested_impact(case.services, service)
    if suggested and _is_lower(incident.impact, suggested):
        yield f"Suggested impact: {suggested} (services.yaml)."


def _of_items(case: Case, incident: Incident) -> Iterator[str]:
    """The services of the configuration items, where no service is named."""
    named = dict.fromkeys(name for ci in incident.cis for name in case.services.of_ci(ci))
    if named and incident.service is None:
        yield f"Suggested service: {' or '.join(named)} (services.yaml)."


def suggested_group(case: Case, service: Service | None, tenant: str | None) -> tuple[str | None, str]:
    """The service's group, unless that serves other tenants only; then the first support group that names this one.
    And where that is said."""
    groups = case.policy.groups
    own = groups.get(service.group or "") if service else None
    if own and (tenant is None or not own.tenants or tenant in own.tenants):
        return own.name, "services.yaml"
    serving = [one.name for one in groups.values() if not one.desk and tenant in one.tenants]
    return (serving[0] if serving else None), f"it serves {tenant}"


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
