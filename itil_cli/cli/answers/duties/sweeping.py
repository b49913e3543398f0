"""The sweep over all that is open or resolved, in one commit.

A `--now` before a record's last event is another present, in which that event is not: a dry run shows what was
due then. Nothing is written there, since an event is never older than the last one of its record (S1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.cli.answers.duties.owed import Owed, remember_sweep
from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, record
from itil_cli.cli.looking.past import alive_then
from itil_cli.process.incident import Record
from itil_cli.process.lifecycle import Command, Decision, decide
from itil_cli.process.lifecycle.verbs.sweeping import closing_note
from itil_cli.process.time.instants import CLOCK_SLACK
from itil_cli.render.text import number_of

if TYPE_CHECKING:
    from itil_cli.cli.bench import Bench


class Swept(NamedTuple):
    """Which incidents were touched, how many events were written, what each was, and how many have a later event."""

    ids: tuple[str, ...]
    events: int
    notes: tuple[str, ...]
    ahead: int


def sweep(app: App, *, dry_run: bool) -> Swept:
    """Decide on everything that is alive, and commit what came of it."""
    with bench(app, committing="sweep") as desk:
        index = desk.transaction.index
        alive, then = index.alive(app.now + CLOCK_SLACK), {one.id: one for one, _ in alive_then(index, app.now)}
        closings = alive.closings(app.now)
        told = Owed(desk.transaction, app.now).agendas(alive)
        asked = [one.id for one in told if one.agenda.due or one.resolved]
        if dry_run:
            records = {one: index.record(one) for one in asked} | then
            return _shown(_decide(app, desk, records), closings, app.now, len(then))
        records = {one: index.record(one) for one in (*asked, *closings)}
        decision = _decide(app, desk, records)
        if decision.changes:
            record(app, desk, decision, "sweep", subject=f"sweep: {number_of(len(decision.changes), 'incident')}")
        remember_sweep(app)
    return Swept(tuple(decision.changes), _written(decision), decision.notes, len(then))


def _shown(decision: Decision, closings: Mapping[str, int], now: int, ahead: int) -> Swept:
    """What a dry run shows: what was decided, and what the clock closes, which is told without deciding it."""
    notes = [closing_note(record_id, at, now) for record_id, at in closings.items()]
    ids = (*decision.changes, *closings)
    return Swept(ids, _written(decision) + len(closings), (*decision.notes, *notes), ahead)


def _decide(app: App, desk: Bench, records: Mapping[str, Record]) -> Decision:
    transaction = desk.transaction
    command = Command("sweep", tuple(records))
    return decide(
        command,
        records,
        transaction.policy,
        transaction.people,
        app.person,
        app.now,
        app.store.ids,
        transaction.services,
    )


def _written(decision: Decision) -> int:
    return sum(len(after.events) - (len(before.events) if before else 0) for before, after in decision.changes.values())
