"""Incidents of any other system as JSON, an object a line → records: one `imported` event for every line (S17).

- A line is one row of one incident's log: `number` and `at` (RFC 3339) are needed, `status` where it changed.
- `title description requestor channel impact urgency priority category product service tenant cis owner group
  assignee code reason` are ours, as in JSON; `text` is a work-log entry, `public: true` one that the requestor sees.
  What else a row says is kept in `x`.
- Rows of an incident are in the order of the file. The first also makes the `logged` event.
- A line that `itil export --format jsonl` wrote becomes a row for each of its events, the id being the number.
- A row behind the former event gets that event's time, its own is `said`.
- A status that S10 does not lead to is set all the same, and marked `forbidden: CODE`.
- The same file gives the same records, names of events and all; `x-source` tells them on a second run.
- What cannot be read is refused with its line, before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from itil_cli.errors import Broken
from itil_cli.intake.ids import IncidentId
from itil_cli.intake.servicenow.states import PAUSES_ELSE, START, forbidden
from itil_cli.intake.taken import Kind, Options, Taken, letters
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import (
    CLOSED,
    LEVELS,
    NEW,
    PENDING,
    PRIORITIES,
    RESOLVED,
    STATUSES,
    Event,
    Record,
    Value,
)
from itil_cli.process.time.instants import format_instant, parse_instant

Data = dict[str, Value]
_TEXTS = (
    "title", "requestor", "channel", "impact", "urgency", "priority", "category", "product", "service", "group",
    "assignee", "code", "kind",
)  # fmt: skip
_OPENING = ("tenant", "owner")
_NOT_OPENING = ("assignee", "code", "kind")
_CHOICES = {"status": STATUSES, "impact": LEVELS, "urgency": LEVELS, "priority": PRIORITIES}
_OF_ROWS = {"number", "at", "status", "reason", "description", "text", "public", "cis", *_TEXTS, *_OPENING}
_OF_EVENTS = {"at", "public", "cis", *_TEXTS}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands in the file (lines count from 1), when (epoch seconds), and what it says."""

    line: int
    at: int
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lines:
    """The whole log: what errors call it, and the rows of each incident in file order."""

    name: str
    incidents: dict[str, list[Row]]


def read(file: BinaryIO, name: str) -> Lines:
    """The log in `file`; `name` is what errors call it. Raises Broken with the line of what is no row."""
    incidents: dict[str, list[Row]] = {}
    for line, data in enumerate(file, 1):
        if not data.strip():
            continue
        for number, row in _rows(_object(data, name, line), name, line):
            incidents.setdefault(number, []).append(row)
    return Lines(name, incidents)


def records(log: Lines, options: Options, id_of: IncidentId, system: str) -> Iterator[Taken]:
    """Each incident of the log, in file order; `system` is what the store calls the source."""
    for number, rows in log.incidents.items():
        walk = _Walk(options)
        walk.over(number, rows)
        events = tuple(walk.events)
        record_id = id_of(number, events[0].at)
        source: Value = {"system": system, "number": number, "rows": len(rows)}
        fields = {**fold(Record(record_id, {}, events)).fields(), "x-source": source}
        description = next((row.said["description"] for row in reversed(rows) if row.said.get("description")), "")
        yield Taken(number, Record(record_id, fields, events, description), tuple(walk.kinds))


class _Walk:
    """Goes over the rows of one incident and knows the former status and time."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.events: list[Event] = []
        self.kinds: list[Kind] = []
        self.status = NEW
        self.at = 0

    def over(self, number: str, rows: list[Row]) -> None:
        """The events that these rows make, and the kinds of what is forbidden in them."""
        first = rows[0]
        self.at = first.at
        data = _fields(first.said) | {key: first.said[key] for key in _OPENING if first.said.get(key)}
        data = {"title": number} | {
            key: value for key, value in data.items() if key not in ("assignee", "code", "kind")
        }
        self._add("logged", data | self._promise(data), first)
        for row in rows:
            self._import(row, begins=row is first)

    def _import(self, row: Row, *, begins: bool) -> None:
        before, fields = self.status, _fields(row.said)
        step = self._step(row.said, begins)
        promise = {} if begins else self._promise(fields)
        late: Data = {} if row.at >= self.at else {"said": format_instant(row.at)}
        self.at = max(self.at, row.at)
        if self.status == RESOLVED != before:
            promise |= self.options.closing(self.at)
        elif "code" in fields and not (self.status == CLOSED != before):
            del fields["code"]
        kept: Data = {"row": row.line}
        if unknown := _unknown(row.said):
            kept["x"] = unknown
        self._add("imported", {**step, **fields, **promise, **late, **kept}, row)

    def _step(self, said: Mapping[str, Any], begins: bool) -> Data:
        before, self.status = self.status, said.get("status") or self.status
        origin = START if begins and self.status != NEW else before
        code = forbidden(origin, self.status)
        if code:
            self.kinds.append(Kind(origin, self.status, code))
        data: Data = {"status": self.status, **({"forbidden": code} if code else {})}
        if self.status == PENDING:
            reason = said.get("reason") or "awaiting-activity"
            data |= {"reason": reason, "pauses": list(self.options.pauses.get(reason, PAUSES_ELSE))}
        return data

    def _promise(self, data: Data) -> Data:
        priority = data.get("priority")
        return dict(self.options.targets.get(priority, {})) if isinstance(priority, str) else {}

    def _add(self, do: str, data: Data, row: Row) -> None:
        name = f"{len(self.events) + 1}-{letters(do, str(row.line), json.dumps(row.said, sort_keys=True))}"
        text = row.said.get("text") or None if do == "imported" else None
        if text and row.said.get("public") is True:
            data = data | {"public": True}
        self.events.append(Event(self.at, self.options.by, name, do, data, text))


def _fields(said: Mapping[str, Any]) -> Data:
    found: Data = {key: said[key] for key in _TEXTS if said.get(key)}
    if "assignee" in said and not said["assignee"]:
        found["assignee"] = ""
    if said.get("cis"):
        found["cis"] = list(said["cis"])
    return found


def _unknown(said: Mapping[str, Any]) -> Data:
    """What a row says beyond our fields; values that YAML would not hold as they are, as JSON."""
    return {
        str(key): value if isinstance(value, str | bool | int) or value is None else json.dumps(value, sort_keys=True)
        for key, value in said.items()
        if key not in _OF_ROWS
    }


def _object(data: bytes, name: str, line: int) -> dict[str, Any]:
    try:
        found = json.loads(data.decode("utf-8-sig" if line == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise _broken("Not UTF-8.", name, line) from None
    except (ValueError, RecursionError) as wrong:
        raise _broken(f"No JSON: {wrong}.", name, line) from None
    if not isinstance(found, dict):
        raise _broken("Not an object.", name, line)
    return found


def _rows(found: dict[str, Any], name: str, line: int) -> Iterator[tuple[str, Row]]:
    if found.get("kind") == "incident" and isinstance(found.get("events"), list):
        try:
            rows = list(_exported(found))
        except ValueError as wrong:
            raise _broken(f"an event: {wrong}.", name, line) from None
        yield from ((str(found.get("id")), _row(said, name, line)) for said in rows)
        return
    number = found.get("number")
    if not isinstance(number, str | int) or isinstance(number, bool) or number == "":
        raise _broken("The row has no `number`.", name, line)
    yield str(number), _row(found, name, line)


def _row(said: dict[str, Any], name: str, line: int) -> Row:
    for key in ("at", "reason", "description", "text", *_CHOICES, *_TEXTS, *_OPENING):
        value = said.get(key)
        if value is not None and not isinstance(value, str):
            raise _broken(f"`{key}` is {json.dumps(value)}, not text.", name, line)
    for key, allowed in _CHOICES.items():
        if said.get(key) and said[key] not in allowed:
            raise _broken(f"`{key}` is {said[key]!r}, not one of {', '.join(allowed)}.", name, line)
    cis = said.get("cis") or []
    if not isinstance(cis, list) or not all(isinstance(one, str) for one in cis):
        raise _broken("`cis` is not a list of texts.", name, line)
    if "at" not in said:
        raise _broken("The row has no `at`.", name, line)
    try:
        return Row(line, parse_instant(said["at"]), said)
    except ValueError as wrong:
        raise _broken(f"`at`: {wrong}.", name, line) from None


def _exported(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows that an incident of an export stands for; events that do not count (S16) stay in `x` alone."""
    told = [said for said in found["events"] if isinstance(said, dict)]
    events = [_event(said) for said in told]
    standing = {state.event.n: state for state in fold(Record(str(found["id"]), {}, tuple(events))).trail}
    texts = {entry.get("n"): entry for entry in found.get("worklog", ()) if isinstance(entry, dict)}
    assignee: str | None = None
    for event, said in zip(events, told, strict=True):
        row = {key: value for key, value in said.items() if key in _OF_EVENTS}
        row |= {f"export-{key}": value for key, value in said.items() if key not in _OF_EVENTS and value is not None}
        state = standing.get(event.n)
        if state is not None:
            row |= {"status": state.status, "reason": state.reason, "group": state.group}
            if state.assignee != assignee:
                row["assignee"] = assignee = state.assignee
        if event.n in texts:
            row |= {"text": texts[event.n].get("text"), "public": texts[event.n].get("public")}
        if event is events[0]:
            row |= {key: found.get(key) for key in ("title", "description", *_OPENING)}
        yield row


def _event(said: Mapping[str, Any]) -> Event:
    data = {key.replace("_", "-"): value for key, value in said.items() if key not in ("at", "by", "n", "do")}
    return Event(parse_instant(str(said.get("at"))), str(said.get("by")), str(said.get("n")), str(said.get("do")), data)


def _broken(text: str, name: str, line: int) -> Broken:
    return Broken(text, code="import", path=name, line=line, remedy="Mend the line; nothing was imported.")
