"""Where the parts of a YAML text stand: for errors, for editing bytes, and for `check`.

- A path is a tuple of keys and list indexes: `("groups", "network", "level")`, `("events", 3, "at")`.
- Positions that a user sees count from 1, columns in characters; indexes into the text count from 0.
- The text has been loaded before (`yamlsafe.load`), so nothing here checks limits: eight levels are the most.
- A value ends with its last character: comments, blank lines and the line's end are not part of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from yaml._yaml import CParser
from yaml.events import (
    CollectionEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

Path = tuple[str | int, ...]


class Spot(NamedTuple):
    """Where a value stands. `key` is the index of its key (of the value itself in a list), `key_end` the one
    after the key; the value is `text[start:end]`; `flow` is True for `[…]` and `{…}`, False for a block."""

    key: int
    key_end: int
    start: int
    end: int
    flow: bool


class Marks:
    """Lines and columns of a loaded text, found when first asked for."""

    __slots__ = ("_first_line", "_spots", "_text")

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text = text
        self._first_line = first_line
        self._spots: dict[Path, Spot] | None = None

    def of(self, path: Path) -> tuple[int, int]:
        """Line and column of the value at `path`, or of the nearest thing that holds it."""
        return self._place(self._spot(path).start)

    def key(self, path: Path) -> tuple[int, int]:
        """Line and column of the key at `path`; of the value in a list."""
        return self._place(self._spot(path).key)

    def _spot(self, path: Path) -> Spot:
        if self._spots is None:
            self._spots = spots(self._text)
        while path and path not in self._spots:
            path = path[:-1]
        return self._spots.get(path, Spot(0, 0, 0, 0, False))

    def _place(self, index: int) -> tuple[int, int]:
        line = self._first_line + self._text.count("\n", 0, index)
        return line, index - self._text.rfind("\n", 0, index)


def spots(text: str) -> dict[Path, Spot]:
    """Where every value of a loaded text stands."""
    found: dict[Path, Spot] = {}
    walk = _Walk(text, found)
    walk.node((), None, walk._next())
    return found


class _Walk:
    """Recursion is safe here: loading has counted the levels.

    Events are typed `Any`, since the stubs of PyYAML hold that they may lack marks; libyaml's never do."""

    def __init__(self, text: str, found: dict[Path, Spot]) -> None:
        self._text = text
        self._found = found
        self._get_event: Any = CParser(text).get_event

    def _next(self) -> Any:
        """The next event but starts and ends of stream and document; None after the last."""
        while (event := self._get_event()) is not None:
            if isinstance(event, (NodeEvent, CollectionEndEvent)):
                return event
        return None

    def node(self, path: Path, key: tuple[int, int] | None, event: Any) -> int:
        """Walk one value and give the index after its last character."""
        if event is None:
            return 0
        start = event.start_mark.index
        at, after = key or (start, start)
        self._found[path] = Spot(at, after, start, start, False)
        end = self._inside(path, event)
        flow = isinstance(event, ScalarEvent) or bool(event.flow_style)
        self._found[path] = Spot(at, after, start, end, flow)
        return end

    def _inside(self, path: Path, event: Any) -> int:
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, event)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, event)
        start = self._start(event)
        return start + len(self._text[start : event.end_mark.index].rstrip())

    def _mapping(self, path: Path, opened: Any) -> int:
        end: int = opened.end_mark.index
        while isinstance(key := self._next(), ScalarEvent):
            place = (self._start(key), self._end(key))
            end = max(place[1], self.node((*path, key.value), place, self._next()))
        return self._end(key) if opened.flow_style else end

    @staticmethod
    def _start(event: Any) -> int:
        return int(event.start_mark.index)

    @staticmethod
    def _end(event: Any) -> int:
        return int(event.end_mark.index)

    def _sequence(self, path: Path, opened: Any) -> int:
        end: int = opened.end_mark.index
        index = 0
        while isinstance(item := self._next(), NodeEvent):
            end = self.node((*path, index), None, item)
            index += 1
        return self._end(item) if opened.flow_style else end
