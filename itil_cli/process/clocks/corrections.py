"""Breaches that the incident manager's correction undid (S5): reports count them, so they are marked.

What would be shown had nobody corrected is counted from the events as written, at the last correction's time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itil_cli.process.calendar import Calendar
from itil_cli.process.clocks.meter import Meter
from itil_cli.process.clocks.walk import meters
from itil_cli.process.fold import fold
from itil_cli.process.incident import Incident, Record


def mark_undone(found: Sequence[Meter], incident: Incident, calendars: Mapping[str, Calendar], now: int) -> None:
    """Mark each clock whose breach is gone since it was corrected. Raises Broken."""
    made = [state.event.at for state in incident.trail if state.event.do == "corrected" and state.event.at <= now]
    if not made:
        return
    written = tuple(event for event in incident.written if event.do != "corrected")
    uncorrected = fold(Record(incident.id, {}, written))
    breached = {_which(meter) for meter in meters(uncorrected, calendars, max(made)) if meter.breached_at is not None}
    for meter in found:
        meter.corrected = meter.breached_at is None and _which(meter) in breached


def _which(meter: Meter) -> tuple[str, str | None, str | None, int]:
    return meter.name, meter.group, meter.vendor, meter.started_at
