"""Pointer files, each the id of an incident: `keys/SHA256` of the open one that has a dedup key, and
`mail/XX/SHA256` of the one that a mail belongs to, by its Message-ID, so that a mail is taken in once."""

from __future__ import annotations

import hashlib
import re

FOLDER = "keys/"
LETTERS = "mail/"


def key_path(key: str) -> str:
    """The pointer file of a dedup key."""
    return f"{FOLDER}{hashlib.sha256(key.encode()).hexdigest()}"


def is_key(path: str) -> bool:
    """Whether a path is that of a pointer file."""
    return re.fullmatch(r"keys/[0-9a-f]{64}", path) is not None


def letter_path(message_id: str) -> str:
    """The pointer file of a mail."""
    name = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()
    return f"{LETTERS}{name[:2]}/{name}"


def pointer(incident_id: str | None) -> bytes | None:
    """What a pointer file holds; None where there is to be none."""
    return f"{incident_id}\n".encode() if incident_id else None


def holder(data: bytes | None) -> str | None:
    """The id that a pointer file names."""
    return data.decode("ascii", "replace").strip() or None if data else None
