"""A small company in memory, for tests of the process: no disk, no git, a clock that the test sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from itil_cli.errors import ItilError
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record
from itil_cli.process.lifecycle import Command, Decision, decide
from itil_cli.process.settings.people import parse as parse_people
from itil_cli.process.settings.policy import parse as parse_policy
from itil_cli.process.settings.services import Services
from itil_cli.process.settings.services import parse as parse_services
from itil_cli.process.time.instants import parse_instant

PEOPLE: list[dict[str, Any]] = [
    {"email": "dana@example.com", "name": "Dana Desk", "roles": ["service-desk"], "groups": ["service-desk"]},
    {"email": "bob@example.com", "name": "Bob Baker", "roles": ["support"], "groups": ["support"]},
    {"email": "nora@example.com", "name": "Nora Net", "roles": ["support"], "groups": ["network"]},
    {"email": "ines@example.com", "name": "Ines Ito", "roles": ["incident-manager", "problem-manager"]},
    {"email": "max@example.com", "name": "Max Major", "roles": ["major-incident-manager"]},
    {"email": "ci@example.com", "name": "CI", "roles": ["bot"], "answers-for": "support"},
    {"email": "alice@example.com", "name": "Alice", "roles": ["requestor"]},
    {"email": "carl@example.com", "name": "Carl", "roles": ["requestor"]},
]
POLICY: dict[str, Any] = {
    "defaults": 1,
    "version": 1,
    "name": "Acme",
    "zone": "Europe/Paris",
    "groups": {
        "service-desk": {"level": 1, "escalates-to": "support", "desk": True},
        "support": {"level": 2, "escalates-to": "network"},
        "network": {"level": 3},
        "database": {"level": 3},
    },
}
START = parse_instant("2026-03-09T09:00:00Z")


class Letters:
    """Ids in order, so that a test can name them."""

    def __init__(self) -> None:
        self.count = 0

    def letters(self, count: int) -> str:
        self.count += 1
        return f"{self.count:0{count}d}"


class World:
    """Records and a clock; `do` carries out a command as a person and keeps what it decided."""

    def __init__(
        self, *, people: Sequence[dict[str, Any]] = (), services: dict[str, Any] | None = None, **policy: Any
    ) -> None:
        """`people` come on top, or instead of one with the same address; policy keys with underscores."""
        self.policy = parse_policy({**POLICY, **{name.replace("_", "-"): value for name, value in policy.items()}})
        known = {person["email"]: person for person in (*PEOPLE, *people)}
        self.people = parse_people({"people": list(known.values())})
        self.services = parse_services({"services": services}) if services else Services.none()
        self.records: dict[str, Record] = {}
        self.now = START
        self.ids = Letters()
        self.last: Decision | None = None

    def do(self, who: str, verb: str, *ids: str, **options: Any) -> Incident:
        """Carry out a command a minute after the last one; returns the (first) incident."""
        self.now += 60
        actor = self.people.at(f"{who}@example.com", self.now)
        command = Command(verb, ids, options)
        self.last = decide(command, self.records, self.policy, self.people, actor, self.now, self.ids, self.services)
        for record_id, (_, after) in self.last.changes.items():
            self.records[record_id] = after
        return self.see(self.last.ids[0])

    def refusal(self, who: str, verb: str, *ids: str, **options: Any) -> ItilError:
        """The error that a command is refused with; nothing is recorded then."""
        before = dict(self.records)
        with pytest.raises(ItilError) as found:
            self.do(who, verb, *ids, **options)
        assert self.records == before
        return found.value

    def at(self, text: str) -> None:
        """Set the clock, so that the next command is done at that time."""
        self.now = parse_instant(text) - 60

    def event(self, incident_id: str, place: int = -1) -> dict[str, Any]:
        """What an event says, its kind and actor included."""
        event = self.records[incident_id].events[place]
        return {"do": event.do, "by": event.by, **event.data}

    def notes(self) -> tuple[str, ...]:
        """What the card of the last command says beside the incident."""
        assert self.last is not None
        return self.last.notes

    def see(self, incident_id: str) -> Incident:
        """The incident as its events tell it."""
        return fold(self.records[incident_id])

    def logged(self, **options: Any) -> str:
        """A classified incident of Alice's at the desk."""
        facts = {"title": "Printer jams", "requestor": "alice", "category": "hardware"}
        return self.do("dana", "log", **{**facts, "impact": "medium", "urgency": "medium", **options}).id

    def accepted(self, **options: Any) -> str:
        """The same, assigned to support and accepted by Bob."""
        incident_id = self.logged(**options)
        self.do("dana", "assign", incident_id, group="support")
        return self.do("bob", "accept", incident_id).id

    def resolved(self, **options: Any) -> str:
        """The same, resolved by Bob."""
        incident_id = self.accepted(**options)
        return self.do("bob", "resolve", incident_id, code="fixed", message="New roller.").id

    def does(self, incident_id: str) -> list[str]:
        """The kinds of its events, in order."""
        return [event.do for event in self.records[incident_id].events]
