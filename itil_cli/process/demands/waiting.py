"""What waits for a person, by role: the sections of `itil` alone (DESIGN.md, see).

- An incident stands in the first section that wants something of the person; nowhere twice.
- Sections without incidents are left out; inside one the gravest priority comes first, then the oldest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from itil_cli.process.incident import ASSIGNED, IN_PROGRESS, NEW, PENDING, RESOLVED, Escalation, Incident
from itil_cli.process.settings.people import Person
from itil_cli.process.settings.policy import Policy
from itil_cli.process.transitions import DESK, IM, MIM


class Section(NamedTuple):
    """What is wanted, and of which incidents."""

    wants: str
    incidents: tuple[Incident, ...]


INFORM = "Inform the requestor"
Wants = Callable[[Incident, Person, Policy], bool]


def waiting(
    incidents: Iterable[Incident], person: Person, policy: Policy, silent: Collection[str] = ()
) -> list[Section]:
    """The sections for a person, of incidents that are open or resolved.

    `silent` are the ids of those whose requestor should have heard from us by now (S14)."""
    left = sorted(incidents, key=lambda one: (one.priority or "P0", one.logged_at or 0, one.id))
    found = []
    for wants, is_wanted in _SECTIONS:
        among = left if wants != INFORM else [one for one in left if one.id in silent]
        taken = tuple(one for one in among if is_wanted(one, person, policy))
        if taken:
            found.append(Section(wants, taken))
            names = {one.id for one in taken}
            left = [one for one in left if one.id not in names]
    return found


def _decision(one: Incident, person: Person, policy: Policy) -> bool:
    return _addressed(one, person, decision=True)


def _escalated(one: Incident, person: Person, policy: Policy) -> bool:
    return _addressed(one, person, decision=False)


def _addressed(one: Incident, person: Person, *, decision: bool) -> bool:
    names = {person.email, *person.roles, *person.groups}
    return any(known.to in names and _waits(known, decision=decision) for known in one.escalations)


def _waits(known: Escalation, *, decision: bool) -> bool:
    """A question waits until it is decided, anything else until somebody takes notice."""
    return known.asks if decision else known.acknowledged_at is None and not known.decision_wanted


def _proposed(one: Incident, person: Person, policy: Policy) -> bool:
    return MIM in person.roles and one.major == "proposed"


def _major(one: Incident, person: Person, policy: Policy) -> bool:
    return MIM in person.roles and one.major == "accepted"


def _to_classify(one: Incident, person: Person, policy: Policy) -> bool:
    return DESK in person.roles and one.status == NEW and one.group in person.groups


def _to_route(one: Incident, person: Person, policy: Policy) -> bool:
    group = policy.groups.get(one.group or "")
    return one.status == ASSIGNED and group is not None and group.desk and group.name in person.groups


def _to_accept(one: Incident, person: Person, policy: Policy) -> bool:
    mine = one.assignee in (None, person.email)
    return one.status == ASSIGNED and one.group in person.groups and mine


def _informs(one: Incident, person: Person, policy: Policy) -> bool:
    """The desk person who owns it tells its requestor; anybody of a desk that does."""
    return one.owner == person.email or (DESK in person.roles and one.owner in person.groups)


def _in_work(one: Incident, person: Person, policy: Policy) -> bool:
    return one.status == IN_PROGRESS and one.assignee == person.email


def _pending(one: Incident, person: Person, policy: Policy) -> bool:
    return one.status == PENDING and one.assignee == person.email


def _to_answer(one: Incident, person: Person, policy: Policy) -> bool:
    return one.requestor == person.email and one.reason == "awaiting-requestor"


def _to_confirm(one: Incident, person: Person, policy: Policy) -> bool:
    return one.requestor == person.email and one.status == RESOLVED


def _unanswered(one: Incident, person: Person, policy: Policy) -> bool:
    return one.owner == person.email and one.unanswered is not None


def _owned(one: Incident, person: Person, policy: Policy) -> bool:
    return one.owner == person.email and one.is_open


def _own(one: Incident, person: Person, policy: Policy) -> bool:
    return one.requestor == person.email and one.is_open


def _unheld(one: Incident, person: Person, policy: Policy) -> bool:
    return IM in person.roles and one.is_open and one.priority in ("P1", "P2")


_SECTIONS: tuple[tuple[str, Wants], ...] = (
    ("Decide", _decision),
    ("Acknowledge", _escalated),
    ("Major: accept or reject", _proposed),
    ("Major: under way", _major),
    ("Classify", _to_classify),
    ("Route again", _to_route),
    ("Accept", _to_accept),
    (INFORM, _informs),
    ("In work", _in_work),
    ("Pending", _pending),
    ("Answer the question", _to_answer),
    ("Confirm or reject", _to_confirm),
    ("Answer the requestor", _unanswered),
    ("You own", _owned),
    ("You asked for", _own),
    ("Grave and open", _unheld),
)
