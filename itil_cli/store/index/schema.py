"""The index's tables, and how its file is opened, thrown away, and done without.

- `blob`: what a blob parsed to, by blob id; a blob never changes, so a row never does. `facts` are what figures ask.
- `record`: the whole record of a blob, packed, apart from what lists and figures read by the thousand.
- `clock`: where the clocks of a blob stand after its last event, by the digest of the calendars that counted them.
- `outlook`: of these the one that matters, as lists show it, by the same digest.
- `agenda`: how much is due on a blob's incident and until when that is so, by the digest of what that hangs on.
- `lying`: which file of the work tree was the same as its blob, and what the file system said of it then.
- `entry`: the files of one tree, with the summary fields that lists filter and sort by; `meta` names the tree.
- `sums`: what whole months of incidents came to, by folder and question (`months.py`).
- `words`: full text by blob (title, description, work log), for every tree alike. `stems`: which words for comparing
  (`process/matching/words.py`) occur in it, and nothing else of them.
- A file that other code has made, or a damaged one, is deleted and built again.
- Where nothing can be written, the same tables live in memory.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

BUSY_SECONDS = 30.0
COLUMNS = (
    "status", "priority", "impact", "urgency", "service", "category", "product", "tenant", "group",
    "assignee", "requestor", "channel", "owner", "title", "parent", "major", "action_due", "dedup_key",
)  # fmt: skip
LIVING = ("reason", "unanswered", "asked", "silence", "closing")  # what the home screen asks beside (`living.py`)

WANTING = "entry.asked IS NOT NULL OR entry.unanswered IS NOT NULL OR entry.major IS NOT NULL"


def _code() -> Iterator[str]:
    """The modules that say what the index holds, each with its size: the same for every installation of a version."""
    house = Path(__file__).parents[2]
    for room in ("process", "store"):
        for folder, _, names in os.walk(house / room):
            for name in names:
                if name.endswith(".py"):
                    yield f"{room} {name} {os.stat(os.path.join(folder, name)).st_size}"  # noqa: PTH116, PTH118


VERSION = zlib.crc32("\n".join(sorted(_code())).encode()) >> 1 or 1

SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE blob (seq INTEGER PRIMARY KEY, oid TEXT UNIQUE, summary TEXT, facts TEXT, error TEXT);
CREATE TABLE record (seq INTEGER PRIMARY KEY, doc BLOB);
CREATE TABLE clock (seq INTEGER PRIMARY KEY, digest TEXT, standing TEXT);
CREATE TABLE outlook (seq INTEGER PRIMARY KEY, digest TEXT, said TEXT);
CREATE TABLE agenda (seq INTEGER PRIMARY KEY, digest TEXT, since INTEGER, until INTEGER, count INTEGER);
CREATE TABLE lying (path TEXT PRIMARY KEY, oid TEXT, state TEXT) WITHOUT ROWID;
CREATE TABLE sums (
  question TEXT, folder TEXT, tree TEXT, first INTEGER, last INTEGER, counted TEXT, rest TEXT,
  PRIMARY KEY (question, folder)
);
CREATE TABLE entry (
  path TEXT PRIMARY KEY, oid TEXT, seq INTEGER, id TEXT, kind TEXT, opened INTEGER, updated INTEGER, broken INTEGER,
  {", ".join(f'"{name}" TEXT' for name in COLUMNS)},
  {", ".join(f'"{name}" {"INTEGER" if name == "closing" else "TEXT"}' for name in LIVING)}
);
CREATE INDEX entry_id ON entry (kind, id);
CREATE INDEX entry_seq ON entry (seq, kind, id);
CREATE INDEX entry_status ON entry (kind, status, updated, broken);
CREATE INDEX entry_closing ON entry (closing, updated, kind, broken, status) WHERE status = 'resolved';
CREATE INDEX entry_own ON entry (requestor COLLATE NOCASE) WHERE status = 'resolved';
CREATE INDEX entry_wanting ON entry (status) WHERE status = 'resolved' AND ({WANTING.replace("entry.", "")});
CREATE INDEX entry_opened ON entry (kind, opened);
CREATE INDEX entry_newest ON entry (opened, id);
CREATE INDEX entry_updated ON entry (kind, updated);
CREATE INDEX entry_broken ON entry (path) WHERE broken;
CREATE INDEX entry_action ON entry (action_due) WHERE action_due IS NOT NULL;
CREATE INDEX entry_key ON entry (dedup_key) WHERE dedup_key IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5 (
  title, description, worklog, content='', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE stems USING fts5 (
  said, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0'
);
PRAGMA user_version = {VERSION};
"""

# What cannot be mended by building the file anew: busy, locked, out of memory, read-only, disk trouble.
_ELSEWHERE = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


def damaged(trouble: Exception) -> bool:
    """Whether the file itself is at fault, so that building it anew helps."""
    return getattr(trouble, "sqlite_errorcode", 0) & 0xFF not in _ELSEWHERE


def in_memory() -> sqlite3.Connection:
    """The same tables without a file."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    return connection


def open_file(path: Path) -> sqlite3.Connection:
    """The index's file, made when it is missing or of another version. Raises sqlite3.Error or OSError."""
    if path.exists() and not os.access(path.parent, os.W_OK):
        return _open_read_only(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    try:
        if _version(connection) == VERSION:
            return connection
        if _version(connection) != 0:
            connection.close()
            throw_away(path)
            connection = _connect(path)
        _create(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def throw_away(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it; that first, lest another's new file takes it for its own."""
    for suffix in ("-wal", "-shm", "-journal", ""):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _open_read_only(path: Path) -> sqlite3.Connection:
    """Nobody can write there, so nothing changes under us; a log left behind would be missed, though."""
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size:
        raise sqlite3.OperationalError("the index has a log that cannot be taken in")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    if _version(connection) != VERSION:
        connection.close()
        raise sqlite3.OperationalError("the index is of another version")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables; another process may be doing the same."""
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) == 0:
        for statement in SCHEMA.split(";\n"):
            connection.execute(statement)
    connection.execute("COMMIT")
