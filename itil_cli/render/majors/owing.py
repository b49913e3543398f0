"""What stands beside the sections of `itil` alone, for reading and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from itil_cli.process.incident import Incident, Record
from itil_cli.process.majors.actions import Action
from itil_cli.process.majors.major import Owed
from itil_cli.process.time.instants import format_instant
from itil_cli.render.knowledge.knowledge import headline
from itil_cli.render.majors.major import action_document, due_text, owing_action_lines
from itil_cli.render.text import one_line

Updates = Sequence[tuple[Incident, Owed]]
Helps = Sequence[tuple[Incident, Record]]
Actions = Sequence[tuple[str, Action]]


def owing_lines(updates: Updates, helps: Helps, undecided: Sequence[Record], actions: Actions, now: int) -> list[str]:
    """The sections; those with nothing in them are left out."""
    return [
        *_section(
            "Updates of major incidents", [f"{one.id}  {due_text(owed, now)}  {one.title}" for one, owed in updates]
        ),
        *_section("May help", [f"{one.id}  {one.title}: `itil show {record.id}`" for one, record in helps]),
        *_section("Decide or publish", [headline(one) for one in undecided]),
        *_section("Actions", list(owing_action_lines(actions, now))),
    ]


def _section(title: str, lines: Sequence[str]) -> Iterable[str]:
    return ["", f"{title} ({len(lines)})", *(one_line(f"  {line.strip()}") for line in lines)] if lines else []


def owing_document(
    updates: Updates, helps: Helps, undecided: Sequence[Record], actions: Actions, now: int
) -> dict[str, Any]:
    """The same for a program."""
    return {
        "updates": [
            {"id": one.id, "due": format_instant(owed.due), "overdue": max(0, now - owed.due)} for one, owed in updates
        ],
        "may_help": [{"id": one.id, "record": record.id, "title": record.title} for one, record in helps],
        "knowledge": [{"id": one.id, "title": one.title, "status": one.fields.get("status")} for one in undecided],
        "actions": [{"id": record_id, **action_document(one, now)} for record_id, one in actions],
    }
