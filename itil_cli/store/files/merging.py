"""Two versions of a record's file become one: the record by S16, the bytes edited as far as possible.

- Each side's bytes are amended to say what the merged record says; so are the base's. Mostly all are the same.
- Where they differ, a side changed layout or comments: the side that changed them has it, of two that did the
  greater one (by its bytes). So the result does not hang on which side is whose.
- Bytes that cannot be amended (events out of order) give way to a new file with the same content.
- Conflict markers stand in the description alone; such a file is broken until a person has chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from itil_cli.errors import ItilError
from itil_cli.process.incident import Record
from itil_cli.process.merging.merge import Merged, TextMerge, merge
from itil_cli.store.files import codec, worklog
from itil_cli.store.files.amend import amend
from itil_cli.store.files.front import split
from itil_cli.store.yaml.yamlsafe import decode

_STAND_IN = "itil-merge: the description goes here"


class Side(NamedTuple):
    """A version: its bytes and what they say."""

    data: bytes
    record: Record


def merge_records(base: bytes | None, ours: bytes, theirs: bytes, path: str, text: TextMerge) -> tuple[bytes, Merged]:
    """The merged file and what came of it. Raises Broken for a side that cannot be read, GitTrouble (`same-id`)."""
    sides = [Side(data, codec.parse(data, path)) for data in (ours, theirs)]
    old = Side(base, codec.parse(base, path)) if base else None
    merged = merge(old.record if old else None, sides[0].record, sides[1].record, text)
    if not merged.conflict:
        return edited(old, sides, merged.record), merged
    # A description with markers is not written as a text, which would take their meaning away.
    stand_in = edited(old, sides, replace(merged.record, description=_STAND_IN))
    return _with_markers(stand_in, merged.record.description), merged


def edited(old: Side | None, sides: Sequence[Side], record: Record) -> bytes:
    """The bytes of two versions, made to say what `record` says."""
    try:
        one, other = (amend(side.data, side.record, record) for side in sides)
        if one == other:
            return one
        unchanged = amend(old.data, old.record, record) if old else None
    except ItilError:
        return codec.write(record)
    if unchanged in (one, other):
        return other if unchanged == one else one
    return max(one, other)


def _with_markers(data: bytes, description: str) -> bytes:
    text = decode(data)
    body = split(text).body
    found = text.index(_STAND_IN, body)
    lines = [line if _is_marker(line) else worklog.shown(line) for line in description.split("\n")]
    return codec.encode(text[:found] + "\n".join(lines) + text[found + len(_STAND_IN) :])


def _is_marker(line: str) -> bool:
    return line.startswith(("<<<<<<< ", ">>>>>>> ")) or line == "======="
