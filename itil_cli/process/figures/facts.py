"""What figures ask of one incident (S15), as a row of plain values that an index can keep as JSON.

- Made from the fold alone: no policy, no calendar, no clock. Instants are epoch seconds.
- Resolved means: went from open to resolved or closed (an import may close without resolving). `resolved_at` is
  the last time, and None where the incident is open again or canceled.
- `spells` are the stretches [from, to) in which it was open; `to` is None while it is.
- `spent` is seconds by status up to the last resolution; pending ones by reason (`pending/awaiting-vendor`).
- `moves` are the changes of status: from, to, when, and for how many seconds it had been in the former one.
- `known`: a known error or an article helped, or is linked and was not drafted from this very incident.
- `was_major`: it was accepted as a major incident at some time. `updates`, when each update counts and whether it
  was on time, hang on calendars: whoever has them fills them in.
- `silences` are the stretches in which the requestor heard nothing (`messages/informing.py`).
- `actions` are follow-up actions (M9).
- `findings` are what `check` finds without a policy: rule and time. Only who has the record knows them.
- Time does not run backwards in it: an event behind the former one counts at that one's time, as for clocks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from itil_cli.process.incident import CANCELED, OPEN, PENDING, Event, Incident, Record, State
from itil_cli.process.majors.actions import actions
from itil_cli.process.messages.informing import Silence, silences

Spell = tuple[int, int | None]
Move = tuple[str, str, int, int]  # from, to, when, seconds
Deed = tuple[int, str, int | None]  # a follow-up action: when it was added, its ISO date, when it was done


class Facts(NamedTuple):
    """One incident. `out`: canceled or a duplicate; `child`: has a parent (S11)."""

    id: str
    status: str
    priority: str | None
    service: str | None
    category: str | None
    first_category: str | None
    group: str | None
    resolving_group: str | None
    assignee: str | None
    channel: str | None
    tenant: str | None
    code: str | None
    major: str | None
    out: bool
    duplicate: bool
    child: bool
    reopens: int
    reassignments: int
    contacts: int
    bounced: bool
    returned: bool
    waited: bool
    known: bool
    problem: bool
    logged_at: int
    assigned_at: int | None
    accepted_at: int | None
    first_resolved_at: int | None
    resolved_at: int | None
    ended_at: int | None
    last_at: int
    groups: list[str]
    spells: Sequence[Spell]
    spent: dict[str, int]
    was_major: bool
    moves: Sequence[Move] = ()
    updates: Sequence[tuple[int, bool]] = ()
    silences: Sequence[Silence] = ()
    owner: str | None = None
    requestor: str | None = None
    reason: str | None = None
    imported: bool = False
    findings: Sequence[tuple[str, int]] = ()
    model: str | None = None
    actions: Sequence[Deed] = ()

    @property
    def life(self) -> int | None:
        """Seconds from logging to the last resolution."""
        return None if self.resolved_at is None else self.resolved_at - self.logged_at

    def named(self, record_id: str) -> Facts:
        """The same under the id that its file's name says, whatever stands in the file."""
        return self if self.id == record_id else self._replace(id=record_id)

    def open_at(self, instant: int) -> bool:
        """Whether it was neither resolved, closed nor canceled by what had happened before that instant."""
        return any(start < instant and (end is None or instant <= end) for start, end in self.spells)


def to_text(facts: Facts) -> str:
    """The row as compact JSON."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Facts:
    """The row that `to_text` gave."""
    return Facts(*json.loads(text))  # a stretch comes as a list: whoever asks makes it a Silence


def facts(incident: Incident, findings: Iterable[tuple[str, int]] = ()) -> Facts:
    """The facts of an incident as its events tell it."""
    walk = _Walk()
    for state in incident.trail:
        walk.step(state)
    held = incident.groups_held
    return Facts(
        id=incident.id,
        status=incident.status,
        priority=incident.priority,
        service=incident.service,
        category=incident.category,
        first_category=incident.category_opened,
        group=incident.group,
        resolving_group=incident.resolving_group,
        assignee=incident.assignee,
        channel=incident.channel,
        tenant=incident.tenant,
        code=incident.code,
        major=incident.major,
        out=incident.status == CANCELED or bool(incident.linked("duplicate-of")),
        duplicate=bool(incident.linked("duplicate-of")),
        child=incident.parent is not None,
        reopens=incident.reopens,
        reassignments=incident.reassignments,
        contacts=walk.contacts,
        bounced=len(set(held)) < len(held),
        returned=walk.returned,
        waited=walk.waited,
        known=walk.helped or bool(_used(incident)),
        problem=bool(incident.linked("problem")),
        logged_at=incident.logged_at if incident.logged_at is not None else incident.last_at,
        assigned_at=walk.assigned_at,
        accepted_at=incident.accepted_at,
        first_resolved_at=walk.first_resolved_at,
        resolved_at=None if walk.is_open or incident.status == CANCELED else walk.resolved_at,
        ended_at=None if walk.is_open else walk.at,
        last_at=incident.last_at,
        groups=list(held),
        spells=walk.spells,
        spent=walk.spent,
        was_major=any(state.event.do == "major-accepted" for state in incident.trail),
        moves=walk.moves,
        silences=silences(incident),
        owner=incident.owner,
        requestor=incident.requestor,
        reason=incident.reason,
        imported=incident.imported,
        findings=list(findings),
        model=incident.model,
        actions=_deeds(incident.events, incident.voids),
    )


def of_process(record: Record) -> Facts | None:
    """What figures ask of the process itself: its follow-up actions; None where it has none.

    It is no incident, so it is out of all other figures, like what is canceled."""
    deeds = _deeds(record.events, ())
    return _NOTHING._replace(id=record.id, actions=deeds) if deeds else None


def _deeds(events: Iterable[Event], void: Collection[str]) -> list[Deed]:
    return [(one.at, one.due, one.done_at) for one in actions(events, void)]


_NOTHING = Facts(
    id="", status="", priority=None, service=None, category=None, first_category=None, group=None,
    resolving_group=None, assignee=None, channel=None, tenant=None, code=None, major=None, out=True, duplicate=True,
    child=True, reopens=0, reassignments=0, contacts=0, bounced=False, returned=False, waited=False, known=False,
    problem=False, logged_at=0, assigned_at=None, accepted_at=None, first_resolved_at=None, resolved_at=None,
    ended_at=None, last_at=0, groups=[], spells=(), spent={}, was_major=False,
)  # fmt: skip


def _used(incident: Incident) -> set[str]:
    """The known errors and articles that it is linked to, without those that were drafted from it (kedb_use)."""
    links = {*incident.linked("known-error"), *incident.linked("article")}
    if not links:
        return links
    return links - {state.event.str("target") for state in incident.trail if state.event.get("drafted") is True}


class _Walk:
    """Goes over the states of one incident."""

    def __init__(self) -> None:
        self.at = 0
        self.status: str | None = None
        self.is_open = False
        self.contacts = 0
        self.returned = self.waited = self.helped = False
        self.assigned_at: int | None = None
        self.first_resolved_at: int | None = None
        self.resolved_at: int | None = None
        self.spells: list[Spell] = []
        self.spent: dict[str, int] = {}
        self.moves: list[Move] = []
        self._entered = 0
        self._running: dict[str, int] = {}
        self._key: str | None = None
        self._since = 0

    def step(self, state: State) -> None:
        """One event that counts."""
        event = state.event
        now = max(self._since, event.at)
        if self._key is not None:
            self._running[self._key] = self._running.get(self._key, 0) + now - self._since
        self._since = now
        if (state.status in OPEN) != self.is_open:
            self._turn(state.status, now)
        self._move(state.status, now)
        self._key = f"{PENDING}/{state.reason}" if state.status == PENDING else state.status
        self.waited = self.waited or state.status == PENDING
        self._note(event, state, now)

    def _turn(self, status: str, now: int) -> None:
        self.is_open = status in OPEN
        if self.is_open:
            self.spells.append((now, None))
            return
        self.at = now
        self.spells[-1] = (self.spells[-1][0], now)
        if status != CANCELED:
            self.resolved_at = now
            self.first_resolved_at = self.first_resolved_at or now
            self.spent = dict(self._running)

    def _move(self, status: str, now: int) -> None:
        if status == self.status:
            return
        if self.status is not None:
            self.moves.append((self.status, status, now, now - self._entered))
        self.status, self._entered = status, now

    def _note(self, event: Event, state: State, now: int) -> None:
        if event.do == "contacted" and self.is_open:
            self.contacts += 1
        elif event.do == "returned":
            self.returned = True
        elif event.do == "applied":
            self.helped = self.helped or event.get("helped") is not False
        if self.assigned_at is None and _assigns(event, state):
            self.assigned_at = now


def _assigns(event: Event, state: State) -> bool:
    if event.do == "assigned":
        return True
    return event.do in ("escalated", "imported") and event.str("group") is not None and state.group is not None
