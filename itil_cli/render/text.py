"""Text for a terminal: nothing from a file controls it, and columns stay straight.

- What is printable stays as it is.
- C0 controls and DEL become their pictures (␛), all other invisible characters `<U+202E>`.
- Line ends and tabs stay in `safe`; in `one_line` they become ↵ and a space.
- A wide character takes two columns, a combining mark none.
- Colour only on a terminal, and never when NO_COLOR is set; nothing needs it to be understood.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from itil_cli.process.time.instants import format_instant

_PICTURES = 0x2400
_BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # printable by name, but invisible
_COLOURS = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}


def safe(text: str) -> str:
    """The text with C0, C1, bidirectional, zero-width and other invisible characters made visible."""
    if text.isprintable() and (text.isascii() or not any(blank in text for blank in _BLANK_LETTERS)):
        return text
    return "".join(map(_visible, text))


def one_line(text: str) -> str:
    """The same on one line, for a table's cell or a title."""
    if text.isascii() and text.isprintable():
        return text
    return safe(text).replace("\n", "↵").replace("\t", " ")


def _visible(character: str) -> str:
    if character in "\n\t":
        return character
    if character < " ":
        return chr(_PICTURES + ord(character))
    if character == "\x7f":
        return "\u2421"
    is_space = unicodedata.category(character) == "Zs"
    if (character.isprintable() or is_space) and character not in _BLANK_LETTERS:
        return character
    return f"<U+{ord(character):04X}>"


def width(text: str) -> int:
    """Columns that a line of text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, columns: int) -> str:
    """At most so many columns, with … where something was cut off."""
    if width(text) <= columns:
        return text
    kept, used = [], 1
    for character in text:
        used += _columns(character)
        if used > columns:
            break
        kept.append(character)
    return "".join(kept) + "…"


def pad(text: str, columns: int) -> str:
    """Filled with spaces to so many columns."""
    return text + " " * max(0, columns - width(text))


def wants_colour(is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Whether to colour: a terminal, and NO_COLOR not set to anything."""
    return is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def coloured(text: str, colour: str, on: bool) -> str:
    """The text in a colour, when colour is on."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if on and text else text


def number_of(count: int, what: str) -> str:
    """`1 commit`, `2,000 commits`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def seconds_text(seconds: int) -> str:
    """`2d 3h`, `3h 20m`, `20m`, `45s`: two units at most, never rounded up."""
    sign, rest = ("-", -seconds) if seconds < 0 else ("", seconds)
    if rest < 60:
        return f"{sign}{rest}s"
    days, rest = divmod(rest, 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = [(days, "d"), (hours, "h"), (minutes, "m")]
    shown = [f"{count}{unit}" for count, unit in parts if count][:2]
    return sign + " ".join(shown)


def hours_text(seconds: int) -> str:
    """`40h`, `3h 20m`, `20m`, `45s`: for seconds of a calendar, of which no day has 24 hours; never rounded up."""
    sign, rest = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if rest < 60:
        return f"{sign}{rest}s"
    shown = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m")) if count]
    return sign + " ".join(shown)


def when(instant: int | None) -> str:
    """`2026-11-24 08:59Z` for epoch seconds; empty for None."""
    if instant is None:
        return ""
    return format_instant(instant)[:16].replace("T", " ") + "Z"
