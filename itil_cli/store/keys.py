"""The pointer files of dedup keys: `keys/SHA256` holds the id of the open incident that has the key."""

from __future__ import annotations

import hashlib
import re

FOLDER = "keys/"


def key_path(key: str) -> str:
    """The pointer file of a dedup key."""
    return f"{FOLDER}{hashlib.sha256(key.encode()).hexdigest()}"


def is_key(path: str) -> bool:
    """Whether a path is that of a pointer file."""
    return re.fullmatch(r"keys/[0-9a-f]{64}", path) is not None


def pointer(incident_id: str | None) -> bytes | None:
    """What a pointer file holds; None where there is to be none."""
    return f"{incident_id}\n".encode() if incident_id else None


def holder(data: bytes | None) -> str | None:
    """The id that a pointer file names."""
    return data.decode("ascii", "replace").strip() or None if data else None
