"""Bring the index to a tree: find what differs, parse what was never seen, move the entries.

- Blobs are parsed in pieces, on all cores where there are many, and written here, each piece in a short
  transaction of its own: a killed build goes on where it stopped.
- The entries move in one transaction, and only from the tree that the difference was taken against.
- Afterwards a read transaction stands, so that another process cannot move the entries under a question.
- A tree that is not to be kept gets entries of its own, in a temporary table that hides the held ones.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from itil_cli.process.matching.words import spaced
from itil_cli.store.index.filling.pruning import prune
from itil_cli.store.index.filling.rows import REGULAR, Parsed, entry_values, parsed, to_json
from itil_cli.store.index.filling.spread import spread
from itil_cli.store.index.filling.tree import File, changes, files
from itil_cli.store.index.schema import COLUMNS, LIVING

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

PIECE = 500  # blobs parsed between two short transactions
MANY = 1500  # blobs from which on it is worth it to use all cores
TRIES = 5  # against processes that move the entries elsewhere; then a temporary table of our own
_ENTRY = f"INSERT OR REPLACE INTO entry VALUES ({', '.join('?' * (8 + len(COLUMNS) + len(LIVING)))})"

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
    pieces = [unseen[start : start + PIECE] for start in range(0, len(unseen), PIECE)]
    done = 0
    for rows in spread(lambda piece: list(_parse(git, piece)), pieces, None if len(unseen) >= MANY else 1):
        connection.execute("BEGIN IMMEDIATE")
        for key, one in rows:
            _keep(connection, key, Parsed(*one))
        connection.execute("COMMIT")
        done += len(rows)
        progress(done, len(unseen))


def _unseen(connection: sqlite3.Connection, found: Iterable[File]) -> list[File]:
    wanted = {key: file for file in found if (key := _key(file)) is not None}
    if len(wanted) > PIECE:
        known = {row[0] for row in connection.execute("SELECT oid FROM blob")}
        return [file for key, file in wanted.items() if key not in known]
    sql = "SELECT 1 FROM blob WHERE oid = ?"
    return [file for key, file in wanted.items() if connection.execute(sql, (key,)).fetchone() is None]


def _parse(git: Git, piece: Sequence[File]) -> Iterator[tuple[str | None, tuple[object, ...]]]:
    """The key of each blob, and what it came to as a plain tuple."""
    regular = [file for file in piece if file.mode in REGULAR]
    for file, data in zip(regular, git.blobs([str(file.oid) for file in regular]), strict=True):
        yield _key(file), tuple(parsed(data, file.path))
    for file in piece:
        if file.mode not in REGULAR:
            reason = ["it is no regular file.", "file-kind", None, None, "Put the file itself in its place."]
            yield _key(file), (None, None, None, to_json(reason), ("", "", ""), "")


def _keep(connection: sqlite3.Connection, key: str | None, one: Parsed) -> None:
    sql = "INSERT OR IGNORE INTO blob (oid, summary, facts, error) VALUES (?, ?, ?, ?)"
    added = connection.execute(sql, (key, one.summary, one.facts, one.error))
    if added.rowcount == 1:
        connection.execute("INSERT INTO record VALUES (?, ?)", (added.lastrowid, one.doc))
        sql = "INSERT INTO words (rowid, title, description, worklog) VALUES (?, ?, ?, ?)"
        connection.execute(sql, (added.lastrowid, *map(spaced, one.words)))
        connection.execute("INSERT INTO stems (rowid, said) VALUES (?, ?)", (added.lastrowid, one.stems))


def _move(connection: sqlite3.Connection, held: str | None, tree: str, found: Sequence[File]) -> None:
    """Move the entries, unless another process has moved them meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    if _held(connection) != held:
        connection.execute("ROLLBACK")
        return
    try:
        _apply(connection, found)
    except _Gone:
        connection.execute("ROLLBACK")
        return
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('tree', ?)", (tree,))
    prune(connection)
    connection.execute("COMMIT")


def _apply(connection: sqlite3.Connection, found: Sequence[File]) -> None:
    gone = [(file.path,) for file in found if file.oid is None]
    connection.executemany("DELETE FROM entry WHERE path = ?", gone)
    connection.executemany(_ENTRY, _entries(connection, found))


class _Gone(Exception):
    """Another process has pruned a blob after it was looked for."""


def _entries(connection: sqlite3.Connection, found: Iterable[File]) -> Iterator[list[object]]:
    sql = "SELECT seq, summary FROM blob WHERE oid = ?"
    for file in found:
        if file.oid is not None:
            row = connection.execute(sql, (_key(file),)).fetchone()
            if row is None:
                raise _Gone
            yield entry_values(file.path, file.oid, row[0], json.loads(row[1]) if row[1] else None)


def _aside(connection: sqlite3.Connection, git: Git, tree: str, progress: Progress) -> None:
    """Entries of our own for this tree; again where a blob of it was pruned before the last look began."""
    while True:
        _learn(connection, git, _difference(connection, git, _held(connection), tree), progress)
        connection.execute("BEGIN")
        found = _difference(connection, git, _held(connection), tree)
        connection.execute("CREATE TEMP TABLE entry AS SELECT * FROM main.entry")
        connection.execute("CREATE UNIQUE INDEX temp.entry_path ON entry (path)")
        connection.execute("CREATE INDEX temp.entry_seq ON entry (seq, kind, id)")
        try:
            _apply(connection, found)
            return
        except _Gone:
            connection.execute("ROLLBACK")
