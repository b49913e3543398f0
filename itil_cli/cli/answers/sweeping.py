"""The sweep over all that is open or resolved, in one commit; and when it last ran here.

A `--now` before a record's last event is another present, in which that event is not: a dry run shows what was
due then. Nothing is written there, since an event is never older than the last one of its record (S1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, record
from itil_cli.cli.past import alive, alive_then
from itil_cli.process.incident import Record
from itil_cli.process.lifecycle import Command, Decision, decide

if TYPE_CHECKING:
    from itil_cli.cli.bench import Bench

_LAST = "swept"  # a file beside the lock: epoch seconds of the last sweep of this clone


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
        records = {one.id: one for one in alive(index, app.now)}
        then = {one.id: one for one, _ in alive_then(index, app.now)}
        decision = _decide(app, desk, {**records, **then} if dry_run else records)
        if decision.changes and not dry_run:
            record(app, desk, decision, "sweep", subject=f"sweep: {count(len(decision.changes), 'incident')}")
        if not dry_run:
            _remember(app)
    return Swept(tuple(decision.changes), _written(decision), decision.notes, len(then))


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


def count(number: int, what: str) -> str:
    """`1 incident`, `2 incidents`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _remember(app: App) -> None:
    (app.store.folder / _LAST).write_text(f"{app.now}\n", encoding="ascii")


def last_swept(app: App) -> int | None:
    """When this clone last swept (epoch seconds); None where it never did."""
    try:
        return int((app.store.folder / _LAST).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
