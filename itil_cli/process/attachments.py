"""Attachments: files beside an incident, `attachments/INC-…/HASH-NAME`, named in the event that brought them."""

from __future__ import annotations

import hashlib
import unicodedata

FOLDER = "attachments"
LONGEST = 80  # characters of a name


def stored_name(name: str, data: bytes) -> str:
    """The name under which bytes are kept: a hash of them, and a name that no file system stumbles over."""
    return f"{hashlib.sha256(data).hexdigest()[:16]}-{safe_name(name)}"


def safe_name(name: str) -> str:
    """Letters, digits, dots, hyphens and underscores in lower case; no leading dot, no path, never empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(one if one.isalnum() or one in "._-" else "-" for one in last.lower()).strip(".-")
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if stem else ending
    return kept[:LONGEST] or "file"


def attachment_path(record_id: str, stored: str) -> str:
    """Where an attachment of a record lies."""
    return f"{FOLDER}/{record_id}/{stored}"
