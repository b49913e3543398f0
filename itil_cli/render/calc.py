"""Answers of `itil calc`: spans as `4:00:00` and seconds, instants on the calendar's wall clock and in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itil_cli.process.time.instants import format_instant
from itil_cli.process.time.zones import zone
from itil_cli.render.machine import document
from itil_cli.render.text import one_line

_INSTANTS = ("from", "to", "at", "opens")


def calc_document(op: str, calendar: str, timezone: str, **more: Any) -> dict[str, Any]:
    """One answer. `from_`, `to`, `at` and `opens` are instants in epoch seconds, or None."""
    named = {name.rstrip("_"): value for name, value in more.items()}
    said = {
        name: format_instant(value) if name in _INSTANTS and value is not None else value
        for name, value in named.items()
    }
    return document("calc", calendar=calendar, zone=timezone, op=op) | said


def between_text(calendar: str, timezone: str, start: int, end: int, seconds: int) -> str:
    """`4:00:00 of business (14400 s)`, and from when to when."""
    head = f"{clock(seconds)} of {calendar} ({seconds} s)"
    return one_line(f"{head} from {wall(start, timezone)} to {wall(end, timezone)}, {timezone}.")


def add_text(calendar: str, timezone: str, start: int, end: int, duration: str) -> str:
    """The instant first, so that a script can cut it off."""
    words = (
        f"{wall(start, timezone)} + {duration}" if duration[0] != "-" else f"{wall(start, timezone)} - {duration[1:]}"
    )
    return one_line(f"{format_instant(end)}  {words} of {calendar} = {wall(end, timezone)}, {timezone}.")


def open_text(calendar: str, timezone: str, at: int, is_open: bool, opens: int | None) -> str:
    """Open or closed; and when it opens."""
    said = f"{calendar} is {'open' if is_open else 'closed'} on {wall(at, timezone)}, {timezone}"
    if not is_open:
        said += f"; it opens on {wall(opens, timezone)}" if opens is not None else "; it does not open again"
    return one_line(f"{said}.")


def clock(seconds: int) -> str:
    """`4:00:00` for seconds; hours are not folded into days, since a calendar's day is not 24 of them."""
    minutes, second = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02d}:{second:02d}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def wall(instant: int, timezone: str) -> str:
    """`Fri 2026-04-03 16:00:00` on the zone's clock, in English whatever the locale."""
    local = datetime.fromtimestamp(instant, zone(timezone))
    return f"{_DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M:%S}"
