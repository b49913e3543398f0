"""What to list, as words: `status:pending`, `service:payments,vpn`, `opened:>2026-10-01`, and plain words.

- Several values of a field, by commas or by the field standing twice, are alternatives; fields must all fit.
- `none` means that the field is empty; `me` is the acting person; a category takes in its sub-categories.
- A word without a field is looked for in title, description and work log; "…" is a phrase.
- Naming a status that is not an open one, or `--all`, lists more than the open ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from itil_cli.cli.context import App, parse_when
from itil_cli.cli.params import FIELDS
from itil_cli.errors import Malformed, NotFound, did_you_mean
from itil_cli.process.incident import LEVELS, PRIORITIES, STATUSES

if TYPE_CHECKING:
    from itil_cli.store.index.query import Filter

PEOPLE = ("assignee", "requestor", "owner")
_CHOICES = {
    "status": STATUSES,
    "priority": PRIORITIES,
    "impact": LEVELS,
    "urgency": LEVELS,
    "major": ("proposed", "accepted", "rejected", "demoted"),
}
_INSTANTS = ("opened",)


def filter_of(
    app: App, words: Iterable[str], options: Mapping[str, Iterable[str]], *, everything: bool = False
) -> Filter:
    """The filter that words and `--FIELD` options ask for. Raises Malformed or NotFound."""
    from itil_cli.store.index.query import Filter

    equal: dict[str, list[str]] = {}
    bounds: dict[str, int] = {}
    plain: list[str] = []
    for word in words:
        field, colon, value = word.partition(":")
        if not colon or (" " in field):
            plain.append(f'"{word}"' if " " in word else word)
        elif field in _INSTANTS:
            _bound(bounds, field, value)
        else:
            equal.setdefault(_field(field), []).extend(value.split(","))
    for name, values in options.items():
        equal.setdefault(name, []).extend(part for value in values for part in value.split(","))
    known = {name: tuple(_value(app, name, value) for value in values) for name, values in equal.items() if values}
    open_only = not everything and "status" not in known
    return Filter(
        open_only=open_only,
        equal=known,
        since=bounds.get("since"),
        before=bounds.get("before"),
        text=" ".join(plain) or None,
    )


def _field(name: str) -> str:
    if name in FIELDS:
        return name
    raise Malformed(
        f"there is no field {name!r} to filter by.",
        remedy=did_you_mean(name, FIELDS + _INSTANTS) or f"There are: {', '.join(FIELDS + _INSTANTS)}.",
    )


def _value(app: App, name: str, value: str) -> str:
    from itil_cli.store.index.query import NOBODY

    if value == NOBODY:
        return value
    if name in PEOPLE and value == "me":
        return app.actor
    if name in _CHOICES and value not in _CHOICES[name]:
        raise NotFound(
            f"There is no {name} {value!r}.",
            remedy=did_you_mean(value, _CHOICES[name]) or f"There are: {', '.join(_CHOICES[name])}.",
        )
    if name in PEOPLE and "@" not in value:
        near = [known.email for known in app.snapshot.people.all() if known.email.split("@")[0] == value.casefold()]
        return near[0] if len(near) == 1 else value
    return value.upper() if name == "parent" else value


def _bound(bounds: dict[str, int], field: str, value: str) -> None:
    """`opened:>T`, `opened:>=T`, `opened:<T`, `opened:A..B` (A in, B out)."""
    if ".." in value:
        start, _, end = value.partition("..")
        bounds["since"], bounds["before"] = parse_when(start), parse_when(end)
    elif value.startswith(">"):
        bounds["since"] = parse_when(value.lstrip(">="))
    elif value.startswith("<"):
        bounds["before"] = parse_when(value.lstrip("<="))
    else:
        example = f"{field}:>2026-10-01 or {field}:2026-10-01..2026-11-01"
        raise Malformed(f"{field}:{value} is no range.", remedy=f"Write {example}.")
