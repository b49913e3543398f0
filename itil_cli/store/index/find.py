"""What to say when a part of an id fits several records, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from itil_cli.errors import NotFound

NAMES = {"INC": "incident", "PRB": "problem", "KE": "known error", "KB": "article"}
SHOWN = 10
_WORDS = re.compile(r"[^\W\d_]{6,30}|[^\W_]{1,30}(?: [^\W_]{1,30}){1,9}")  # longer than the letters of an id
_MISREAD = str.maketrans("OILU", "011V")  # letters that Crockford's alphabet has not


def fits(part: str, found: Sequence[str]) -> NotFound:
    """The error for an ambiguous part; it lists the first ten."""
    listed = ", ".join(found[:SHOWN]) + (", …" if len(found) > SHOWN else "")
    return NotFound(f"{part!r} fits {len(found)} records: {listed}.", code="ambiguous", remedy="Give more of the id.")


_LISTS = {"PRB": "problem list", "KE": "known-error list", "KB": "article list"}


def unknown(part: str, kind: str, near: Callable[[Sequence[str], str], list[str]]) -> NotFound:
    """The error for a part that fits nothing, with ids that differ by one character."""
    text = f"There is no {NAMES.get(kind, 'record')} {part!r}."
    close = near(_patterns(part.strip().upper()), kind)
    if close:
        return NotFound(text, remedy=f"Did you mean {' or '.join(close)}?")
    listed = f"`itil {_LISTS.get(kind, 'list --all')}` shows what there is"
    if kind == "INC" and _WORDS.fullmatch(part):
        return NotFound(text, remedy=f"{listed}, `itil search {part}` what has these words.")
    return NotFound(text, remedy=f"{listed}.")


def _patterns(part: str) -> list[str]:
    """LIKE patterns with one character open at a time, in the last piece of the id."""
    tail = part.rpartition("-")[2]
    tail = "".join(character for character in tail if character.isalnum())[:8]
    if len(tail) < 3:
        return [""]
    open_at = [f"{tail[:place]}_{tail[place + 1 :]}" for place in range(len(tail))]
    return [f"%{one}%" for one in [tail.translate(_MISREAD), *open_at]]
