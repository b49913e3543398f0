"""Who may do what (S10): the conditions of the transition table, each in a line or two.

With several roles the most permissive counts. On an accepted major incident the major incident manager
may do what the incident manager may, and only these two resolve, reopen and close it (S12).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from itil_cli.process.incident import Incident
from itil_cli.process.settings.people import People, Person
from itil_cli.process.settings.policy import Policy
from itil_cli.process.transitions import (
    ADDRESSED,
    AGREED,
    ANY,
    BROUGHT,
    CONFIRMED,
    IF_ALL,
    IM,
    IN_DESK,
    KNOWLEDGE,
    LADDER,
    MIM,
    OWN,
    OWN_KEY,
    OWN_RESOLUTION,
    REQUESTOR,
    WHILE_NEW,
    Row,
)

ENDINGS = frozenset({"resolve", "reopen", "close"})


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: may this actor, on this incident, with these options of the command?"""

    actor: Person
    incident: Incident
    policy: Policy
    people: People
    options: Mapping[str, object]


def may(row: Row, asked: Asked) -> bool:
    """Whether one of the actor's roles satisfies a line of S10 for this incident."""
    roles = roles_on(asked.incident, asked.actor)
    if asked.incident.major == "accepted" and row.verb in ENDINGS:
        roles &= {IM}
    return any(role in row.may and _HOLDS[row.may[role]](role, asked) for role in roles)


def roles_on(incident: Incident, actor: Person) -> frozenset[str]:
    """The actor's roles; on an accepted major incident its manager has the incident manager's too."""
    return actor.roles | {IM} if incident.major == "accepted" and MIM in actor.roles else actor.roles


def is_own(role: str, actor: Person, incident: Incident, people: People) -> bool:
    """His own incident (requestor), or one that his group holds (support)."""
    if role == REQUESTOR:
        return speaks_for(actor, incident, people)
    return incident.group in actor.groups


def speaks_for(actor: Person, incident: Incident, people: People) -> bool:
    """Whether the actor is the requestor, or answers for the bot that is (S19)."""
    if incident.requestor is None:
        return False
    requestor = people.get(incident.requestor)
    if requestor.email == actor.email:
        return True
    answers = requestor.answers_for
    return answers is not None and (answers == actor.email or answers in actor.groups)


def _any(role: str, asked: Asked) -> bool:
    return True


def _own(role: str, asked: Asked) -> bool:
    return is_own(role, asked.actor, asked.incident, asked.people)


def _own_resolution(role: str, asked: Asked) -> bool:
    return asked.incident.resolving_group in asked.actor.groups


def _in_desk(role: str, asked: Asked) -> bool:
    group = asked.policy.groups.get(asked.incident.group or "")
    return group is not None and group.desk


def _if_all(role: str, asked: Asked) -> bool:
    return asked.policy.cancel == "all" and is_own(role, asked.actor, asked.incident, asked.people)


def _while_new(role: str, asked: Asked) -> bool:
    return asked.incident.status == "new" and is_own(role, asked.actor, asked.incident, asked.people)


def _own_key(role: str, asked: Asked) -> bool:
    opened_by = asked.incident.events[0].by if asked.incident.events else None
    return asked.incident.dedup_key is not None and opened_by == asked.actor.email


def _brought(role: str, asked: Asked) -> bool:
    """A bot that takes mail in brings what others wrote; for itself it only repeats what its key opened."""
    writer = asked.options.get("from")
    return isinstance(writer, str) and asked.people.get(writer).email != asked.actor.email


def _addressed(role: str, asked: Asked) -> bool:
    names = {asked.actor.email, *asked.actor.roles, *asked.actor.groups}
    waiting = (known for known in asked.incident.escalations if known.acknowledged_at is None or known.asks)
    return any(known.to in names for known in waiting)


def _knowledge(role: str, asked: Asked) -> bool:
    return asked.options.get("relation") in ("problem", "known-error", "article")


_HOLDS: dict[str, Callable[[str, Asked], bool]] = {
    ANY: _any,
    OWN: _own,
    OWN_RESOLUTION: _own_resolution,
    IN_DESK: _in_desk,
    CONFIRMED: _any,  # the verb itself asks for the confirmation (F2)
    IF_ALL: _if_all,
    WHILE_NEW: _while_new,
    OWN_KEY: _own_key,
    BROUGHT: _brought,
    ADDRESSED: _addressed,
    AGREED: _own,  # the verb itself asks for the agreement (P09)
    LADDER: _own,
    KNOWLEDGE: _knowledge,
}
