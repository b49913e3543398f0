"""A small language for settings: what a plain value must be, what it is when nobody says, and why.

- A `Kind` checks a value and says what is wrong as `Wrong`, with the key path to it; it never raises.
- A mapping adds to its default, key by key, all the way down; a list, a text or a number replaces it.
  A `MapOf` with `replaces` replaces its default as a whole.
- In a `MapOf` with `removable`, the text `off` takes a default entry out.
- A `Field` carries the sentence and the default; JSON Schema and the settings page are printed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from itil_cli.errors import ItilError, did_you_mean

Path = tuple[str | int, ...]
OFF = "off"


class Wrong(ItilError):
    """One thing that is wrong in settings. `path` is the key path to it; the text starts with it.

    `at_key` tells that the key itself is meant, not its value."""

    exit_code = 5
    kind = "policy"

    def __init__(
        self,
        path: Path,
        text: str,
        remedy: str | None = None,
        *,
        at_key: bool = False,
        where: str | None = None,
    ) -> None:
        super().__init__(f"{dotted(path)}: {text}" if path else text, remedy=remedy)
        self.path = path
        self.said = text
        self.at_key = at_key
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return place + super().__str__()


def dotted(path: Path) -> str:
    """`routing[0].group` for a key path; list indexes count from 0."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


class Kind:
    """What a value must be. `words` completes the sentence "… is not …"."""

    words = "a value"

    def check(self, value: Any, path: Path, wrongs: list[Wrong]) -> None:
        """Add to `wrongs` whatever is wrong with the value at `path`."""
        raise NotImplementedError

    def merged(self, default: Any, given: Any) -> Any:
        """The value in force: here the given one."""
        return given

    def json_schema(self) -> dict[str, Any]:
        """The same as JSON Schema (2020-12)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Required:
    """The default of a field that has none and must be given."""


REQUIRED = Required()


@dataclass(frozen=True)
class Field:
    """A key of a `Struct`: its kind, a sentence about it, and its default (None: it may be absent)."""

    kind: Kind
    about: str
    default: Any = None

    def json_schema(self) -> dict[str, Any]:
        """The kind's schema with the sentence and the default."""
        said = schema_over(self.kind, self.default) | {"description": self.about}
        return said if self.default is None or self.default is REQUIRED else said | {"default": self.default}


class ListOf(Kind):
    """A list of values of one kind."""

    def __init__(self, item: Kind, *, least: int = 0) -> None:
        self.item = item
        self.least = least
        self.words = f"a list, each entry {item.words}"

    def check(self, value: Any, path: Path, wrongs: list[Wrong]) -> None:
        """Each item, and how many there are."""
        if type(value) is not list:
            wrongs.append(unfit(path, value, self.words))
            return
        if len(value) < self.least:
            wrongs.append(Wrong(path, "the list is empty.", "Name at least one."))
        check = self.item.check
        for index, item in enumerate(value):
            check(item, (*path, index), wrongs)

    def json_schema(self) -> dict[str, Any]:
        """An array."""
        said: dict[str, Any] = {"type": "array", "items": self.item.json_schema()}
        return said | {"minItems": self.least} if self.least else said


class MapOf(Kind):
    """A mapping of names to values of one kind; not all names will do where `keys` or `key` is given."""

    def __init__(
        self,
        item: Kind,
        *,
        keys: Iterable[str] | None = None,
        key: Kind | None = None,
        what: str = "name",
        replaces: bool = False,
        removable: bool = False,
    ) -> None:
        self.item = item
        self.keys = None if keys is None else tuple(keys)
        self.key = key
        self.what = what
        self.replaces = replaces
        self.removable = removable
        self.words = f"a mapping of {what}s to {item.words}"

    def check(self, value: Any, path: Path, wrongs: list[Wrong]) -> None:
        """Each key and each value."""
        if type(value) is not dict:
            wrongs.append(unfit(path, value, self.words))
            return
        for key, item in value.items():
            if self.key is not None:
                self.key.check(key, (*path, key), wrongs)
            if self.keys is not None and key not in self.keys:
                wrongs.append(unknown((*path, key), self.what, self.keys))
            elif not (self.removable and item == OFF):
                self.item.check(item, (*path, key), wrongs)

    def merged(self, default: Any, given: Any) -> Any:
        """The default's entries, and over them the given ones; the given ones alone where it replaces."""
        if self.replaces or not default:
            return given
        return merge_keys(default, given, lambda key: self.item)

    def json_schema(self) -> dict[str, Any]:
        """An object with open names, or with the ones that there are."""
        item = self.item_schema(self.item.json_schema())
        if self.keys is None:
            return {"type": "object", "additionalProperties": item}
        properties = dict.fromkeys(self.keys, item)
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def item_schema(self, item: dict[str, Any]) -> dict[str, Any]:
        """An item's schema, with `off` where that takes it out."""
        return {"anyOf": [item, {"const": OFF}]} if self.removable else item


class Struct(Kind):
    """A mapping whose keys are known, each with a kind of its own."""

    def __init__(self, fields: Mapping[str, Field], *, words: str = "a mapping") -> None:
        self.fields = dict(fields)
        self.words = words
        self.required = tuple(name for name, field in self.fields.items() if field.default is REQUIRED)

    def check(self, value: Any, path: Path, wrongs: list[Wrong]) -> None:
        """Each key; then what is missing."""
        if type(value) is not dict:
            wrongs.append(unfit(path, value, self.words))
            return
        fields = self.fields
        for key, item in value.items():
            field = fields.get(key)
            if field is None:
                wrongs.append(unknown((*path, key), "setting", fields))
            else:
                field.kind.check(item, (*path, key), wrongs)
        for name in self.required:
            if name not in value:
                wrongs.append(Wrong(path, f"{name} is missing.", f"Add `{name}:`: {fields[name].about}"))

    def merged(self, default: Any, given: Any) -> Any:
        """The default's keys, and over them the given ones."""
        return merge_keys(default or {}, given, lambda key: self.fields[key].kind)

    def default(self) -> dict[str, Any]:
        """The value when nobody says anything."""
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            if field.default is not None and field.default is not REQUIRED:
                found[name] = field.default
            elif field.default is None and isinstance(field.kind, Struct) and (inner := field.kind.default()):
                found[name] = inner
        return found

    def json_schema(self) -> dict[str, Any]:
        """An object with these properties and no others."""
        properties = {name: field.json_schema() for name, field in self.fields.items()}
        said = {"type": "object", "properties": properties, "additionalProperties": False}
        return said | {"required": list(self.required)} if self.required else said


def merge_keys(default: Mapping[str, Any], given: Mapping[str, Any], kind: Callable[[str], Kind]) -> Any:
    """Both mappings in one, in the default's order; what both have is merged by its kind."""
    found = dict(default)
    for key, value in given.items():
        before = found.get(key)
        both = type(before) is dict and type(value) is dict
        found[key] = kind(key).merged(before, value) if both else value
    return found


def schema_over(kind: Kind, default: Any) -> dict[str, Any]:
    """The JSON Schema of what may be given over a default: what the default says need not be said again."""
    said = kind.json_schema()
    if type(default) is not dict:
        return said
    if isinstance(kind, Struct):
        missing = [name for name in kind.required if name not in default]
        rest = {key: item for key, item in said.items() if key != "required"}
        return rest | {"required": missing} if missing else rest
    if isinstance(kind, MapOf) and not kind.replaces:
        known = {name: kind.item_schema(schema_over(kind.item, item)) for name, item in default.items()}
        return said | {"properties": said.get("properties", {}) | known}
    return said


def problems(kind: Kind, value: Any) -> list[Wrong]:
    """Everything that is wrong with the value, in the order in which it stands there."""
    wrongs: list[Wrong] = []
    kind.check(value, (), wrongs)
    return wrongs


def unknown(path: Path, what: str, known: Iterable[str]) -> Wrong:
    """A key or a name that there is not, with the nearest that there is, or all of them."""
    names = [str(name) for name in known]
    hint = did_you_mean(str(path[-1]), names) or f"There are: {', '.join(names) or 'none'}."
    return Wrong(path, f"there is no such {what}.", hint, at_key=True)


def missing_name(path: Path, what: str, name: str, known: Iterable[str]) -> Wrong:
    """A value that names something that there is not."""
    names = list(known)
    hint = did_you_mean(name, names) or f"There are: {', '.join(names) or 'none'}."
    return Wrong(path, f"there is no {what} {name!r}.", hint)


def unfit(path: Path, value: Any, words: str) -> Wrong:
    """A value of the wrong kind altogether."""
    return Wrong(path, f"{shown(value)} is not {words}.")


def shown(value: Any) -> str:
    """The value as an error names it: short values whole, others by what they are."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def walk(struct: Struct, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Every setting of a table with its path; a struct's own settings stand in its place."""
    for name, field in struct.fields.items():
        inner = field.kind
        if isinstance(inner, Struct) and field.default is None:
            yield from walk(inner, (*path, name))
        else:
            yield (*path, name), field
