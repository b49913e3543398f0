"""Incidents for figures: the facts that the index keeps, and their clocks. Everything that counts comes through here.

- An event later than `now` has not happened yet: what has such events is read anew, up to then.
- Under another policy the record is promised anew (S18), so nothing that is kept can be used.
- Incidents come in the order of their paths; a page of them is in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import Broken
from itil_cli.process.clock import clocks
from itil_cli.process.clocks.standing import standing
from itil_cli.process.events.fold import as_of, fold
from itil_cli.process.figures import Clocks, finished, from_text, updates, verdicts
from itil_cli.process.figures.facts import Facts, facts
from itil_cli.process.figures.facts import of_process as facts_of_process
from itil_cli.process.incident import PROCESS, Record, path_of
from itil_cli.process.time.calendars import build, digest

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar
    from itil_cli.process.settings.policy import Policy
    from itil_cli.store.index.query import Filter
    from itil_cli.store.snapshot import Snapshot

PAGE = 500
Counted = tuple[Facts, Clocks]
Told = tuple[str, str, str | None]  # an incident's id, facts and clocks, as the index keeps them


class Times(NamedTuple):
    """What clocks are asked with. `other`: what if that policy were in force."""

    policy: Policy
    calendars: Mapping[str, Calendar]
    now: int
    other: Policy | None = None


def clocked(
    snapshot: Snapshot, wanted: Filter, now: int, *, timed: bool = True, other: Policy | None = None
) -> Iterator[Counted]:
    """Each incident that fits, one at a time; its clocks only if `timed`. `other`: what if that were in force."""
    times = Times(other or snapshot.policy, build(other or snapshot.policy), now, other)
    found = snapshot.index.facts(wanted)
    while page := list(islice(found, PAGE)):
        kept = [one for one in page if not _is_anew(one, times)]
        known = dict(_kept(snapshot, kept, times)) if timed else {}
        for one in page:
            if _is_anew(one, times):
                yield from _anew(snapshot.index.record(one.id), one.findings, times)
            else:
                yield one, known.get(one.id, ())


def _is_anew(one: Facts, times: Times) -> bool:
    return times.other is not None or one.last_at > times.now or one.was_major


def told(snapshot: Snapshot, folder: str, policy: Policy, *, timed: bool) -> list[Told]:
    """Id, facts and, if `timed`, clocks of a month's incidents, as texts; None for clocks that cannot be told."""
    index, calendars = snapshot.index, build(policy)

    def count(record: Record) -> str | None:
        try:
            return _standing(record, calendars)
        except Broken:
            return None

    rows = index.told(folder, digest(policy))
    missing = [record_id for record_id, _, standing in rows if standing is None] if timed else []
    known = dict(index.standings(missing, digest(policy), count))
    return [(record_id, said, standing or known.get(record_id)) for record_id, said, standing in rows]


def stopped(rows: Iterable[Told], *, timed: bool) -> Iterator[tuple[Facts, Clocks | None]]:
    """Each of them with its clocks if `timed`; None for them where time may still change what it counts.

    So it is while it is open or an action of it is, while a clock may run on, and where it was a major incident."""
    for record_id, said, held in rows:
        one = from_text(said).named(record_id)
        if one.ended_at is None or one.was_major or any(done is None for _, _, done in one.actions):
            yield one, None
        elif timed:
            yield one, finished(json.loads(held)) if held else None
        else:
            yield one, ()


def of_process(snapshot: Snapshot, now: int) -> Iterator[Counted]:
    """The process itself, for its follow-up actions, as it was."""
    if snapshot.has(path_of(PROCESS)):
        found = facts_of_process(as_of(snapshot.records[PROCESS], now))
        if found is not None:
            yield found, ()


def _standing(record: Record, calendars: Mapping[str, Calendar]) -> str:
    return json.dumps(standing(fold(record), calendars), separators=(",", ":"))


def _kept(snapshot: Snapshot, found: Iterable[Facts], times: Times) -> Iterator[tuple[str, Clocks]]:
    """The clocks that the index keeps after the last event, gone on to the present. Raises Broken (S5)."""

    def count(record: Record) -> str:
        return _standing(record, times.calendars)

    ids = [one.id for one in found]
    for record_id, text in snapshot.index.standings(ids, digest(times.policy), count):
        yield record_id, verdicts(json.loads(text or ""), times.calendars, times.now)


def _anew(record: Record, findings: Sequence[tuple[str, int]], times: Times) -> Iterator[Counted]:
    """What the record said at that time; nothing where it was not there yet. `findings` are those of the whole."""
    from itil_cli.process.clocks.whatif import repromised

    known = as_of(record, times.now)
    if not known.events:
        return
    incident = fold(repromised(known, times.other) if times.other else known)
    found = facts(incident, findings)
    if found.was_major:
        found = found._replace(updates=updates(incident, times.policy, times.calendars, times.now))
    yield found, clocks(incident, times.calendars, times.now)
