"""Resolution, confirmation, closure (R1–R4, F1–F5, P07, P13, P14, S9): resolve, reopen, close, cancel."""

from __future__ import annotations

from itil_cli.process import family, knowledge
from itil_cli.process.incident import NEW, Incident
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.mandatory import check_mandatory
from itil_cli.process.lifecycle.promises import closing, ola
from itil_cli.process.lifecycle.verbs import following
from itil_cli.process.lifecycle.verbs.working import resume_first
from itil_cli.process.rights import roles_on, speaks_for
from itil_cli.process.time.instants import format_instant, parse_instant
from itil_cli.process.transitions import BOT, DESK, IM, SUPPORT

KINDS = ("permanent", "workaround", "no-fault", "recovered", "by-parent", "by-problem")
CANCEL_REASONS = ("withdrawn", "gone", "cannot-replicate", "not-an-incident", "double-entry")
ALWAYS_CANCELABLE = ("not-an-incident", "double-entry")
WAITING_STAFF = frozenset({DESK, SUPPORT, IM})


def resolve(case: Case, incident_id: str) -> str:
    """Code, notes and category make the work log complete (R4); what follows is in the same commit (S9)."""
    incident = permit(case, "resolve", incident_id)
    code, kind = _closure_code(case)
    if case.command.text("message") is None:
        raise refuse(case, "R4", "resolving needs notes: cause and fix.", 'Add -m "…".')
    _check_bot(case, kind)
    following.refuse_open_tasks(case, incident)
    links = _given_links(case)
    resume_first(case, incident_id)
    if incident.status == NEW and kind != "recovered":
        case.add(incident_id, "accepted", rule="S4")
    _write_resolved(case, incident_id, incident, code, kind)
    for relation, target in links:
        if target not in case.incident(incident_id).linked(relation):
            family.join(case, incident_id, relation, target)
    if kind == "workaround" and case.command.text("no_problem") is None:
        knowledge.propose_after_workaround(case, incident_id)
    if case.command.flag("article"):
        _draft_article(case, incident_id)
    check_mandatory(case, "resolve", incident_id)
    family.resolve_children(case, incident_id)
    if case.command.text("confirmed_by"):
        permit(case, "close", incident_id)
        write_close(case, incident_id, names.person(case, case.command.text("confirmed_by") or "").email)
    return incident_id


def _draft_article(case: Case, incident_id: str) -> None:
    """An article from the incident, unless an earlier resolution drafted it (F5)."""
    known = knowledge.drafted_from(case, case.incident(incident_id), "article")
    if known:
        case.notes.append(f"{known} was drafted from it already.")
    else:
        knowledge.draft_article(case, incident_id)


def _closure_code(case: Case) -> tuple[str, str]:
    code = case.command.text("code")
    codes = case.policy.codes
    if code is None:
        raise refuse(case, "R4", "resolving needs a closure code.", f"Add --code C (one of {', '.join(codes)}).")
    names.choice("closure code", code, codes)
    kind = case.command.text("kind")
    return code, names.choice("kind", kind, KINDS) if kind else codes[code]


def _check_bot(case: Case, kind: str) -> None:
    if kind != "recovered" and case.actor.roles == {BOT}:
        raise refuse(case, "R2", "a bot resolves only what has recovered by itself.", "Use --code recovered.")


def _given_links(case: Case) -> list[tuple[str, str]]:
    found = []
    for relation, kind, what in (("known-error", "KE", "known error"), ("problem", "PRB", "problem")):
        given = case.command.text(relation.replace("-", "_"))
        if given:
            found.append((relation, names.known_record(case, given, kind, what)))
    return found


def _write_resolved(case: Case, incident_id: str, before: Incident, code: str, kind: str) -> None:
    wanted = case.command.text("category")
    category = names.category(case, wanted) if wanted else before.category
    if wanted is None:
        case.notes.append(f"Category {category} is confirmed (P07)." if category else "It has no category (C1).")
    children = before.children
    case.add(
        incident_id,
        "resolved",
        n=case.name(incident_id, *children, spare=1 if children else 0),  # a child's `resumed` comes before it
        text=case.command.text("message"),
        code=code,
        kind=kind,
        category=category,
        no_problem=case.command.text("no_problem"),
        recovered=case.command.text("recovered"),
        public=True,
        promised=closing(case, max(case.now, before.last_at)),
    )


def reopen(case: Case, incident_id: str) -> str:
    """The requestor rejects it, or the fix failed: back to the last resolving group (F3, S6)."""
    incident = permit(case, "reopen", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "F3", "reopening needs a reason.", 'Add -m "why".')
    check_window(case, incident)
    asked = case.command.text("requested_by")
    requestor = names.person(case, asked).email if asked else _self_requested(case, incident)
    write_reopen(case, incident_id, message, requestor)
    return incident_id


def _self_requested(case: Case, incident: Incident) -> str | None:
    staff = case.actor.roles & WAITING_STAFF
    return case.actor.email if not staff and speaks_for(case.actor, incident, case.people) else None


def check_window(case: Case, incident: Incident) -> None:
    """Raises Refused (P13) after `reopen-until`, where the policy has a window of its own (S9)."""
    until = incident.reopen_until
    if until and until != incident.closes_at and case.now > parse_instant(until):
        raise refuse(
            case,
            "P13",
            f"{incident.id} could be reopened until {until}; it is {format_instant(case.now)}.",
            "Log a new one that follows it: `itil log …`, then `itil link NEW follows OLD`.",
        )


def write_reopen(case: Case, incident_id: str, message: str, requestor: str | None, *, rule: str | None = None) -> None:
    """The `reopened` event; reopened by staff, the children that it resolved reopen with it (S11)."""
    before = case.incident(incident_id)
    group = before.resolving_group or before.group
    event = case.add(
        incident_id,
        "reopened",
        n=case.name(incident_id, *before.children),
        text=message,
        mode=case.policy.on_reopen,
        group=group,
        requested_by=requestor,
        public=True if requestor else None,
        rule=rule,
        promised=ola(case, group, before.priority) if group else None,
    )
    if requestor is None:
        family.reopen_children(case, incident_id, before.resolved_n, event)


def close(case: Case, incident_id: str) -> str:
    """Confirmed, so it closes (F2)."""
    incident = permit(case, "close", incident_id)
    given = case.command.text("confirmed_by")
    confirmed = names.person(case, given).email if given else None
    if confirmed is None and speaks_for(case.actor, incident, case.people):
        confirmed = case.actor.email
    if confirmed is None and IM not in roles_on(incident, case.actor):
        raise refuse(
            case,
            "F2",
            "closing needs the requestor's confirmation.",
            "Add --confirmed-by PERSON, or let it close by itself.",
        )
    write_close(case, incident_id, confirmed)
    return incident_id


def write_close(case: Case, incident_id: str, confirmed: str | None, *, rule: str | None = None) -> None:
    """The `closed` event; an accepted major waits for its review (M8)."""
    incident = case.incident(incident_id)
    waived = case.command.text("waive_review")
    if incident.major == "accepted" and case.policy.major.review_before_close and not (incident.reviewed or waived):
        raise refuse(
            case,
            "M8",
            f"{incident_id} is a major incident without a review.",
            f'First `itil major review {incident_id} finish -m "…"`, or --waive-review WHY.',
        )
    if confirmed and incident.requestor and confirmed != incident.requestor:
        case.notes.append(f"Confirmed by {confirmed}; the requestor is {incident.requestor}.")
    said = case.command.text("close_message")
    case.add(incident_id, "closed", text=said, confirmed_by=confirmed, waived=waived, rule=rule)


def cancel(case: Case, incident_id: str) -> str:
    """The requestor wants no more, or it never was an incident (C2, S9)."""
    reason = case.command.text("reason")
    incident = permit(case, "cancel", incident_id)
    if reason is None or case.command.text("message") is None:
        raise refuse(
            case,
            "S9",
            "canceling needs a reason and a text.",
            f'Add --reason R (one of {", ".join(CANCEL_REASONS)}) and -m "…".',
        )
    names.choice("cancel reason", reason, CANCEL_REASONS)
    if case.policy.cancel == "off" and reason not in ALWAYS_CANCELABLE:
        raise refuse(
            case,
            "S9",
            f"the policy says cancel: off; only {' and '.join(ALWAYS_CANCELABLE)} are canceled.",
            "Resolve it instead: `itil resolve ID --code no-fault -m …`.",
        )
    family.refuse_open_children(case, incident)
    asked = case.command.text("requested_by")
    case.add(
        incident_id,
        "canceled",
        text=case.command.text("message"),
        reason=reason,
        requested_by=names.person(case, asked).email if asked else None,
        rerouted_to=case.command.text("rerouted_to"),
    )
    return incident_id
