"""What `search` answers: records of one kind or of all, with the words marked where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.process.incident import Record, kind_of

if TYPE_CHECKING:
    from itil_cli.store.index.listed import Listed, Row
    from itil_cli.store.index.query import Filter
    from itil_cli.store.snapshot import Snapshot

    Hit = tuple[Row, Record]

KINDS = ("INC", "KE", "KB", "PRB")


def search(app: App, snapshot: Snapshot, wanted: Filter, kinds: Sequence[str], limit: int) -> None:
    """The hits of each kind in turn; of incidents alone the document is that of `list`. One hit at a time is held."""
    index, text = snapshot.index, wanted.text or ""
    hits = [index.search(text, limit, wanted=replace(wanted, kind=kind)) for kind in kinds]
    found = ((row, index.record(row.id)) for row in islice(chain(*hits), limit))
    broken = index.broken()
    if not app.json:
        lines = list(_lines(found, text))
        app.emit(None, "\n".join(lines) or "There are none.")
        if not lines:
            app.say("`itil similar TEXT` looks for other words of the same meaning, too.")
    elif tuple(kinds) == ("INC",):
        app.emit_pieces(_incidents(app, snapshot, hits[0], text, broken))
    else:
        app.emit(_results(found, text, broken), "")
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


def _incidents(app: App, snapshot: Snapshot, hits: Listed, text: str, broken: Sequence[Any]) -> Iterator[str]:
    from itil_cli.cli.answers.records.listing import documents
    from itil_cli.render.incidents.highlights import highlights
    from itil_cli.render.machine import broken_documents, incidents_text

    marked = (
        one | {"highlights": highlights(snapshot.index.record(one["id"]), text)}
        for one in documents(app, snapshot, hits)
    )
    return incidents_text(marked, broken=broken_documents(broken))


def _results(found: Iterable[Hit], text: str, broken: Sequence[Any]) -> dict[str, Any]:
    from itil_cli.render.incidents.highlights import highlights
    from itil_cli.render.knowledge.knowledge import KINDS as NAMES
    from itil_cli.render.machine import broken_documents, document

    shown = ("id", "title", "status", "service", "category")
    results = [
        {"kind": NAMES.get(kind_of(row.id), "incident")}
        | {name: row.summary.get(name) for name in shown}
        | {"highlights": highlights(record, text)}
        for row, record in found
    ]
    return document("results", results=results, broken=broken_documents(broken))


def _lines(found: Iterable[Hit], text: str) -> Iterator[str]:
    from itil_cli.render.incidents.highlights import highlights
    from itil_cli.render.text import one_line

    for row, record in found:
        marks = highlights(record, text)
        facts = "  ".join(str(row.summary[name]) for name in ("status", "priority") if row.summary.get(name))
        yield one_line(f"{row.id}  {facts}  {marks.get('title') or record.title}")
        yield from (f"    {name}: {said}" for name, said in marks.items() if name != "title")
