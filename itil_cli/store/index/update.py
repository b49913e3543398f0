"""Bring the index to a tree: find what differs, parse what was never seen, move the entries.

- Blobs are parsed in pieces, each its own short transaction: a killed build goes on where it stopped.
- The entries move in one transaction, and only from the tree that the difference was taken against.
- Afterwards a read transaction stands, so that another process cannot move the entries under a question.
- A tree that is not to be kept gets entries of its own, in a temporary table that hides the held ones.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from itil_cli.store.index.rows import REGULAR, Parsed, entry_values, parsed, to_json
from itil_cli.store.index.schema import COLUMNS
from itil_cli.store.index.tree import File, changes, files

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

PIECE = 2000  # blobs parsed between two short transactions
TRIES = 5  # against processes that move the entries elsewhere; then a temporary table of our own
_ENTRY = f"INSERT OR REPLACE INTO entry VALUES ({', '.join('?' * (7 + len(COLUMNS)))})"

Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Say nothing."""


def bring_to(
    connection: sqlite3.Connection,
    git: Git,
    tree: str,
    *,
    keep: bool = True,
    progress: Progress = no_progress,
) -> None:
    """Afterwards `entry` holds exactly the record files of `tree`. Raises sqlite3.Error, GitTrouble."""
    for _ in range(TRIES if keep else 0):
        if _pinned(connection, tree):
            return
        held = _held(connection)
        found = _difference(connection, git, held, tree)
        _learn(connection, git, found, progress)
        _move(connection, held, tree, found)
    if not _pinned(connection, tree):
        _aside(connection, git, tree, progress)


def _held(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = 'tree'").fetchone()
    return row[0] if row else None


def _pinned(connection: sqlite3.Connection, tree: str) -> bool:
    """Begin to read; stay in the transaction when the tree is the one that is held."""
    connection.execute("BEGIN")
    if _held(connection) == tree:
        return True
    connection.execute("ROLLBACK")
    return False


def _difference(connection: sqlite3.Connection, git: Git, held: str | None, tree: str) -> list[File]:
    found = changes(git, held, tree) if held else None
    if found is not None:
        return found
    listed = files(git, tree)
    there = {file.path for file in listed}
    known = connection.execute("SELECT path FROM entry").fetchall()
    return [File(path, None, "") for (path,) in known if path not in there] + listed


def _key(file: File) -> str | None:
    """What a file's content is known by: its blob, or blob and mode when it is no regular file."""
    return file.oid if file.mode in REGULAR or file.oid is None else f"{file.mode} {file.oid}"


def _learn(connection: sqlite3.Connection, git: Git, found: Sequence[File], progress: Progress) -> None:
    unseen = _unseen(connection, found)
    for start in range(0, len(unseen), PIECE):
        piece = unseen[start : start + PIECE]
        rows = list(_parse(git, piece))
        connection.execute("BEGIN IMMEDIATE")
        for file, one in rows:
            _keep(connection, _key(file), one)
        connection.execute("COMMIT")
        progress(start + len(piece), len(unseen))


def _unseen(connection: sqlite3.Connection, found: Iterable[File]) -> list[File]:
    wanted = {key: file for file in found if (key := _key(file)) is not None}
    if len(wanted) > PIECE:
        known = {row[0] for row in connection.execute("SELECT oid FROM blob")}
        return [file for key, file in wanted.items() if key not in known]
    sql = "SELECT 1 FROM blob WHERE oid = ?"
    return [file for key, file in wanted.items() if connection.execute(sql, (key,)).fetchone() is None]


def _parse(git: Git, piece: Sequence[File]) -> Iterator[tuple[File, Parsed]]:
    regular = [file for file in piece if file.mode in REGULAR]
    for file, data in zip(regular, git.blobs([str(file.oid) for file in regular]), strict=True):
        yield file, parsed(data, file.path)
    for file in piece:
        if file.mode not in REGULAR:
            reason = ["it is no regular file.", "file-kind", None, None, "Put the file itself in its place."]
            yield file, Parsed(None, None, to_json(reason), ("", "", ""))


def _keep(connection: sqlite3.Connection, key: str | None, one: Parsed) -> None:
    sql = "INSERT OR IGNORE INTO blob (oid, summary, doc, error) VALUES (?, ?, ?, ?)"
    added = connection.execute(sql, (key, one.summary, one.doc, one.error))
    if added.rowcount == 1:
        sql = "INSERT INTO words (rowid, title, description, worklog) VALUES (?, ?, ?, ?)"
        connection.execute(sql, (added.lastrowid, *one.words))


def _move(connection: sqlite3.Connection, held: str | None, tree: str, found: Sequence[File]) -> None:
    """Move the entries, unless another process has moved them meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    if _held(connection) != held:
        connection.execute("ROLLBACK")
        return
    _apply(connection, found)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('tree', ?)", (tree,))
    connection.execute("COMMIT")


def _apply(connection: sqlite3.Connection, found: Sequence[File]) -> None:
    gone = [(file.path,) for file in found if file.oid is None]
    connection.executemany("DELETE FROM entry WHERE path = ?", gone)
    connection.executemany(_ENTRY, _entries(connection, found))


def _entries(connection: sqlite3.Connection, found: Iterable[File]) -> Iterator[list[object]]:
    for file in found:
        if file.oid is not None:
            sql = "SELECT seq, summary FROM blob WHERE oid = ?"
            seq, said = connection.execute(sql, (_key(file),)).fetchone()
            yield entry_values(file.path, file.oid, seq, json.loads(said) if said else None)


def _aside(connection: sqlite3.Connection, git: Git, tree: str, progress: Progress) -> None:
    """Entries of our own for this tree. Every blob of it is known before the last look begins."""
    _learn(connection, git, _difference(connection, git, _held(connection), tree), progress)
    connection.execute("BEGIN")
    found = _difference(connection, git, _held(connection), tree)
    connection.execute("CREATE TEMP TABLE entry AS SELECT * FROM main.entry")
    connection.execute("CREATE UNIQUE INDEX temp.entry_path ON entry (path)")
    _apply(connection, found)
