"""What the store has taken in already: the `x-source` of its records (S17)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from itil_cli.store.yaml import yamlsafe

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot

_SOURCE = re.compile(rb"^x-source: (\{[^\n]{1,2000}\})\r?$", re.MULTILINE)


def taken_in(snapshot: Snapshot, system: str) -> dict[str, int]:
    """Every number of `system` that a record of the store comes from, with its rows in the log then."""
    found: dict[str, int] = {}
    for data in snapshot.files("incidents/"):
        for line in _SOURCE.finditer(data):
            source = yamlsafe.load(line[1]).value
            if isinstance(source, dict) and source.get("system") == system:
                rows = source.get("rows")
                found[str(source.get("number"))] = rows if isinstance(rows, int) else 0
    return found
