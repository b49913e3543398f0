"""The index: what the files of one tree say, so that a question does not read them all.

- It may be thrown away at any time; whoever asks next builds it again.
- What a blob parsed to is kept by blob id; a blob is parsed once.
- The tree asked for is held already: nothing is read. Else only what differs from the held tree is.
- One index answers for one tree, whatever other processes do meanwhile.
- A damaged file is built anew; where nothing can be written the same answers come from memory.
- A broken record has its place, with the reason; it hides no other.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from itil_cli.errors import Broken, NotFound
from itil_cli.process.figures.facts import Facts, from_text
from itil_cli.process.incident import Record, kind_of
from itil_cli.store.index import schema as index_schema
from itil_cli.store.index.filling.rows import error_from, record_from
from itil_cli.store.index.filling.update import Progress, bring_to, no_progress
from itil_cli.store.index.find import fits, unknown
from itil_cli.store.index.kept import AT_ONCE, keep, keep_agendas, keep_lying, kept
from itil_cli.store.index.listed import ROWS, Listed, Row, rows_at
from itil_cli.store.index.living import Alive
from itil_cli.store.index.months import SPANS, SUMS, TOLD, Month, keep_months, month_from, trees
from itil_cli.store.index.query import Filter, holding, match, of_kinds, order, where

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

__all__ = ["Filter", "Index", "Row"]

_Read = TypeVar("_Read")
_RECORD = f"SELECT entry.path, doc, error {ROWS} JOIN record ON record.seq = entry.seq"
_TRIES = 2
_PAGE = 1000  # records held in memory at once
# What a damaged file may lead to: SQLite's own errors, texts that are no UTF-8 or no JSON, rows that are not there.
_DAMAGE = (sqlite3.Error, zlib.error, ValueError, TypeError, KeyError)


class Index:
    """The records of one tree, ready to be asked. Close it after use; it holds a read transaction.

    `keep` False is for a tree that is not HEAD's: the held tree stays as it is. `memory` does without a
    file. `progress` is told how many blobs are parsed of how many."""

    def __init__(
        self,
        git: Git,
        tree: str,
        *,
        keep: bool = True,
        memory: bool = False,
        progress: Progress = no_progress,
    ) -> None:
        self._git, self._tree, self._keep, self._progress = git, tree, keep, progress
        self._file: Path | None = None if memory else Path(git.common_dir) / "itil" / "index.sqlite"
        self._connection = self._open()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def ids(self, kind: str | None = "INC") -> list[str]:
        """Every id in order, broken records too; `kind` None for all kinds."""
        if kind is None:
            return self._ask("SELECT id FROM entry WHERE id IS NOT NULL ORDER BY id", read=str)
        return self._ask("SELECT id FROM entry WHERE kind = ? ORDER BY id", kind, read=str)

    def of_key(self, key: str, limit: int) -> list[str]:
        """The incidents that have or had a dedup key, the newest first, not more than `limit`."""
        sql = "SELECT id FROM entry WHERE dedup_key = ? AND id IS NOT NULL ORDER BY opened DESC, id DESC LIMIT ?"
        return self._ask(sql, key, limit, read=str)

    def find(self, part: str, kind: str = "INC") -> str:
        """The full id that any part of it, in either case, stands for. Raises NotFound."""
        wanted = part.strip().upper()
        sql = "SELECT id FROM entry WHERE kind = ? AND instr(id, ?) ORDER BY id"
        found = self._ask(sql, kind, wanted, read=str) if wanted else []
        if wanted in found or len(found) == 1:
            return wanted if wanted in found else found[0]
        raise fits(part, found) if found else unknown(part, kind, self._near)

    def rows(self, wanted: Filter, sort: Sequence[str] = (), limit: int | None = None) -> list[Row]:
        """The readable records that fit, sorted; ValueError for a field that does not exist."""
        return list(self.listed(wanted, sort, limit))

    def listed(self, wanted: Filter, sort: Sequence[str] = (), limit: int | None = None) -> Listed:
        """The same; they are not held, but read by whoever goes through them."""
        condition, values = where(wanted)
        which = f"WHERE {condition} ORDER BY {order(sort)} LIMIT ?"
        return Listed(self._ask, which, [*values, -1 if limit is None else limit])

    def rows_at(self, paths: Sequence[str]) -> Iterator[Row]:
        """The readable records at these paths, in this order."""
        return rows_at(self._ask, paths)

    def search(self, text: str, limit: int | None = None, kind: str = "INC", *, wanted: Filter | None = None) -> Listed:
        """The records that hold what the text asks for; where the title holds it first, then the newest.

        `wanted` narrows it down further."""
        condition, values = where(replace(wanted or Filter(kind), text=text))
        which = f"""WHERE {condition} ORDER BY entry.seq IN (SELECT rowid FROM words WHERE words MATCH ?) DESC,
            entry.updated DESC, entry.id LIMIT ?"""
        return Listed(self._ask, which, [*values, f"title : ({match(text)})", -1 if limit is None else limit])

    def count(self, kinds: Sequence[str]) -> int:
        """How many records of these kinds there are."""
        where, values = of_kinds(kinds)
        return self._ask(f"SELECT count(*) {where}", *values, read=int)[0]

    def holding(self, kinds: Sequence[str], stem: str, most: int = -1) -> list[str]:
        """The ids, in any order, of records of these kinds with this stem in title, description or work log.

        Not more than `most`, or all."""
        where, values = holding(kinds, stem)
        return self._ask(f"SELECT entry.id {where} LIMIT ?", *values, most, read=str)

    def record(self, record_id: str) -> Record:
        """One record. Raises NotFound, or Broken with path, line and column."""
        sql = f"{_RECORD} WHERE entry.kind = ? AND entry.id = ?"
        for _, found in self._ask(sql, kind_of(record_id), record_id, read=_record):
            if isinstance(found, Broken):
                raise found
            return found
        raise NotFound(f"There is no {record_id}.", remedy="`itil list --all` shows what there is.")

    def records(self) -> Iterator[tuple[str, Record | Broken]]:
        """Every file in the order of its path: the record that it holds, or why it cannot be read."""
        sql = f"{_RECORD} WHERE entry.path > ? ORDER BY entry.path LIMIT {_PAGE}"
        page = self._ask(sql, "", read=_record)
        while page:
            yield from page
            page = self._ask(sql, page[-1][0], read=_record)

    def records_of(self, ids: Iterable[str]) -> Iterator[Record]:
        """The readable ones of these records, in the order of the ids; a page of them is in memory."""
        wanted = list(ids)
        for start in range(0, len(wanted), AT_ONCE):
            page = wanted[start : start + AT_ONCE]
            kinds = sorted({kind_of(one) for one in page})
            marks = ["?" * len(kinds), "?" * len(page)]
            sql = "{} WHERE entry.kind IN ({}) AND entry.id IN ({}) AND NOT entry.broken"
            sql = sql.format(_RECORD, *(", ".join(one) for one in marks))
            found = self._ask(sql, *kinds, *page, read=_record)
            known = {one.id: one for _, one in found if isinstance(one, Record)}
            yield from (known[one] for one in page if one in known)

    def facts(self, wanted: Filter) -> Iterator[Facts]:
        """What figures ask of each incident that fits, in the order of the paths; a page of them is in memory.

        The id is the file's name, as everywhere here, whatever stands in the file."""
        condition, values = where(wanted)
        paths = self._ask(f"SELECT path FROM entry WHERE {condition} ORDER BY path", *values, read=str)
        for start in range(0, len(paths), AT_ONCE):
            page = paths[start : start + AT_ONCE]
            marks = ", ".join("?" * len(page))
            sql = f"SELECT entry.id, blob.facts {ROWS} WHERE entry.path IN ({marks}) ORDER BY entry.path"
            yield from self._ask(sql, *page, read=_facts)

    def standings(
        self, ids: Iterable[str], digest: str, count: Callable[[Record], str | None]
    ) -> Iterator[tuple[str, str | None]]:
        """Each incident's clocks after its last event, as `count` tells them of its record; kept under `digest`.

        None, which `count` gives where they cannot be told, is not kept."""
        wanted, fresh = list(ids), dict[str, str]()
        for start in range(0, len(wanted), AT_ONCE):
            page = wanted[start : start + AT_ONCE]
            known = dict(self._ask(kept(len(page)), digest, *page, read=lambda one, said: (one, said)))
            for one in page:
                said = known.get(one) or count(self.record(one))
                if said is not None and one not in known:
                    fresh[one] = said
                yield one, said
        self._keep_standings(digest, fresh)

    def _keep_standings(self, digest: str, fresh: Mapping[str, str]) -> None:
        if self._file and fresh:
            keep(self._file, "clock", digest, list(self._by_blob(fresh)))

    def keep_outlooks(self, digest: str, fresh: Mapping[str, str]) -> None:
        """Have these kept, by id, under the digest of the calendars."""
        if self._file and fresh:
            keep(self._file, "outlook", digest, list(self._by_blob(fresh)))

    def alive(self, latest: int) -> Alive:
        """What is open or resolved, for the home screen and the sweep, and has not changed after `latest`."""
        return Alive(self._ask, latest)

    def keep_agendas(self, digest: str, fresh: Mapping[str, Sequence[int | None]]) -> None:
        """Have kept, by id, how much is due, under the digest of what that hangs on."""
        if self._file and fresh:
            keep_agendas(self._file, digest, list(self._by_blob(fresh)))

    def _by_blob(self, said: Mapping[str, _Read]) -> Iterator[tuple[str, _Read]]:
        """Blob and what is said, for what is said by id of incidents."""
        ids = list(said)
        for start in range(0, len(ids), AT_ONCE):
            page = ids[start : start + AT_ONCE]
            sql = f"SELECT id, oid FROM entry WHERE kind = 'INC' AND id IN ({', '.join('?' * len(page))})"
            yield from self._ask(sql, *page, read=lambda one, oid: (oid, said[one]))

    def keep_lying(self, states: Sequence[tuple[str, str, str]]) -> None:
        """Have kept of path and blob what the work tree said of the file while it was the same."""
        if self._file and states:
            keep_lying(self._file, states)

    @property
    def keeps(self) -> bool:
        """Whether there is a file, so that it is worth it to have something kept."""
        return self._file is not None

    def months(self) -> dict[str, str]:
        """The folders of the months in which incidents were logged, in order, with their trees."""
        return trees(self._git, self._tree)

    def spans(self) -> dict[str, tuple[int, int]]:
        """When the first incident of each month's folder was logged and the last one changed (epoch seconds)."""
        return dict(self._ask(SPANS, read=lambda folder, first, last: (folder, (first, last))))

    def told(self, folder: str, digest: str) -> list[tuple[str, str, str | None]]:
        """Id, facts and clocks of each incident in a month's folder, as texts; None for clocks that are not kept."""
        return self._ask(TOLD, digest, folder, folder, read=lambda *row: row)

    def sums(self, question: str) -> dict[str, Month]:
        """What months came to for that question, by folder; a tree that is another now makes them worthless."""
        return dict(self._ask(SUMS, question, read=month_from))

    def keep_sums(self, question: str, months: Mapping[str, Month]) -> None:
        """Have these kept."""
        if self._file and months:
            keep_months(self._file, question, months)

    def owing(self) -> list[str]:
        """The ids of records with an action that is not done, the earliest date first."""
        sql = "SELECT id FROM entry WHERE action_due IS NOT NULL AND id IS NOT NULL ORDER BY action_due, id"
        return self._ask(sql, read=str)

    def first_opened(self) -> int | None:
        """When the first incident was logged (epoch seconds); None where there is none."""
        sql = "SELECT min(opened) FROM entry WHERE kind = 'INC'"
        first: list[int | None] = self._ask(sql, read=lambda opened: opened)
        return first[0]

    def last_changed(self) -> int:
        """When the last event of all was (epoch seconds); 0 where there is none."""
        return self._ask("SELECT coalesce(max(updated), 0) FROM entry WHERE kind = 'INC'", read=int)[0]

    def readable(self) -> list[tuple[str, str]]:
        """Path and blob of every file that can be read, in the order of the paths."""
        sql = "SELECT path, oid FROM entry WHERE NOT broken ORDER BY path"
        return self._ask(sql, read=lambda path, oid: (path, oid))

    def broken(self) -> list[tuple[str, Broken]]:
        """The files that cannot be read, with path, line, column and reason."""
        sql = f"SELECT entry.path, error {ROWS} WHERE entry.broken ORDER BY entry.path"
        return self._ask(sql, read=lambda path, error: (path, error_from(error, path)))

    def _near(self, patterns: Sequence[str], kind: str) -> list[str]:
        likes = " OR ".join("id LIKE ?" for _ in patterns)
        sql = f"SELECT id FROM entry WHERE kind = ? AND ({likes}) ORDER BY id LIMIT 3"
        return self._ask(sql, kind, *patterns, read=str)

    def _ask(self, sql: str, *values: Any, read: Callable[..., _Read]) -> list[_Read]:
        """All rows of a question, read; a file that turns out to be damaged is built anew, then asked again."""
        values = tuple(_encodable(value) for value in values)
        for _ in range(_TRIES if self._file else 0):
            try:
                return [read(*row) for row in self._connection.execute(sql, values)]
            except _DAMAGE:
                self._give_up_file()
        return [read(*row) for row in self._connection.execute(sql, values)]

    def _open(self) -> sqlite3.Connection:
        for _ in range(_TRIES):
            if self._file is None:
                break
            try:
                return self._from_file(self._file)
            except (*_DAMAGE, OSError) as trouble:
                self._blame(trouble)
        return self._build(index_schema.in_memory())

    def _from_file(self, path: Path) -> sqlite3.Connection:
        return self._build(index_schema.open_file(path))

    def _build(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        try:
            bring_to(connection, self._git, self._tree, keep=self._keep, progress=self._progress)
        except BaseException:
            connection.close()
            raise
        return connection

    def _blame(self, trouble: Exception) -> None:
        """Delete a damaged file, so that the next try builds it; else do without."""
        if self._file and isinstance(trouble, _DAMAGE) and index_schema.damaged(trouble):
            try:
                index_schema.throw_away(self._file)
                return
            except OSError:
                pass
        self._file = None

    def _give_up_file(self) -> None:
        self._connection.close()
        self._blame(sqlite3.DatabaseError())
        self._connection = self._open()


def _encodable(value: Any) -> Any:
    """What was no UTF-8 on the command line is in no file, but must not stop the question."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _facts(record_id: str, said: str) -> Facts:
    return from_text(said).named(record_id)


def _record(path: str, doc: bytes, error: str | None) -> tuple[str, Record | Broken]:
    return path, record_from(doc) if error is None else error_from(error, path)
