"""What `search` answers: records of one kind or of all, with the words marked where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.process.incident import Record, kind_of

if TYPE_CHECKING:
    from itil_cli.store.index.listed import Row
    from itil_cli.store.index.query import Filter
    from itil_cli.store.snapshot import Snapshot

KINDS = ("INC", "KE", "KB", "PRB")


def search(app: App, snapshot: Snapshot, wanted: Filter, kinds: Sequence[str], limit: int) -> None:
    """The hits of each kind in turn; of incidents alone the document is that of `list`."""
    index, text = snapshot.index, wanted.text or ""
    rows = [row for kind in kinds for row in index.search(text, limit, wanted=replace(wanted, kind=kind))][:limit]
    found = [(row, index.record(row.id)) for row in rows]
    broken = index.broken()
    if app.json:
        app.emit(_document(app, snapshot, found, text, only_incidents=tuple(kinds) == ("INC",)), "")
    else:
        app.emit(None, _text(found, text) or "There are none.")
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


def _document(
    app: App, snapshot: Snapshot, found: Sequence[tuple[Row, Record]], text: str, *, only_incidents: bool
) -> dict[str, Any]:
    from itil_cli.cli.answers.listing import documents
    from itil_cli.render.highlights import highlights
    from itil_cli.render.knowledge import KINDS as NAMES
    from itil_cli.render.machine import broken_documents, document, incidents_document

    marks = [{"highlights": highlights(record, text)} for _, record in found]
    broken = broken_documents(snapshot.index.broken())
    if only_incidents:
        listed = list(documents(app, snapshot, [row for row, _ in found]))
        return incidents_document([one | mark for one, mark in zip(listed, marks, strict=True)], broken=broken)
    shown = ("id", "title", "status", "service", "category")
    results = [
        {"kind": NAMES.get(kind_of(row.id), "incident")} | {name: row.summary.get(name) for name in shown} | mark
        for (row, _), mark in zip(found, marks, strict=True)
    ]
    return document("results", results=results, broken=broken)


def _text(found: Sequence[tuple[Row, Record]], text: str) -> str:
    from itil_cli.render.highlights import highlights
    from itil_cli.render.text import one_line

    lines = []
    for row, record in found:
        marks = highlights(record, text)
        facts = "  ".join(str(row.summary[name]) for name in ("status", "priority") if row.summary.get(name))
        lines.append(one_line(f"{row.id}  {facts}  {marks.get('title') or record.title}"))
        lines += [f"    {name}: {said}" for name, said in marks.items() if name != "title"]
    return "\n".join(lines)
