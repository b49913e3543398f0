"""Breaches that the incident manager's correction undid (S5): reports count them, so they are marked.

What would be shown had nobody corrected is counted from the events as written, at the last correction's time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itil_cli.process.calendar import Calendar
from itil_cli.process.clocks.meter import Meter, Which
from itil_cli.process.clocks.walk import meters
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record


def mark_undone(found: Sequence[Meter], incident: Incident, calendars: Mapping[str, Calendar], now: int) -> None:
    """Mark each clock whose breach is gone since it was corrected. Raises Broken."""
    breached = undone(incident, calendars, now)
    for meter in found:
        meter.corrected = meter.breached_at is None and meter.which in breached


def undone(incident: Incident, calendars: Mapping[str, Calendar], now: int | None = None) -> frozenset[Which]:
    """Which clocks would be breached had nobody corrected up to `now` (None: up to the last event). Raises Broken."""
    made = [state.event.at for state in incident.trail if state.event.do == "corrected"]
    made = [at for at in made if now is None or at <= now]
    if not made:
        return frozenset()
    written = tuple(event for event in incident.written if event.do != "corrected")
    uncorrected = fold(Record(incident.id, {}, written))
    return frozenset(one.which for one in meters(uncorrected, calendars, max(made)) if one.breached_at is not None)
