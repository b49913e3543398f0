"""Wall times of another system (`d/m/yyyy HH:MM`, without a zone) as instants."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from itil_cli.errors import Malformed
from itil_cli.process.time.instants import FIRST_YEAR, LAST_YEAR

_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}) ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")


def zone_of(name: str) -> ZoneInfo:
    """An IANA zone; Malformed where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Malformed(
            f"There is no time zone {name!r}.", remedy="Give an IANA name such as Europe/Paris or UTC."
        ) from None


def wall_reader(zone: str) -> Callable[[str], int | None]:
    """A function from `29/2/2016 01:16` or `2016-02-29 01:16:00` in `zone` to epoch seconds; None for `?`.

    An ambiguous time is its first occurrence, one in a gap moves on by the gap (S7). ValueError says
    what is wrong with a text that is no time."""
    tz = zone_of(zone)

    @lru_cache(maxsize=1 << 17)
    def instant(cell: str) -> int | None:
        return None if cell in ("?", "") else int(_moment(cell).replace(tzinfo=tz, fold=0).timestamp())

    return instant


def _moment(cell: str) -> datetime:
    if match := _DAY_FIRST.fullmatch(cell):
        day, month, year, *clock = match.groups("0")
    elif match := _ISO.fullmatch(cell):
        year, month, day, *clock = match.groups("0")
    else:
        raise ValueError(f"{cell!r} is no time such as 29/2/2016 01:16")
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(f"{cell!r} is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        hour, minute, second = (int(part) for part in clock)
        return datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError as wrong:
        raise ValueError(f"{cell!r} is no time: {wrong}") from None
