"""Front matter: a file is a header between two `---` lines, and a body.

- The opening line is exactly `---` at byte 0; the header ends at the next line that is exactly `---`.
- Lines end with LF or CRLF; the opening line says which, and what is added to the file ends the same way.
- A line that starts with `<<<<<<< ` is an unfinished merge: such a file is broken, whatever else it says.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from itil_cli.errors import Broken

_CLOSING = re.compile(r"\n---(?:\r?\n|\r?\Z)")


class Parts(NamedTuple):
    """Where things stand in the text: the header is `text[start:end]`, the body `text[body:]`."""

    start: int
    end: int
    body: int
    newline: str


def split(text: str) -> Parts:
    """Find header and body. Raises Broken (`front-open`, `front-close`, `conflict`)."""
    _check_conflict(text)
    start = 4 if text.startswith("---\n") else 5 if text.startswith("---\r\n") else 0
    if not start:
        raise Broken(
            "the file does not start with a line `---`.",
            code="front-open",
            line=1,
            column=1,
            remedy="Put the header between two lines `---`, the first at the very start.",
        )
    closing = _CLOSING.search(text, start - 1)
    if closing is None:
        raise Broken(
            "the header has no closing line `---`.",
            code="front-close",
            line=text.count("\n") + 1,
            column=1,
            remedy="Add the line `---` after the header.",
        )
    return Parts(start, closing.start() + 1, closing.end(), text[3:start])


def _check_conflict(text: str) -> None:
    if "<<<<<<< " not in text:
        return
    found = 0 if text.startswith("<<<<<<< ") else text.find("\n<<<<<<< ") + 1
    if found or text.startswith("<<<<<<< "):
        raise Broken(
            "the file holds conflict markers.",
            code="conflict",
            line=text.count("\n", 0, found) + 1,
            column=1,
            remedy="Finish or abort the merge (`git status` says how).",
        )
