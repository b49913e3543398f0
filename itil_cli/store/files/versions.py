"""The bytes of a new record: as it ends, and as it stood after each of its events.

- The last version is what `codec.write` gives; an earlier one what it gives for the events up to there.
- The summary of each version is the fold of its events (S2); header fields that no event sets stand in all.
- A record without work-log texts takes the fast path: event lines are written once and shared by all versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from itil_cli.process.events.fold import fold
from itil_cli.process.incident import SUMMARY, Record, Value
from itil_cli.store.files import codec

_MARK = b"\nevents:\n"


def final(record: Record) -> bytes:
    """The file of the whole record."""
    return codec.write(record)


def versions(record: Record) -> Iterator[bytes]:
    """The file after the first event, after the second, and so on to the whole record."""
    whole = codec.write(record)
    start = whole.index(_MARK) + len(_MARK)
    lines = whole[start:].split(b"\n")
    if record.description or record.strays or any(event.text for event in record.events):
        yield from (codec.write(part) for part in _parts(record))
        return
    tail = b"\n".join(lines[len(record.events) :])
    head, fields, body = b"", None, b""
    for part, line in zip(_parts(record), lines, strict=False):
        if part.fields != fields:
            head, fields = _head(part), part.fields
        body += line + b"\n"
        yield head + body + tail


def _head(record: Record) -> bytes:
    data = codec.write(replace(record, events=record.events[:1]))
    return data[: data.index(_MARK) + len(_MARK)]


def _parts(record: Record) -> Iterator[Record]:
    more: dict[str, Value] = {key: value for key, value in record.fields.items() if key not in SUMMARY}
    for count in range(1, len(record.events) + 1):
        part = Record(record.id, {}, record.events[:count], record.description, record.strays)
        yield replace(part, fields={**fold(part).fields(), **more})
