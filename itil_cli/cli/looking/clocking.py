"""Clocks for the commands that show them: of one snapshot's policy and calendars, at the command's time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.looking.past import seen
from itil_cli.errors import Broken
from itil_cli.process.clock import Clock, clocks
from itil_cli.process.clocks.outlook import (
    Glance,
    Outlook,
    any_breached,
    due_of,
    glance,
    holds,
    is_breached,
    next_of,
    outlook,
)
from itil_cli.process.clocks.standing import last, resumed, standing
from itil_cli.process.clocks.values import RUNNING
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record
from itil_cli.process.messages.informing import NextMessage, Silence, after, intervals, lasting
from itil_cli.process.time.calendars import build, digest
from itil_cli.process.time.instants import CLOCK_SLACK

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar
    from itil_cli.process.demands.living import Living
    from itil_cli.process.summary import Summary
    from itil_cli.store.snapshot import Snapshot


AT_ONCE = 500  # incidents
Asked = tuple[str, Outlook | None]  # an id, and what the index keeps of its clocks


class Clocking:
    """Asks clocks, at the command's time or another; the calendars are made once."""

    def __init__(self, app: App, snapshot: Snapshot, now: int | None = None) -> None:
        self.now = app.now if now is None else now
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

    def late(self, found: Iterable[Living]) -> set[str]:
        """The ids of the open ones whose requestor should have heard from us by now."""
        return {one.id for one, owed in self._messages(found) if owed.is_late(max(self.now, one.last_at))}

    def owed(self, found: Iterable[Living]) -> set[str]:
        """The ids of the open ones whose requestor waits for a message, late or not."""
        return {one.id for one, _ in self._messages(found)}

    def _messages(self, found: Iterable[Living]) -> Iterator[tuple[Living, NextMessage]]:
        for one in found if self._intervals else ():
            message = after(one.silence, self._intervals, self.calendars, max(self.now, one.last_at))
            if one.is_open and message is not None:
                yield one, message

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

    def glances(self, asked: Iterable[Asked]) -> Iterator[Clock | Glance | None]:
        """The clock that matters of each id, with what the index keeps of it. Raises Broken or NotFound."""
        yield from (self._glance(*one) for one in self._learned(asked))

    def judged(self, asked: Iterable[Asked]) -> Iterator[tuple[Clock | Glance | None, bool]]:
        """The same, and whether any clock of the SLA is past its target, or was missed."""
        for record_id, kept in self._learned(asked):
            if kept is not None and (now := self._good(kept)) is not None:
                yield glance(kept, self.calendars, now), is_breached(kept, now)
            else:
                found = next(self.of_ids([record_id]))
                yield next_of(found), any_breached(found)

    def _learned(self, asked: Iterable[Asked]) -> Iterator[Asked]:
        """Each with its outlook, whether that was kept or is made and kept now; None where it cannot be told."""
        waiting = iter(asked)
        while page := list(islice(waiting, AT_ONCE)):
            learned = dict(self._outlooks([record_id for record_id, kept in page if kept is None]))
            fresh = {record_id: json.dumps(kept) for record_id, kept in learned.items() if kept}
            self._snapshot.index.keep_outlooks(self.digest, fresh)
            yield from ((record_id, kept or learned[record_id]) for record_id, kept in page)

    def dues(self, asked: Iterable[Asked]) -> Iterator[int | None]:
        """When the clock that matters of each id is due, or was (epoch seconds); None where none runs."""
        for record_id, kept in self._learned(asked):
            if kept is not None and self._good(kept) is not None:
                yield due_of(kept)
            else:
                clock = self._glance(record_id, kept)
                yield clock.due if clock is not None and clock.state == RUNNING else None

    def _outlooks(self, ids: Sequence[str]) -> Iterator[tuple[str, Outlook | None]]:
        for record_id, kept in self._snapshot.index.standings(ids, self.digest, self._stand):
            yield record_id, outlook(json.loads(kept), self.calendars) if kept else None

    def _glance(self, record_id: str, kept: Outlook | None) -> Clock | Glance | None:
        if kept is not None and (now := self._good(kept)) is not None:
            return glance(kept, self.calendars, now)
        return next_of(next(self.of_ids([record_id])))

    def _good(self, kept: Outlook) -> int | None:
        """When to read it: now, or its last event where a short clock dated that ahead; None where it is not good."""
        now = max(self.now, kept[0])
        return now if kept[0] - self.now <= CLOCK_SLACK and holds(kept, now) else None

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
