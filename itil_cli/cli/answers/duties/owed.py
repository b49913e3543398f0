"""How much is due on what is open or resolved, and when a sweep last did it here.

Most of it is kept by the index, the rest is asked and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.process.demands.living import Agenda
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import RESOLVED
from itil_cli.process.time.calendars import build
from itil_cli.process.time.zones import version
from itil_cli.store.files.names import PEOPLE, POLICY

if TYPE_CHECKING:
    from itil_cli.cli.context import App
    from itil_cli.process.calendar import Calendar
    from itil_cli.process.incident import Incident
    from itil_cli.store.index.living import Alive
    from itil_cli.store.snapshot import Snapshot


_LAST = "swept"  # a file beside the lock: epoch seconds of the last sweep of this clone


class Told(NamedTuple):
    """One of them. What is resolved may stay so, for a reason that a sweep tells, though nothing is due."""

    id: str
    resolved: bool
    agenda: Agenda


class Owed:
    """Asks how much is due; the calendars are made once."""

    def __init__(self, snapshot: Snapshot, now: int, calendars: Mapping[str, Calendar] | None = None) -> None:
        self._snapshot, self._now = snapshot, now
        self._calendars = build(snapshot.policy) if calendars is None else calendars

    def agendas(self, alive: Alive) -> Iterator[Told]:
        """Of each that is not simply closed by the clock, in the order of lists, how much is due."""
        digest, fresh = self._digest(), dict[str, Agenda]()
        for record_id, status, kept in alive.agendas(digest):
            if kept is None or not kept.holds(self._now):
                kept = self.of(fold(self._snapshot.index.record(record_id)))
                fresh[record_id] = kept
            yield Told(record_id, status == RESOLVED, kept)
        self._snapshot.index.keep_agendas(digest, fresh)

    def of(self, incident: Incident) -> Agenda:
        """How much is due on one, at the present or at its last event, where a short clock dated that ahead."""
        from itil_cli.process.clock import clocks
        from itil_cli.process.demands.agenda import agenda
        from itil_cli.process.demands.values import Times

        at = max(self._now, incident.last_at)
        times = Times(self._snapshot.policy, self._snapshot.people, self._calendars, at)
        return agenda(incident, clocks(incident, self._calendars, at), times)

    def count(self, alive: Alive, then: Iterable[Incident]) -> int:
        """How many things the next sweep would do; `then` are those with later events, as they were."""
        open_ones = sum(one.agenda.due for one in self.agendas(alive))
        return open_ones + alive.closing_count(self._now) + sum(self.of(one).due for one in then)

    def _digest(self) -> str:
        """What names all that a demand hangs on beside the events."""
        said = hashlib.sha256(version().encode())
        for path in (POLICY, PEOPLE):
            said.update(b"\0")
            said.update(self._snapshot.read(path) or b"")
        return said.hexdigest()


def remember_sweep(app: App) -> None:
    """Note that this clone has swept now."""
    (app.store.folder / _LAST).write_text(f"{app.now}\n", encoding="ascii")


def last_swept(app: App) -> int | None:
    """When this clone last swept (epoch seconds); None where it never did."""
    try:
        return int((app.store.folder / _LAST).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
