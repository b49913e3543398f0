"""What is kept beside records: of clocks by blob and by the digest of the calendars, of files of the work tree.

- What is kept is text that the caller made; nobody but he knows what is in it.
- Keeping it is a favour: a file that cannot be written, or is busy, keeps nothing, and nobody is told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

AT_ONCE = 500  # records asked for in one question
_PATIENCE = 0.2  # seconds


def kept(count: int) -> str:
    """The question for id and standing of so many ids of incidents, the digest first; CROSS: the ids come first."""
    marks = ", ".join("?" * count)
    return f"""SELECT entry.id, clock.standing FROM entry CROSS JOIN clock ON clock.seq = entry.seq AND clock.digest = ?
        WHERE entry.kind = 'INC' AND entry.id IN ({marks})"""


def keep(file: Path, table: str, digest: str, said: Iterable[tuple[str, str]]) -> None:
    """Write what is said of blobs into a table of the index's file, `clock` or `outlook`."""
    sql = f"INSERT OR REPLACE INTO {table} SELECT seq, ?, ? FROM blob WHERE oid = ?"
    with suppress(sqlite3.Error, OSError), to_write(file) as connection:
        connection.executemany(sql, [(digest, text, oid) for oid, text in said])


def keep_agendas(file: Path, digest: str, said: Iterable[tuple[str, Sequence[int | None]]]) -> None:
    """Write of blobs how much is due: since, until and count (`process/demands/agenda.py`)."""
    sql = "INSERT OR REPLACE INTO agenda SELECT seq, ?, ?, ?, ? FROM blob WHERE oid = ?"
    with suppress(sqlite3.Error, OSError), to_write(file) as connection:
        connection.executemany(sql, [(digest, *one, oid) for oid, one in said])


def keep_lying(file: Path, states: Sequence[tuple[str, str, str]]) -> None:
    """Write path, blob, and what the work tree said of the file while it was the same."""
    with suppress(sqlite3.Error, OSError), to_write(file) as connection:
        connection.executemany("INSERT OR REPLACE INTO lying VALUES (?, ?, ?)", states)


@contextmanager
def to_write(file: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on an index's file that is there, for who does not wait long. Raises sqlite3.Error, OSError."""
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)
    try:
        with connection:
            yield connection
    finally:
        connection.close()
