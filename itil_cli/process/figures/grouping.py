"""What figures are grouped by: fields of the incident, the times of what is counted, the parties of a clock.

- `month`, `week` and `day` are those of the event that the figure counts, in the report's zone; so are
  `weekday` (Monday is 1) and `hour`.
- `from` and `to` are the statuses of a change.
- A leg of a group counts for that group, a vendor's clock for the vendor; everything else for the group that
  holds the incident now. What is empty is `none`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import lru_cache

from itil_cli.process.figures.facts import Facts
from itil_cli.process.figures.sources import Happening
from itil_cli.process.time.zones import zone

NOBODY = "none"
Key = Callable[[Facts, Happening], str]

FIELDS = ("priority", "service", "category", "group", "assignee", "channel", "tenant", "model", "week", "month")
TIMED = frozenset({"day", "week", "month"})
_QUARTER = 900  # seconds: no zone changes its date or offset between two of these


def key_of(field: str, zone_name: str) -> Key:
    """The function that gives the key of an incident and what happened to it."""
    if field in _TIMES:
        return _time_key(_TIMES[field], zone(zone_name))
    if field in _PARTIES:
        return _PARTIES[field]
    return lambda one, what: getattr(one, field) or NOBODY


def _time_key(said: Callable[[datetime], str], timezone: tzinfo) -> Key:
    @lru_cache(maxsize=65536)
    def named(quarter: int) -> str:
        return said(datetime.fromtimestamp(quarter * _QUARTER, timezone))

    return lambda one, what: named(what.at // _QUARTER)


def _week(local: datetime) -> str:
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02d}"


_TIMES: dict[str, Callable[[datetime], str]] = {
    "month": lambda local: f"{local:%Y-%m}",
    "week": _week,
    "day": lambda local: f"{local:%Y-%m-%d}",
    "weekday": lambda local: str(local.isoweekday()),
    "hour": lambda local: f"{local:%H}",
}


def _group(one: Facts, what: Happening) -> str:
    return getattr(what.what, "group", None) or one.group or NOBODY


def _vendor(one: Facts, what: Happening) -> str:
    return getattr(what.what, "vendor", None) or NOBODY


def _top(one: Facts, what: Happening) -> str:
    """The category without its sub-categories."""
    return (one.category or NOBODY).partition("/")[0]


def _from(one: Facts, what: Happening) -> str:
    return str(what.what[0])


def _to(one: Facts, what: Happening) -> str:
    return str(what.what[1])


_PARTIES: dict[str, Key] = {"group": _group, "vendor": _vendor, "category_top": _top, "from": _from, "to": _to}
