"""The gate before every verb: does the status allow it, and does the actor's role (S10)?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itil_cli.errors import NotFound, NotYourRole, Refused
from itil_cli.process.incident import CLOSED, STATUSES, Incident, kind_of
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.rights import ENDINGS, Asked, may
from itil_cli.process.rules import remedy
from itil_cli.process.transitions import ALWAYS, ANY_TIME_RELATIONS, BOT, IM, MIM, Row, allowed_from, rows_of, who_may

# What may be done to a record that is no incident, too; what else such records know has a table of its own.
_ANY_RECORD = ("note", "review", "action")


def permit(case: Case, verb: str, incident_id: str, *, do: str | None = None) -> Incident:
    """The incident, if status and role allow the verb. Raises Refused (exit 3) or NotYourRole (exit 7).

    A way that is open to bots only is none for people: they hear what the status wants of them. `do` asks for
    the one line of a verb that writes this event."""
    if kind_of(incident_id) != "INC" and verb not in _ANY_RECORD:
        raise NotFound(f"{incident_id} is no incident.", remedy="`itil list --all` shows what there is.")
    incident = case.incident(incident_id)
    lines = [row for row in rows_of(verb) if do in (None, row.do)]
    mine = [row for row in lines if BOT in case.actor.roles or set(row.may) != {BOT}]
    rows = [row for row in mine if incident.status in origins(row, case.command.options)]
    if not rows:
        raise _wrong_status(verb, mine or lines, incident)
    asked = Asked(case.actor, incident, case.policy, case.people, case.command.options)
    if not any(may(row, asked) for row in rows):
        raise not_your_role(case, verb, incident, do=do)
    return incident


def origins(row: Row, options: Mapping[str, object]) -> frozenset[str]:
    """The statuses from which a line of S10 leads on; some links may be made at any."""
    open_relation = options.get("relation") in ANY_TIME_RELATIONS
    return ALWAYS if row.verb in ("link", "unlink") and open_relation else row.origin


def _wrong_status(verb: str, rows: Sequence[Row], incident: Incident) -> Refused:
    code = rows[0].code
    wanted = [status for status in STATUSES if any(status in row.origin for row in rows)]
    allowed = allowed_from(incident.status)
    return Refused(
        f"{incident.id} is {incident.status}; {verb} needs {_either(wanted)}.",
        code=code,
        remedy=f"Allowed from here: {', '.join(allowed)}. {_how(verb, code, incident)}",
        allowed=allowed,
        who=who_may(verb),
    )


def _how(verb: str, code: str, incident: Incident) -> str:
    if (verb, incident.status) == ("reopen", CLOSED):
        again = f"`itil contact {incident.id} -m …` logs a new one that follows it"
        return f"It stays closed: {again} (`itil rules {code}`)."
    ways = " · ".join(f"`{way}`" for way in remedy(code).split("; ") if way)
    return f"How: {ways} (`itil rules {code}`)."


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def not_your_role(case: Case, verb: str, incident: Incident | None = None, *, do: str | None = None) -> NotYourRole:
    """The refusal that names who may (exit 7)."""
    roles = ", ".join(sorted(case.actor.roles)) or "none"
    if incident is not None and incident.major == "accepted" and verb in ENDINGS:
        who: tuple[str, ...] = (IM, MIM)
        conditions = f"{IM}; {MIM} (it is a major incident)"
    else:
        who = who_may(verb, incident.status if incident else None)
        conditions = "; ".join(_conditions(verb, incident, do))
    about = f" {incident.id}" if incident else ""
    return NotYourRole(
        f"{case.actor.email} (roles: {roles}) may not {verb}{about}.",
        code="S10",
        remedy=f"Who may: {conditions}.",
        allowed=allowed_from(incident.status) if incident else (),
        who=who,
    )


def _conditions(verb: str, incident: Incident | None, do: str | None) -> list[str]:
    found: dict[str, str] = {}
    for row in rows_of(verb):
        if do not in (None, row.do):
            continue
        if incident is None or incident.status in row.origin or not row.origin:
            found.update(row.may)
    return [role if right == "any" else f"{role} ({right})" for role, right in found.items()]


def refuse(case: Case, code: str, text: str, remedy_text: str = "") -> Refused:
    """A refusal under a rule, with the rule's own remedy where no better one is given."""
    allowed: tuple[str, ...] = ()
    for incident_id in case.command.ids[:1]:
        if kind_of(incident_id) == "INC" and (incident_id in case.after or incident_id in case.records):
            allowed = allowed_from(case.incident(incident_id).status)
    return Refused(text, code=code, remedy=remedy_text or remedy(code), allowed=allowed)
