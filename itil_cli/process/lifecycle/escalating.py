"""Escalation (P02, P10, P11, S13): by hand, by contact, by priority; and its acknowledgement."""

from __future__ import annotations

from itil_cli.process.incident import Incident
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.promises import ola
from itil_cli.process.rights import roles_on
from itil_cli.process.transitions import DESK, IM

REASONS = ("unknown-group", "misrouted", "cannot-resolve", "threshold", "repeat", "decision")
URGENT = ("P1", "P2")


def escalate(case: Case, incident_id: str) -> str:
    """Functional to a group (R3), or hierarchical up the chain (P11)."""
    incident = permit(case, "escalate", incident_id)
    to, up = case.command.text("to"), case.command.flag("up")
    reason = case.command.text("reason") or ("decision" if case.command.flag("for_decision") else None)
    if bool(to) == up:
        raise refuse(case, "P10", "an escalation goes to a group or up the chain.", "Add --to G or --up.")
    if reason is None or case.command.text("message") is None:
        raise refuse(
            case,
            "P10",
            "an escalation needs a reason and a text.",
            f'Add --reason R (one of {", ".join(REASONS)}) and -m "…".',
        )
    names.choice("escalation reason", reason, REASONS)
    if to:
        _functional(case, incident, names.group(case, to), reason)
    else:
        _up(case, incident, reason)
    return incident_id


def _functional(case: Case, incident: Incident, group: str, reason: str) -> None:
    agreed = agreement(case, group)
    free = roles_on(incident, case.actor) & {DESK, IM} or group in case.actor.groups
    if not free and not agreed and group not in ladder(case, incident.group):
        up = ", ".join(ladder(case, incident.group)) or "none"
        raise refuse(
            case,
            "P09",
            f"{group} is not up the ladder of {incident.group} (that is: {up}).",
            f"Add --agreed-with PERSON of {group}, or `itil return {incident.id} -m WHY`.",
        )
    case.add(
        incident.id,
        "escalated",
        text=case.command.text("message"),
        to=group,
        group=group,
        trigger="by-hand",
        reason=reason,
        agreed_with=agreed,
        promised=ola(case, group, incident.priority),
    )


def agreement(case: Case, group: str) -> str | None:
    """Who agreed for the group (P09), where somebody is named. Raises Refused for somebody who cannot."""
    named = case.command.text("agreed_with")
    if named is None:
        return None
    other = names.person(case, named)
    if group not in other.groups:
        raise refuse(
            case,
            "P09",
            f"{other.email} is not in {group} and cannot agree for it.",
            f"Members of {group}: {', '.join(case.people.members(group)) or 'none'}.",
        )
    return other.email


def ladder(case: Case, group: str | None) -> tuple[str, ...]:
    """The groups above this one, by `escalates-to`."""
    steps: list[str] = []
    known = case.policy.groups.get(group or "")
    while known and known.escalates_to and known.escalates_to not in steps:
        steps.append(known.escalates_to)
        known = case.policy.groups.get(known.escalates_to)
    return tuple(steps)


def _up(case: Case, incident: Incident, reason: str) -> None:
    case.add(
        incident.id,
        "escalated",
        text=case.command.text("message"),
        to=next_level(case, incident),
        trigger="by-hand",
        reason=reason,
        for_decision=case.command.flag("for_decision") or None,
    )


def next_level(case: Case, incident: Incident) -> str:
    """The next level of the chain that is somebody else; the incident manager is the last (P11, S13)."""
    reached = {case.actor.email}
    handed_over = {event.n for event in incident.events if event.do == "escalated" and event.get("group")}
    for known in incident.escalations:
        if known.n not in handed_over:  # a group is no level, though it may be called as a role is
            reached |= {known.to, *_holders(case, known.to)}
    for level in case.policy.chain:
        addressee = _addressee(case, incident, level)
        if addressee and addressee not in reached and not _holders(case, addressee) <= reached:
            return addressee
    return IM


def _holders(case: Case, addressee: str) -> set[str]:
    """The people of a level: levels held by one person are one level (S13)."""
    if "@" in addressee:
        return {case.people.get(addressee).email}
    return {one.email for one in case.people.all() if addressee in one.at(case.now).roles}


def _addressee(case: Case, incident: Incident, level: str) -> str | None:
    if level == "assignee":
        return incident.assignee
    if level == "group-lead":
        group = case.policy.groups.get(incident.group or "")
        return group.lead if group else None
    return level


def by_contact(case: Case, incident_id: str, trigger: str) -> None:
    """A repeat or escalation call goes to the incident manager (D6).

    Repeats do so once, until a reopening starts anew (S13); a demand, once while it is unanswered."""
    fired = [known for known in case.incident(incident_id).escalations if known.trigger == trigger]
    if not any(trigger == "repeat" or known.acknowledged_at is None for known in fired):
        case.add(incident_id, "escalated", to=IM, trigger=trigger, rule="D6")


def inform_of_priority(case: Case, incident_id: str, before: str | None) -> None:
    """P1 and P2 inform the incident manager at once (P11); the policy's priorities propose a major (S12)."""
    incident = case.incident(incident_id)
    priority = incident.priority
    if priority in URGENT and priority != before:
        case.add(incident_id, "escalated", to=IM, trigger=priority, rule="P11")
    if priority in case.policy.major.propose and incident.major is None and incident.parent is None:
        case.add(incident_id, "major-proposed", rule="major.propose")


def acknowledge(case: Case, incident_id: str) -> str:
    """Whoever was addressed takes notice, with the decision where one was asked for (P11)."""
    incident = permit(case, "acknowledge", incident_id)
    waiting = [known for known in incident.escalations if known.acknowledged_at is None]
    if not waiting:
        raise refuse(case, "P11", f"nothing is escalated on {incident_id} that waits for an answer.")
    names_of_mine = {case.actor.email, *case.actor.roles, *case.actor.groups}
    mine = [known for known in waiting if known.to in names_of_mine] or waiting
    decision = case.command.text("decision")
    decider = case.command.text("decided_by")
    for known in mine:
        case.add(
            incident_id,
            "acknowledged",
            text=decision if known is mine[-1] else None,
            escalation=known.n,
            decided_by=(names.person(case, decider).email if decider else case.actor.email) if decision else None,
        )
    return incident_id
