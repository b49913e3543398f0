"""What `list`, `search` and `show` answer: rows of the index, one record, and what could not be read."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.cli.looking.clocking import AT_ONCE, Clocking
from itil_cli.errors import GitTrouble
from itil_cli.process.attachments import FOLDER, Attachment, attachments
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Record, kind_of, path_of
from itil_cli.store.index.listed import BRIEF, Brief, Listed

if TYPE_CHECKING:
    from itil_cli.process.clock import Clock
    from itil_cli.store.index.listed import Row
    from itil_cli.store.snapshot import Snapshot

MANY = 5000  # rows from which on git is asked for all differing files at once


def answer(app: App, snapshot: Snapshot, rows: Collection[Row], columns: Sequence[str] | None) -> None:
    """A table, or the JSON document; files that could not be read are named on stderr, and hide no other."""
    from itil_cli.render.machine import broken_documents, incidents_text
    from itil_cli.render.table import DEFAULT_COLUMNS, table

    broken = snapshot.index.broken()
    if app.json:
        app.emit_pieces(incidents_text(documents(app, snapshot, rows), broken=broken_documents(broken)))
    else:
        wanted = columns or DEFAULT_COLUMNS
        shown = _shown(app, snapshot, rows, wanted)
        first = list(islice(shown, 1))
        app.emit(None, table(chain(first, shown), columns or (), _room()) if first else "There are none.")
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


def documents(app: App, snapshot: Snapshot, rows: Collection[Row]) -> Iterator[dict[str, Any]]:
    """Each incident's summary and clocks, as a list gives them."""
    from itil_cli.render.machine import clock_documents, message_document, summary_document

    marked, clocking = _differing(app, snapshot, _brief(rows)), Clocking(app, snapshot)
    for row, clocks in clocked(app, snapshot, rows):
        message = message_document(clocking.next_message_of(row.summary), app.now)
        more = {"clocks": clock_documents(clocks), "next_message": message}
        yield summary_document(row.summary, row.path in marked) | more


def clocked(app: App, snapshot: Snapshot, rows: Iterable[Row]) -> Iterator[tuple[Row, list[Clock]]]:
    """Each row with its clocks; some rows at a time are held."""
    clocking, waiting = Clocking(app, snapshot), iter(rows)
    while page := list(islice(waiting, AT_ONCE)):
        yield from zip(page, clocking.of_ids([row.id for row in page]), strict=True)


def _shown(app: App, snapshot: Snapshot, rows: Collection[Row], columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The rows of the table; clocks are asked only where a column shows them, whole summaries only for the rest."""
    from itil_cli.render.incidents.sla import cells
    from itil_cli.render.table import CLOCKED

    clocking = None if CLOCKED.isdisjoint(columns) else Clocking(app, snapshot)
    named = [name for name in columns if name not in (*CLOCKED, "id")]
    short = isinstance(rows, Listed) and BRIEF.issuperset(named)
    found = _brief(rows, named if short else (), clocking.digest if clocking else "")
    marked = _differing(app, snapshot, found)
    said = (dict(zip(named, one.values, strict=True)) for one in found) if short else (row.summary for row in rows)
    glances = clocking.glances((one.id, one.outlook) for one in found) if clocking else repeat(None)
    for one, told, glance in zip(found, said, glances, strict=False):
        yield {**told, **cells(glance), "id": one.id, "uncommitted": one.path in marked}


def _brief(rows: Collection[Row], names: Sequence[str] = (), digest: str = "") -> Sequence[Brief]:
    if isinstance(rows, Listed):
        return rows.brief(names, digest)
    return [Brief(row.path, row.oid, row.id, (), None, None) for row in rows]


def _room() -> int | None:
    """The terminal's width; None where the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _differing(app: App, snapshot: Snapshot, found: Sequence[Brief]) -> frozenset[str]:
    """Which of these files are not as HEAD has them; at another commit no file lies there to differ."""
    if not snapshot.is_head:
        return frozenset()
    from itil_cli.store.checkout.lying import differing, lying

    if len(found) > MANY:
        return frozenset(differing(app.store.git, snapshot.tree))
    held = {one.path: one.oid for one in found}
    known = {one.path: one.state for one in found if one.state}
    seen = lying(app.store.git, held, known, app.clock())
    snapshot.index.keep_lying(seen.states)
    return frozenset(path for path in seen.doubtful if is_uncommitted(app, snapshot, path))


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
    from itil_cli.render.incidents.card import card, message_line, public_card
    from itil_cli.render.incidents.sla import clock_line
    from itil_cli.render.machine import clock_documents, incident_document, message_document, public_document
    from itil_cli.store.transaction import under_way

    incident, path = fold(record), path_of(record_id)
    marked = is_uncommitted(app, snapshot, path)
    clocking = Clocking(app, snapshot)
    clocks, owed, now = clocking.of(incident), clocking.next_message(incident), clocking.at(incident)
    files, sizes = _attached(snapshot, record)
    told: dict[str, Any] = {
        "clocks": clock_documents(clocks),
        "message": message_document(owed, now),
        "uncommitted": marked,
        "sizes": sizes,
    }
    document = incident_document(incident, record, **told) if app.json else {}
    lines = [*map(clock_line, clocks), *([message_line(owed, now)] if owed else [])]
    if public:
        seen = [(one, size) for one, size in files if one.public]
        app.emit(public_document(document) if app.json else document, public_card(incident, record, seen))
    else:
        about: dict[str, Any] = {"path": path, "under_way": under_way(app.store.git)} if marked else {}
        app.emit(document, card(incident, record, clocks=lines, files=files, **about))


def _attached(snapshot: Snapshot, record: Record) -> tuple[list[tuple[Attachment, int | None]], dict[str, int]]:
    """The attachments with their sizes, and the sizes by path; git is asked only where there are any."""
    brought = list(attachments(record))
    listed = snapshot.listed(f"{FOLDER}/{record.id}/") if brought else {}
    sizes = {path: one.size for path, one in listed.items()}
    return [(one, sizes.get(one.path)) for one in brought], sizes


def _show_other(app: App, record: Any) -> None:
    from itil_cli.render.knowledge.knowledge import any_document, problem_card

    app.emit(any_document(record), problem_card(record))
