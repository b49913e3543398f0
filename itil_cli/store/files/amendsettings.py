"""Change a settings file's bytes so that it says something else, and nothing around it.

- A value is replaced where it stands; a key that is missing is added as the last of its mapping, with the
  mappings above it as far as they are missing; items are added at the end of their list.
- What is written in lines stays in lines, what stands in brackets stays in brackets.
- Comments, key order, quoting, line ends and blank lines stay.
- An item may have a remark: a comment behind it, where its list is in lines.
- The result is loaded and compared with what it should say before it is given out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from itil_cli.errors import ItilError
from itil_cli.process.incident import Value
from itil_cli.store.yaml import yamlsafe
from itil_cli.store.yaml.yamlmarks import Path, Spot, spots
from itil_cli.store.yaml.yamlwrite import UNSAFE, flow

Remarks = Mapping[str, str]
_STEP = "  "


def with_value(data: bytes, path: Path, value: Value) -> bytes:
    """The file with this value under `path`. Raises Broken for a file that cannot be read."""
    wanted = deepcopy(yamlsafe.load(data).value)
    _mapping_at(wanted, path[:-1])[path[-1]] = value
    text = _Text(data)
    edit = text.replaced(path, flow(value)) if path in text.spots else text.added(path, [flow(value)])
    return _checked(edit, wanted)


def with_items(data: bytes, path: Path, items: Sequence[Value], remarks: Remarks = MappingProxyType({})) -> bytes:
    """The file with these items at the end of the list under `path`, which is made where it is missing.

    `remarks` are by item, for texts. Raises Broken for a file that cannot be read."""
    wanted = deepcopy(yamlsafe.load(data).value)
    holder = _mapping_at(wanted, path[:-1])
    known = holder.get(path[-1]) or []
    holder[path[-1]] = [*known, *items]
    text = _Text(data)
    edit = text.extended(path, items, remarks) if known else text.listed(path, items, remarks)
    return _checked(edit, wanted)


def _mapping_at(value: Any, path: Path) -> Any:
    """What stands at `path`; a mapping is made where nothing does. An item of a list must be there."""
    for key in path:
        if isinstance(value, dict) and value.get(key) is None:
            value[key] = {}
        value = value[key]
    return value


def _checked(text: str, wanted: Any) -> bytes:
    data = text.encode()
    if yamlsafe.load(data).value != wanted:
        raise ItilError("The settings would not read back as they should.", remedy="Nothing was written.")
    return data


class _Text:
    """The text with the places of its values; every method gives the whole text anew."""

    def __init__(self, data: bytes) -> None:
        self.text = yamlsafe.decode(data)
        self.spots = spots(self.text)
        self.newline = "\r\n" if "\r\n" in self.text else "\n"

    def replaced(self, path: Path, written: str) -> str:
        """Another value under a key that is there."""
        spot = self.spots[path]
        if spot.start == spot.end:  # nothing stands there
            return self._put(self.text.index(":", spot.key_end) + 1, f" {written}")
        return self.text[: spot.start] + written + self.text[spot.end :]

    def extended(self, path: Path, items: Sequence[Value], remarks: Remarks) -> str:
        """More items in a list that has some."""
        spot, last = self.spots[path], self.spots[(*path, len(self._children(path)) - 1)]
        if spot.flow:
            return self._put(last.end, "".join(f", {flow(item)}" for item in items))
        lead = self._lead(last.start)
        return self._put_lines(last.end, [f"{lead}{line}" for line in _marked(items, remarks)])

    def listed(self, path: Path, items: Sequence[Value], remarks: Remarks) -> str:
        """A list that is missing, or empty."""
        if path in self.spots:
            return self.replaced(path, flow(list(items)))
        return self.added(path, [flow(list(items)), *(f"- {line}" for line in _marked(items, remarks))])

    def added(self, path: Path, written: Sequence[str]) -> str:
        """A key that is missing. `written` is its value in brackets, then, where it has one, its form in lines."""
        depth = next(depth for depth in range(len(path) - 1, -1, -1) if self._is_mapping(path[:depth]))
        above, missing = path[:depth], path[depth:]
        spot = self.spots.get(above, Spot(0, 0, 0, 0, False))
        if spot.flow and spot.start != spot.end:
            return self._into_brackets(above, spot, missing, written[0])
        children = self._children(above)
        indent = self._indent(self.spots[children[0]].key) if children else self._deeper(above, spot)
        end = max((self.spots[child].end for child in children), default=spot.key_end if above else len(self.text))
        return self._put_lines(end, list(_nested(indent, missing, written)))

    def _is_mapping(self, path: Path) -> bool:
        spot = self.spots.get(path)
        return not path or (spot is not None and (spot.start == spot.end or bool(self._children(path)) or spot.flow))

    def _into_brackets(self, above: Path, spot: Spot, missing: Path, value: str) -> str:
        inner = "".join(f"{key}: {{" for key in missing[:-1]) + f"{missing[-1]}: {value}" + "}" * (len(missing) - 1)
        ends = [self.spots[child].end for child in self._children(above)]
        return self._put(max(ends), f", {inner}") if ends else self._put(spot.end - 1, inner)

    def _children(self, path: Path) -> list[Path]:
        return [one for one in self.spots if len(one) == len(path) + 1 and one[:-1] == path]

    def _lead(self, index: int) -> str:
        """What stands before `index` on its line."""
        return self.text[self.text.rfind("\n", 0, index) + 1 : index]

    def _indent(self, index: int) -> str:
        """The blanks that put a key under the one at `index`, which may be the first of a list's item."""
        return self._lead(index).replace("-", " ")

    def _deeper(self, above: Path, spot: Spot) -> str:
        return self._lead(spot.key) + _STEP if above else ""

    def _put(self, index: int, written: str) -> str:
        return self.text[:index] + written + self.text[index:]

    def _put_lines(self, index: int, lines: Sequence[str]) -> str:
        """Whole lines after the one that `index` stands in."""
        place = self.text.find("\n", index) + 1
        before = self.text[:place] if place else self.text + (self.newline if self.text[-1:] not in ("", "\n") else "")
        return before + "".join(line + self.newline for line in lines) + (self.text[place:] if place else "")


def _nested(indent: str, path: Path, written: Sequence[str]) -> Iterator[str]:
    """The lines of a key with the mappings above it."""
    for depth, key in enumerate(path[:-1]):
        yield f"{indent}{_STEP * depth}{key}:"
    lead = indent + _STEP * (len(path) - 1)
    if len(written) == 1:
        yield f"{lead}{path[-1]}: {written[0]}"
        return
    yield f"{lead}{path[-1]}:"
    yield from (f"{lead}{_STEP}{line}" for line in written[1:])


def _marked(items: Sequence[Value], remarks: Remarks) -> Iterator[str]:
    for item in items:
        said = remarks.get(item, "") if isinstance(item, str) else ""
        remark = " ".join(UNSAFE.sub("", said).split())
        yield flow(item) + (f"  # {remark}" if remark else "")
