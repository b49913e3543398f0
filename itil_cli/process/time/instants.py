"""Instants and durations as text and as numbers (S1, S7).

- An instant is whole seconds since 1970-01-01T00:00:00Z.
- A file writes it `2026-11-24T08:59:00Z`; an offset is allowed, its absence is not.
- Years run from 1970 to 2200.
- A duration is `90s`, `15m`, `4h` (seconds of a calendar), `5bd` (business days) or `7cd` (calendar days).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1970, 2200
CLOCK_SLACK = 600  # seconds that a clock may be behind the record (S1)
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_DURATION = re.compile(r"([0-9]{1,9})(s|m|h|bd|cd)")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


class Duration(NamedTuple):
    """An amount with its unit: seconds (`s`), business days (`bd`) or calendar days (`cd`)."""

    amount: int
    unit: str


@lru_cache(maxsize=4096)
def parse_instant(text: str) -> int:
    """Epoch seconds of `YYYY-MM-DDThh:mm:ssZ` (or with an offset). Raises ValueError that says why."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an instant such as 2026-11-24T08:59:00Z")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{text!r} is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone(*match.groups()[6:]))
    except ValueError as wrong:
        raise ValueError(f"{text!r} is no date and time: {wrong}") from None
    return int(moment.timestamp())


def _zone(sign: str | None, hours: str | None, minutes: str | None) -> timezone:
    if sign is None or hours is None or minutes is None:
        return UTC
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def format_instant(instant: int) -> str:
    """`2026-11-24T08:59:00Z` for epoch seconds."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_duration(text: str) -> Duration:
    """A Duration; hours and minutes become seconds. Raises ValueError that says why (S7)."""
    match = _DURATION.fullmatch(text)
    if match is None:
        hint = "; say bd (business days) or cd (calendar days)" if re.fullmatch(r"[0-9]+d", text) else ""
        raise ValueError(f"{text!r} is not a duration such as 90s, 15m, 4h, 5bd or 7cd{hint}")
    amount, unit = int(match[1]), match[2]
    return Duration(amount * _SECONDS[unit], "s") if unit in _SECONDS else Duration(amount, unit)


def parse_seconds(text: str) -> int:
    """Seconds of a duration in `s`, `m` or `h`; ValueError for days, which only a calendar knows."""
    duration = parse_duration(text)
    if duration.unit != "s":
        raise ValueError(f"{text!r} is in days; a target is in s, m or h of its calendar")
    return duration.amount


def format_seconds(seconds: int) -> str:
    """`4h`, `15m`, `90s`: the shortest exact form, as policies write it."""
    if seconds % 3600 == 0:
        return f"{seconds // 3600}h"
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"
