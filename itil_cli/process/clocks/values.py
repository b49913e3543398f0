"""What is said about clocks: the clock itself, a threshold, an interval of `--explain`, a part of `--split`.

Instants are epoch seconds, durations seconds of the clock's calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from itil_cli.process.clocks.meter import Meter

RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"
MET, MISSED = "met", "missed"
PERCENTS = (50, 75, 90, 100)


class Threshold(NamedTuple):
    """A share of the target in percent (S3). `at`: crossed then, or will be if all goes on as it does.

    None where nothing is to be foreseen, since the clock is paused or stopped."""

    percent: int
    at: int | None
    crossed: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock at one time (S3). `verdict` is the final one, None while it runs, or where it stopped without.

    `due` is None while paused; past due, it stays the instant at which the target was reached.
    `promised_by` is the event whose promise counts: a threshold fires once for each (name, promised_by).
    `corrected` tells of a breach that the incident manager's correction undid, `downgraded` of one that a
    longer target came after. `unclassified_breached_at`: a breach of the promise before classification (S4)."""

    name: str
    group: str | None
    vendor: str | None
    state: str
    target: int
    elapsed: int
    remaining: int
    percent: float
    due: int | None
    due_if_resumed_now: int | None
    breached_at: int | None
    cause: str | None
    verdict: str | None
    first_verdict: str | None
    calendar: str
    started_at: int
    stopped_at: int | None
    promised_by: str
    downgraded: bool
    corrected: bool
    unclassified_breached_at: int | None
    meter: Meter = field(repr=False, compare=False)

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """The default thresholds; `crossings` for others."""
        return self.crossings(PERCENTS)

    def crossings(self, percents: Sequence[int]) -> tuple[Threshold, ...]:
        """When each share of the present target was crossed, or will be (S3, S5)."""
        return tuple(self._threshold(percent) for percent in percents)

    def _threshold(self, percent: int) -> Threshold:
        wanted = -(-self.target * percent // 100)
        if self.elapsed >= wanted:
            return Threshold(percent, self.meter.reached(wanted), True)
        return Threshold(percent, self.meter.reached(wanted) if self.state == RUNNING else None, False)


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch [start, end) of a clock's life (S8). `event` began it; `counted` seconds make up the elapsed time."""

    start: int
    end: int
    status: str
    reason: str | None
    group: str | None
    assignee: str | None
    calendar: str
    seconds: int
    counted: bool
    why: str
    event: str


class Part(NamedTuple):
    """Seconds of the resolution clock by who had it, and how it stood (S8)."""

    group: str | None
    assignee: str | None
    status: str
    reason: str | None
    seconds: int
