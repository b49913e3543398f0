"""Values as YAML on one line, so that our loader and YAML 1.1 (python-frontmatter) read the same back.

- Text is plain where every reader takes it for that text, else in single quotes, and in double quotes where
  a character needs an escape (tab, line breaks, U+2028, a byte order mark).
- Quoted is whatever any YAML reads otherwise: `no`, `y`, `~`, `1.10`, `1:30`, `0o7`, `7e3`, `2026-02-30`.
- Control and bidirectional characters and lone surrogates are refused, since the loader would refuse them.
- A line longer than 8 KiB is broken after commas; a single value that long is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from itil_cli.errors import Malformed
from itil_cli.process.incident import Value
from itil_cli.store.yaml.yamlolder import reads_otherwise

LONGEST = 8000  # bytes of a line; the loader takes 8,192
LONGEST_KEY = 1000  # libyaml gives up on a key after 1,024 characters
# C0 but tab, LF and CR; DEL and C1; bidirectional embeddings, overrides and isolates; surrogates.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_PLAIN = re.compile(r"[\w/(+$](?:[^\s,\[\]{}:#?]|(?<=\S)#| (?! |#|$))*")
_LOGICAL = frozenset("yYnN")  # by the letter of YAML 1.1, if not by PyYAML
_NEEDS_ESCAPE = re.compile("[\t\n\r\u2028\u2029\ufeff\ufffe\uffff]")
_ESCAPED = re.compile(rf"{_NEEDS_ESCAPE.pattern}|[\\\"]")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def scalar(value: bool | int | str | None) -> str:
    """A scalar as YAML. Raises Malformed for characters that a file must not hold."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _text(value)


def flow(value: Value) -> str:
    """A value on one line: `{at: '2026-11-24T08:59:00Z', n: 1-7k3q}`, `[a, b]`. Raises Malformed."""
    return " ".join(_pieces(value))


def lines(start: str, value: Value, indent: str, newline: str = "\n") -> str:
    """`start` and the value on one line; over 8 KB it goes on, after commas, on `indent`ed lines.

    Raises Malformed where one value alone is too long."""
    whole = start + flow(value)
    if len(whole.encode()) <= LONGEST:
        return whole
    done = [start.rstrip()]
    for piece in _pieces(value):
        longer = f"{done[-1]} {piece}"
        if len(longer.encode()) <= LONGEST:
            done[-1] = longer
        else:
            done.append(indent + piece)
    _check_lengths(done)
    return newline.join(done)


def _check_lengths(done: list[str]) -> None:
    if max(len(line.encode()) for line in done) > LONGEST:
        raise Malformed("a value is longer than 8 KB.", remedy="Put long text into a note or the description.")


def _pieces(value: Value) -> Iterator[str]:
    """The value in pieces that may be parted by a space or a line break."""
    if isinstance(value, dict):
        parts = [(f"{_key(key)}: ", inner) for key, inner in value.items()]
        yield from _bracketed("{", parts, "}")
    elif isinstance(value, list):
        yield from _bracketed("[", [("", inner) for inner in value], "]")
    else:
        yield scalar(value)


def _bracketed(opening: str, parts: list[tuple[str, Value]], closing: str) -> Iterator[str]:
    if not parts:
        yield opening + closing
    for place, (prefix, inner) in enumerate(parts):
        pieces = list(_pieces(inner))
        pieces[0] = (opening if place == 0 else "") + prefix + pieces[0]
        pieces[-1] += closing if place == len(parts) - 1 else ","
        yield from pieces


def _key(key: str) -> str:
    """A key as it is written; every event has an `n`, which PyYAML reads as text, plain as it is."""
    written = key if key == "n" else _text(key)
    if len(written) > LONGEST_KEY:
        said = f"the name {key[:20]!r}… is longer than a thousand characters."
        raise Malformed(said, remedy="Shorten it.")
    return written


@lru_cache(maxsize=2048)  # keys, people and words of the field come again and again
def _text(text: str) -> str:
    if (found := UNSAFE.search(text)) is not None:
        raise Malformed(f"the character U+{ord(found[0]):04X} cannot be kept.", remedy="Take it out.")
    if _NEEDS_ESCAPE.search(text) is not None:
        return '"' + _ESCAPED.sub(_escape, text) + '"'
    return text if reads_as_text(text) else "'" + text.replace("'", "''") + "'"


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"


def reads_as_text(text: str) -> bool:
    """Whether the text may stand plain: no YAML takes it for anything but that text."""
    return _PLAIN.fullmatch(text) is not None and text not in _LOGICAL and not reads_otherwise(text)
