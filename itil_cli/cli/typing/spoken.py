"""Times as people type them, in the user's zone (S1): `tomorrow 9am`, `friday`, `14:30`, `in 2h`, `2026-12-04 9:00`.

- RFC 3339 is read first, then ISO 8601 without an offset, then what is spoken, then a date with its year in words.
- A day alone is its beginning; a weekday is the next one, never today; the last one behind `last`, or where what is
  past is asked for. A time alone is today's.
- `in 2h` and `3 days ago` count from the present; whole days and weeks keep the time of day.
- What could be read in two ways (`03/04/2026`) or is a guess (`10`, `may`) is no time.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from itil_cli.errors import Malformed
from itil_cli.process.time.instants import FIRST_YEAR, LAST_YEAR, parse_instant

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_NAMED = {"midnight": time(0), "noon": time(12)}
_SECONDS = {"m": 60, "h": 3600}
_WHOLE_DAYS = {"d": 1, "w": 7}
_SPAN = re.compile(
    r"(?P<sign>in |\+|-)?(?P<count>[0-9]{1,4}) ?(?:minutes?|mins?|m|hours?|h|days?|d|weeks?|w)(?P<ago> ago)?"
)
_HOUR = re.compile(r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))? ?(?P<half>am|pm)?")
_YEAR = re.compile(r"(?<![0-9])(?:19[7-9][0-9]|2[01][0-9]{2})(?![0-9])")
_TWO_WAYS = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}")


def parse_when(text: str, now: int, *, past: bool = False) -> int:
    """Epoch seconds of a time of the command line; `past`: a weekday is the last one. Raises Malformed."""
    try:
        return parse_instant(text)
    except ValueError:
        pass
    try:
        return _within(text, datetime.fromisoformat(text))
    except ValueError:
        words = " ".join(text.casefold().replace(",", " ").split()).replace(" at ", " ")
        found = _span(words, now)
        return found if found is not None else _wall(text, words, datetime.fromtimestamp(now), past)


def _span(words: str, now: int) -> int | None:
    found = _SPAN.fullmatch(words)
    if found is None or (found["sign"] is None) is (found["ago"] is None):
        return None
    unit = words[found.end("count") :].strip()[0]
    count = int(found["count"]) * (-1 if found["sign"] == "-" or found["ago"] else 1)
    if unit in _WHOLE_DAYS:
        return int((datetime.fromtimestamp(now) + timedelta(days=count * _WHOLE_DAYS[unit])).timestamp())
    return now + count * _SECONDS[unit]


def _wall(text: str, words: str, here: datetime, past: bool) -> int:
    alone = _time(words)
    moment = datetime.combine(here, alone) if alone is not None else _day_and_time(words, here.date(), past)
    moment = moment or _in_words(text)
    return _within(text, moment)


def _within(text: str, moment: datetime | None) -> int:
    """Its epoch seconds, if it is one that files can hold. Raises Malformed."""
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        remedy = "Write 2026-11-24T09:00:00Z, 2026-11-24 09:00 in your zone, or such as: tomorrow 9am, friday, in 2h."
        raise Malformed(f"{text!r} is not a time.", remedy=remedy)
    return int(moment.timestamp())


def _day_and_time(words: str, today: date, past: bool) -> datetime | None:
    """Wherever the blank between day and time stands: `last friday`, `friday 9 am`."""
    parts = words.split(" ")
    for cut in range(len(parts), 0, -1):
        day = _day(" ".join(parts[:cut]), today, past)
        at = _time(" ".join(parts[cut:])) if cut < len(parts) else time(0)
        if day is not None and at is not None:
            return datetime.combine(day, at)
    return None


def _day(words: str, today: date, past: bool) -> date | None:
    if words in _DAYS:
        return today + timedelta(days=_DAYS[words])
    try:
        return date.fromisoformat(words)
    except ValueError:
        which, _, name = words.rpartition(" ")
    number = next((place for place, day in enumerate(WEEKDAYS) if name in (day, day[:3])), None)
    if number is None or which not in ("", "next", "last", "on"):
        return None
    back = which == "last" or (past and which != "next")
    apart = (today.weekday() - number if back else number - today.weekday()) % 7 or 7
    return today + timedelta(days=-apart if back else apart)


def _time(words: str) -> time | None:
    """`9:00`, `9am`, `noon`; a bare number is none."""
    if words in _NAMED:
        return _NAMED[words]
    found = _HOUR.fullmatch(words)
    if found is None or (found["minute"] is None and found["half"] is None):
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _in_words(text: str) -> datetime | None:
    """`4 Dec 2026 9:00`, `2026-W41`: a date with its year, in one way only."""
    if not _YEAR.search(text) or _TWO_WAYS.match(text):
        return None
    import pendulum

    try:
        moment = pendulum.parse(text, strict=False, tz=None)
    except ValueError:
        return None
    return moment if isinstance(moment, pendulum.DateTime) else None
