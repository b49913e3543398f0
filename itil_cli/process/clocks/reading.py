"""What a meter shows: the clock as a value (S3)."""

from __future__ import annotations

from itil_cli.process.clocks.meter import PAUSES, STOPS, Meter
from itil_cli.process.clocks.promises import Promise
from itil_cli.process.clocks.values import PAUSED, RUNNING, STOPPED, Clock

_STATE = {PAUSES: PAUSED, STOPS: STOPPED}


def reading(meter: Meter, promise: Promise) -> Clock:
    """The clock that a counted-up meter shows against the promise in force."""
    state = _STATE.get(meter.mode, RUNNING)
    elapsed, target, due = meter.elapsed, promise.target, meter.due()
    paused = state == PAUSED
    return Clock(
        name=meter.name,
        group=meter.group,
        vendor=meter.vendor,
        state=state,
        target=target,
        elapsed=elapsed,
        remaining=target - elapsed,
        percent=percent(elapsed, target),
        due=None if paused else due,
        due_if_resumed_now=due if paused else None,
        breached_at=meter.breached_at,
        cause=meter.cause,
        verdict=meter.verdict,
        first_verdict=meter.first_verdict,
        calendar=promise.calendar,
        started_at=meter.started_at,
        stopped_at=meter.stopped_at,
        promised_by=promise.n,
        downgraded=meter.downgraded,
        corrected=meter.corrected,
        unclassified_breached_at=meter.breached_at if meter.provisional else meter.unclassified_breached_at,
        meter=meter,
    )


def percent(elapsed: int, target: int) -> float:
    """The share used, cut to one decimal: 99.99 is 99.9 (S3). Of nothing, all is used."""
    return elapsed * 1000 // target / 10 if target else 100.0
