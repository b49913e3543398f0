"""The store as it was at `--now`, where that lies before a record's last event: what happened later is not yet.

- A record is read without its later events (`fold.as_of`), so that its status, its clocks and what is due agree.
- A clock that is ten minutes short is no time in the past: what was just written is seen.
- The index knows the last state alone, so such records are folded and matched one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from itil_cli.process.events.fold import as_of, fold
from itil_cli.process.incident import OPEN, RESOLVED, Incident, Record
from itil_cli.process.summary import summary
from itil_cli.process.time.instants import CLOCK_SLACK

if TYPE_CHECKING:
    from itil_cli.cli.context import App
    from itil_cli.store.index.index import Index
    from itil_cli.store.index.listed import Row
    from itil_cli.store.index.query import Filter

ALIVE = (*sorted(OPEN), RESOLVED)


def seen(record: Record, now: int) -> Record:
    """The record as it was at `now`; as it is, where its last event is not further ahead than a clock may be short."""
    ahead = record.events and record.events[-1].at - now > CLOCK_SLACK
    return as_of(record, now) if ahead else record


def alive_then(index: Index, now: int) -> Iterator[tuple[Record, Incident]]:
    """The records with later events that were open or resolved at `now`: as they were, without those."""
    from itil_cli.store.index.query import Filter

    for row in index.rows(Filter(before=now + 1, changed_since=now + CLOCK_SLACK + 1)):
        record = as_of(index.record(row.id), now)
        incident = fold(record)
        if incident.status in ALIVE:
            yield record, incident


def rows(app: App, index: Index, wanted: Filter, sort: Sequence[str] = (), limit: int | None = None) -> Collection[Row]:
    """The rows that fit, as `index.listed` gives them; with a `--now`, those that fitted then, as they were."""
    if app.now_text is None or index.last_changed() - app.now <= CLOCK_SLACK:
        return index.listed(wanted, sort, limit)
    from itil_cli.store.index.plain import fits, ordered

    known = {
        row.id: _row_then(index, row, app.now)
        for row in index.rows(replace(wanted, open_only=False, equal={}, unequal={}))
    }
    then = [row.summary for row in known.values() if row.summary["logged_at"] is not None and fits(wanted, row.summary)]
    return [known[said["id"]] for said in ordered(then, sort)[:limit]]


def _row_then(index: Index, row: Row, now: int) -> Row:
    if row.summary["last_at"] - now <= CLOCK_SLACK:
        return row
    return row._replace(summary=summary(fold(as_of(index.record(row.id), now))))
