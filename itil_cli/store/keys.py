"""The pointer files of dedup keys: `keys/SHA256` holds the id of the open incident that has the key."""

from __future__ import annotations

import hashlib

FOLDER = "keys/"


def key_path(key: str) -> str:
    """The pointer file of a dedup key."""
    return f"{FOLDER}{hashlib.sha256(key.encode()).hexdigest()}"


def pointer(incident_id: str | None) -> bytes | None:
    """What a pointer file holds; None where there is to be none."""
    return f"{incident_id}\n".encode() if incident_id else None


def holder(data: bytes | None) -> str | None:
    """The id that a pointer file names."""
    return data.decode("ascii", "replace").strip() or None if data else None
