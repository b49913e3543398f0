"""Attachments: files beside an incident, `attachments/INC-…/HASH-NAME`, named in the event that brought them.

- A stored name begins with a hash of the bytes: whoever has the event can tell whether the file is still the same.
- A `redacted` event that names an event takes its attachments away, unless another event brought the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from itil_cli.process.incident import Event, Record

FOLDER = "attachments"
LONGEST = 80  # bytes of a name: with the hash no file system finds it too long, and fifty fit into an event's line
_STORED = re.compile(r"[0-9a-f]{16}-[^/\x00-\x1f\x7f]{1,240}")
_PATH = re.compile(rf"{FOLDER}/(INC-[^/]+)/([^/]+)")


class Attachment(NamedTuple):
    """A file that an event brought: where it lies, and whether the requestor may see it. `at` is epoch seconds."""

    path: str
    name: str
    event: str
    at: int
    by: str
    public: bool


def stored_name(name: str, data: bytes) -> str:
    """The name under which bytes are kept: a hash of them, and a name that no file system stumbles over."""
    return f"{_hash(data)}-{safe_name(name)}"


def _hash(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()[:16]


def safe_name(name: str) -> str:
    """Letters, digits, dots, hyphens and underscores in lower case; no leading dot, no path, never empty."""
    import unicodedata

    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(one if one.isalnum() or one in "._-" else "-" for one in last.lower()).strip(".-")
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{_short(stem, LONGEST - len(ending.encode()) - 1)}.{ending}" if stem else ending
    return _short(kept, LONGEST) or "file"


def _short(text: str, limit: int) -> str:
    return text.encode()[:limit].decode("utf-8", "ignore")


def attachment_path(record_id: str, stored: str) -> str:
    """Where an attachment of a record lies."""
    return f"{FOLDER}/{record_id}/{stored}"


def holder_of(path: str) -> tuple[str, str] | None:
    """The record's id and the stored name that a path says; None for any other file."""
    found = _PATH.fullmatch(path)
    return (found[1], found[2]) if found else None


def fits(stored: str, data: bytes) -> bool:
    """Whether these are the bytes that the name was made of."""
    return stored.startswith(f"{_hash(data)}-")


def named(event: Event) -> list[str]:
    """The stored names in an event; what cannot be one is left out."""
    said = event.get("attachments")
    return [one for one in said if isinstance(one, str) and _STORED.fullmatch(one)] if isinstance(said, list) else []


def attachments(record: Record) -> Iterator[Attachment]:
    """What the events brought, without what was redacted since."""
    gone = _redacted(record.events)
    for event in record.events:
        if event.n not in gone:
            public = event.do in ("logged", "contacted") or event.get("public") is True
            for stored in named(event):
                path, name = attachment_path(record.id, stored), stored.partition("-")[2]
                yield Attachment(path, name, event.n, event.at, event.by, public)


def taken_away(before: Record | None, after: Record) -> set[str]:
    """The paths that the `redacted` events between two versions of a record take away."""
    there = {one.path for one in attachments(before)} if before else set()
    return there - {one.path for one in attachments(after)}


def _redacted(events: Iterable[Event]) -> set[str | None]:
    return {event.str("event") for event in events if event.do == "redacted"}
