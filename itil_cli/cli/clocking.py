"""Clocks for the commands that show them: of one snapshot's policy and calendars, at the command's time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.past import seen
from itil_cli.errors import Broken
from itil_cli.process.clock import Clock, clocks
from itil_cli.process.clocks.outlook import Glance, Outlook, glance, holds, next_of, outlook
from itil_cli.process.clocks.standing import last, resumed, standing
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record
from itil_cli.process.messages.informing import NextMessage, Silence, after, intervals, lasting
from itil_cli.process.time.calendars import build, digest
from itil_cli.process.time.instants import CLOCK_SLACK

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar
    from itil_cli.process.summary import Summary
    from itil_cli.store.snapshot import Snapshot


AT_ONCE = 500  # incidents


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

    def next_message(self, incident: Incident) -> NextMessage | None:
        """The message to the requestor that is due next (S14)."""
        return after(lasting(incident), self._intervals, self.calendars, self.at(incident))

    def next_message_of(self, told: Summary) -> NextMessage | None:
        """The same of a summary that the index keeps."""
        silence = Silence(*told["silence"]) if told.get("silence") else None
        return after(silence, self._intervals, self.calendars, max(self.now, told["last_at"]))

    @cached_property
    def _intervals(self) -> Mapping[str, int]:
        return intervals(self._snapshot.policy)

    def of_record(self, record: Record) -> list[Clock]:
        """The clocks of a record, without what happened after `--now`."""
        return self.of(fold(seen(record, self.now)))

    def of_ids(self, ids: Iterable[str]) -> Iterator[list[Clock]]:
        """The clocks of many incidents, in order, from what the index keeps of them. Raises Broken or NotFound."""
        for record_id, kept in self._snapshot.index.standings(ids, self.digest, self._stand):
            found = json.loads(kept) if kept else None
            if found is None or last(found) - self.now > CLOCK_SLACK:
                yield self.of_record(self._snapshot.index.record(record_id))
            else:
                yield resumed(found, self.calendars, max(self.now, last(found)))

    def glances(self, asked: Iterable[tuple[str, Outlook | None]]) -> Iterator[Clock | Glance | None]:
        """The clock that matters of each id, with what the index keeps of it. Raises Broken or NotFound."""
        waiting = iter(asked)
        while page := list(islice(waiting, AT_ONCE)):
            learned = dict(self._outlooks([record_id for record_id, kept in page if kept is None]))
            fresh = {record_id: json.dumps(kept) for record_id, kept in learned.items() if kept}
            self._snapshot.index.keep_outlooks(self.digest, fresh)
            for record_id, kept in page:
                yield self._glance(record_id, kept or learned[record_id])

    def _outlooks(self, ids: Sequence[str]) -> Iterator[tuple[str, Outlook | None]]:
        for record_id, kept in self._snapshot.index.standings(ids, self.digest, self._stand):
            yield record_id, outlook(json.loads(kept), self.calendars) if kept else None

    def _glance(self, record_id: str, kept: Outlook | None) -> Clock | Glance | None:
        if kept and kept[0] - self.now <= CLOCK_SLACK and holds(kept, now := max(self.now, kept[0])):
            return glance(kept, self.calendars, now)
        return next_of(next(self.of_ids([record_id])))

    @cached_property
    def digest(self) -> str:
        """What names the calendars, for what is kept of clocks."""
        return digest(self._snapshot.policy)

    def _stand(self, record: Record) -> str | None:
        try:
            return json.dumps(standing(fold(record), self.calendars), separators=(",", ":"))
        except Broken:
            return None  # said when it is asked for

    def at(self, incident: Incident) -> int:
        """When to read its clocks: now, or its last event where a short clock dated that ahead."""
        return max(self.now, incident.last_at)
