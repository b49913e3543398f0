"""A week's opening hours as settings write them: `{from: '2026-07-01', mon-thu: ['08:30-12:30'], fri: […]}`.

- A key is a day (`fri`) or a run of days (`mon-fri`); a week starts on Monday, so `sat-mon` is none.
- A day stands in one key only; a day in none is closed.
- A day's windows stand in order and do not overlap; one may start where the last ended.
- `from` is the date from which these hours hold; without it they have always held (S5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itil_cli.process.settings.kinds import Date, Hours
from itil_cli.process.settings.schema import Kind, ListOf, Path, Wrong, unfit, unknown

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RUNS = {
    first if start == end else f"{first}-{last}": DAYS[start : end + 1]
    for start, first in enumerate(DAYS)
    for end, last in enumerate(DAYS)
    if start <= end
}
Window = tuple[str, str]


class Windows(ListOf):
    """The windows of a day."""

    def __init__(self) -> None:
        super().__init__(Hours())

    def check(self, value: Any, path: Path, wrongs: list[Wrong]) -> None:
        """Each window, and that they follow one another."""
        before = len(wrongs)
        super().check(value, path, wrongs)
        if len(wrongs) > before:
            return
        ended = ""
        for index, (start, end) in enumerate(windows(value)):
            if start < ended:
                text = f"'{start}-{end}' starts before {ended}, the end of the one before."
                wrongs.append(Wrong((*path, index), text, "Put them in order, without overlap."))
            ended = end


WINDOWS = Windows()
_FROM = Date()


class Week(Kind):
    """A week's hours, and from when they hold."""

    words = "a week's hours such as {mon-fri: ['09:00-17:00']}"

    def check(self, value: Any, path: Path, wrongs: list[Wrong]) -> None:
        """Each key, each window, and no day twice."""
        if type(value) is not dict:
            wrongs.append(unfit(path, value, self.words))
            return
        taken: dict[str, str] = {}
        for key, item in value.items():
            if key == "from":
                _FROM.check(item, (*path, key), wrongs)
            elif key not in _RUNS:
                wrongs.append(unknown((*path, key), "day or run of days", ("from", *_RUNS)))
            else:
                _check_taken(key, taken, path, wrongs)
                WINDOWS.check(item, (*path, key), wrongs)

    def json_schema(self) -> dict[str, Any]:
        """An object with `from` and runs of days."""
        day = "|".join(DAYS)
        return {
            "type": "object",
            "properties": {"from": _FROM.json_schema()},
            "patternProperties": {f"^({day})(-({day}))?$": WINDOWS.json_schema()},
            "additionalProperties": False,
        }


def _check_taken(key: str, taken: dict[str, str], path: Path, wrongs: list[Wrong]) -> None:
    for day in _RUNS[key]:
        if day in taken:
            text = f"{day} stands in {taken[day]} already."
            wrongs.append(Wrong((*path, key), text, "Name each day once.", at_key=True))
            return
        taken[day] = key


def windows(texts: Sequence[str]) -> tuple[Window, ...]:
    """`('09:00', '17:00')` for each `09:00-17:00`."""
    return tuple((text[:5], text[6:]) for text in texts)


def weekly(week: dict[str, Any]) -> dict[str, tuple[Window, ...]]:
    """The windows of each open day, by its name, Monday first."""
    found = {day: windows(texts) for run, texts in week.items() if run != "from" for day in _RUNS[run]}
    return {day: found[day] for day in DAYS if found.get(day)}
