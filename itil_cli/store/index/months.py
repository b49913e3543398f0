"""What whole months of incidents came to, kept by folder: the sums of one question, good as long as its tree is.

- A month is a folder `incidents/2026/11`; its tree id names all that is in it, so a commit spoils one month alone.
- What is kept is plain values that the caller made, by the question that he asked; nobody else knows what they mean.
- Keeping them is a favour: a file that cannot be written, or is busy, keeps nothing, and nobody is told.
- The questions that were kept last stay, FEW of them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from itil_cli.process.incident import KINDS
from itil_cli.store.index.kept import to_write

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

FEW = 16
_MONTH = re.compile(rf"{KINDS['INC']}/\d{{4}}/\d{{2}}")
LENGTH = len(f"{KINDS['INC']}/2026/11")

SUMS = "SELECT folder, tree, first, last, counted, rest FROM sums WHERE question = ?"
SPANS = f"""SELECT substr(path, 1, {LENGTH}), min(opened), max(updated) FROM entry
    WHERE kind = 'INC' AND NOT broken GROUP BY 1"""
TOLD = """SELECT entry.id, blob.facts, clock.standing FROM entry JOIN blob ON blob.seq = entry.seq
    LEFT JOIN clock ON clock.seq = entry.seq AND clock.digest = ?
    WHERE path > ? || '/' AND path < ? || '0' AND kind = 'INC' AND NOT broken ORDER BY path"""


class Month(NamedTuple):
    """One month's folder: its tree, when the first of its incidents was logged and the last one changed.

    `counted` is what was counted, `rest` the ids of those that were not."""

    tree: str
    first: int
    last: int
    counted: Any
    rest: list[str]


def month_of(instant: int) -> str:
    """The folder of the incidents logged then (epoch seconds)."""
    return f"{KINDS['INC']}/{datetime.fromtimestamp(instant, UTC):%Y/%m}"


def month_from(folder: str, tree: str, first: int, last: int, counted: str, rest: str) -> tuple[str, Month]:
    """A row of SUMS. Raises ValueError where it is damaged."""
    return folder, Month(tree, first, last, json.loads(counted), json.loads(rest))


def trees(git: Git, tree: str) -> dict[str, str]:
    """The folders of the months, in order, with their trees."""
    out = git.run("ls-tree", "-r", "-d", "-z", "--full-tree", tree, "--", KINDS["INC"])
    found = (line.decode("utf-8", "backslashreplace").partition("\t") for line in out.split(b"\0")[:-1])
    return {path: head.split(" ")[2] for head, _, path in found if _MONTH.fullmatch(path)}


def keep_months(file: Path, question: str, months: Mapping[str, Month]) -> None:
    """Write months by folder into the index's file."""
    rows = [
        (question, folder, one.tree, one.first, one.last, json.dumps(one.counted), json.dumps(one.rest))
        for folder, one in months.items()
    ]
    old = """DELETE FROM sums WHERE question NOT IN (
        SELECT question FROM sums GROUP BY question ORDER BY max(rowid) DESC LIMIT ?)"""
    with suppress(sqlite3.Error, OSError), to_write(file) as connection:
        connection.executemany("INSERT OR REPLACE INTO sums VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(old, (FEW,))
