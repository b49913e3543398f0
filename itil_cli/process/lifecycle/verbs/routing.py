"""Classification and initial support (C1–C8, P08, P09): classify, assign, return, accept, take."""

from __future__ import annotations

from itil_cli.process.incident import ASSIGNED, IN_PROGRESS, LEVELS, NEW, Incident
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.advising import advise
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.mandatory import check_mandatory
from itil_cli.process.lifecycle.promises import major_targets, model_taken, ola, targets
from itil_cli.process.lifecycle.verbs.escalating import agreement, inform_of_priority
from itil_cli.process.rights import roles_on
from itil_cli.process.transitions import DESK, IM, SUPPORT


def classify(case: Case, incident_id: str) -> str:
    """Category, impact and urgency; the priority follows by the matrix (C1, C3, P08, S14)."""
    incident = permit(case, "classify", incident_id)
    command = case.command
    impact = command.text("impact") or incident.impact
    urgency = command.text("urgency") or incident.urgency
    missing = [name for name, value in (("impact", impact), ("urgency", urgency)) if value is None]
    if impact is None or urgency is None:
        how = " ".join(f"--{name} LEVEL" for name in missing)
        levels = f"Add {how} (levels: {', '.join(LEVELS)})."
        raise refuse(case, "C3", f"classifying {incident_id} needs its {' and '.join(missing)}.", levels)
    changed = incident.priority is not None and (impact, urgency) != (incident.impact, incident.urgency)
    if changed and command.text("message") is None:
        raise refuse(
            case,
            "P08",
            "a change of impact or urgency after the first classification needs a reason.",
            'Add -m "why".',
        )
    write_classification(case, incident_id, impact, urgency, category=command.text("category"))
    advise(case, incident_id)
    return incident_id


def write_classification(
    case: Case,
    incident_id: str,
    impact: str,
    urgency: str,
    *,
    category: str | None = None,
    rule: str | None = None,
) -> None:
    """The `classified` event with the promise it gives, and what P11 and S12 make of it."""
    command, before = case.command, case.incident(incident_id)
    service = command.text("service") or before.service
    names.choice("impact", impact, LEVELS)
    names.choice("urgency", urgency, LEVELS)
    priority = case.policy.matrix[impact][urgency]
    promise = targets(case, priority, service, before.tenant)
    model = model_taken(case)
    promise |= dict(model.targets) if model else {}
    if before.major == "accepted":
        promise |= major_targets(case, priority)
        promise |= {"update-every": case.policy.major.update_every.get(priority)}
    if before.group and before.priority is None and before.status != NEW:  # a rule assigned it unclassified
        promise |= ola(case, before.group, priority)
    case.add(
        incident_id,
        "classified",
        text=command.text("message") if command.verb == "classify" else None,
        impact=impact,
        urgency=urgency,
        priority=priority,
        category=names.category(case, category) if category else before.category,
        product=command.text("product"),
        service=names.service(case, service) if service and service != before.service else None,
        cis=[names.ci(case, name) for name in command.texts("cis")] or None,
        owner=_owner(case, before),
        verified=True if before.unverified and DESK in case.actor.roles else None,
        on_change=_on_change(case, before, priority),
        informs=["incident-manager"] if _lower(before.priority, priority) else None,
        rule=rule,
        promised=promise,
    )
    inform_of_priority(case, incident_id)


def _owner(case: Case, before: Incident) -> str | None:
    """The first of the desk who classifies it owns it (S14), unless somebody does."""
    owned = "@" in (before.owner or "")
    return case.actor.email if DESK in case.actor.roles and not owned else None


def _on_change(case: Case, before: Incident, priority: str) -> str | None:
    switch = case.policy.on_priority_change
    return switch if before.priority not in (None, priority) and switch != "retroactive" else None


def _lower(before: str | None, now: str) -> bool:
    return before is not None and now > before


def assign(case: Case, incident_id: str) -> str:
    """To a group, or to a person of it (C6); another group of support's only when agreed (P09)."""
    incident = permit(case, "assign", incident_id)
    to = case.command.text("to")
    wanted = case.command.text("group") or _group_of(case, to)
    if wanted is None:
        raise refuse(case, "C6", "assigning needs a group.", "Add --group G.")
    names.group(case, wanted)
    _check_agreement(case, incident, wanted)
    write_assignment(case, incident_id, wanted, to=to)
    return incident_id


def _group_of(case: Case, to: str | None) -> str | None:
    groups: tuple[str, ...] = names.person(case, to).groups if to else ()
    return groups[0] if len(groups) == 1 else None


def _check_agreement(case: Case, incident: Incident, wanted: str) -> None:
    roles = roles_on(incident, case.actor)
    if agreement(case, wanted) or roles & {DESK, IM}:
        return
    if SUPPORT in roles and wanted not in case.actor.groups:
        raise refuse(
            case,
            "P09",
            f"handing {incident.id} to {wanted} needs the agreement of somebody there.",
            f"Add --agreed-with PERSON of {wanted}, or give it back: `itil return {incident.id} -m WHY`.",
        )


def write_assignment(
    case: Case, incident_id: str, group: str, *, to: str | None = None, rule: str | None = None
) -> None:
    """The `assigned` event, and `accepted` where naming the person accepts (S10).

    A rule assigns what nobody has classified yet, too; of a person the mandatory fields are asked."""
    if rule is None:
        check_mandatory(case, "assign", incident_id)
    assignee = names.person(case, to) if to else None
    if assignee and group not in assignee.groups:
        raise refuse(
            case,
            "C6",
            f"{assignee.email} is not in {group}.",
            f"Members of {group}: {', '.join(case.people.members(group)) or 'none'}.",
        )
    case.add(
        incident_id,
        "assigned",
        text=case.command.text("message") if case.command.verb == "assign" else None,
        group=group,
        to=assignee.email if assignee else None,
        agreed_with=agreement(case, group),
        rule=rule,
        promised=ola(case, group, case.incident(incident_id).priority),
    )
    if assignee and assignee.email == case.actor.email:
        case.add(incident_id, "accepted")
    elif assignee and case.policy.in_progress_on == "assignment-to-person":
        case.add(incident_id, "accepted", to=assignee.email, rule="in-progress-on")


def return_(case: Case, incident_id: str) -> str:
    """Back to the desk, which routes it again (C7, P09)."""
    incident = permit(case, "return", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "C7", "returning a ticket needs a reason.", 'Add -m "why".')
    desk = case.policy.desk(incident.tenant)
    case.add(incident_id, "returned", text=message, group=desk, promised=ola(case, desk, incident.priority))
    return incident_id


def accept(case: Case, incident_id: str) -> str:
    """The analyst takes it on, which meets the response target (I1)."""
    permit(case, "accept", incident_id)
    case.add(incident_id, "accepted")
    return incident_id


def take(case: Case, incident_id: str) -> str:
    """Assign to me and accept, in one commit (S19)."""
    incident = case.incident(incident_id)
    if incident.status == IN_PROGRESS and incident.assignee == case.actor.email:
        raise refuse(case, "I1", f"{incident_id} is yours already.")
    if incident.status == ASSIGNED and (incident.group in case.actor.groups or not case.actor.groups):
        return accept(case, incident_id)
    permit(case, "assign", incident_id)
    mine = _my_group(case, incident)
    _check_agreement(case, incident, mine)
    write_assignment(case, incident_id, mine, to=case.actor.email)
    return incident_id


def _my_group(case: Case, incident: Incident) -> str:
    """The group it lies with, when mine; else my first that is no desk."""
    if not case.actor.groups:
        raise refuse(
            case,
            "C6",
            f"{case.actor.email} is in no group to take {incident.id} into.",
            "Assign it to a group and accept it there, or let people.yaml say which groups are yours.",
        )
    known = [case.policy.groups[name] for name in case.actor.groups if name in case.policy.groups]
    solving = [group.name for group in known if not group.desk]
    if incident.group in case.actor.groups and (incident.status != "new" or not solving):
        return str(incident.group)
    return solving[0] if solving else case.actor.groups[0]
