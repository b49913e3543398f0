"""What the problem manager decides on problems, known errors and articles (S10, P06, P14, F5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from itil_cli.errors import Refused
from itil_cli.process.incident import PENDING, Incident, Record, kind_of, texts
from itil_cli.process.knowledge.judge import need, permit, wrong_status
from itil_cli.process.knowledge.steps import OPEN_PROBLEM, PUBLISHED, RESOLVED, RETIRED, fold
from itil_cli.process.transitions import IM, MIM

if TYPE_CHECKING:
    from itil_cli.process.lifecycle.case import Case


def accept(case: Case, problem_id: str) -> str:
    """The problem is worked on; the incidents that it was proposed for are linked to it."""
    record = permit(case, "problem accept", problem_id)
    case.add(problem_id, "accepted", text=case.command.text("message"))
    given = [case.incident(name).id for name in case.command.texts("incidents")]
    for incident_id in dict.fromkeys([*_proposed_for(record), *given]):
        if problem_id not in case.incident(incident_id).linked("problem"):
            _link(case, incident_id, problem_id)
    return problem_id


def _proposed_for(record: Record) -> Iterator[str]:
    for event in record.events:
        if event.do == "proposed":
            yield from (one for one in (event.str("incident"), *texts(event.get("incidents"))) if one)


def _link(case: Case, incident_id: str, problem_id: str) -> None:
    from itil_cli.process import family

    family.join(case, incident_id, "problem", problem_id)
    case.notes.append(f"{incident_id} is linked to it.")


def reject(case: Case, problem_id: str) -> str:
    """No problem, for a reason."""
    permit(case, "problem reject", problem_id)
    case.add(problem_id, "rejected", text=need(case, "P14", "rejecting a problem"))
    return problem_id


def investigate(case: Case, problem_id: str) -> str:
    """What was found out about the cause."""
    permit(case, "problem investigate", problem_id)
    case.add(problem_id, "investigated", text=need(case, "P14", "an investigation"))
    return problem_id


def resolve(case: Case, problem_id: str) -> str:
    """The cause is gone; incidents that wait for it are listed, or resolved with it: now or later."""
    record = permit(case, "problem resolve", problem_id)
    incidents = list(waiting(case, record))
    again = fold(record).status == RESOLVED
    if again and not (incidents and case.command.flag("resolve_incidents")):
        raise wrong_status(problem_id, "problem resolve", RESOLVED)
    message = (_solution(record) if again else None) or need(case, "P14", "resolving a problem")
    touched = [name for one in incidents for name in (one.id, *one.children)]
    name = case.name(problem_id, *touched, spare=1 if incidents else 0)
    event = case.add(problem_id, "resolved", n=name, text=message)
    for incident in incidents:
        if case.command.flag("resolve_incidents"):
            _resolve_incident(case, case.incident(incident.id), problem_id, event.n, message)
        else:
            case.notes.append(f"{incident.id} waits for it: {incident.title}.")
    if incidents and not case.command.flag("resolve_incidents"):
        case.notes.append(f"`itil problem resolve {problem_id} --resolve-incidents` resolves what waits for it.")
    case.notes += _still_published(case, record)
    return problem_id


def _solution(record: Record) -> str | None:
    """How a problem was resolved."""
    return next((event.text for event in reversed(record.events) if event.do == "resolved"), None)


def _still_published(case: Case, record: Record) -> Iterator[str]:
    """Its known errors that are offered to everybody although their cause is gone."""
    for known in known_errors_of(record):
        if known and fold(case.record(known)).status == PUBLISHED:
            yield f"{known} is still offered: `itil known-error retire {known} -m …` once nobody needs it."


def waiting(case: Case, record: Record) -> Iterator[Incident]:
    """The linked incidents that are pending on this problem."""
    for incident_id in linked_incidents(record):
        incident = case.incident(incident_id)
        if incident.status == PENDING and incident.reason == "awaiting-problem":
            yield incident


def known_errors_of(record: Record) -> list[str]:
    """The known errors that were published for a problem, in order."""
    named = (event.str("known-error") for event in record.events if event.do == "identified")
    return list(dict.fromkeys(one for one in named if one))


def linked_incidents(record: Record) -> list[str]:
    """The incidents that a record is linked to, in order."""
    linked: dict[str, None] = {}
    for event in record.events:
        target = event.str("target")
        if target and kind_of(target) == "INC" and event.do == "linked":
            linked[target] = None
        elif target and event.do == "unlinked":
            linked.pop(target, None)
    return list(linked)


def _resolve_incident(case: Case, incident: Incident, problem_id: str, n: str, message: str) -> None:
    """By the problem, its open children with it (S11); what its parent has just taken along is resolved already."""
    from itil_cli.process import family
    from itil_cli.process.lifecycle.promises import closing

    if incident.status != PENDING:
        return
    why = _why_left_alone(case, incident)
    if why:
        case.notes.append(f"{incident.id} {why}.")
        return
    rule = f"by-problem: {problem_id}"
    case.add(incident.id, "resumed", rule=rule)
    case.add(
        incident.id,
        "resolved",
        n=n,
        text=f"Resolved with {problem_id}: {message}",
        code="by-problem",
        kind="by-problem",
        category=incident.category,
        rule=rule,
        public=True,
        promised=closing(case, case.now),
    )
    case.notes.append(f"{incident.id} is resolved by its problem; {incident.requestor} is told.")
    family.resolve_children(case, incident.id)


def _why_left_alone(case: Case, incident: Incident) -> str | None:
    from itil_cli.process.lifecycle.verbs.following import mandatory_left

    if mandatory_left(incident):
        return "has mandatory tasks open; it is left alone (R1)"
    if incident.major == "accepted" and not case.actor.roles & {IM, MIM}:
        return f"is an accepted major incident; {IM} or {MIM} resolves it (S10)"
    return None


def close(case: Case, problem_id: str) -> str:
    """The resolution held."""
    permit(case, "problem close", problem_id)
    case.add(problem_id, "closed", text=case.command.text("message"))
    return problem_id


def publish_known_error(case: Case, known_id: str) -> str:
    """Everybody may use it; its problem is a known error from now on."""
    record = permit(case, "known-error publish", known_id)
    _publish(case, known_id)
    problem = record.fields.get("problem")
    if isinstance(problem, str) and fold(case.record(problem)).status in OPEN_PROBLEM:
        case.add(problem, "identified", promised={"known-error": known_id})
        case.notes.append(f"{problem} is a known error now.")
    return known_id


def retire_known_error(case: Case, known_id: str) -> str:
    """It is offered no more."""
    permit(case, "known-error retire", known_id)
    case.add(known_id, "retired", text=need(case, "P06", "retiring a known error"))
    return known_id


def review_article(case: Case, article_id: str) -> str:
    """Somebody has read it and finds it right."""
    permit(case, "article review", article_id)
    case.add(article_id, "reviewed", text=case.command.text("message"))
    return article_id


def publish_article(case: Case, article_id: str) -> str:
    """Everybody may use it."""
    permit(case, "article publish", article_id)
    _publish(case, article_id)
    return article_id


def _publish(case: Case, record_id: str) -> None:
    """The event names the open incidents that it is offered to: those that are like it (P06)."""
    offered = [case.incident(name) for name in case.command.texts("offered")]
    case.add(record_id, "published", text=case.command.text("message"), offered=[one.id for one in offered])
    for one in offered:
        case.notes.append(f"It may help {one.id}: {one.title}. `itil apply {one.id} {record_id}`")


def retire_article(case: Case, article_id: str) -> str:
    """It is offered no more."""
    permit(case, "article retire", article_id)
    case.add(article_id, "retired", text=need(case, "F5", "retiring an article"))
    return article_id


def refuse_unpublished(case: Case, record_id: str) -> None:
    """Only what is published is applied (P06); a record from elsewhere without events is taken as it is."""
    status = fold(case.record(record_id)).status
    if status not in ("", PUBLISHED):
        what = "known-error" if kind_of(record_id) == "KE" else "article"
        remedy = f"First `itil {what} publish {record_id}`."
        if status == RETIRED:
            remedy = f"It is offered no more; `itil {what} list --status published` shows what is."
        raise Refused(f"{record_id} is {status}.", code="P06", remedy=remedy)
