"""Filters and full text become SQL. Values never stand in the statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from itil_cli.process.incident import LEVELS, OPEN, STATUSES
from itil_cli.store.index.schema import COLUMNS

MOST_WORDS = 20  # of a text that others are compared with
NOBODY = "none"  # as a filter's value: the field is empty
_PEOPLE = ("assignee", "requestor", "owner")
_RANKED = {"status": STATUSES, "impact": LEVELS, "urgency": LEVELS}
_INSTANTS = ("opened", "updated")
SORTABLE = ("id", *_INSTANTS, *COLUMNS)
DEFAULT_SORT = ("priority", "opened")


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. Several values of a field are alternatives; fields must all fit.

    `equal` maps fields (of COLUMNS, or `ci`) to values, where `none` means empty and a category takes in
    its sub-categories. `since` (included) and `before` (excluded) are epoch seconds of logging."""

    kind: str = "INC"
    open_only: bool = False
    equal: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: int | None = None
    before: int | None = None
    text: str | None = None


def where(wanted: Filter) -> tuple[str, list[Any]]:
    """The condition and its values; broken files, which have no summary, never fit."""
    parts: list[str] = ["entry.kind = ?", "blob.summary IS NOT NULL"]
    values: list[Any] = [wanted.kind]
    if wanted.open_only:
        parts.append(f"entry.status IN ({_marks(OPEN)})")
        values += sorted(OPEN)
    for name, choices in wanted.equal.items():
        condition, said = _one_of(name, choices)
        parts.append(condition)
        values += said
    bounds: list[tuple[str, Any]] = [("entry.opened >= ?", wanted.since), ("entry.opened < ?", wanted.before)]
    bounds.append(("entry.seq IN (SELECT rowid FROM words WHERE words MATCH ?)", match(wanted.text)))
    for condition, value in bounds:
        if value is not None:
            parts.append(condition)
            values.append(value)
    return " AND ".join(parts), values


def _one_of(name: str, choices: Sequence[str]) -> tuple[str, list[Any]]:
    if name == "ci":
        listed = f"SELECT 1 FROM json_each(blob.summary, '$.cis') WHERE value IN ({_marks(choices)})"
        return f"EXISTS ({listed})", list(choices)
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
    """Words to find as a full-text query: all of them, each also as a beginning; "…" is a phrase."""
    if text is None:
        return None
    parts = re.findall(r'"([^"]*)"|([^\s"]+)', text.replace("\0", " "))
    wanted = [f'"{phrase}"' if phrase else f'"{word}"*' for phrase, word in parts if phrase or word]
    return " ".join(part for part in wanted if re.search(r"\w", part)) or '""'


def shared_words(text: str) -> tuple[str, list[str]]:
    """How much each blob shares with a text, as a question for `rowid` and `score`: a point for each of the
    longer words of the text, five where the title has it. Nothing counts that another tree's blobs could change."""
    words = list(dict.fromkeys(word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2))[:MOST_WORDS]
    points = [(f'"{word}"', 1) for word in words] + [(f'title : "{word}"', 4) for word in words]
    hits = [f"SELECT rowid, {point} AS points FROM words WHERE words MATCH ?" for _, point in points]
    each = " UNION ALL ".join(hits or ["SELECT 0 AS rowid, 0 AS points WHERE 0"])
    return f"SELECT rowid, sum(points) AS score FROM ({each}) GROUP BY rowid", [wanted for wanted, _ in points]
