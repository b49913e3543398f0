"""Where the clocks of an incident stand after its last event, as plain values that an index can keep as JSON.

- From then on nothing but time concerns them: `resumed` gives the same clocks as counting all events anew, for
  every `now` that is not before the last event (`last`). A test holds the two against each other.
- Calendars are named, not kept: what is kept is good as long as the calendars of the policy say the same.
- A wait agreed until a time still ends by itself then (S4); a breach that a correction undid stays marked (S5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itil_cli.process.calendar import Calendar
from itil_cli.process.clocks.corrections import undone
from itil_cli.process.clocks.meter import RUNS, Leg, Meter
from itil_cli.process.clocks.promises import Promise
from itil_cli.process.clocks.reading import reading
from itil_cli.process.clocks.values import Clock
from itil_cli.process.clocks.walk import walked
from itil_cli.process.incident import Incident

FORM = 1  # of what is kept; to be raised whenever it changes
Standing = list[Any]  # last, until, promises, meters

_PLAIN = (
    "name", "group", "vendor", "mode", "elapsed", "since", "started_at", "promised_at", "provisional", "breached_at",
    "unclassified_breached_at", "stopped_at", "cause", "verdict", "first_verdict", "judged", "downgraded",
)  # fmt: skip


def standing(incident: Incident, calendars: Mapping[str, Calendar]) -> Standing:
    """The clocks after the last event. Raises Broken (S5) for a promise that cannot be counted."""
    walk = walked(incident, calendars)
    corrected = undone(incident, calendars)
    promises: list[Promise] = []
    meters = [_kept(meter, promises, corrected) for meter in walk.meters() if meter.promise]
    said = [[promise.target, promise.calendar, promise.n] for promise in promises]
    return [incident.last_at, walk.until, said, meters]


def _kept(meter: Meter, promises: list[Promise], corrected: frozenset[Any]) -> list[Any]:
    legs = [[one.start, one.end, one.kind, _place(one.promise, promises), one.before, one.after] for one in meter.legs]
    plain = [getattr(meter, name) for name in _PLAIN]
    return [plain, _place(meter.promise, promises), meter.which in corrected, legs]


def _place(promise: Promise | None, promises: list[Promise]) -> int | None:
    if promise is None:
        return None
    if promise not in promises:
        promises.append(promise)
    return promises.index(promise)


def last(kept: Standing) -> int:
    """The last event's time (epoch seconds): what is kept is good from then on."""
    return int(kept[0])


def resumed(kept: Standing, calendars: Mapping[str, Calendar], now: int) -> list[Clock]:
    """The clocks at `now`. KeyError for a calendar that is not there."""
    _, until, said, meters = kept
    promises = [Promise(target, calendar, calendars[calendar], n) for target, calendar, n in said]
    found = []
    for plain, place, corrected, legs in meters:
        promise = promises[place]
        meter = _meter(plain, promise, promises, legs)
        if until is not None and until <= now:
            meter.turn(max(until, meter.since), RUNS)
        if not meter.ended:
            meter.advance(now)
        meter.corrected = corrected and meter.breached_at is None
        found.append(reading(meter, promise))
    return found


def _meter(plain: list[Any], promise: Promise, promises: list[Promise], legs: list[list[Any]]) -> Meter:
    meter = Meter.__new__(Meter)  # all of it is set here, and there may be thousands
    (
        meter.name, meter.group, meter.vendor, meter.mode, meter.elapsed, meter.since, meter.started_at,
        meter.promised_at, meter.provisional, meter.breached_at, meter.unclassified_breached_at, meter.stopped_at,
        meter.cause, meter.verdict, meter.first_verdict, meter.judged, meter.downgraded,
    ) = plain  # fmt: skip
    meter.promise, meter.corrected = promise, False
    meter.legs = [
        Leg(start, end, kind, None if place is None else promises[place], before, after)
        for start, end, kind, place, before, after in legs
    ]
    return meter
