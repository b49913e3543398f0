"""The gate before every verb of problems, known errors and articles: status and role (S10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.errors import NotFound, NotYourRole, Refused
from itil_cli.process.incident import Record, kind_of
from itil_cli.process.knowledge.steps import NAMES, STAYS, Step, allowed_from, fits, fold, lines_of, step_of, who_may

if TYPE_CHECKING:
    from itil_cli.process.lifecycle.case import Case


def permit(case: Case, verb: str, record_id: str) -> Record:
    """The record, if its status and the actor's role allow the verb. Raises Refused, NotYourRole or NotFound."""
    kind = _KINDS[verb.partition(" ")[0]]
    if kind_of(record_id) != kind:
        raise NotFound(
            f"{record_id} is no {NAMES[kind]}.", remedy=f"`itil {verb.split()[0]} list` shows what there is."
        )
    record = case.record(record_id)
    status = fold(record).status
    step = step_of(verb, kind, status)
    if not fits(step, status):
        raise wrong_status(record_id, verb, status)
    _check_role(case, step, record_id)
    return record


def wrong_status(record_id: str, verb: str, status: str) -> Refused:
    """The refusal that names the statuses that the verb needs, and what is allowed."""
    kind = kind_of(record_id)
    step, allowed = step_of(verb, kind, status), allowed_from(kind, status)
    ways = f"Allowed from here: {', '.join(allowed)}." if allowed else "Nothing leads on from here."
    text = f"{record_id} is {status}; {verb} needs {_either(_origins(verb, kind))}."
    return Refused(text, code=step.code, remedy=ways, allowed=allowed, who=who_may(step))


def permit_new(case: Case, verb: str) -> None:
    """Whether the actor may begin one. Raises NotYourRole."""
    _check_role(case, step_of(verb, _KINDS[verb.partition(" ")[0]], ""), None)


def _check_role(case: Case, step: Step, record_id: str | None) -> None:
    if case.actor.roles & step.may:
        return
    who = who_may(step)
    roles = ", ".join(sorted(case.actor.roles)) or "none"
    noun, _, act = step.verb.partition(" ")
    what = f"{act} {record_id}" if record_id else f"begin {_a(NAMES[_KINDS[noun]])}"
    text = f"{case.actor.email} (roles: {roles}) may not {what}."
    raise NotYourRole(text, code="S10", remedy=f"Who may: {'; '.join(who)}.", who=who)


def need(case: Case, code: str, what: str) -> str:
    """The text of `-m`. Raises Refused where there is none."""
    message = case.command.text("message")
    if message is None:
        raise Refused(f"{what} needs a text.", code=code, remedy='Add -m "…".')
    return message


def _origins(verb: str, kind: str) -> tuple[str, ...]:
    lines = [line for line in lines_of(verb, kind) if line.to != STAYS or line.do == "edited"]
    return tuple(status for line in lines for status in line.origin)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


_KINDS = {"problem": "PRB", "known-error": "KE", "article": "KB"}
