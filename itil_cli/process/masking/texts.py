"""Secrets taken out of what people and machines write: each becomes `***`, and its kind is told.

A text in which nothing looks like one costs a few microseconds; the table of kinds is read when something does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

MASK = "***"
_LETTERS = r"A-Za-z0-9_+/=.~%-"
# A long word with a digit that is no id of ours.
_LONG = re.compile(
    rf"(?<![{_LETTERS}])(?!(?:INC|PRB|KE|KB)-[0-9]{{8}}-)(?=[A-Za-z_+/=.~%-]{{0,40}}[0-9])[{_LETTERS}]{{14,}}"
)
_WORDS = ("passw", "passphrase", "kennwort", "pwd", "secret", "token", "credential", "authorization", "bearer", "key")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # no text has these


class Masked(NamedTuple):
    """A text without secrets, and the kinds of those that were taken out."""

    text: str
    kinds: tuple[str, ...]


def masked(text: str) -> Masked:
    """The text with each secret of the table as `***`."""
    if not _may_hold(text):
        return Masked(text, ())
    from itil_cli.process.masking.kinds import EVERY

    found: dict[str, None] = {}
    for kind in EVERY:
        left = kind.pattern.sub(without, text)
        if left != text:
            text = left
            found[kind.name] = None
    return Masked(text, tuple(found))


def masked_bytes(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The same for a file; one that is no text (UTF-8, or 8 bits a letter) stays as it is."""
    if _BINARY.search(data):
        return data, ()
    found = masked(data.decode("latin-1"))  # a letter each byte, so that all others stay as they are
    return (found.text.encode("latin-1") if found.kinds else data), found.kinds


def _may_hold(text: str) -> bool:
    small = text.lower()
    return "://" in small or any(word in small for word in _WORDS) or _LONG.search(text) is not None


def without(match: re.Match[str]) -> str:
    """What is found with its secret masked: the group, or all of it where there is none."""
    if not match.re.groups:
        return MASK
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return f"{match[0][:start]}{MASK}{match[0][end:]}"


def kinds_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The kinds of secrets that stand in any of the texts."""
    return tuple(dict.fromkeys(kind for text in texts if text for kind in masked(text).kinds))


def in_words(kinds: Iterable[str]) -> str:
    """`an AWS key and a GitHub token`."""
    named = [f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}" for kind in kinds]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
