"""The clock of the SLA that matters, as lists show it, without counting all clocks anew.

- Which clock that is, and when it is due, stays as it was after the last event until another one comes, or a wait
  agreed until a time ends by itself: so an index can keep it. Time only uses up what runs.
- A test holds what is told here against `next_of` of all clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from itil_cli.process.calendar import Calendar
from itil_cli.process.clocks.reading import percent
from itil_cli.process.clocks.standing import Standing, last, resumed
from itil_cli.process.clocks.values import PAUSED, RUNNING, Clock
from itil_cli.process.time.instants import Duration

Outlook = list[Any]  # last, until, and the clock's fields as in _KEPT; no field where there is no clock
_KEPT = (
    "name", "state", "target", "elapsed", "due", "due_if_resumed_now", "breached_at", "cause", "verdict",
    "first_verdict", "calendar", "downgraded",
)  # fmt: skip


class Glance(NamedTuple):
    """What a list shows of a clock; every field is that of `Clock`."""

    name: str
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
    downgraded: bool
    group: None = None
    vendor: None = None


def next_of(found: Iterable[Clock]) -> Clock | None:
    """The clock of the SLA that matters now: one that runs and is due first; else paused; else the resolution."""
    sla = [clock for clock in found if not clock.group and not clock.vendor]
    running = [clock for clock in sla if clock.state == RUNNING and clock.due is not None]
    if running:
        return min(running, key=lambda clock: (clock.due, clock.name))
    paused = [clock for clock in sla if clock.state == PAUSED]
    rest = [clock for clock in sla if clock.name == "resolution"]
    return next(iter(paused or rest), None)


def outlook(kept: Standing, calendars: Mapping[str, Calendar]) -> Outlook:
    """What matters from the last event on."""
    at, until = last(kept), kept[1]
    clock = next_of(resumed(kept, calendars, at))
    ends = until if until is not None and until > at else None
    return [at, ends, *(getattr(clock, name) for name in _KEPT if clock)]


def holds(kept: Outlook, now: int) -> bool:
    """Whether what is kept is good at `now`: not before the last event, nor after a wait has ended by itself."""
    return bool(kept[0] <= now and (kept[1] is None or now < kept[1]))


def glance(kept: Outlook, calendars: Mapping[str, Calendar], now: int) -> Glance | None:
    """The clock at `now`, at which what is kept `holds`; None where nothing was promised."""
    if len(kept) == 2:
        return None
    at, _, name, state, target, elapsed, due, resumed_due, breached_at, cause, verdict, first, calendar, down = kept
    if state == RUNNING:
        elapsed += calendars[calendar].between(at, now)
        if breached_at is None and elapsed > target:
            breached_at = due
    elif state == PAUSED and elapsed < target:
        resumed_due = calendars[calendar].later(now, Duration(target - elapsed, "s"))
    used = percent(elapsed, target)
    return Glance(
        name, state, target, elapsed, target - elapsed, used, due, resumed_due, breached_at, cause, verdict, first,
        calendar, down,
    )  # fmt: skip
