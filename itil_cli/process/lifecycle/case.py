"""The case on the table: records as they stand, and the events that one command adds to them.

- Verbs add events through `Case.add`; after each the incident is folded again, so a later step of the
  same command sees what an earlier one did.
- Nothing is written here. Whoever called `decide` records all of `Case.changes` or none.
- An event is never older than the last one of its record: a clock up to ten minutes behind is stamped
  with that event's time, one further behind is refused (S1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from itil_cli.errors import NotFound, Refused
from itil_cli.process.events.fold import fold
from itil_cli.process.events.ordering import next_place
from itil_cli.process.incident import Event, Ids, Incident, Record, Value, kind_of
from itil_cli.process.knowledge.steps import STATUSES
from itil_cli.process.knowledge.steps import fold as knowledge_fold
from itil_cli.process.lifecycle.terms import further
from itil_cli.process.settings.people import People, Person
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.services import Services
from itil_cli.process.time.calendars import Calendars, build
from itil_cli.process.time.instants import CLOCK_SLACK, format_instant


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants: a verb, the records it is about, and the options given (None: not given)."""

    verb: str
    ids: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """A text option; None when it is missing or blank."""
        value = self.options.get(name)
        return value if isinstance(value, str) and value.strip() else None

    def flag(self, name: str) -> bool:
        """Whether a switch was given."""
        return self.options.get(name) is True

    def texts(self, name: str) -> tuple[str, ...]:
        """An option that may stand several times."""
        value = self.options.get(name)
        return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()


@dataclass(slots=True)
class Case:
    """Everything that one decision may look at, and what it has decided so far."""

    command: Command
    records: Mapping[str, Record]
    policy: Policy
    people: People
    services: Services
    actor: Person
    now: int
    ids: Ids
    notes: list[str] = field(default_factory=list)
    keys: dict[str, str | None] = field(default_factory=dict)
    before: dict[str, Record | None] = field(default_factory=dict)
    after: dict[str, Record] = field(default_factory=dict)
    _folded: dict[str, Incident] = field(default_factory=dict)
    _calendars: Calendars | None = None

    def record(self, record_id: str) -> Record:
        """The record as it stands after the steps so far. Raises NotFound."""
        if record_id in self.after:
            return self.after[record_id]
        try:
            return self.records[record_id]
        except KeyError:
            raise NotFound(f"There is no {record_id}.", remedy="`itil list --all` shows what there is.") from None

    def incident(self, incident_id: str) -> Incident:
        """The incident after the steps so far."""
        if incident_id not in self._folded:
            self._folded[incident_id] = fold(self.record(incident_id))
        return self._folded[incident_id]

    @property
    def calendars(self) -> Calendars:
        """The policy's calendars, made once."""
        if self._calendars is None:
            self._calendars = build(self.policy)
        return self._calendars

    def add(
        self,
        record_id: str,
        do: str,
        *,
        text: str | None = None,
        n: str | None = None,
        promised: Mapping[str, Value] | None = None,
        **data: Value | Sequence[str],
    ) -> Event:
        """Append an event by the actor, now, with the promises of the policy (S5).

        Underscores in keys become hyphens; what is empty is left out."""
        record = self.record(record_id)
        self.before.setdefault(record_id, self.records.get(record_id))
        name = n or self.name(record_id)
        said = _kept(data | dict(promised or {}))
        if self.policy.clocks and kind_of(record_id) == "INC":
            said |= further(self.policy, self.incident(record_id), do, said)
        event = Event(self._stamp(record), self.actor.email, name, do, said, text)
        self._put(replace(record, events=(*record.events, event)))
        return event

    def name(self, *record_ids: str, spare: int = 0) -> str:
        """A name for an event of all these records: behind what they hold, and `spare` steps more (S16)."""
        place = max(next_place(self.record(one).events) for one in record_ids) + spare
        return f"{place}-{self.ids.letters(4).lower()}"

    def create(self, record: Record) -> None:
        """Put a record on the table that does not exist yet."""
        self.before[record.id] = None
        self._put(record)

    def describe(self, record_id: str, description: str) -> None:
        """Replace the description; the caller adds the `edited` event that says so."""
        self.before.setdefault(record_id, self.records.get(record_id))
        self._put(replace(self.record(record_id), description=description))

    def blot_out(self, record_id: str, n: str, text: str) -> None:
        """Replace the text of an event; the caller adds the `redacted` event that says so."""
        record = self.record(record_id)
        self.before.setdefault(record_id, self.records.get(record_id))
        events = tuple(replace(event, text=text) if event.n == n else event for event in record.events)
        self._put(replace(record, events=events))

    def update(self, record_id: str, **fields: Value) -> None:
        """Set header fields of a record that is no incident (an incident's are its fold)."""
        record = self.record(record_id)
        self.before.setdefault(record_id, self.records.get(record_id))
        self._put(replace(record, fields={**record.fields, **fields}))

    def new_id(self, kind: str) -> str:
        """A fresh id of today (UTC), such as INC-20261124-7KQF2."""
        day = format_instant(self.now)[:10].replace("-", "")
        while True:
            fresh = f"{kind}-{day}-{self.ids.letters(5)}"
            if fresh not in self.after and fresh not in self.records:
                return fresh

    def changes(self) -> dict[str, tuple[Record | None, Record]]:
        """What to record, all or none: each record before and after, its summary folded anew (S2)."""
        return {record_id: (self.before[record_id], self._finished(record_id)) for record_id in self.after}

    def _finished(self, record_id: str) -> Record:
        record = self.after[record_id]
        if kind_of(record_id) in STATUSES and record.events:
            return replace(record, fields={**record.fields, "status": knowledge_fold(record).status})
        if kind_of(record_id) != "INC":
            return record
        derived = self.incident(record_id)
        foreign = {key: value for key, value in record.fields.items() if key not in derived.known()}
        return replace(record, fields={**derived.fields(), **foreign})

    def _put(self, record: Record) -> None:
        self.after[record.id] = record
        self._folded.pop(record.id, None)

    def _stamp(self, record: Record) -> int:
        last = record.events[-1].at if record.events else self.now
        if last - self.now > CLOCK_SLACK:
            raise Refused(
                f"The clock says {format_instant(self.now)}, but the last event of {record.id} is of "
                f"{format_instant(last)}.",
                code="S1",
                remedy="Set the clock right, or give --now.",
            )
        return max(last, self.now)


def _kept(data: Mapping[str, Value | Sequence[str]]) -> dict[str, Value]:
    return {
        key.replace("_", "-"): list(value) if isinstance(value, tuple) else cast(Value, value)
        for key, value in data.items()
        if value not in (None, [], ())
    }
