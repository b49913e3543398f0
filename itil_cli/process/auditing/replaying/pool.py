"""The records of a commit on their way from before to after, and the case that is decided on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from itil_cli.process.auditing.values import Touched
from itil_cli.process.incident import CROCKFORD, Event, Record, Value, kind_of
from itil_cli.process.lifecycle.case import Case


@dataclass(slots=True)
class Pool:
    """One record on its way from before to after: `state` has the events up to `place`, of `after`'s."""

    one: Touched
    after: Record
    state: Record | None
    place: int
    added: frozenset[str]

    @property
    def ahead(self) -> list[Event]:
        """The added events that are still to be judged; older ones between them are passed by on the way."""
        return [event for event in self.after.events[self.place :] if event.n in self.added]

    def settle(self) -> None:
        """Pass by what was there before."""
        while self.place < len(self.after.events) and self.after.events[self.place].n not in self.added:
            self._take(self.after.events[self.place])

    def take(self) -> None:
        """The next added event counts as it is."""
        self._take(self.after.events[self.place])
        self.settle()

    def _take(self, event: Event) -> None:
        self.place += 1
        base = self.state or Record(self.after.id, {}, (), self.after.description)
        described = event.do == "edited" and event.get("description") is not None and event.n in self.added
        text = self.after.description if described else base.description
        self.state = replace(base, events=self.after.events[: self.place], description=text, fields=self._fields(base))

    def _fields(self, base: Record) -> Mapping[str, Value]:
        """Of an incident the fold counts, but for what no event has set; of others the header as it is after."""
        return base.fields if kind_of(self.after.id) == "INC" and base.fields else self.after.fields


class Without(Mapping[str, Record]):
    """The records before the commit, of which some do not exist yet."""

    def __init__(self, records: Mapping[str, Record], unborn: list[str]) -> None:
        self._records, self._unborn = records, frozenset(unborn)

    def __getitem__(self, name: str) -> Record:
        if name in self._unborn:
            raise KeyError(name)
        return self._records[name]

    def __contains__(self, name: object) -> bool:
        return name not in self._unborn and name in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


@dataclass(slots=True)
class ReplayCase(Case):
    """A case whose new records are those that the commit made; the one that is judged comes first."""

    unborn: list[str] = field(default_factory=list)

    def new_id(self, kind: str) -> str:
        """The first id of this kind that the commit made and nobody has taken yet."""
        made = next((name for name in self.unborn if name.startswith(f"{kind}-") and name not in self.after), None)
        return made or Case.new_id(self, kind)


class Letters:
    """Letters for what is made here and compared by other means."""

    def __init__(self) -> None:
        self._count = 0

    def letters(self, count: int) -> str:
        """The next `count` letters."""
        self._count += 1
        return "".join(CROCKFORD[self._count // 32**place % 32] for place in reversed(range(count)))
