"""Problems as lines, a card, and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itil_cli.process.incident import Record
from itil_cli.process.time.instants import format_instant
from itil_cli.render.text import safe


def incidents_of(record: Record) -> list[str]:
    """The incidents that a problem is linked to, in order."""
    linked: dict[str, None] = {}
    for event in record.events:
        target = event.str("target")
        if target and event.do == "linked":
            linked[target] = None
        elif target and event.do == "unlinked":
            linked.pop(target, None)
    return list(linked)


def problem_document(record: Record) -> dict[str, Any]:
    """The fields of a problem with stable names."""
    fields: dict[str, Any] = {key.replace("-", "_"): value for key, value in record.fields.items()}
    events: list[dict[str, Any]] = [
        {"at": format_instant(event.at), "by": event.by, "n": event.n, "do": event.do}
        | {key.replace("-", "_"): value for key, value in event.data.items()}
        for event in record.events
    ]
    body = {"description": record.description, "incidents": incidents_of(record), "events": events}
    return {"id": record.id} | fields | body


def problem_lines(records: Sequence[Record]) -> str:
    """One line a problem."""
    return "\n".join(
        f"{record.id}  {safe(str(record.fields.get('status', ''))):<10}  {safe(record.title)}"
        f"  ({_counted(len(incidents_of(record)))})"
        for record in records
    )


def _counted(count: int) -> str:
    return "1 incident" if count == 1 else f"{count} incidents"


def problem_card(record: Record) -> str:
    """A problem for reading."""
    lines = [f"{record.id}  {safe(record.title)}"]
    lines += [f"  {name}: {safe(str(value))}" for name, value in record.fields.items() if name != "title"]
    lines += [f"  incident: {incident}" for incident in incidents_of(record)]
    lines += [f"  {format_instant(event.at)}  {event.do}  {safe(event.by)}" for event in record.events]
    return "\n".join([*lines, "", safe(record.description)]).rstrip()
