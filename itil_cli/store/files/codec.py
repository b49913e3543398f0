"""Records as files: Markdown with front matter. The only module, with `amend`, that knows how they look.

- `parse` gives what the bytes say; whether the summary equals the fold, or the id the file's name, is asked
  by `check`. `write` makes a new file. `amend` changes an old one; bytes that need not change stay.
- A header without `id`, or an event without `at`, `by`, `n` or `do`, is broken; so is an `n` given twice.
- A work-log entry belongs to the event with its `n`; further ones under the same `n`, and those that no event
  knows, are strays. Its time, person and audience are the event's.
- `null` and empty lists in the header, and `null` in an event, are the same as leaving them out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from itil_cli.errors import Broken, Malformed
from itil_cli.process.incident import SUMMARY, Entry, Event, Record, Value
from itil_cli.process.time.instants import format_instant, parse_instant
from itil_cli.store.files import front, worklog
from itil_cli.store.yaml import yamlsafe
from itil_cli.store.yaml.yamlmarks import Marks
from itil_cli.store.yaml.yamlwrite import lines

_FIXED = ("at", "by", "n", "do")
_REMEDIES = {
    "id": "Write the file's name without .md: id: INC-20261124-7KQF2.",
    "at": "Write a time in UTC, in quotes: at: '2026-11-24T08:59:00Z'.",
    "by": "Write the person's e-mail address: by: dana@example.com.",
    "n": "Write its position and four characters: n: 7-v4hd.",
    "do": "Write what happened: do: noted.",
}
_ONE_A_LINE = "Write one a line: - {at: '2026-11-24T08:59:00Z', by: dana@example.com, n: 1-7k3q, do: logged}."
_NAME = re.compile(r"[0-9]{1,9}-[0-9A-Za-z]{1,16}")
_PERSON = re.compile(r"\S{1,320}")
_ORDER = {key: place for place, key in enumerate(("id", *SUMMARY))}
_HEADER_LINE = 2  # the header's first line in the file
_ROOT_FLOW = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(\{|\[|---|\.\.\.)")


def parse(data: bytes, path: str) -> Record:
    """What a file says. Raises Broken with `path`, line and column."""
    try:
        return _parse(yamlsafe.decode(data))
    except Broken as broken:
        raise broken.at(path) from None


def _parse(text: str) -> Record:
    parts = front.split(text)
    header = text[parts.start : parts.end]
    fields, marks = _header(header)
    body = text[parts.body :]
    log = worklog.read(body)
    written: dict[str, worklog.Written] = {}
    for item in log.entries:
        written.setdefault(item.n, item)
    events = _events(fields.pop("events", None), written, marks)
    known = {event.n for event in events}
    first_line = text.count("\n", 0, parts.body) + 1 if log.entries else 0
    strays = tuple(
        worklog.stray(body, item, first_line)
        for item in log.entries
        if item.n not in known or written[item.n] is not item
    )
    return Record(_id(fields, marks), fields, events, log.description, strays)


def _header(header: str) -> tuple[dict[str, Value], Marks]:
    loaded = yamlsafe.load(header, first_line=_HEADER_LINE)
    if not isinstance(loaded.value, dict) or _ROOT_FLOW.match(header) is not None:
        said = "the header is no list of fields."
        _broken("header-shape", said, loaded.marks.of(()), "Write one `field: value` a line.")
    return loaded.value, loaded.marks


def _id(fields: dict[str, Value], marks: Marks) -> str:
    if "id" not in fields:
        _broken("header-id", "the header has no id.", (1, 1), _REMEDIES["id"])
    value = fields.pop("id")
    if not isinstance(value, str) or not value:
        _broken("header-id", f"the id {value!r} is no text.", marks.of(("id",)), _REMEDIES["id"])
    return value


def _events(value: Value, written: dict[str, worklog.Written], marks: Marks) -> tuple[Event, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        _broken("events-shape", "events must be a list.", marks.of(("events",)), _ONE_A_LINE)
    seen: set[str] = set()
    return tuple(event(item, index, written, seen, marks) for index, item in enumerate(value))


def event(value: Value, index: int, written: dict[str, worklog.Written], seen: set[str], marks: Marks) -> Event:
    """One event of the list, with its text. Raises Broken."""
    if not isinstance(value, dict):
        _broken("event-shape", "an event must be a mapping.", marks.of(("events", index)), _ONE_A_LINE)
    at, by, n, do = _fixed(value, index, marks)
    if n in seen:
        said = f"the event {n} stands here a second time."
        _broken("event-twice", said, marks.of(("events", index, "n")), "Keep one of them.")
    seen.add(n)
    entry = written.get(n)
    data = {key: item for key, item in value.items() if key not in _FIXED}
    return Event(at, by, n, do, data, (entry.text or None) if entry is not None else None)


def _fixed(value: dict[str, Value], index: int, marks: Marks) -> tuple[int, str, str, str]:
    """The four keys that every event has, as they should be."""
    at, by, n, do = (value.get(key) for key in _FIXED)
    if not (isinstance(at, str) and isinstance(by, str) and isinstance(n, str) and isinstance(do, str)):
        _missing(value, index, marks)
    try:
        instant = parse_instant(at)
    except ValueError as wrong:
        _broken("event-at", f"{wrong}.", marks.of(("events", index, "at")), _REMEDIES["at"])
    if _PERSON.fullmatch(by) is None:
        _broken("event-by", f"{by!r} is no address.", marks.of(("events", index, "by")), _REMEDIES["by"])
    if _NAME.fullmatch(n) is None:
        _broken("event-n", f"{n!r} is no name.", marks.of(("events", index, "n")), _REMEDIES["n"])
    if not do:
        _broken("event-do", "the do is empty.", marks.of(("events", index, "do")), _REMEDIES["do"])
    return instant, by, n, do


def _missing(value: dict[str, Value], index: int, marks: Marks) -> NoReturn:
    key = next(key for key in _FIXED if not isinstance(value.get(key), str))
    said = f"the event's {key} is no text." if key in value else f"the event has no {key}."
    _broken(f"event-{key}", said, marks.of(("events", index, key)), _REMEDIES[key])


def _broken(code: str, text: str, place: tuple[int, int], remedy: str) -> NoReturn:
    raise Broken(text, code=code, line=place[0], column=place[1], remedy=remedy)


def body_of(data: bytes) -> str:
    """What follows the header, without blank lines around it."""
    text = yamlsafe.decode(data)
    return text[front.split(text).body :].strip("\r\n")


def aside_of(data: bytes) -> str:
    """What stands in the work log of a file that parses before its first entry, and belongs to nothing."""
    return worklog.aside(body_of(data))


def misnamed(data: bytes, record: Record) -> list[str]:
    """The names of the work-log entries whose heading does not say what their event says."""
    return worklog.misnamed(body_of(data), {event.n: entry_of(event, "") for event in record.events})


def write(record: Record) -> bytes:
    """A new file, header keys in their order, the events last. Raises Malformed for what no file may hold."""
    header = [lines("id: ", record.id, "  ")]
    header += [field(key, value) for key, value in ordered(record.fields) if key != "id"]
    if record.events:
        header += ["events:", *(lines("- ", event_value(event), "  ") for event in record.events)]
    text = "\n".join(("---", *header, "---", ""))
    if description := worklog.shown(record.description):
        text += f"\n{description}\n"
    if entries := [worklog.entry(item) for item in entries_of(record)]:
        text += "\n".join(("", worklog.HEADING, *(f"\n{item}" for item in entries), ""))
    return encode(text)


def encode(text: str) -> bytes:
    """UTF-8. Raises Malformed for half a surrogate pair (an argument that was not UTF-8)."""
    try:
        return text.encode()
    except UnicodeEncodeError as wrong:
        raise Malformed(
            f"the character U+{ord(text[wrong.start]):04X} cannot be kept.", remedy="Take it out."
        ) from None


def field(key: str, value: Value) -> str:
    """One header field as a line: `title: Card payments fail`."""
    name = yamlsafe.scalar(key)
    return lines(f"{name}: ", value, "  ")


def ordered(fields: Mapping[str, Value]) -> list[tuple[str, Value]]:
    """The fields that are not empty, in the order of a file: the known ones first."""
    kept = [(key, value) for key, value in fields.items() if value is not None and value != []]
    return sorted(kept, key=lambda item: _ORDER.get(item[0], len(_ORDER)))


def event_value(event: Event) -> dict[str, Value]:
    """An event as its line says it."""
    fixed: dict[str, Value] = {
        "at": format_instant(event.at), "by": event.by, "n": event.n, "do": event.do,
    }  # fmt: skip
    return fixed | {key: value for key, value in event.data.items() if value is not None}


def entries_of(record: Record) -> list[Entry]:
    """The work log: the texts of the events in their order, then the strays."""
    told = [(event, worklog.tidy(event.text)) for event in record.events if event.text]
    entries = [entry_of(event, text) for event, text in told if text]
    return entries + [replace(item, text=worklog.tidy(item.text)) for item in record.strays]


def entry_of(event: Event, text: str) -> Entry:
    """The work-log entry that belongs to an event."""
    return Entry(event.n, event.at, event.by, event.data.get("public") is True, text)


def normal(record: Record) -> Record:
    """The record as it reads once it has been written: texts tidied, what is empty left out."""
    events = tuple(
        replace(
            event,
            data={key: value for key, value in event.data.items() if value is not None},
            text=(worklog.tidy(event.text) or None) if event.text else None,
        )
        for event in record.events
    )
    strays = tuple(replace(item, text=worklog.tidy(item.text)) for item in record.strays)
    fields = dict(ordered(record.fields))
    return Record(record.id, fields, events, worklog.tidy(record.description), strays)


def places(data: bytes) -> Marks:
    """Where the header's values stand in a file that parses."""
    text = yamlsafe.decode(data)
    parts = front.split(text)
    return yamlsafe.load(text[parts.start : parts.end], first_line=_HEADER_LINE).marks


def place(data: bytes, key: tuple[str | int, ...]) -> tuple[int, int]:
    """Line and column of a header's value in a file that parses; of what holds it where it is not there."""
    return places(data).of(key)


def warnings_1_1(data: bytes) -> list[tuple[int, int, str, str]]:
    """Line, column, text and quoted form of what python-frontmatter reads otherwise in a file that parses."""
    text = yamlsafe.decode(data)
    parts = front.split(text)
    header = text[parts.start : parts.end]
    return yamlsafe.warnings_1_1(header, _HEADER_LINE) if yamlsafe.may_differ(header) else []
