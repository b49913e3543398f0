"""JSON documents, schema `itil/1`: one document an answer, stable names in snake_case.

Instants are UTC text, durations are seconds; what does not apply is null, an empty answer an empty list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from itil_cli.process.attachments import Attachment, attachments
from itil_cli.process.incident import Event, Incident, Record
from itil_cli.process.summary import DOCUMENTED, summary
from itil_cli.process.time.instants import format_instant

SCHEMA = "itil/1"
Document = dict[str, Any]


def dumps(document: Mapping[str, Any]) -> str:
    """One line of JSON. A half of a surrogate pair, which is no text, comes as an escape."""
    try:
        text = json.dumps(document, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(document)
    return text


def document(kind: str, **content: Any) -> Document:
    """A document of this kind."""
    return {"schema": SCHEMA, "kind": kind} | content


def incident_document(
    incident: Incident,
    record: Record,
    *,
    clocks: Document | None = None,
    uncommitted: bool = False,
    sizes: Mapping[str, int] | None = None,
) -> Document:
    """One incident with events, description, work log, attachments and clocks.

    `sizes` are those of the attachments by path, in bytes, where somebody has looked; one that is gone has none."""
    return (
        document("incident")
        | summary_document(summary(incident), uncommitted)
        | {
            "events": event_documents(incident),
            "description": record.description,
            "worklog": worklog(record),
            "attachments": [_attachment(one, (sizes or {}).get(one.path)) for one in attachments(record)],
            "clocks": clocks or {},
        }
    )


def summary_document(said: Mapping[str, Any], uncommitted: bool = False) -> Document:
    """The summary fields, as in a list."""
    return {name: said.get(name) for name in DOCUMENTED} | {"uncommitted": uncommitted}


def incidents_document(incidents: Sequence[Document], **more: Any) -> Document:
    """A list of incidents; what each says of schema and kind is left to the whole."""
    plain = [{key: one[key] for key in one if key not in ("schema", "kind")} for one in incidents]
    return document("incidents", incidents=plain, **more)


def incidents_text(incidents: Iterable[Document | str], **more: Any) -> Iterator[str]:
    """The same as JSON, in pieces, so that not all documents are in memory; some may be JSON already."""
    yield f'{dumps(document("incidents"))[:-1]}, "incidents": ['
    for place, one in enumerate(incidents):
        yield f"{', ' if place else ''}{one if isinstance(one, str) else dumps(one)}"
    yield f"], {dumps(more)[1:]}" if more else "]}"


def event_documents(incident: Incident) -> list[Document]:
    """The events in order, each with why it is void, or null (S16)."""
    return [event_document(event, incident.voids.get(event.n)) for event in incident.events]


def event_document(event: Event, void: str | None = None) -> Document:
    """One event."""
    said = {key.replace("-", "_"): value for key, value in event.data.items()}
    named = {"at": format_instant(event.at), "by": event.by, "n": event.n, "do": event.do}
    return named | said | {"void": void}


def worklog(record: Record) -> list[Document]:
    """The texts of the work log, in the order of their events; then those that no event knows."""
    entries = [
        _entry(event.n, event.at, event.by, event.get("public") is True, event.get("minutes"), event.text)
        for event in record.events
        if event.text is not None
    ]
    strays = [_entry(one.n, one.at, one.by, one.public, None, one.text) for one in record.strays]
    return entries + strays


def _entry(n: str, at: int, by: str, public: bool, minutes: Any, text: str) -> Document:
    return {"n": n, "at": format_instant(at), "by": by, "public": public, "minutes": minutes, "text": text}


def _attachment(one: Attachment, size: int | None) -> Document:
    return one._asdict() | {"at": format_instant(one.at), "size": size}


def public_document(whole: Document) -> Document:
    """What the requestor may see: no internal entries, and events without what is said inside."""
    shown = [entry for entry in whole["worklog"] if entry["public"]]
    kept = {entry["n"] for entry in shown}
    events = [event for event in whole["events"] if event["n"] in kept or event["do"] in PUBLIC_EVENTS]
    attached = [one for one in whole["attachments"] if one["public"]]
    trimmed = [_trimmed(event) for event in events]
    return whole | {"worklog": shown, "attachments": attached, "events": trimmed, "clocks": {}}


PUBLIC_EVENTS = frozenset(
    [
        "logged",
        "contacted",
        "told",
        "classified",
        "assigned",
        "accepted",
        "pended",
        "resumed",
        "resolved",
        "reopened",
        "closed",
        "canceled",
    ]
)
_PUBLIC_KEYS = ("at", "by", "n", "do", "channel", "priority", "group", "reason", "until", "code", "void")


def _trimmed(event: Document) -> Document:
    return {key: event[key] for key in _PUBLIC_KEYS if key in event}


def broken_documents(broken: Iterable[tuple[str, Any]]) -> list[Document]:
    """The files that could not be read: path, line, column, code and text."""
    return [
        {"path": path, "line": error.line, "column": error.column, "code": error.code, "text": error.text}
        for path, error in broken
    ]


def findings_document(findings: Iterable[Any]) -> Document:
    """Findings of `check` and `audit`, with the line where there is one."""
    names = ("code", "severity", "commit", "path", "event", "person", "text", "line", "column")
    return document("findings", findings=[{name: getattr(one, name) for name in names} for one in findings])


_INSTANTS = ("due", "due_if_resumed_now", "breached_at")
_CLOCK = (
    "state", "target", "elapsed", "remaining", "percent", "due", "due_if_resumed_now", "breached_at", "cause",
    "verdict", "first_verdict", "calendar",
)  # fmt: skip


def clock_documents(clocks: Iterable[Any]) -> Document:
    """The clocks by name, as `show`, `list` and `sla` give them; `ola` and `uc` are lists: a leg for each visit."""
    found: Document = {}
    for clock in clocks:
        if clock.name in ("ola", "uc"):
            whose = "group" if clock.name == "ola" else "vendor"
            found.setdefault(clock.name, []).append(_clock(clock) | {whose: getattr(clock, whose, None)})
        else:
            found[clock.name] = _clock(clock)
    return found


def _clock(clock: Any) -> Document:
    said = {name: getattr(clock, name, None) for name in _CLOCK}
    return {
        name: format_instant(value) if name in _INSTANTS and isinstance(value, int) else value
        for name, value in said.items()
    }
