"""Where the clocks of blobs stand after their last event: kept by blob, and by the digest of the calendars.

- What is kept is text that the caller made; nobody but he knows what is in it.
- Keeping it is a favour: a file that cannot be written, or is busy, keeps nothing, and nobody is told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

AT_ONCE = 500  # records asked for in one question
_PATIENCE = 0.2  # seconds


def kept(count: int) -> str:
    """The question for id and standing of so many ids of incidents, the digest first; CROSS: the ids come first."""
    marks = ", ".join("?" * count)
    return f"""SELECT entry.id, clock.standing FROM entry CROSS JOIN clock ON clock.seq = entry.seq AND clock.digest = ?
        WHERE entry.kind = 'INC' AND entry.id IN ({marks})"""


def keep(file: Path, digest: str, standings: Mapping[str, str], oids: Sequence[tuple[str, str]]) -> None:
    """Write standings by id into the index's file; `oids` are the ids with their blobs."""
    sql = "INSERT OR REPLACE INTO clock SELECT seq, ?, ? FROM blob WHERE oid = ?"
    with suppress(sqlite3.Error, OSError), to_write(file) as connection:
        connection.executemany(sql, [(digest, standings[one], oid) for one, oid in oids])


@contextmanager
def to_write(file: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on an index's file that is there, for who does not wait long. Raises sqlite3.Error, OSError."""
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)
    try:
        with connection:
            yield connection
    finally:
        connection.close()
