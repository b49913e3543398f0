"""What the index forgets: blobs that stand in no entry, once they are more than those that do.

- Never needed for correctness: who asks for a tree with such a blob parses it again.
- The ones learned first go, half of them: what was asked for lately was learned lately, or is learned again.
- A store that never held much is left alone.
"""

from __future__ import annotations

import sqlite3

from itil_cli.process.matching.words import spaced
from itil_cli.store.index.filling.rows import record_from, stems_of, words_of

FEW = 1000  # blobs without an entry that are always kept


def prune(connection: sqlite3.Connection) -> None:
    """Forget what is too much, inside the caller's transaction."""
    if _one(connection, "SELECT coalesce(max(seq), 0) FROM blob") <= FEW:
        return
    live = _one(connection, "SELECT count(*) FROM entry")
    dead = _one(connection, "SELECT count(*) FROM blob") - live
    if dead <= max(live, FEW):
        return
    sql = "SELECT seq FROM blob WHERE seq NOT IN (SELECT seq FROM main.entry) ORDER BY seq LIMIT ?"
    for (seq,) in connection.execute(sql, (dead // 2,)).fetchall():
        _forget(connection, seq)


def _one(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])


def _forget(connection: sqlite3.Connection, seq: int) -> None:
    """Full text without contents is told what to take out."""
    sql = "SELECT doc, json_extract(summary, '$.title') FROM blob JOIN record USING (seq) WHERE seq = ?"
    doc, title = connection.execute(sql, (seq,)).fetchone()
    words = words_of(record_from(doc), {"title": title}) if doc else ("", "", "")
    sql = "INSERT INTO words (words, rowid, title, description, worklog) VALUES ('delete', ?, ?, ?, ?)"
    connection.execute(sql, (seq, *map(spaced, words)))
    sql = "INSERT INTO stems (stems, rowid, said) VALUES ('delete', ?, ?)"
    connection.execute(sql, (seq, stems_of(words)))
    for table in ("blob", "record", "clock", "outlook", "agenda"):
        connection.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))
