"""What `list`, `search` and `show` answer: rows of the index, one record, and what could not be read."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from itil_cli.cli.clocking import Clocking, next_of
from itil_cli.cli.context import App
from itil_cli.errors import GitTrouble
from itil_cli.process.fold import fold
from itil_cli.process.incident import kind_of, path_of

if TYPE_CHECKING:
    from itil_cli.store.index.index import Row
    from itil_cli.store.snapshot import Snapshot

MANY = 2000  # rows from which on git is asked for all differing files at once


def answer(app: App, snapshot: Snapshot, rows: Sequence[Row], columns: Sequence[str] | None) -> None:
    """A table, or the JSON document; files that could not be read are named on stderr, and hide no other."""
    from itil_cli.render.machine import broken_documents, clock_documents, incidents_document, summary_document
    from itil_cli.render.table import CLOCKED, DEFAULT_COLUMNS, table

    marked = _differing(app, snapshot, [row.path for row in rows])
    broken = snapshot.index.broken()
    clocking = Clocking(app, snapshot)
    if app.json:
        documents = [
            summary_document(row.summary, row.path in marked)
            | {"clocks": clock_documents(clocking.of(fold(snapshot.index.record(row.id))))}
            for row in rows
        ]
        app.emit(incidents_document(documents, broken=broken_documents(broken)), "")
    elif rows:
        wanted = columns or DEFAULT_COLUMNS
        timed = not CLOCKED.isdisjoint(wanted)
        shown = [
            row.summary | {"uncommitted": row.path in marked} | (_cells(clocking, snapshot, row) if timed else {})
            for row in rows
        ]
        app.emit(None, table(shown, wanted, _room()))
    else:
        app.emit(None, "There are none.")
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


def _cells(clocking: Clocking, snapshot: Snapshot, row: Row) -> dict[str, Any]:
    from itil_cli.render.sla import cells

    return cells(next_of(clocking.of(fold(snapshot.index.record(row.id)))))


def _room() -> int | None:
    """The terminal's width; None where the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _differing(app: App, snapshot: Snapshot, paths: Sequence[str]) -> frozenset[str]:
    """Which of these files are not as HEAD has them; at another commit no file lies there to differ."""
    if not snapshot.is_head:
        return frozenset()
    from itil_cli.store.checkout.lying import differing

    if len(paths) > MANY:
        return frozenset(differing(app.store.git, snapshot.tree))
    return frozenset(path for path in paths if is_uncommitted(app, snapshot, path))


def is_uncommitted(app: App, snapshot: Snapshot, path: str) -> bool:
    """Whether the work tree's file is not as HEAD has it, or no plain file."""
    if not snapshot.is_head:
        return False
    from itil_cli.store.checkout.lying import differs

    try:
        return differs(app.store.git, snapshot.tree, path)
    except GitTrouble:
        return True


def show(app: App, snapshot: Snapshot, record_id: str, *, public: bool) -> None:
    """One record: the whole card, or what the requestor may see of it."""
    record = snapshot.records[record_id]
    if kind_of(record_id) != "INC":
        _show_other(app, record)
        return
    from itil_cli.render.card import card, public_card
    from itil_cli.render.machine import clock_documents, incident_document, public_document
    from itil_cli.render.sla import clock_line

    incident, path = fold(record), path_of(record_id)
    marked = is_uncommitted(app, snapshot, path)
    clocks = Clocking(app, snapshot).of(incident)
    document = (
        incident_document(incident, record, clocks=clock_documents(clocks), uncommitted=marked) if app.json else {}
    )
    if public:
        app.emit(public_document(document) if app.json else document, public_card(incident, record))
    else:
        app.emit(
            document, card(incident, record, clocks=[clock_line(one) for one in clocks], path=path if marked else None)
        )


def _show_other(app: App, record: Any) -> None:
    from itil_cli.render.knowledge import problem_card, problem_document
    from itil_cli.render.machine import document

    kind = {"PRB": "problem", "KE": "known-error", "KB": "article"}[kind_of(record.id)]
    app.emit(document(kind, **problem_document(record)), problem_card(record))
