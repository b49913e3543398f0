"""Escalation (P02, P10, P11, S13): by hand, by contact, by priority; and its acknowledgement."""

from __future__ import annotations

from itil_cli.errors import Refused
from itil_cli.process.demands.chain import Level, chain, holders
from itil_cli.process.demands.owed import DEMAND, owed
from itil_cli.process.incident import Incident
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.promises import ola
from itil_cli.process.lifecycle.proposing import propose_by_rule
from itil_cli.process.rights import roles_on
from itil_cli.process.transitions import DESK, IM

REASONS = ("unknown-group", "misrouted", "cannot-resolve", "threshold", "repeat", "decision")


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
    level = next_level(case, incident)
    case.add(
        incident.id,
        "escalated",
        text=case.command.text("message"),
        to=level.to if level else IM,
        level=level.name if level else None,
        trigger="by-hand",
        reason=reason,
        for_decision=case.command.flag("for_decision") or None,
    )


def next_level(case: Case, incident: Incident) -> Level | None:
    """The next level of the chain that is somebody else (P11, S13); None where all were told."""
    told = {case.actor.email}
    for known in incident.escalations:
        if known.group is None:  # a group is no level, though it may be called as a role is
            told |= {known.to, *holders(known.to, case.people, case.now)}
    return chain(incident, case.policy, case.people, case.now).next(told)


def by_contact(case: Case, incident_id: str) -> None:
    """A demand goes to the incident manager (D6), once while it is unanswered."""
    fired = [known for known in case.incident(incident_id).escalations if known.trigger == DEMAND]
    if not any(known.acknowledged_at is None for known in fired):
        case.add(incident_id, "escalated", to=IM, trigger=DEMAND, rule="D6")


def by_rule(case: Case, incident_id: str) -> None:
    """What a priority, repeat calls or recurrences owe goes to the incident manager (P11, D6)."""
    for one in list(owed(case.incident(incident_id), case.policy)):
        case.add(incident_id, "escalated", to=IM, trigger=one.trigger, rule=one.rule)


def inform_of_priority(case: Case, incident_id: str) -> None:
    """P1 and P2 inform the incident manager at once (P11); the policy's priorities propose a major (S12)."""
    by_rule(case, incident_id)
    propose_by_rule(case, incident_id)


def acknowledge(case: Case, incident_id: str) -> str:
    """Whoever was addressed takes notice, with the decision where one was asked for (P11).

    A question that was taken notice of waits for its decision still."""
    incident = permit(case, "acknowledge", incident_id)
    decision, decider = case.command.text("decision"), case.command.text("decided_by")
    if decider and decision is None:
        raise refuse(case, "P11", "--decided-by names who decided, and there is no decision.", "Add --decision TEXT.")
    waiting = [known for known in incident.escalations if known.acknowledged_at is None or (decision and known.asks)]
    if not waiting:
        raise _nothing_to_answer(case, incident)
    names_of_mine = {case.actor.email, *case.actor.roles, *case.actor.groups}
    mine = [known for known in waiting if known.to in names_of_mine] or waiting
    for known in mine:
        case.add(
            incident_id,
            "acknowledged",
            text=decision if known is mine[-1] else None,
            escalation=known.n,
            decided_by=(names.person(case, decider).email if decider else case.actor.email) if decision else None,
        )
    if decision is None and any(known.asks for known in mine):
        case.notes.append(f"The question waits for its decision: `itil acknowledge {incident_id} --decision TEXT`.")
    return incident_id


def _nothing_to_answer(case: Case, incident: Incident) -> Refused:
    if any(known.asks for known in incident.escalations):
        return refuse(case, "P11", f"what waits on {incident.id} is a decision.", "Add --decision TEXT.")
    return refuse(case, "P11", f"nothing is escalated on {incident.id} that waits for an answer.")
