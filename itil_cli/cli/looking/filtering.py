"""What to list, as words: `status:pending`, `service:payments,vpn`, `opened:>2026-10-01`, and plain words.

- Several values of a field, by commas or by the field standing twice, are alternatives; fields must all fit.
- `none` means that the field is empty; `me` is the acting person; a category takes in its sub-categories.
- A word without a field is looked for in title, description and work log; "…" is a phrase, `a OR b` one of the two.
- `NOT` before a field or a word means without it.
- A whole question may stand in one argument, with quotation marks inside, as a program or a form hands it over.
- `informed` asks for the next message to the requestor (S14): `late`, `in-time`, or `none` is owed.
- Naming a status that is not an open one, or `--all`, lists more than the open ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.params import FIELDS
from itil_cli.errors import Malformed, NotFound, did_you_mean
from itil_cli.process.incident import LEVELS, PRIORITIES, STATUSES
from itil_cli.process.matching.sought import sought

if TYPE_CHECKING:
    from itil_cli.store.index.query import Filter
    from itil_cli.store.snapshot import Snapshot

LATE, IN_TIME = "late", "in-time"
PEOPLE = ("assignee", "requestor", "owner")
_CHOICES = {
    "status": STATUSES,
    "priority": PRIORITIES,
    "impact": LEVELS,
    "urgency": LEVELS,
    "major": ("proposed", "accepted", "rejected", "demoted"),
    "informed": (LATE, IN_TIME, "none"),
}
_INSTANTS = ("opened",)
_FIELD = re.compile(r"(?P<minus>-?)(?P<name>[A-Za-z][A-Za-z_-]+):(?!//)(?P<value>[^:].*)", re.DOTALL)
_PART = re.compile(r'(?:[^\s"]|"[^"]*")+|"')


def filter_of(
    app: App,
    words: Iterable[str],
    options: Mapping[str, Iterable[str]],
    *,
    everything: bool = False,
    snapshot: Snapshot | None = None,
    now: int | None = None,
) -> Filter:
    """The filter that words and `--FIELD` options ask for, of a commit (HEAD). Raises Malformed or NotFound.

    `now` is when messages to requestors are looked at (epoch seconds; the command's time)."""
    from itil_cli.cli.looking.informed import informed
    from itil_cli.store.index.query import Filter

    asked = _Asked(app)
    for word in words:
        for part in _parts(word):
            asked.take(part)
    for name, values in options.items():
        asked.equal.setdefault(name, []).extend(part for value in values for part in value.split(","))
    equal, unequal = (
        {name: tuple(_value(app, name, value) for value in values) for name, values in fields.items() if values}
        for fields in (asked.equal, asked.unequal)
    )
    among, without = None, tuple[str, ...]()
    if "informed" in equal or "informed" in unequal:
        asked_for = equal.pop("informed", ()), unequal.pop("informed", ())
        among, without = _informed(*informed(app, snapshot or app.snapshot, now), *asked_for)
    return Filter(
        among=among,
        without=without,
        open_only=not everything and "status" not in equal and "status" not in unequal,
        equal=equal,
        unequal=unequal,
        since=asked.bounds.get("since"),
        before=asked.bounds.get("before"),
        text=asked.text,
    )


def _informed(
    late: Collection[str], in_time: Collection[str], wanted: Sequence[str], unwanted: Sequence[str]
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The only ids to look at, or None for all; and those to leave out."""
    states = {LATE: late, IN_TIME: in_time, "none": ()}
    chosen = {one for one in states if (not wanted or one in wanted) and one not in unwanted}
    if "none" in chosen:
        return None, tuple(sorted(one for name, ids in states.items() if name not in chosen for one in ids))
    return tuple(sorted(one for name in chosen for one in states[name])), ()


def fields_meant(app: App, words: Iterable[str]) -> list[str]:
    """What to type where a plain word is the value of a field: it was looked for in the texts alone."""
    meant = []
    for word in dict.fromkeys(words):
        name, said = word.casefold(), f"{word!r} was looked for in the texts;"
        if name in ("open", "all"):
            meant.append(f"{said} what is open is listed by `itil list`, all by `itil list --all`.")
        elif (field := _field_with(app, name)) is not None:
            meant.append(f"{said} for the field: `itil list {field}`.")
    return meant


def _field_with(app: App, name: str) -> str | None:
    if name in STATUSES:
        return f"status:{name}"
    if name.upper() in PRIORITIES:
        return f"priority:{name.upper()}"
    if name in ("me", "mine", "@me"):
        return "assignee:me"
    return f"group:{name}" if name in app.snapshot.policy.groups else None


class _Asked:
    """What the words asked for so far."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.equal: dict[str, list[str]] = {}
        self.unequal: dict[str, list[str]] = {}
        self.bounds: dict[str, int] = {}
        self.plain: list[str] = []
        self._last = ""  # the field that stood last; empty after a word

    def take(self, part: str) -> None:
        """One more part of the question."""
        field = _FIELD.fullmatch(part)
        if field is None:
            self._word(part)
            return
        name, value = field["name"].lower(), field["value"].replace('"', "")
        self._joined(name)
        negated = self._negated() or bool(field["minus"])
        if name in _INSTANTS:
            _bound(self._app, self.bounds, name, value, negated=negated)
        else:
            fields = self.unequal if negated else self.equal
            fields.setdefault(_field(name, part), []).extend(value.split(","))

    def _word(self, part: str) -> None:
        if part not in ("OR", "NOT"):
            self._joined("")
        self.plain.append(part)

    def _joined(self, name: str) -> None:
        """An OR between values of one field says what is so anyway; one between a field and anything else cannot be."""
        if self.plain and self.plain[-1] == "OR" and (name or self._last):
            if name != self._last:
                raise Malformed("OR joins words, or values of one field.", remedy="Ask once for each.")
            self.plain.pop()
        self._last = name

    def _negated(self) -> bool:
        """Whether a NOT stands before; it is used up."""
        return bool(self.plain) and self.plain[-1] == "NOT" and self.plain.pop() == "NOT"

    @property
    def text(self) -> str | None:
        """The plain words. Raises Malformed where nothing of them can be looked for."""
        text = " ".join(self.plain)
        if text and not any(sought(text)):
            raise Malformed(f"{text!r} has no letter or digit to look for.", remedy="Give a word of the text.")
        return text or None


def _parts(word: str) -> list[str]:
    """An argument as the parts of a question: itself, a phrase, or, with quotation marks or fields inside, many."""
    parts = _PART.findall(word)
    if '"' in word or any(_FIELD.fullmatch(part) or part in ("OR", "NOT") for part in parts[1:]):
        return parts
    return [word] if " " not in word or _FIELD.fullmatch(word) else [f'"{word}"']


def _field(name: str, part: str) -> str:
    if name in FIELDS:
        return name
    known = FIELDS + _INSTANTS
    listed = f"There are: {', '.join(known)}. To look for the words themselves: '\"{part}\"'."
    raise Malformed(f"there is no field {name!r} to filter by.", remedy=did_you_mean(name, known) or listed)


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


def _bound(app: App, bounds: dict[str, int], field: str, value: str, *, negated: bool) -> None:
    """`opened:>T`, `opened:>=T`, `opened:<T`, `opened:A..B` (A in, B out; either may be missing)."""
    start, dots, end = value.partition("..")
    after, before = value.startswith(">"), value.startswith("<")
    if not ((dots and (start or end)) or after or before) or negated:
        example = f"{field}:>2026-10-01 or {field}:2026-10-01..2026-11-01"
        said = f"NOT {field}:{value}" if negated else f"{field}:{value}"
        raise Malformed(f"{said} is no range.", remedy=f"Write {example}.")
    if dots:
        bounds |= {name: app.when(one, past=True) for name, one in (("since", start), ("before", end)) if one}
    else:
        bounds["since" if after else "before"] = app.when(value[1:].removeprefix("="), past=True)
