"""What the audit looks at: the facts of a commit, the settings it is judged by, and the files it touched.

- Instants are epoch seconds. Addresses are as the commit writes them; `Ground.actor` resolves aliases.
- `received` is when a server took the commit in, where its log says so; else the committer's time counts.
- Settings are those of the first parent; in a push `roles` are the people of the branch's old tip (S17).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from itil_cli.errors import Broken
from itil_cli.process.auditing.findings import ERROR, Finding
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Incident, Record, kind_of
from itil_cli.process.settings.people import People, Person
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.services import Services
from itil_cli.process.time.calendars import Calendars, build


@dataclass(frozen=True, slots=True)
class Facts:
    """What a commit says of itself (`imports`: its trailer `Import:`), and when a server received it."""

    oid: str
    parents: tuple[str, ...]
    author: str
    at: int
    committer: str
    committed_at: int
    imports: str | None = None
    received: int | None = None

    @property
    def known_at(self) -> int:
        """When the commit was there for certain: received, else committed."""
        return self.committed_at if self.received is None else self.received


class Ground:
    """The settings that a commit is judged by."""

    def __init__(self, policy: Policy, people: People, services: Services, roles: People | None = None) -> None:
        self.policy, self.people, self.services = policy, people, services
        self.roles = roles if roles is not None else people
        self._persons: dict[str, Person] = {}

    @cached_property
    def calendars(self) -> Calendars:
        """The policy's calendars, made once."""
        return build(self.policy)

    @cached_property
    def signers(self) -> dict[str, list[str]]:
        """Whose each signing key is, by the key without its comment (`openpgp4fpr:` and a fingerprint in capitals)."""
        found: dict[str, list[str]] = {}
        for person in self.people.all():
            for text in person.keys:
                found.setdefault(_bare(text), []).append(person.email)
        return found

    def person(self, address: str) -> Person:
        """Whoever has this address or alias."""
        if address not in self._persons:
            self._persons[address] = self.people.get(address)
        return self._persons[address]

    def actor(self, address: str, at: int) -> Person:
        """The same, with the roles and groups that count at `at`."""
        return self.roles.at(self.person(address).email, at)

    def standing(self, facts: Facts) -> frozenset[str]:
        """The author's roles, both at the commit's own time and when it was known: nobody dates himself back."""
        at, known = self.actor(facts.author, facts.at), self.actor(facts.author, facts.known_at)
        return at.roles & known.roles


def _bare(text: str) -> str:
    """A signing key without its comment."""
    words = text.split()
    if words and words[0].startswith("openpgp4fpr:"):
        return f"openpgp4fpr:{words[0].partition(':')[2].upper()}"
    return " ".join(words[:2])


class Touched:
    """One record's file before and after a commit. `status` is git's A, M, D or T; a Broken could not be read.

    `old` and `new` are the records, None where there is none that could be read; `added` the events that were not
    there before, with their places; `incident` what `after` says, where somebody has folded it already. Of what no
    record holds: `aside` is a new text between the work log's heading and its first entry, `misnamed` are the entries
    whose headings now say something else than their events."""

    __slots__ = ("_incident", "added", "after", "aside", "before", "misnamed", "mode", "new", "old", "path", "status")

    def __init__(
        self,
        path: str,
        status: str,
        mode: str,
        before: Record | Broken | None,
        after: Record | Broken | None,
        incident: Incident | None = None,
    ) -> None:
        self.path, self.status, self.mode, self.before, self.after = path, status, mode, before, after
        self.old = before if isinstance(before, Record) else None
        self.new = after if isinstance(after, Record) else None
        self.added = _added(self.old, self.new)
        self._incident, self.aside, self.misnamed = incident, "", list[str]()

    @property
    def now(self) -> Incident | None:
        """The incident after; None for anything else."""
        if self._incident is None and self.new is not None and kind_of(self.new.id) == "INC":
            self._incident = fold(self.new)
        return self._incident


def _added(old: Record | None, new: Record | None) -> list[tuple[int, Event]]:
    if new is None:
        return []
    if old is None:
        return list(enumerate(new.events))
    first = len(old.events)
    if new.events[:first] == old.events:  # by far the most often
        return list(enumerate(new.events[first:], start=first))
    known = {event.n for event in old.events}
    return [(place, event) for place, event in enumerate(new.events) if event.n not in known]


@dataclass(frozen=True, slots=True)
class Other:
    """A file that is no record. `before` and `after` are its bytes where they are read, `old` and `new` its ids."""

    path: str
    status: str
    mode: str
    before: bytes | None = None
    after: bytes | None = None
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One touched file with all that it is judged by."""

    facts: Facts
    ground: Ground
    one: Touched
    records: Mapping[str, Record]


def about(event: Event, code: str, text: str, severity: str = ERROR) -> Finding:
    """A finding about an event; commit and path are filled in by whoever collects it."""
    return Finding(code, text, severity, event=event.n, person=event.by)
