"""What a writing command answers: a card of each record it touched, or its JSON document (one, or a list)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.errors import Broken

if TYPE_CHECKING:
    from itil_cli.process.incident import Incident, Record
    from itil_cli.process.lifecycle import Decision


def act(
    app: App,
    verb: str,
    ids: tuple[str, ...] = (),
    *,
    dry_run: bool = False,
    attach: tuple[str, ...] = (),
    **options: Any,
) -> None:
    """Carry out one verb, with these files attached, and print what came of it."""
    from itil_cli.cli.deciding import carry_out
    from itil_cli.process.lifecycle import Command

    options = {name: _read(value) for name, value in options.items()}
    attached = _attached(app, attach) if attach else {}
    command = Command(verb, ids, options | {"attachments": list(attached)} if attach else options)
    decision = carry_out(app, command, dry_run=dry_run, attached=attached)
    if verb == "log" or (_is_new(decision) and decision.ids[0].startswith("INC-")):
        app.logged = decision.ids[0]
    answer(app, decision, dry_run=dry_run)


def _attached(app: App, paths: tuple[str, ...]) -> dict[str, bytes]:
    from itil_cli.cli.answers.records.attaching import read

    return read(app, paths)


def _is_new(decision: Decision) -> bool:
    """Whether the first record is one that there was not: a contact after closing logs one (S9)."""
    return decision.ids[0] in decision.changes and decision.changes[decision.ids[0]][0] is None


def _read(value: Any) -> Any:
    """`-` as a text is standard input."""
    return sys.stdin.read().strip("\n") if value == "-" else value


def answer(app: App, decision: Decision, *, dry_run: bool = False) -> None:
    """The card, or the JSON document: one incident, or a list of them."""
    from itil_cli.render.knowledge.knowledge import short_card

    records = [_touched(app, decision, record_id) for record_id in decision.ids]
    lines = [short_card(record) for record in records]
    lines += [f"  {note}" for note in decision.notes]
    if dry_run:
        lines.append("Nothing is written (--dry-run).")
    app.emit(document_of(app, records) if app.json else None, "\n".join(lines))


def document_of(app: App, records: Sequence[Record]) -> dict[str, Any]:
    """The JSON document of what a command touched, clocks included."""
    from itil_cli.render.knowledge.knowledge import documents

    return documents(records, _told(app))


def _told(app: App) -> Callable[[Incident], dict[str, Any]]:
    """What an incident's document says of clocks and the next message, as `show` does."""
    from itil_cli.cli.looking.clocking import Clocking
    from itil_cli.render.machine import clock_documents, message_document

    clocking = Clocking(app, app.snapshot)

    def told(incident: Incident) -> dict[str, Any]:
        try:
            clocks, owed = clocking.of(incident), clocking.next_message(incident)
        except Broken:  # a calendar is gone: `show` says so; what is written stays written
            return {}
        return {"clocks": clock_documents(clocks), "message": message_document(owed, clocking.at(incident))}

    return told


def _touched(app: App, decision: Decision, record_id: str) -> Record:
    if record_id in decision.changes:
        return decision.changes[record_id][1]
    return app.snapshot.records[record_id]
