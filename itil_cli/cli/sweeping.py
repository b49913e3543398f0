"""The sweep over all that is open or resolved, in one commit; and when it last ran here."""

from __future__ import annotations

from typing import NamedTuple

from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, record
from itil_cli.process.incident import OPEN, RESOLVED
from itil_cli.process.lifecycle import Command, decide

_LAST = "swept"  # a file beside the lock: epoch seconds of the last sweep of this clone


class Swept(NamedTuple):
    """Which incidents were touched, how many events were written, and what each was."""

    ids: tuple[str, ...]
    events: int
    notes: tuple[str, ...]


def sweep(app: App, *, dry_run: bool) -> Swept:
    """Decide on everything that is alive, and commit what came of it."""
    from itil_cli.store.index.query import Filter

    with bench(app) as desk:
        transaction = desk.transaction
        rows = transaction.index.rows(Filter(equal={"status": (*sorted(OPEN), RESOLVED)}), ["id"])
        records = {row.id: transaction.index.record(row.id) for row in rows}
        decision = decide(
            Command("sweep", tuple(records)),
            records,
            transaction.policy,
            transaction.people,
            app.person,
            app.now,
            app.store.ids,
            transaction.services,
        )
        events = sum(
            len(after.events) - (len(before.events) if before else 0) for before, after in decision.changes.values()
        )
        touched = tuple(decision.changes)
        if decision.changes and not dry_run:
            record(app, desk, decision, "sweep", subject=f"sweep: {_count(len(touched), 'incident')}")
        if not dry_run:
            _remember(app)
    return Swept(touched, events, decision.notes)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _remember(app: App) -> None:
    (app.store.folder / _LAST).write_text(f"{app.now}\n", encoding="ascii")


def last_swept(app: App) -> int | None:
    """When this clone last swept (epoch seconds); None where it never did."""
    try:
        return int((app.store.folder / _LAST).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
