"""The kinds of single values that settings have.

- A number is no text: `name: 2024` wants quotes. A text is no number.
- A duration has its unit; which units fit is part of the kind. `bd` and `cd` are days (S7).
- A date is `YYYY-MM-DD` and exists; a zone exists in tzdata (S1).
- An address has one `@` with something on both sides, and no spaces.
- Hours are `HH:MM-HH:MM`; the end is after the start, and `24:00` is the end of the day (S7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from itil_cli.errors import did_you_mean
from itil_cli.process.settings.schema import OFF, Kind, Path, Wrong, shown
from itil_cli.process.time import zones
from itil_cli.process.time.instants import parse_duration

Fault = tuple[str, str | None]  # what is wrong, and what to do


class Scalar(Kind):
    """A single value; `fault` says what is wrong with it."""

    pattern: str | None = None  # for JSON Schema

    def check(self, value: Any, path: Path, wrongs: list[Wrong]) -> None:
        """One thing at most is wrong with a single value."""
        fault = self.fault(value)
        if fault is not None:
            wrongs.append(Wrong(path, *fault))

    def fault(self, value: Any) -> Fault | None:
        """What is wrong with the value and what to do; None when it is as it should be."""
        if type(value) is not str:
            return self.not_text(value)
        return self.text_fault(value)

    def not_text(self, value: Any) -> Fault:
        """A number or a switch where a text is wanted may just lack its quotes."""
        quoted = type(self) is Text and isinstance(value, (int, bool))
        return f"{shown(value)} is not {self.words}.", f"Quote it: '{shown(value)}'." if quoted else None

    def text_fault(self, value: str) -> Fault | None:
        """The same for a value that is text."""
        return None

    def json_schema(self) -> dict[str, Any]:
        """A string, with its pattern where there is one."""
        return {"type": "string"} | ({"pattern": self.pattern} if self.pattern else {})


class Text(Scalar):
    """Text that is not blank."""

    words = "a text"

    def text_fault(self, value: str) -> Fault | None:
        """Blank is nothing."""
        return None if value and not value.isspace() else ("the text is blank.", "Leave it out.")


class Flag(Scalar):
    """`true` or `false`."""

    words = "true or false"

    def fault(self, value: Any) -> Fault | None:
        """`yes` and `no` are texts here."""
        return None if type(value) is bool else (f"{shown(value)} is not {self.words}.", None)

    def json_schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


class Integer(Scalar):
    """A whole number between two others, or one of a few words such as `off`."""

    def __init__(self, least: int, most: int, *words: str) -> None:
        self.least, self.most, self.instead = least, most, words
        self.words = " or ".join((f"a whole number from {least} to {most}", *words))

    def fault(self, value: Any) -> Fault | None:
        """Of that type, and between them."""
        fits = type(value) is int and self.least <= value <= self.most
        return None if fits or value in self.instead else (f"{shown(value)} is not {self.words}.", None)

    def json_schema(self) -> dict[str, Any]:
        """An integer, or one of the words."""
        number = {"type": "integer", "minimum": self.least, "maximum": self.most}
        return {"anyOf": [number, {"enum": list(self.instead)}]} if self.instead else number


class Choice(Scalar):
    """One of a few names."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.words = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]

    def fault(self, value: Any) -> Fault | None:
        """One of them, or which was meant."""
        if type(value) is str and value in self.names:
            return None
        hint = did_you_mean(value, self.names) if type(value) is str else ""
        return f"{shown(value)} is not {self.words}.", hint or None

    def json_schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": list(self.names)}


SECONDS, DAYS = ("s", "m", "h"), ("bd", "cd")


class DurationText(Scalar):
    """A duration in certain units, or one of a few words such as `off`."""

    def __init__(self, units: Iterable[str] = SECONDS + DAYS, *words: str) -> None:
        self.units, self.instead = tuple(units), words
        examples = {SECONDS: "15m or 4h", DAYS: "5bd or 7cd"}
        names = ", ".join((f"a duration such as {examples.get(self.units, '90s, 15m, 4h, 5bd or 7cd')}", *words[:-1]))
        self.words = f"{names} or {words[-1]}" if words else names
        self.pattern = "^(" + "|".join((rf"[0-9]{{1,9}}({'|'.join(self.units)})", *words)) + ")$"

    def text_fault(self, value: str) -> Fault | None:
        """Whether it parses, and its unit fits."""
        if value in self.instead:
            return None
        try:
            unit = parse_duration(value).unit
        except ValueError as wrong:
            return f"{wrong}.", did_you_mean(value, self.instead) or None
        if unit in self.units:
            return None
        if self.units == SECONDS:
            return f"{value!r} is in days; this is in s, m or h of its calendar.", None
        return f"{value!r} is not in days.", "Write bd (business days) or cd (calendar days)."


class Zone(Scalar):
    """The IANA name of a time zone."""

    words = "a time zone such as Europe/Paris"

    def text_fault(self, value: str) -> Fault | None:
        """It exists in tzdata."""
        return None if zones.exists(value) else (f"there is no time zone {value!r}.", zones.near(value))


_DATE = re.compile(r"(19[7-9][0-9]|20[0-9]{2}|21[0-9]{2}|2200)-[0-9]{2}-[0-9]{2}")


class Date(Scalar):
    """A date of the years 1970 to 2200."""

    words = "a date such as 2026-12-24"
    pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

    def text_fault(self, value: str) -> Fault | None:
        """It is written so, and it exists."""
        if _DATE.fullmatch(value) is None:
            return f"{shown(value)} is not {self.words}.", None
        try:
            date.fromisoformat(value)
        except ValueError as wrong:
            return f"{value!r} is no date: {wrong}.", None
        return None


class Matching(Scalar):
    """Text of a certain form."""

    def __init__(self, pattern: str, words: str) -> None:
        self.words = words
        self.pattern = f"^(?:{pattern})$"
        self._compiled = re.compile(pattern)

    def text_fault(self, value: str) -> Fault | None:
        """The whole of it fits."""
        return None if self._compiled.fullmatch(value) else (f"{shown(value)} is not {self.words}.", None)


class Hours(Scalar):
    """A window of a day, `09:00-17:00`."""

    words = "hours such as 09:00-17:00"
    pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
    _form = re.compile(pattern)

    def text_fault(self, value: str) -> Fault | None:
        """Well-formed, and not over midnight."""
        if self._form.fullmatch(value) is None:
            return f"{shown(value)} is not {self.words}.", None
        start, _, end = value.partition("-")
        if start < end:
            return None
        split = f"Write two windows: '{start}-24:00', and '00:00-{end}' on the day after."
        return f"{value!r} ends before it starts.", split if end != "00:00" else f"Write '{start}-24:00'."


EMAIL = Matching(r"[^@\s]+@[^@\s]+", "an e-mail address")
PERCENT_OR_DURATION = Matching(
    r"[0-9]{1,3}(?:\.[0-9])?%|[0-9]{1,9}(?:s|m|h)|[0-9]{1,9}(?:\.[0-9]{1,3})?", "a goal such as 95%, 15m or 3"
)
OFF_OR_SECONDS = DurationText(SECONDS, OFF)
