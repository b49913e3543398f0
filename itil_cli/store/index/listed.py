"""The files that a question names, in order: whole rows, read some at a time, or at once what a list shows of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from itil_cli.process.summary import Summary
from itil_cli.store.index.kept import AT_ONCE
from itil_cli.store.index.schema import COLUMNS

Ask = Callable[..., list[Any]]  # SQL, its values, and `read`: what a row of the answer becomes

BRIEF = frozenset(COLUMNS) - {"action_due"}  # what can be had without the summary
ROWS = "FROM entry JOIN blob ON blob.seq = entry.seq"
_BRIEFLY = """FROM entry LEFT JOIN outlook ON outlook.seq = entry.seq AND outlook.digest = ?
    LEFT JOIN lying ON lying.path = entry.path AND lying.oid = entry.oid"""


class Row(NamedTuple):
    """One file of the tree: where it lies, its blob, its id, and its summary in snake_case."""

    path: str
    oid: str
    id: str
    summary: Summary


class Brief(NamedTuple):
    """A row without its summary: the columns that were asked for, and what is kept of the file, or None.

    `outlook` is of its clocks (`process/clocks/outlook.py`), `state` of the work tree (`checkout/lying.py`)."""

    path: str
    oid: str
    id: str
    values: tuple[str | None, ...]
    outlook: list[Any] | None
    state: str | None


class Listed(Collection[Row]):
    """The rows of the question that `which` (from WHERE on) and its values end."""

    def __init__(self, ask: Ask, which: str, values: Sequence[Any]) -> None:
        self._ask, self._which, self._values = ask, which, values

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Row]:
        return rows_at(self._ask, self.paths)

    def __contains__(self, row: object) -> bool:
        return isinstance(row, Row) and row.path in self.paths

    @cached_property
    def paths(self) -> list[str]:
        """Where they lie."""
        return self._ask(f"SELECT entry.path FROM entry {self._which}", *self._values, read=str)

    def brief(self, names: Sequence[str] = (), digest: str = "") -> list[Brief]:
        """All of them, with these columns (of BRIEF), and what is kept under the digest of the calendars."""
        columns = "".join(f', entry."{name}"' for name in names)
        sql = f"SELECT entry.path, entry.oid, entry.id, outlook.said, lying.state{columns} {_BRIEFLY} {self._which}"
        return self._ask(sql, digest, *self._values, read=_brief)


def rows_at(ask: Ask, paths: Sequence[str]) -> Iterator[Row]:
    """The rows of these paths, in this order."""
    for start in range(0, len(paths), AT_ONCE):
        page = paths[start : start + AT_ONCE]
        marks = ", ".join("?" * len(page))
        sql = f"SELECT entry.path, entry.oid, entry.id, blob.summary {ROWS} WHERE entry.path IN ({marks})"
        found = {row.path: row for row in ask(sql, *page, read=_row)}
        yield from (found[path] for path in page)


def _row(path: str, oid: str, record_id: str, said: str) -> Row:
    return Row(path, oid, record_id, json.loads(said))


def _brief(path: str, oid: str, record_id: str, outlook: str | None, state: str | None, *values: str | None) -> Brief:
    return Brief(path, oid, record_id, values, json.loads(outlook) if outlook else None, state)
