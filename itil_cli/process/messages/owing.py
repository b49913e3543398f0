"""Which message an event owes to whom (P11, P12, P14, F1, S9, S13): one table, and who stands behind a name.

- The requestor hears of his incident; of a bot's, whom it answers for. A group is told through those on duty, a
  role through whoever holds it, who is away through the deputy; an assignee who is away without one, or has
  retired, through the group.
- Nobody is told of what he did himself. A machine that wrote the mail is told nothing.
- Void and imported events owe nothing, nor do those older than `messages.within`.
- That it closes soon is owed from `messages.closing-ahead` before `closes-at` on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from itil_cli.process.demands.chain import holders
from itil_cli.process.incident import RESOLVED, Event, Incident, Record, kind_of
from itil_cli.process.knowledge.steps import fold as knowledge_fold
from itil_cli.process.majors.major import stakeholders
from itil_cli.process.settings.people import People
from itil_cli.process.settings.policy import Policy
from itil_cli.process.time.instants import parse_instant
from itil_cli.process.transitions import IM, MIM, PM

REQUESTOR = "the requestor"


class _Group(str):
    """A group's name: a role may be called the same (`support`)."""


class _Assignee(NamedTuple):
    """A person, and the group that he works for."""

    address: str
    group: str


Name = str | _Assignee


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address. `at` is the event's time; `facts` are what a template may name."""

    record: str
    n: str
    what: str
    to: str
    at: int
    facts: Mapping[str, str] = field(default_factory=dict)
    answers: str | None = None  # the Message-ID of the requestor's first mail

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same message, whoever sends it."""
        return self.n, self.what, self.to


def owed(incident: Incident, policy: Policy, people: People, now: int) -> Iterator[Message]:
    """What an incident's events owe at `now` (epoch seconds), in their order."""
    since = now - policy.messages.within
    for event in (state.event for state in incident.trail):
        if event.at > now or event.at < since or event.do == "imported":
            continue
        for what, names in _owes(event, incident):
            yield from _messages(incident, event, what, names, people, now)
    yield from _closing(incident, policy, people, now)


def owed_of_knowledge(record: Record, policy: Policy, people: People, now: int) -> Iterator[Message]:
    """A proposed problem and a known error are told to the problem manager (P14)."""
    facts = {"title": record.title, "status": knowledge_fold(record).status, "id": record.id}
    for event in record.events:
        if now - policy.messages.within <= event.at <= now and (kind_of(record.id), event.do) in _KNOWLEDGE:
            what = _KNOWLEDGE[kind_of(record.id), event.do]
            said = facts | {"by": event.by, "text": event.text or record.description}
            for to in _addresses((PM,), people, now):
                if to != event.by:
                    yield Message(record.id, event.n, what, to, event.at, said)


_KNOWLEDGE = {("PRB", "proposed"): "problem", ("KE", "drafted"): "known-error", ("KE", "published"): "known-error"}
Owes = Callable[[Event, Incident], tuple[str, Iterable[Name]] | None]


def _requestor(what: str) -> Owes:
    return lambda event, incident: (what, (REQUESTOR,))


def _noted(event: Event, incident: Incident) -> tuple[str, Iterable[Name]] | None:
    return ("told", (REQUESTOR,)) if event.get("public") is True else None


def _contacted(event: Event, incident: Incident) -> tuple[str, Iterable[Name]]:
    group = incident.group or ""
    return "contacted", (_Assignee(incident.assignee, group) if incident.assignee else _Group(group),)


def _assigned(event: Event, incident: Incident) -> tuple[str, Iterable[Name]]:
    to, group = event.str("to"), event.str("group") or ""
    return "assigned", (_Assignee(to, group) if to else _Group(group),)


def _escalated(event: Event, incident: Incident) -> tuple[str, Iterable[Name]]:
    to, group = event.str("to") or "", event.str("group")
    if group:
        return "escalated", (_Group(group),)
    return "escalated", (_Assignee(to, incident.group or "") if to and to == incident.assignee else to,)


def _updated(event: Event, incident: Incident) -> tuple[str, Iterable[Name]]:
    audience = (event.str("audience") or "").replace(";", ",").split(",")
    return "major-update", (*(one.strip() for one in audience), *stakeholders(incident), IM)


def _called_in(event: Event, incident: Incident) -> tuple[str, Iterable[str]] | None:
    group = event.str("informed")
    return ("called-in", (_Group(group),)) if group else None


_OWES: Mapping[str, Owes] = {
    "logged": _requestor("receipt"),
    "pended": _requestor("pending"),
    "told": _requestor("told"),
    "noted": _noted,
    "resolved": _requestor("resolved"),
    "reopened": _requestor("reopened"),
    "closed": _requestor("closed"),
    "canceled": _requestor("canceled"),
    "contacted": _contacted,
    "assigned": _assigned,
    "returned": _assigned,
    "escalated": _escalated,
    "major-proposed": lambda event, incident: ("major-proposed", (MIM,)),
    "major-updated": _updated,
    "major-noted": _called_in,
    "action-added": lambda event, incident: ("action", (event.str("owner") or "",)),
    "major-handed-over": lambda event, incident: ("synopsis", (PM,)),
}


def _owes(event: Event, incident: Incident) -> Iterator[tuple[str, Iterable[Name]]]:
    found = _OWES[event.do](event, incident) if event.do in _OWES else None
    if found:
        yield found


def _messages(
    incident: Incident, event: Event, what: str, names: Iterable[Name], people: People, now: int
) -> Iterator[Message]:
    first = incident.events[0]
    whom = [one for name in names for one in ([incident.requestor or ""] if name == REQUESTOR else [name])]
    is_for_machine = REQUESTOR in names and first.get("automatic") is True
    if is_for_machine or (event.do == "contacted" and event.get("automatic") is True):
        return
    said_by = {event.by, event.str("from"), event.str("confirmed-by"), event.str("requested-by")}
    for to in _addresses(whom, people, now):
        if to not in said_by:
            yield Message(incident.id, event.n, what, to, event.at, _facts(incident, event), first.str("message-id"))


def _facts(incident: Incident, event: Event) -> dict[str, str]:
    said = {
        "id": incident.id, "title": incident.title, "status": incident.status, "priority": incident.priority,
        "group": incident.group, "by": event.str("from") or event.by, "text": event.text,
    }  # fmt: skip
    named = {name.replace("-", "_"): value for name, value in event.data.items() if isinstance(value, str)}
    return {name: value or "" for name, value in (named | said).items()}


def _closing(incident: Incident, policy: Policy, people: People, now: int) -> Iterator[Message]:
    if incident.status != RESOLVED or incident.closes_at is None or incident.unanswered:
        return
    at = parse_instant(incident.closes_at) - policy.messages.closing_ahead
    event = next((one for one in reversed(incident.events) if one.n == incident.resolved_n), None)
    if event is not None and max(at, event.at) <= now < at + policy.messages.closing_ahead and at > event.at:
        yield from _messages(incident, event, "closing", (REQUESTOR,), people, now)


def _addresses(names: Iterable[Name], people: People, now: int) -> list[str]:
    """The addresses behind persons, roles and groups, each once; a name that nobody stands behind gives none."""
    found = dict.fromkeys(one for name in names for one in _behind(name, people, now))
    return [one for one in found if len(one.split()) == 1 and not one.endswith("@invalid")]


def _behind(name: Name, people: People, now: int) -> Iterable[str]:
    if isinstance(name, _Assignee):
        return people.instead_of(name.address, name.group, now)
    if "@" in name:
        return _of_person(name, people, now)
    held = () if isinstance(name, _Group) or not name else holders(name, people, now)
    return sorted(people.reached(one, now).email for one in held) or people.told(name, now)


def _of_person(address: str, people: People, now: int) -> Iterable[str]:
    person = people.get(address)
    if person.answers_for is None:
        return (people.reached(address, now).email,)
    if "@" in person.answers_for:
        return (people.reached(person.answers_for, now).email,)
    return people.told(person.answers_for, now)
