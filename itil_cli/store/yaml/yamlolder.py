"""Where YAML 1.1, which python-frontmatter reads, takes a plain scalar for something else than we do.

- Ours counts; `check` warns with the form in quotes, which both read alike.
- `no`, `on`, `~`, `True`, `1.10`, `1:30`, `0o7` (by 1.2), `1_000`, `007` and `2026-02-30` are such scalars.
- Keys are looked at too, since they are text for us, whatever they look like.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from yaml import SafeLoader
from yaml._yaml import CParser
from yaml.events import ScalarEvent

_TEXT = "tag:yaml.org,2002:str"
_TYPED = re.compile(r"true|false|null|0|-?[1-9][0-9]{0,17}|")
_BETWEEN = re.compile(r"[\s,\[\]{}]+")
# What other readers (YAML 1.2, JSON-like) take for a number, and PyYAML does not.
_NUMBER_ELSEWHERE = re.compile(r"[-+.]?[0-9][0-9_.,]*(?:[eE][-+]?[0-9]+)?|0o[0-7]+")


def reads_otherwise(text: str) -> bool:
    """Whether some YAML reads this plain text as anything but text."""
    return _tag(text) != _TEXT or _NUMBER_ELSEWHERE.fullmatch(text) is not None


def may_differ(text: str) -> bool:
    """Whether a loaded text could hold such a scalar: any word of it, wherever it stands. Quick; never wrongly no."""
    return any(map(_doubtful, set(_BETWEEN.split(text))))


@lru_cache(maxsize=65_536)
def _doubtful(word: str) -> bool:
    return _differs(word.removesuffix(":"))


def warnings_1_1(data: bytes | str, first_line: int = 1) -> list[tuple[int, int, str, str]]:
    """Line, column, text and quoted form of every plain scalar of a loaded text that is read otherwise."""
    text = data.decode() if isinstance(data, bytes) else data
    found = []
    event: Any
    parser = CParser(text)
    while (event := parser.get_event()) is not None:
        if isinstance(event, ScalarEvent) and not event.style and _differs(event.value):
            mark: Any = event.start_mark
            found.append((first_line + mark.line, mark.column + 1, event.value, f"'{event.value}'"))
    return found


def _differs(text: str) -> bool:
    return _TYPED.fullmatch(text) is None and reads_otherwise(text)


def _tag(text: str) -> str:
    """The tag that YAML 1.1 gives a plain scalar, such as `tag:yaml.org,2002:bool`."""
    table = SafeLoader.yaml_implicit_resolvers
    for tag, pattern in [*table.get(text[:1], ()), *table.get(None, ())]:
        if pattern.match(text):
            return str(tag)
    return _TEXT
