"""Goes over an incident's events once, up to an instant, and lets each clock know what concerns it.

- Only events that count are seen, and none that is later than `now`.
- An event dated before its predecessor happens at the predecessor's time.
- A wait agreed until a time ends by itself then, whenever the sweep writes it down (S4).
"""

from __future__ import annotations

from collections.abc import Mapping

from itil_cli.process.calendar import Calendar
from itil_cli.process.clocks.meter import RUNS, Meter
from itil_cli.process.clocks.others import Further, Vendors, Visits
from itil_cli.process.clocks.promises import Promises
from itil_cli.process.clocks.sla import Sla
from itil_cli.process.incident import NEW, PENDING, Event, Incident, State
from itil_cli.process.time.instants import parse_instant


def meters(incident: Incident, calendars: Mapping[str, Calendar], now: int) -> list[Meter]:
    """Every clock that somebody was promised, counted up to `now`. Raises Broken for a promise that cannot be."""
    walk = Walk(incident, calendars)
    for state in incident.trail:
        if state.event.at > now:
            break
        walk.step(state)
    return walk.finish(now)


def walked(incident: Incident, calendars: Mapping[str, Calendar]) -> Walk:
    """The walk as it stands after the last event. Raises Broken for a promise that cannot be counted."""
    walk = Walk(incident, calendars)
    for state in incident.trail:
        walk.step(state)
    return walk


def until(state: State) -> int | None:
    """When a wait ends by itself; None where it does not."""
    try:
        return parse_instant(state.until) if state.until and state.status == PENDING else None
    except ValueError:
        return None


class Walk:
    """The clocks of one incident on their way. `until` is when a wait ends by itself."""

    __slots__ = ("_at", "_further", "_priority", "_sla", "_status", "_vendors", "_visits", "until")

    def __init__(self, incident: Incident, calendars: Mapping[str, Calendar]) -> None:
        promises = Promises(incident.id, calendars)
        self._sla = Sla(promises)
        self._visits = Visits(promises)
        self._vendors = Vendors(promises)
        self._further = Further(promises)
        self._status = NEW
        self._priority: str | None = None
        self.until: int | None = None
        self._at = 0

    def step(self, state: State) -> None:
        """One event. What nobody promised is not even looked for: most incidents have but two clocks."""
        event, data = state.event, state.event.data
        at = self._at = max(self._at, event.at)
        self._wake(at)
        before, self._status = self._status, state.status
        afresh = self._promise(event, at)
        if before != state.status:
            self._sla.move(before, state, at)
        if before == PENDING or state.status == PENDING:
            self._sla.pause(state.status == PENDING and "sla" in state.pauses, at)
            self.until = until(state)
        if self._visits.legs or "ola" in data:
            self._visits.step(state, at)
        if self._vendors.legs or "uc" in data:
            self._vendors.step(state, at)
        if self._further.meters or "clocks" in data:
            self._further.step(before, state, at, afresh=afresh)

    def _promise(self, event: Event, at: int) -> bool:
        """Note a promise; whether the time before it is not to count against it."""
        if event.do == "logged":
            self._priority = event.str("priority")
            self._sla.log(event, at)
            return False
        data = event.data
        if not ("resolution" in data or "response" in data or "priority" in data):
            return False
        before, self._priority = self._priority, event.str("priority") or self._priority
        afresh = _counts_afresh(event, before, self._priority)
        self._sla.promise(event, at, afresh=afresh)
        return afresh

    def _wake(self, at: int) -> None:
        if self.until is None or self.until > at:
            return
        for meter in self.meters():
            meter.turn(max(self.until, meter.since), RUNS)
        self.until = None

    def finish(self, now: int) -> list[Meter]:
        """The meters at `now`; those without a promise are left out."""
        self._wake(now)
        found = [meter for meter in self.meters() if meter.promise]
        for meter in found:
            if not meter.ended:
                meter.advance(now)
        return found

    def meters(self) -> list[Meter]:
        """Every clock, those without a promise too."""
        return [*self._sla.meters(), *self._visits.legs, *self._vendors.legs, *self._further.meters.values()]


def _counts_afresh(event: Event, before: str | None, now: str | None) -> bool:
    """Whether the new target counts from the change on (policy `on-priority-change`, S5)."""
    switch = event.get("on-change")
    raised = before is not None and now is not None and now < before
    return switch == "from-change" or (switch == "upgrade-from-change" and raised)
