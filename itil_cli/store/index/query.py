"""Filters and full text become SQL. Values never stand in the statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from itil_cli.process.incident import LEVELS, OPEN, STATUSES
from itil_cli.process.matching.sought import Term, sought
from itil_cli.process.matching.words import spaced
from itil_cli.store.index.months import LENGTH
from itil_cli.store.index.schema import COLUMNS

NOBODY = "none"  # as a filter's value: the field is empty
_PEOPLE = ("assignee", "requestor", "owner")
_RANKED = {"status": STATUSES, "impact": LEVELS, "urgency": LEVELS}
_INSTANTS = ("opened", "updated")
SORTABLE = ("id", *_INSTANTS, *COLUMNS)
DEFAULT_SORT = ("priority", "opened")
_FOUND = "SELECT rowid FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. Several values of a field are alternatives; fields must all fit.

    `equal` maps fields (of COLUMNS, or `ci`) to values, where `none` means empty and a category takes in
    its sub-categories; `unequal` is what they must not be. `since` (included) and `before` (excluded) are epoch
    seconds of logging, `text` is read by `process/matching/sought.py`. `alive_since` leaves out what was done with
    before, its actions too, and has not changed since (epoch seconds); `changed_since` whatever has not changed since.
    `folder` is the only one to look in, `apart` are the folders of months to leave out, apart from the ids in `yet`.
    `among` are the only ids to look at, `without` those to leave out."""

    kind: str = "INC"
    open_only: bool = False
    equal: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unequal: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: int | None = None
    before: int | None = None
    text: str | None = None
    alive_since: int | None = None
    changed_since: int | None = None
    folder: str | None = None
    apart: Sequence[str] = ()
    yet: Sequence[str] = ()
    among: Sequence[str] | None = None
    without: Sequence[str] = ()


def where(wanted: Filter) -> tuple[str, list[Any]]:
    """The condition and its values; broken files, which have no summary, never fit."""
    parts: list[str] = ["entry.kind = ?", "NOT entry.broken"]
    values: list[Any] = [wanted.kind]
    if wanted.open_only:
        parts.append(f"entry.status IN ({_marks(OPEN)})")
        values += sorted(OPEN)
    if wanted.alive_since is not None:
        alive = f"entry.updated >= ? OR entry.status IN ({_marks(OPEN)}) OR entry.action_due IS NOT NULL"
        parts.append(f"({alive})")
        values += [wanted.alive_since, *sorted(OPEN)]
    if wanted.folder is not None:
        parts.append("entry.path > ? || '/' AND entry.path < ? || '0'")
        values += [wanted.folder, wanted.folder]
    if wanted.apart:
        months = f"substr(entry.path, 1, {LENGTH}) NOT IN (SELECT value FROM json_each(?))"
        parts.append(f"({months} OR entry.id IN (SELECT value FROM json_each(?)))")
        values += [json.dumps(wanted.apart), json.dumps(wanted.yet)]
    if wanted.among is not None:
        parts.append("entry.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(wanted.among))
    if wanted.without:
        parts.append("entry.id NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(wanted.without))
    for fields, form in ((wanted.equal, "{}"), (wanted.unequal, "NOT coalesce({}, 0)")):
        for name, choices in fields.items():
            condition, said = _one_of(name, choices)
            parts.append(form.format(condition))
            values += said
    bounds: list[tuple[str, Any]] = [("entry.opened >= ?", wanted.since), ("entry.opened < ?", wanted.before)]
    bounds.append(("entry.updated >= ?", wanted.changed_since))
    for condition, value in [*bounds, *_said(wanted.text)]:
        if value is not None:
            parts.append(condition)
            values.append(value)
    return " AND ".join(parts), values


def _said(text: str | None) -> Iterator[tuple[str, str]]:
    """What must be there and what must not; a text that asks for nothing finds nothing."""
    if text is not None:
        found = sought(text)
        if found.all_of or not found.none_of:
            yield f"entry.seq IN ({_FOUND})", match(text) or ""
        if found.none_of:
            yield f"entry.seq NOT IN ({_FOUND})", _full_text([found.none_of])


def _one_of(name: str, choices: Sequence[str]) -> tuple[str, list[Any]]:
    if name == "ci":
        listed = f"FROM blob, json_each(blob.summary, '$.cis') WHERE seq = entry.seq AND value IN ({_marks(choices)})"
        return f"EXISTS (SELECT 1 {listed})", list(choices)
    if name not in COLUMNS:
        raise ValueError(f"there is no field {name!r}")
    column = f'entry."{name}"'
    same = "= ? COLLATE NOCASE" if name in _PEOPLE else "= ?"
    conditions: list[str] = []
    values: list[Any] = []
    for choice in choices:
        if choice == NOBODY:
            conditions.append(f"{column} IS NULL")
            continue
        conditions.append(f"{column} {same}")
        values.append(choice)
        if name == "category":
            conditions.append(f"substr({column}, 1, ?) = ?")
            values += [len(choice) + 1, f"{choice}/"]
    return f"({' OR '.join(conditions) or '0'})", values


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def of_kinds(kinds: Sequence[str]) -> tuple[str, list[Any]]:
    """From and where the records of these kinds are."""
    return f"FROM entry WHERE kind IN ({_marks(kinds)}) AND id IS NOT NULL", [*kinds]


def holding(kinds: Sequence[str], stem: str) -> tuple[str, list[Any]]:
    """From and where the records of these kinds with this stem are: found by the stem, not by going through them."""
    found = "FROM stems CROSS JOIN entry ON entry.seq = stems.rowid"
    condition = f"stems MATCH ? AND entry.kind IN ({_marks(kinds)}) AND entry.id IS NOT NULL"
    return f"{found} WHERE {condition}", [f'"{stem}"' if stem.isalnum() else '""', *kinds]


def order(names: Sequence[str]) -> str:
    """An ORDER BY of fields, `-` in front for descending; what is empty comes last, ties go by id."""
    return ", ".join([*(_order_by(name) for name in names or DEFAULT_SORT), "entry.id"])


def _order_by(name: str) -> str:
    plain, direction = name.removeprefix("-"), "DESC" if name.startswith("-") else "ASC"
    if plain not in SORTABLE:
        raise ValueError(f"there is no field {plain!r} to sort by")
    column = f'entry."{plain}"'
    ranks = _RANKED.get(plain)
    if ranks:
        cases = " ".join(f"WHEN '{value}' THEN {rank}" for rank, value in enumerate(ranks))
        return f"{column} IS NULL, CASE {column} {cases} ELSE {len(ranks)} END {direction}"
    return f"{column} IS NULL, {column} {direction}"


def match(text: str | None) -> str | None:
    """What must be there, as a full-text query (`process/matching/sought.py`); None where there is no text."""
    if text is None:
        return None
    return _full_text(sought(text).all_of) or '""'


def _full_text(groups: Iterable[Iterable[Term]]) -> str:
    return " AND ".join(f"({' OR '.join(map(_term, group))})" for group in groups)


def _term(term: Term) -> str:
    return f'"{spaced(term.text)}"{"" if term.phrase else "*"}'
