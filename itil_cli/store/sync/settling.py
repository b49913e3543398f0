"""After the replay, in one more commit where there is anything to do: keys, double entries, links.

- An incident of the clone whose dedup key was open on the remote is kept, linked `duplicate-of` the one there, and
  canceled as a double entry (S11), unless it is over already.
- A key's pointer names the incident that the remote has for it while that is open, else the clone's, else nothing.
- A link whose other side does not know of it gets its counterpart there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from itil_cli.process.auditing.check import Links, mended
from itil_cli.process.events.fold import fold
from itil_cli.process.family import join
from itil_cli.process.incident import Record, kind_of, path_of
from itil_cli.process.lifecycle.case import Case, Command
from itil_cli.process.merging.replay import RULE
from itil_cli.store.files import codec
from itil_cli.store.files.amend import amend
from itil_cli.store.git.commits import Stamp, message_of
from itil_cli.store.keys import holder, key_path, pointer

if TYPE_CHECKING:
    from itil_cli.process.incident import Ids
    from itil_cli.store.snapshot import Snapshot
    from itil_cli.store.sync.replaying import Line


@dataclass(slots=True)
class Settled:
    """What was settled: double entries with the incident they are of, and links that got their other side."""

    duplicates: list[tuple[str, str]] = field(default_factory=list)
    counterparts: list[tuple[str, str]] = field(default_factory=list)


def settle(line: Line, upstream: Snapshot, ids: Ids) -> Settled:
    """Write what the replay leaves to do; `upstream` is the remote's tip."""
    settling = _Settling(line, upstream, ids)
    settling.double_entries()
    settling.counterparts()
    settling.write()
    return settling.settled


class _Settling:
    def __init__(self, line: Line, upstream: Snapshot, ids: Ids) -> None:
        self._line, self._upstream, self._now = line, upstream, line.snapshot
        self.settled = Settled()
        now, actor = line.signing.now, self._now.people.at(line.signing.actor, line.signing.now)
        self._case = Case(
            Command("sync"), self._now.records, self._now.policy, self._now.people, self._now.services, actor, now, ids
        )

    def double_entries(self) -> None:
        for record in list(self._touched()):
            other = self._first_holder(record)
            if other is None or not (self._case.incident(record.id).is_open and self._case.incident(other).is_open):
                continue
            join(self._case, record.id, "duplicate-of", other, rule=RULE)
            self._case.add(
                record.id,
                "canceled",
                text=f"Double entry of {other}, which was published first.",
                reason="double-entry",
                rule="duplicate-of",
            )
            self.settled.duplicates.append((record.id, other))

    def _touched(self) -> Iterator[Record]:
        for record_id in self._line.outcome.touched:
            if record_id in self._now.records:
                yield self._now.records[record_id]

    def _first_holder(self, record: Record) -> str | None:
        """The other incident that the remote has for this one's key; None for one that the remote knows itself."""
        if kind_of(record.id) != "INC" or self._upstream.read(path_of(record.id)) is not None:
            return None
        key = fold(record).dedup_key
        other = holder(self._upstream.read(key_path(key))) if key else None
        return other if other and other != record.id and other in self._now.records else None

    def counterparts(self) -> None:
        links, records = Links(), {}
        for record in self._touched():
            records[record.id] = record
            targets = {event.str("target") or "" for event in record.events if event.do in ("linked", "unlinked")}
            records |= {one: self._now.records[one] for one in targets if one in self._now.records}
        records |= self._case.after
        for record in records.values():
            links.take(path_of(record.id), record)
        for link in list(links.missing()):
            if link.target in records:
                target = self._case.record(link.target)
                self._case.before.setdefault(target.id, self._now.records[target.id])
                self._case.after[target.id] = mended(target, [link])
                self.settled.counterparts.append((link.target, link.event.n))

    def write(self) -> None:
        changed = self._case.changes()
        files = {path_of(one): self._bytes(one, *changed[one]) for one in changed} | self._keys()
        fresh = {path: data for path, data in files.items() if data != self._now.read(path)}
        if not fresh:
            return
        names = [("Incident", record_id) for record_id in changed]
        names += [("Event", n) for n in dict.fromkeys(_names(changed))]
        message = message_of("sync: double entries, links and keys", [*names, ("Actor", self._case.actor.email)])
        at = max([self._case.now, *(record.events[-1].at for _, record in changed.values())])
        self._line.write(fresh, message, Stamp(self._case.actor.name, self._case.actor.email, at))

    def _bytes(self, record_id: str, before: Record | None, after: Record) -> bytes:
        data = self._now.read(path_of(record_id))
        return codec.write(after) if data is None or before is None else amend(data, before, after)

    def _keys(self) -> dict[str, bytes | None]:
        return {path: pointer(self._holder(path, mine)) for path, mine in self._line.outcome.keys.items()}

    def _holder(self, path: str, mine: bytes | None) -> str | None:
        """Who has a key now: the remote's incident while it is open, else the clone's."""
        for known in (holder(self._upstream.read(path)), holder(mine)):
            if known and known in self._now.records and self._case.incident(known).is_open:
                return known
        return None


def _names(changed: dict[str, tuple[Record | None, Record]]) -> Iterator[str]:
    for before, after in changed.values():
        known = {event.n for event in before.events} if before else set()
        yield from (event.n for event in after.events if event.n not in known)
