"""Clocks for figures, read from what an index keeps (`clocks/standing.py`) without making whole clocks of them.

What has stopped for good says everything itself; where a clock still runs, all are read as they stand now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from itil_cli.process.calendar import Calendar
from itil_cli.process.clocks.meter import STOPS
from itil_cli.process.clocks.standing import Standing, resumed
from itil_cli.process.figures.sources import Verdict


class Stopped(NamedTuple):
    """A clock that has stopped."""

    name: str
    group: str | None
    vendor: str | None
    target: int
    elapsed: int
    breached_at: int | None
    cause: str | None
    verdict: str | None
    stopped_at: int | None
    downgraded: bool
    corrected: bool
    unclassified_breached_at: int | None


def verdicts(kept: Standing, calendars: Mapping[str, Calendar], now: int) -> Sequence[Verdict]:
    """The clocks at `now`, which is not before the last event. KeyError for a calendar that is not there."""
    done = finished(kept)
    return resumed(kept, calendars, now) if done is None else done


def finished(kept: Standing) -> Sequence[Verdict] | None:
    """The clocks, where all have stopped for good; None where one still runs."""
    _, _, promises, meters = kept
    if any(meter[0][3] != STOPS for meter in meters):
        return None
    return [_stopped(meter, promises) for meter in meters]


def _stopped(meter: list[Any], promises: list[list[Any]]) -> Stopped:
    plain, place, corrected, _ = meter
    (
        name, group, vendor, _, elapsed, _, _, _, provisional, breached_at, unclassified, stopped_at, cause, verdict,
        _, _, downgraded,
    ) = plain  # fmt: skip
    early = breached_at if provisional else unclassified
    undone = corrected and breached_at is None
    target = promises[place][0]
    return Stopped(
        name, group, vendor, target, elapsed, breached_at, cause, verdict, stopped_at, downgraded, undone, early
    )
