"""The values that everything else speaks of: events, the record that a file holds, and ids.

A record is what a file says. An incident is what its events say (`fold.py`). Field names are
kebab-case, as in the file; `render/machine.py` turns them into snake_case for JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

Value = None | bool | int | str | list["Value"] | dict[str, "Value"]

NEW, ASSIGNED, IN_PROGRESS, PENDING = "new", "assigned", "in-progress", "pending"
RESOLVED, CLOSED, CANCELED = "resolved", "closed", "canceled"
STATUSES = (NEW, ASSIGNED, IN_PROGRESS, PENDING, RESOLVED, CLOSED, CANCELED)
OPEN = frozenset({NEW, ASSIGNED, IN_PROGRESS, PENDING})
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
LEVELS = ("critical", "high", "medium", "low")

# What kinds of record there are: the prefix of their ids and the folder they live in.
# One record is of the process itself: its reviews and actions, `reviews/process.md`; its id is its name.
PROCESS = "process"
KINDS = {"INC": "incidents", "PRB": "problems", "KE": "known-errors", "KB": "knowledge", PROCESS: "reviews"}
ID = re.compile(rf"(INC|PRB|KE|KB)-([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})-([0-9A-HJKMNP-TV-Z]{{5}})|{PROCESS}")
REDACTED = "[redacted]"  # what stands in the place of a text that should never have been written
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `data` holds the remaining keys as the file writes them.

    `at` is epoch seconds, `by` the actor's e-mail address, `n` its name inside the record (S16).
    `text` is the work-log entry that belongs to it, kept in the body under `#n`; None if it has none.
    """

    at: int
    by: str
    n: str
    do: str
    data: Mapping[str, Value] = field(default_factory=dict)
    text: str | None = None

    def get(self, key: str, default: Value = None) -> Value:
        """The value under `key`, or `default`."""
        return self.data.get(key, default)

    def str(self, key: str) -> str | None:
        """The value under `key` if it is text, else None."""
        value = self.data.get(key)
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A work-log entry in the body that no event knows: kept, and reported by `check`."""

    n: str
    at: int
    by: str
    public: bool
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """What one file says: its header without `id` and `events`, the events, and the body's parts."""

    id: str
    fields: Mapping[str, Value]
    events: tuple[Event, ...]
    description: str = ""
    strays: tuple[Entry, ...] = ()

    @property
    def title(self) -> str:
        """The header's title, or the empty string."""
        value = self.fields.get("title")
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class Escalation:
    """One escalation and whether somebody took notice. `level` is the chain's, `group` where it went to one.

    Taking notice of a question is no decision yet: it stays open until somebody decides (P11)."""

    n: str
    at: int
    to: str
    trigger: str | None
    level: str | None = None
    group: str | None = None
    decision_wanted: bool = False
    decided: bool = False
    acknowledged_by: str | None = None
    acknowledged_at: int | None = None

    @property
    def asks(self) -> bool:
        """Whether a decision is wanted that nobody has made."""
        return self.decision_wanted and not self.decided


class State(NamedTuple):
    """How things stand after an event that counts: what clocks are made of (S2). `until` as the event writes it,
    `calendar` is the one that the resolution is promised on."""

    event: Event
    status: str
    reason: str | None
    pauses: tuple[str, ...]
    until: str | None
    group: str | None
    assignee: str | None
    priority: str | None
    calendar: str | None


@dataclass(slots=True)
class Incident:
    """What the events say. Only the fold writes to it; everybody else reads.

    Instants are epoch seconds, promises durations as written (`4h`)."""

    id: str
    title: str = ""
    status: str = NEW
    impact: str | None = None
    urgency: str | None = None
    priority: str | None = None
    highest_priority: str | None = None
    service: str | None = None
    cis: tuple[str, ...] = ()
    category: str | None = None
    category_opened: str | None = None
    product: str | None = None
    tenant: str | None = None
    model: str | None = None
    group: str | None = None
    assignee: str | None = None
    requestor: str | None = None
    channel: str | None = None
    owner: str | None = None
    parent: str | None = None
    children: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    watchers: tuple[str, ...] = ()
    major: str | None = None
    reviewed: bool = False
    reassignments: int = 0
    reopens: int = 0
    contacts: int = 0
    recurrences: int = 0
    groups_held: tuple[str, ...] = ()
    logged_at: int | None = None
    accepted_at: int | None = None
    resolved_at: int | None = None
    first_resolved_at: int | None = None
    closed_at: int | None = None
    last_at: int = 0
    reason: str | None = None
    pauses: tuple[str, ...] = ()
    until: str | None = None
    vendors: tuple[str, ...] = ()  # where a ticket is open, in order
    code: str | None = None
    kind: str | None = None
    closes_at: str | None = None
    reopen_until: str | None = None
    resolving_group: str | None = None
    resolved_n: str | None = None
    reopened_since: bool = False  # on its own, after its parent had resolved it
    unanswered: str | None = None
    dedup_key: str | None = None
    potential: bool = False
    unverified: bool = False  # the requestor is unknown, and no desk has classified yet
    response: str | None = None
    resolution: str | None = None
    calendar: str | None = None
    escalations: list[Escalation] = field(default_factory=list)
    imported: bool = False
    events: tuple[Event, ...] = ()
    voids: dict[str, str] = field(default_factory=dict)
    trail: list[State] = field(default_factory=list)  # one state for each event that counts, in order
    written: tuple[Event, ...] = ()  # the events before corrections

    @property
    def is_open(self) -> bool:
        """Neither resolved, closed nor canceled."""
        return self.status in OPEN

    def fields(self) -> dict[str, Value]:
        """The summary as the header holds it (S2); what is empty is left out."""
        said: dict[str, Value] = {
            name: getattr(self, name.replace("-", "_"))
            for name in SUMMARY
            if getattr(self, name.replace("-", "_")) not in (None, "", ())
        }
        for name in ("cis", "children", "watchers"):
            if name in said:
                said[name] = list(getattr(self, name))
        if self.links:
            said["links"] = [{"relation": relation, "target": target} for relation, target in self.links]
        return said

    @staticmethod
    def known() -> frozenset[str]:
        """The names of the header fields that the fold writes; all others are foreign and kept."""
        return _SUMMARY_NAMES

    def linked(self, relation: str) -> tuple[str, ...]:
        """The targets of one relation."""
        return tuple(target for kind, target in self.links if kind == relation)


SUMMARY = (
    "title",
    "status",
    "priority",
    "impact",
    "urgency",
    "service",
    "cis",
    "category",
    "product",
    "tenant",
    "group",
    "assignee",
    "requestor",
    "channel",
    "owner",
    "parent",
    "children",
    "links",
    "watchers",
    "major",
)
_SUMMARY_NAMES = frozenset(SUMMARY)


class Ids(Protocol):
    """Where new names come from: random in the shell, fixed in a test."""

    def letters(self, count: int) -> str:
        """`count` random Crockford base-32 characters, in upper case."""


def texts(value: Value) -> tuple[str, ...]:
    """The texts of a list; empty for anything else."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def path_of(record_id: str) -> str:
    """The file of a record: `incidents/2026/11/24/INC-20261124-7KQF2.md`; only incidents get a folder a day.

    Raises ValueError where the id is not of the form."""
    match = ID.fullmatch(record_id)
    if match is None:
        raise ValueError(f"{record_id!r} is no id such as INC-20261124-7KQF2")
    if record_id == PROCESS:
        return f"{KINDS[PROCESS]}/{PROCESS}.md"
    kind, year, month, day = match.groups()[:4]
    day_folder = f"{year}/{month}/{day}/" if kind == "INC" else ""
    return f"{KINDS[kind]}/{day_folder}{record_id}.md"


def kind_of(record_id: str) -> str:
    """`INC`, `PRB`, `KE` or `KB`; `process` for the one record of the process."""
    return record_id.partition("-")[0]
