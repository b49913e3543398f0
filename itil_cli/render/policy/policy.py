"""Changes of the policy as text: holidays as they stand in it, and which settings differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from itil_cli.render.text import one_line, safe

Write = Callable[[Any], str]


class Difference(NamedTuple):
    """A setting by its path, and its value before and after; None where it is not set."""

    setting: str
    before: Any
    after: Any


def holidays_text(calendar: str, found: Mapping[str, str]) -> str:
    """The dates as YAML for itil.yaml, with their names."""
    lines = ["calendars:", f"  {calendar}:", "    holidays:"]
    return "\n".join([*lines, *(one_line(f"      - '{day}'  # {name}") for day, name in found.items())])


def differences(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> Iterator[Difference]:
    """What differs, key by key; lists are compared whole."""
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from differences(one, other, f"{path}{key}.")
        elif one != other:
            yield Difference(f"{path}{key}", one, other)


def difference_lines(found: Sequence[Difference], write: Write) -> str:
    """`targets.P3.resolution: 24h → 8h`; of lists what was added (+) and what was taken out (-)."""
    return "\n".join(safe(_line(one, write)) for one in found) or "The settings in force are the same."


def _line(one: Difference, write: Write) -> str:
    if isinstance(one.before, list) and isinstance(one.after, list):
        gone = [f"- {write(item)}" for item in one.before if item not in one.after]
        new = [f"+ {write(item)}" for item in one.after if item not in one.before]
        return f"{one.setting}: {'  '.join([*gone, *new]) or 'in another order'}"
    before, after = ("not set" if value is None else write(value) for value in (one.before, one.after))
    return f"{one.setting}: {before} → {after}"
