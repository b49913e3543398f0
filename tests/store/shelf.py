"""Records for the index's tests: files of a store, and all that an index says of them."""

from __future__ import annotations

import random
from typing import Any

from itil_cli.process.incident import CROCKFORD, Event, Record, Value, path_of
from itil_cli.store.files import codec
from itil_cli.store.index.index import Filter, Index

NOON = 1_795_521_600  # 2026-11-24T12:00:00Z
WORDS = ["printer", "Zürich", "cafe", "café", "pay-gw", "O'Brien", "rot", "rote"]


def record_id(number: int, kind: str = "INC") -> str:
    """The id of a number, the same every time."""
    tail = "".join(CROCKFORD[number * step % 32] for step in (1, 7, 3, 5, 11))
    return f"{kind}-20261124-{tail}"


def incident(number: int, title: str = "Printer jams", **said: Value) -> Record:
    """An incident as it was logged; `said` stands in the event (`note` becomes its work-log text)."""
    text = said.pop("note", None)
    at = said.pop("at", NOON + number)
    assert isinstance(at, int)
    logged: dict[str, Value] = {"title": title, "requestor": "alice@example.com", "group": "service-desk", **said}
    events = [Event(at, "dana@example.com", "1-aaaa", "logged", logged)]
    if isinstance(text, str):
        events.append(Event(at + 60, "dana@example.com", "2-bbbb", "noted", {}, text))
    return Record(record_id(number), {"title": title}, tuple(events), "")


def file_of(record: Record) -> tuple[str, bytes]:
    """Where a record lies and its bytes."""
    return path_of(record.id), codec.write(record)


def any_file(pick: random.Random, number: int) -> tuple[str, bytes]:
    """A file as a store may hold it: mostly an incident, now and then another record or a broken one."""
    kind = pick.choice(["INC"] * 6 + ["PRB", "KB", "broken", "misplaced"])
    title = " ".join(pick.choices(WORDS, k=3))
    said: dict[str, Any] = {"impact": pick.choice(["critical", "low", None]), "service": pick.choice(["pay", None])}
    record = incident(number, title, note=pick.choice([None, " ".join(pick.choices(WORDS, k=2))]), **said)
    if kind == "broken":
        return path_of(record.id), f"---\nid: {record.id}\nx: &a {pick.randint(1, 3)}\n---\n".encode()
    if kind == "misplaced":
        return f"incidents/{record.id}.md", codec.write(record)
    if kind != "INC":
        return file_of(Record(record_id(number, kind), {"title": title, "status": "open"}, (), title))
    return file_of(record)


QUESTIONS = ["printer", "zurich", "caf", '"rot rote"', "rote", "o'brien pay", "-", "nothing-like-it"]


def everything(index: Index) -> dict[str, Any]:
    """All that an index says, in a form that compares."""
    kinds = ("INC", "PRB", "KE", "KB")
    ids = {kind: index.ids(kind) for kind in (*kinds, None)}
    return {
        "ids": ids,
        "rows": {kind: index.rows(Filter(kind), ("-title", "updated")) for kind in kinds},
        "open": index.rows(Filter(open_only=True, equal={"impact": ["low", "none"]})),
        "found": {text: list(index.search(text)) for text in QUESTIONS},
        "holding": sorted(index.holding(("INC",), "print")),
        "records": [(path, str(one) if isinstance(one, Exception) else one) for path, one in index.records()],
        "broken": [(path, str(error)) for path, error in index.broken()],
        "by part": {known: index.find(known[5:], known[:3].rstrip("-")) for known in index.ids("INC")},
    }
