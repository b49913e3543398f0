"""The questions of `query.py`, asked of summaries in memory: for records as they were, which no index holds.

What fits and how it is sorted is the same as in SQL; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from itil_cli.process.incident import LEVELS, OPEN, STATUSES
from itil_cli.process.summary import Summary
from itil_cli.store.index.query import DEFAULT_SORT, NOBODY, Filter

_PEOPLE = ("assignee", "requestor", "owner")
_RANKED = {"status": STATUSES, "impact": LEVELS, "urgency": LEVELS}
_INSTANTS = {"opened": "logged_at", "updated": "last_at"}


def fits(wanted: Filter, said: Summary) -> bool:
    """Whether a summary fits the fields of a filter; its times and words are not looked at."""
    if wanted.open_only and said["status"] not in OPEN:
        return False
    if said["id"] in wanted.without or (wanted.among is not None and said["id"] not in wanted.among):
        return False
    right = all(any(_is(said, name, choice) for choice in choices) for name, choices in wanted.equal.items())
    return right and not any(_is(said, name, choice) for name, choices in wanted.unequal.items() for choice in choices)


def _is(said: Summary, name: str, choice: str) -> bool:
    if name == "ci":
        return choice in said["cis"]
    value = said.get(name)
    if value is None or choice == NOBODY:
        return value is None and choice == NOBODY
    if name in _PEOPLE:
        return str(value).casefold() == choice.casefold()
    return bool(value == choice or (name == "category" and str(value).startswith(f"{choice}/")))


def ordered(found: Iterable[Summary], names: Sequence[str]) -> list[Summary]:
    """Sorted by fields, `-` in front for descending; what is empty comes last, ties go by id."""
    rows = sorted(found, key=lambda said: str(said["id"]))
    for name in reversed(names or DEFAULT_SORT):
        key = _key(name.removeprefix("-"))
        rows.sort(key=key, reverse=name.startswith("-"))
        rows.sort(key=lambda said: key(said)[0] == 0)
    return rows


def _key(name: str) -> Callable[[Summary], tuple[int, Any]]:
    ranks = _RANKED.get(name)

    def key(said: Summary) -> tuple[int, Any]:
        value = said.get(_INSTANTS.get(name, name))
        if value is None:
            return 0, 0
        return 1, (ranks.index(value) if value in ranks else len(ranks)) if ranks else value

    return key
