"""What a writing command answers: a card of each record it touched, or its JSON document."""

from __future__ import annotations

import sys
from typing import Any

from itil_cli.cli.context import App
from itil_cli.cli.deciding import carry_out
from itil_cli.process.fold import fold
from itil_cli.process.incident import Incident, Record
from itil_cli.process.lifecycle import Command, Decision


def act(app: App, verb: str, ids: tuple[str, ...] = (), *, dry_run: bool = False, **options: Any) -> None:
    """Carry out one verb and print what came of it."""
    options = {name: _read(value) for name, value in options.items()}
    decision = carry_out(app, Command(verb, ids, options), dry_run=dry_run)
    if verb == "log" or _is_new(decision):
        app.logged = decision.ids[0]
    answer(app, decision, dry_run=dry_run)


def _is_new(decision: Decision) -> bool:
    """Whether the first record is one that there was not: a contact after closing logs one (S9)."""
    return decision.ids[0] in decision.changes and decision.changes[decision.ids[0]][0] is None


def _read(value: Any) -> Any:
    """`-` as a text is standard input."""
    return sys.stdin.read().strip("\n") if value == "-" else value


def answer(app: App, decision: Decision, *, dry_run: bool = False) -> None:
    """The card, or the JSON document: one incident, or a list of them."""
    from itil_cli.render.card import short_card
    from itil_cli.render.machine import incident_document, incidents_document

    touched = [_touched(app, decision, record_id) for record_id in decision.ids]
    lines = [short_card(incident) for incident, _ in touched]
    lines += [f"  {note}" for note in decision.notes]
    if dry_run:
        lines.append("Nothing is written (--dry-run).")
    documents = [incident_document(incident, record) for incident, record in touched] if app.json else []
    whole = documents[0] if len(documents) == 1 else incidents_document(documents)
    app.emit(whole, "\n".join(lines))


def _touched(app: App, decision: Decision, record_id: str) -> tuple[Incident, Record]:
    if record_id in decision.changes:
        record = decision.changes[record_id][1]
    else:
        record = app.snapshot.records[record_id]
    return fold(record), record
