"""Strict YAML: libyaml's event stream in, plain values out, and nothing that could surprise.

- Typed are, written plain: `true`, `false`, `null`, an empty value (null), and whole numbers of at most
  18 digits without leading zeros. All else is text: `no`, `~`, `True`, `1.10`, `0o7`, `1:30`, `2026-02-30`.
- Keys are text, whatever they look like, and stand in a mapping once.
- Refused: anchors, aliases, tags, merge keys, directives, a second document, an end marker, explicit (`?`)
  and empty keys, control and bidirectional characters (as escapes too; tab and line breaks are fine),
  lone surrogates, line breaks that only YAML knows (CR, NEL, U+2028, U+2029) standing raw.
- Limits: a file of 2 MiB, a header of 512 KiB, a line of 8 KiB, 8 levels, 65,536 nodes.
- Nothing and comments alone read as an empty mapping.
- Every error is `Broken` with a code, line and column; both count from 1, columns in characters.
- Loading keeps no positions; `marks` walks the text again, and only once somebody asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from itil_cli.errors import Broken
from itil_cli.process.incident import Value
from itil_cli.store.yaml.yamlmarks import Marks
from itil_cli.store.yaml.yamlolder import may_differ, warnings_1_1
from itil_cli.store.yaml.yamltext import BAD_KEY, DEPTH_LIMIT, broken, broken_at, check_text, decode, why
from itil_cli.store.yaml.yamlwrite import UNSAFE, flow, scalar

__all__ = ["Loaded", "decode", "flow", "load", "may_differ", "scalar", "warnings_1_1"]

NODE_LIMIT = 65_536

_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "": None}
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_RARE_KEYS = frozenset({"", "<<"})
_BLOCK_STYLES = frozenset({"|", ">"})
_REMEDIES = {
    "mapping values are not allowed in this context": "Quote text that holds `: `.",
    "found character that cannot start any token": "Indent with spaces; quote text that starts with @ or %.",
    "found invalid Unicode character escape code": "Write the character itself.",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A value and where its parts stand."""

    value: Value
    marks: Marks


def load(data: bytes | str, *, path: str | None = None, first_line: int = 1) -> Loaded:
    """The value of one YAML document; `first_line` is the line of the file that `data` starts at.

    Raises Broken (`file-size`, `utf-8`, `yaml-…`) that names `path`, line and column."""
    try:
        text = decode(data, first_line) if isinstance(data, bytes) else data
        check_text(text, first_line)
        value = _Composer(text, first_line).document()
    except Broken as wrong:
        raise wrong.at(path) if path else wrong from None
    return Loaded(value, Marks(text, first_line))


class _Composer:
    """One walk over the events of one document; a stack instead of recursion."""

    def __init__(self, text: str, first_line: int) -> None:
        self._parser = CParser(text)
        self._first_line = first_line
        self._doubtful = "&" in text or "!" in text or "\\" in text  # anchors, tags or escapes are possible
        self._documents = 0

    def document(self) -> Value:
        """The document's value. Raises Broken."""
        try:
            found = self._walk()
        except MarkedYAMLError as wrong:
            self._syntax(wrong)
        except YAMLError as wrong:
            raise broken(self._first_line, 1, "yaml-syntax", f"this is not YAML: {wrong}.", None) from None
        return found[0] if found else {}

    def _walk(self) -> list[Value]:
        """All of it in one function, since a call less for each value is a fifth of the time of reading."""
        next_event: Any = self._parser.get_event
        doubtful, nodes = self._doubtful, 0
        items: list[Value] = []  # where values go, unless there is a mapping
        mapping: dict[str, Value] | None = None
        key: str | None = None  # of the mapping, waiting for its value
        stack: list[tuple[list[Value], dict[str, Value] | None]] = []
        value: Any
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is ScalarEvent:
                if doubtful:
                    self._check_scalar(event)
                value = event.value
                if mapping is None:
                    items.append(value if event.style else _typed(value))
                elif key is not None:
                    mapping[key] = value if event.style else _typed(value)
                    key = None
                else:
                    if value in mapping or value in _RARE_KEYS or event.style in _BLOCK_STYLES:
                        self._check_key(event, mapping)
                    key = value
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._check_start(event, len(stack), mapping is not None and key is None)
                value = {} if kind is MappingStartEvent else []
                stack.append((items, mapping))
                if mapping is None:
                    items.append(value)
                else:
                    mapping[key or ""] = value
                    key = None
                items, mapping = (items, value) if kind is MappingStartEvent else (value, None)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                items, mapping = stack.pop()
                continue
            else:
                self._rare(event)
                continue
            nodes += 1
            if nodes > NODE_LIMIT:
                self._refuse(event, "yaml-nodes", "more than 65,536 values.", "Split the file.")
        return items

    def _check_scalar(self, event: Any) -> None:
        self._check_properties(event)
        if event.style == '"' and (found := UNSAFE.search(event.value)) is not None:
            self._refuse(event, "yaml-character", *why(found[0]))

    def _check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "yaml-anchor", f"the anchor &{event.anchor} is not read.", "Take it out.")
        if event.tag is not None:
            self._refuse(event, "yaml-tag", f"the tag {event.tag} is not read.", "Quote what is text.")

    def _check_key(self, event: Any, mapping: dict[str, Value]) -> None:
        if not event.style and event.value == "<<":
            self._refuse(event, "yaml-merge", "merge keys are not read.", "Write the values out.")
        if event.style in _BLOCK_STYLES or (not event.style and not event.value):
            self._refuse(event, *BAD_KEY)
        if event.value in mapping:
            said = f"{event.value!r} stands here a second time."
            self._refuse(event, "yaml-twice", said, "Keep one of them.")

    def _check_start(self, event: Any, depth: int, as_key: bool) -> None:
        self._check_properties(event)
        if as_key:
            self._refuse(event, *BAD_KEY)
        if depth >= DEPTH_LIMIT:
            self._refuse(event, "yaml-depth", "more than 8 levels of nesting.", "Write it flatter.")

    def _rare(self, event: Any) -> None:
        if isinstance(event, AliasEvent):
            self._refuse(event, "yaml-alias", f"the alias *{event.anchor} is not read.", "Write it out.")
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if event.version or event.tags:
                self._refuse(event, "yaml-directive", "directives (%) are not read.", "Take the line out.")
            if self._documents > 1:
                self._refuse(event, "yaml-documents", "a second document starts here.", "Keep one of them.")
        if isinstance(event, DocumentEndEvent) and event.explicit:
            self._refuse(event, "yaml-documents", "an end marker (...) stands here.", "Take it out.")

    def _refuse(self, event: Any, code: str, text: str, remedy: str) -> NoReturn:
        raise broken_at(event.start_mark, self._first_line, code, text, remedy)

    def _syntax(self, wrong: MarkedYAMLError) -> NoReturn:
        mark: Any = wrong.problem_mark or wrong.context_mark
        said = f"this is not YAML: {wrong.problem}" + (f" {wrong.context}." if wrong.context else ".")
        remedy = _REMEDIES.get(wrong.problem or "", "Look at brackets, quotes and indentation.")
        raise broken_at(mark, self._first_line, "yaml-syntax", said, remedy) from None


def _typed(text: str) -> Value:
    """What a plain scalar says."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-0123456789" and _INTEGER.fullmatch(text) is not None:
        return int(text)
    return text
