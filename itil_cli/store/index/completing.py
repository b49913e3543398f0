"""Ids for the shell's completion: from what the index holds, without reading a record.

- Nothing is built or waited for here; where there is no index that this program made, there is no answer.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from itil_cli.store.index.schema import VERSION

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

MOST = 200


def ids_at(git: Git, tree: str, beginning: str) -> list[str] | None:
    """The newest ids that hold what was typed so far; None where the index is at another tree."""
    file = Path(git.common_dir) / "itil" / "index.sqlite"
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=0)
        try:
            return _ids(connection, tree, beginning)
        finally:
            connection.close()
    except sqlite3.Error:
        return []


def _ids(connection: sqlite3.Connection, tree: str, beginning: str) -> list[str] | None:
    connection.execute("BEGIN")
    if connection.execute("PRAGMA user_version").fetchone() != (VERSION,):
        return []
    if connection.execute("SELECT value FROM meta WHERE key = 'tree'").fetchone() != (tree,):
        return None
    sql = "SELECT id FROM entry WHERE id IS NOT NULL AND instr(id, ?) ORDER BY opened DESC, id LIMIT ?"
    return [str(one) for (one,) in connection.execute(sql, (beginning.strip().upper(), MOST))]
