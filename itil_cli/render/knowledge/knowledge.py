"""Problems, known errors and articles as lines, cards and JSON; and any record's short card after a write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record, kind_of
from itil_cli.process.knowledge.body import FIX, WORKAROUND, section
from itil_cli.process.knowledge.deciding import known_errors_of, linked_incidents
from itil_cli.process.knowledge.steps import allowed_from
from itil_cli.process.knowledge.steps import fold as fold_known
from itil_cli.process.time.instants import format_instant
from itil_cli.render.incidents import card
from itil_cli.render.incidents.events import event_lines
from itil_cli.render.machine import Document, document, incident_document, incidents_document, worklog
from itil_cli.render.text import one_line, safe

# The kind of a document, and of a list of them.
KINDS = {"PRB": "problem", "KE": "known-error", "KB": "article", "process": "process"}
PLURALS = {"PRB": "problems", "KE": "known-errors", "KB": "articles"}
_ALWAYS = ("title", "status", "service", "category")  # in every document, null where nothing is said
_FIRST = ("title", "status")  # what the first line of a card has already


def short_card(record: Record) -> str:
    """A record after a write: its state in a line, and what may come next."""
    if kind_of(record.id) == "INC":
        return card.short_card(fold(record))
    steps = allowed_from(kind_of(record.id), fold_known(record).status)
    return "\n".join([headline(record), *([f"  Next: {', '.join(steps)}"] if steps else [])])


def headline(record: Record) -> str:
    """Id, status and title on one line."""
    status = record.fields.get("status")
    return one_line(f"{record.id}  {f'{status}  ' if status else ''}{record.title}")


def documents(records: Sequence[Record], told: Callable[[Incident], Document]) -> Document:
    """One record's document, or the list of them (of incidents, which alone are changed several at a time).

    `told` gives what an incident's document says beside the record: its clocks, the next message."""
    found = [any_document(record, told) for record in records]
    if len(found) == 1:
        return found[0]
    if all(kind_of(record.id) == "INC" for record in records):
        return incidents_document(found)
    return known_list(kind_of(records[0].id), records)


def any_document(record: Record, told: Callable[[Incident], Document] = lambda _: {}) -> Document:
    """One record, whatever its kind."""
    if kind_of(record.id) == "INC":
        incident = fold(record)
        return incident_document(incident, record, **told(incident))
    return document(KINDS[kind_of(record.id)], **problem_document(record))


def known_list(kind: str, records: Sequence[Record]) -> Document:
    """Problems, known errors or articles under their plural."""
    return document(PLURALS[kind], **{PLURALS[kind].replace("-", "_"): [problem_document(one) for one in records]})


def problem_document(record: Record) -> dict[str, Any]:
    """The fields of a problem, known error or article with stable names."""
    said: dict[str, Any] = {key.replace("-", "_"): value for key, value in record.fields.items()}
    fields = dict.fromkeys(_ALWAYS) | ({"problem": None, "cis": []} if kind_of(record.id) == "KE" else {}) | said
    voids = fold_known(record).voids
    events: list[dict[str, Any]] = [
        {"at": format_instant(event.at), "by": event.by, "n": event.n, "do": event.do}
        | {key.replace("-", "_"): value for key, value in event.data.items()}
        | ({"void": voids[event.n]} if event.n in voids else {})
        for event in record.events
    ]
    body: dict[str, Any] = {"description": record.description, "incidents": linked_incidents(record)}
    if kind_of(record.id) == "KE":
        body |= {"workaround": section(record.description, WORKAROUND), "fix": section(record.description, FIX)}
    if kind_of(record.id) == "PRB":
        body["known_errors"] = known_errors_of(record)
    return {"id": record.id} | fields | body | {"events": events, "worklog": worklog(record)}


def problem_lines(records: Sequence[Record]) -> str:
    """One line a record: id, status, title, and how many incidents are linked to it."""
    return "\n".join(
        f"{record.id}  {safe(str(record.fields.get('status', ''))):<10}  {safe(record.title)}"
        f"  ({_counted(len(linked_incidents(record)))})"
        for record in records
    )


def _counted(count: int) -> str:
    return "1 incident" if count == 1 else f"{count} incidents"


def problem_card(record: Record) -> str:
    """A problem, known error or article for reading: facts, text, what happened."""
    blocks = ["\n".join([headline(record), *_facts(record)]), safe(record.description), "\n".join(_events(record))]
    return "\n\n".join(block for block in blocks if block)


def _facts(record: Record) -> Iterator[str]:
    for name, value in record.fields.items():
        if name not in _FIRST and value not in (None, []):
            said = " ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield one_line(f"  {name} {said}")
    for known_error in known_errors_of(record):
        yield one_line(f"  known-error {known_error}")
    for incident in linked_incidents(record):
        yield f"  incident {incident}"


def _events(record: Record) -> Iterator[str]:
    voids = fold_known(record).voids
    for event in record.events:
        yield from event_lines(event, voids.get(event.n))
