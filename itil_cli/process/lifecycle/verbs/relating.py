"""Links between records (C4, P03, S11): link, unlink."""

from __future__ import annotations

from itil_cli.process import family
from itil_cli.process.incident import CANCELED, Incident
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.proposing import propose_by_rule

_WHAT = {"INC": "incident", "PRB": "problem", "KE": "known error", "KB": "article"}


def link(case: Case, incident_id: str) -> str:
    """`link ID RELATION TARGET`, in both files in one commit."""
    incident = permit(case, "link", incident_id)
    relation = names.choice("relation", case.command.text("relation") or "", family.RELATIONS)
    target = _target(case, relation)
    if relation == "child-of":
        family.check_child(incident, case.incident(target))
    elif target == incident_id:
        raise refuse(case, "S11", f"{incident_id} cannot be linked to itself.")
    elif (relation, target) in incident.links:
        raise refuse(case, "S11", f"{incident_id} has this link to {target} already.")
    if relation == "duplicate-of":
        _duplicate(case, incident, target)
    else:
        family.join(case, incident_id, relation, target, text=case.command.text("message"))
    if relation == "child-of":
        propose_by_rule(case, target)
    return incident_id


def _target(case: Case, relation: str) -> str:
    given = case.command.text("target") or ""
    kinds = family.kinds_for(relation)
    return names.known_record(case, given, kinds[0], _WHAT[kinds[0]]) if kinds else given


def _duplicate(case: Case, incident: Incident, target: str) -> None:
    """Only a double entry of the same requestor or alert: linked and canceled; its people watch (S11)."""
    other = case.incident(target)
    if incident.requestor != other.requestor:
        raise refuse(
            case,
            "S11",
            f"{incident.id} is of {incident.requestor}, {target} of {other.requestor}: no double entry.",
            f"Make it a child: `itil link {incident.id} child-of {target}`.",
        )
    if other.status == CANCELED:
        raise refuse(case, "S11", f"{target} is canceled; nothing is a double entry of it.", f"`itil show {target}`")
    family.refuse_open_children(case, incident)
    family.join(case, incident.id, "duplicate-of", target)
    case.add(
        incident.id,
        "canceled",
        text=case.command.text("message") or f"Double entry of {target}.",
        reason="double-entry",
        rule="duplicate-of",
    )
    _watch(case, incident, target)


def _watch(case: Case, incident: Incident, target: str) -> None:
    callers = {event.str("from") for event in incident.events if event.do == "contacted"}
    watchers = sorted(caller for caller in callers if caller and caller != case.incident(target).requestor)
    if watchers:
        case.add(
            target,
            "noted",
            text=f"Also called about {incident.id}: {', '.join(watchers)}.",
            watchers=watchers,
        )


def unlink(case: Case, incident_id: str) -> str:
    """Take a link out again, in both files."""
    incident = permit(case, "unlink", incident_id)
    relation = names.choice("relation", case.command.text("relation") or "", family.RELATIONS)
    target = _target(case, relation)
    there = incident.parent == target if relation == "child-of" else (relation, target) in incident.links
    if not there:
        raise refuse(case, "S11", f"{incident_id} has no link {relation} to {target}.")
    family.part(case, incident_id, relation, target, case.command.text("message"))
    return incident_id
