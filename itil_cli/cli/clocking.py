"""Clocks for the commands that show them: of one snapshot's policy and calendars, at the command's time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.past import seen
from itil_cli.errors import Broken
from itil_cli.process.calendars import build, digest
from itil_cli.process.clock import Clock, clocks
from itil_cli.process.clocks.standing import last, resumed, standing
from itil_cli.process.fold import fold
from itil_cli.process.incident import Incident, Record
from itil_cli.process.time.instants import CLOCK_SLACK

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar
    from itil_cli.store.snapshot import Snapshot


class Clocking:
    """Asks clocks; the calendars are made once."""

    def __init__(self, app: App, snapshot: Snapshot) -> None:
        self.now = app.now
        self._snapshot = snapshot
        self.calendars: Mapping[str, Calendar] = build(snapshot.policy)
        self.shown = snapshot.policy.thresholds.show

    def of(self, incident: Incident) -> list[Clock]:
        """The clocks of an incident, as they stand now."""
        return clocks(incident, self.calendars, self.at(incident))

    def of_record(self, record: Record) -> list[Clock]:
        """The clocks of a record, without what happened after `--now`."""
        return self.of(fold(seen(record, self.now)))

    def of_ids(self, ids: Iterable[str]) -> Iterator[list[Clock]]:
        """The clocks of many incidents, in order, from what the index keeps of them. Raises Broken or NotFound."""
        for record_id, kept in self._snapshot.index.standings(ids, self._digest, self._stand):
            found = json.loads(kept) if kept else None
            if found is None or last(found) - self.now > CLOCK_SLACK:
                yield self.of_record(self._snapshot.index.record(record_id))
            else:
                yield resumed(found, self.calendars, max(self.now, last(found)))

    @cached_property
    def _digest(self) -> str:
        return digest(self._snapshot.policy)

    def _stand(self, record: Record) -> str | None:
        try:
            return json.dumps(standing(fold(record), self.calendars), separators=(",", ":"))
        except Broken:
            return None  # said when it is asked for

    def at(self, incident: Incident) -> int:
        """When to read its clocks: now, or its last event where a short clock dated that ahead."""
        return max(self.now, incident.last_at)


def next_of(found: list[Clock]) -> Clock | None:
    """The clock of the SLA that matters now: one that runs and is due first; else paused; else the resolution."""
    sla = [clock for clock in found if not clock.group and not clock.vendor]
    running = [clock for clock in sla if clock.state == "running" and clock.due is not None]
    if running:
        return min(running, key=lambda clock: (clock.due, clock.name))
    paused = [clock for clock in sla if clock.state == "paused"]
    rest = [clock for clock in sla if clock.name == "resolution"]
    return next(iter(paused or rest), None)
