"""A file that has only grown, read by what is new in it: the audit reads each version of a file once.

- Where the events' lines of the old version stand first in the new one, and the body is the same to the byte, the
  old events are taken over and only the new lines and the header above are read.
- Every event stands on a line of its own that is whole by itself, so that reading the lines one by one gives what
  reading them together gives (a test compares).
- Anything else is not this module's: None, and the whole file is read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from itil_cli.errors import Broken
from itil_cli.process.incident import Event, Record, Value
from itil_cli.store.files import codec
from itil_cli.store.yaml import yamlsafe
from itil_cli.store.yaml.yamlmarks import Marks

_EVENTS, _CLOSE = b"\nevents:\n- {", b"\n---\n"
LARGEST = 256 * 1024  # far below every limit of a whole file
_LINE = re.compile(rb"- \{[^\n]*\}")
_KEY = re.compile(rb"[A-Za-z][A-Za-z0-9_-]*: [^\n|>]")  # one that a block of further lines could follow is left out


class Version(NamedTuple):
    """The bytes of a version, what they say, and where its events' lines are (-1: not laid out so)."""

    data: bytes
    record: Record
    start: int
    end: int


def first(data: bytes, record: Record) -> Version:
    """A version that was read whole."""
    start = data.find(_EVENTS) + len(_EVENTS) - 3
    end = data.find(_CLOSE, start) + 1
    plain = data.startswith(b"---\n") and start > len(_EVENTS) and end > 0 and data.find(_CLOSE, 3) + 1 == end
    lines = data[start:end].split(b"\n")[:-1] if plain else []
    if not lines or len(lines) != len(record.events) or not all(map(_LINE.fullmatch, lines)):
        return Version(data, record, -1, -1)
    return Version(data, record, start, end)


def grown(old: Version, data: bytes) -> Version | None:
    """The next version, if only events were added (and the summary changed); else None. Raises Broken."""
    start = data.find(_EVENTS) + len(_EVENTS) - 3
    if old.start < 0 or start < len(_EVENTS) or len(data) > LARGEST or not data.startswith(b"---\n"):
        return None
    tail = len(old.data) - old.end
    end, kept = len(data) - tail, start + old.end - old.start
    if end < kept or data[start:kept] != old.data[old.start : old.end] or data[end:] != old.data[old.end :]:
        return None
    lines = data[kept:end].split(b"\n")[:-1]
    if not all(map(_LINE.fullmatch, lines)) or data[:start].find(_CLOSE, 3) >= 0:
        return None
    events = _events(lines, old.record.events)
    head = data[: start - 8]
    if events is None or b"<<<<<<< " in head:
        return None
    fields = _fields(old, head)
    if fields is None:
        return None
    record_id, values = fields
    return Version(data, Record(record_id, values, events, old.record.description, old.record.strays), start, end)


def _events(lines: list[bytes], old: tuple[Event, ...]) -> tuple[Event, ...] | None:
    """The old events and those of the new lines; None where whole reading says more."""
    seen = {event.n for event in old}
    made = []
    try:
        for line in lines:
            value = yamlsafe.load(line).value
            if not isinstance(value, list) or len(value) != 1:
                return None
            made.append(codec.event(value[0], 0, {}, seen, Marks("", 1)))
    except Broken:
        return None
    return (*old, *made)


def _fields(old: Version, head: bytes) -> tuple[str, dict[str, Value]] | None:
    """The header above the events; None where a line is not whole by itself, or a key stands twice."""
    before = old.data[: old.start - 8]
    if head == before:
        return old.record.id, dict(old.record.fields)
    there = set(before[4:-1].split(b"\n")) if _is_plain(before, len(old.record.fields)) else set[bytes]()
    lines, known = head[4:-1].split(b"\n"), {"id": old.record.id, **old.record.fields}
    pairs = [_same(line, known) if line in there else _pair(line) for line in lines]
    fields: dict[str, Value] = dict(pair for pair in pairs if pair is not None)
    record_id = fields.pop("id", None)
    if len(fields) + 1 != len(pairs) or not isinstance(record_id, str) or not record_id or "events" in fields:
        return None
    return record_id, fields


def _is_plain(head: bytes, fields: int) -> bool:
    """Whether every line begins a key of its own: there are as many as the header has, with the id."""
    lines = head[4:-1].split(b"\n")
    return len(lines) == fields + 1 and all(map(_KEY.match, lines))


def _same(line: bytes, known: dict[str, Value]) -> tuple[str, Value] | None:
    key = line[: line.index(b":")].decode("ascii")
    return (key, known[key]) if key in known else None


@lru_cache(maxsize=1 << 12)
def _pair(line: bytes) -> tuple[str, Value] | None:
    """Key and value of one line; None for any other. The same lines come again and again."""
    if not _KEY.match(line):
        return None
    try:
        value = yamlsafe.load(line).value
    except Broken:
        return None
    return next(iter(value.items())) if isinstance(value, dict) and len(value) == 1 else None
