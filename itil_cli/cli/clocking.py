"""Clocks for the commands that show them: of one snapshot's policy and calendars, at the command's time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.process.calendars import build
from itil_cli.process.clock import Clock, clocks
from itil_cli.process.incident import Incident

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar
    from itil_cli.store.snapshot import Snapshot


class Clocking:
    """Asks clocks; the calendars are made once."""

    def __init__(self, app: App, snapshot: Snapshot) -> None:
        self.now = app.now
        self.calendars: Mapping[str, Calendar] = build(snapshot.policy)
        self.shown = snapshot.policy.thresholds.show

    def of(self, incident: Incident) -> list[Clock]:
        """The clocks of an incident, as they stand now."""
        return clocks(incident, self.calendars, self.now)


def next_of(found: list[Clock]) -> Clock | None:
    """The clock of the SLA that matters now: one that runs and is due first; else paused; else the resolution."""
    sla = [clock for clock in found if not clock.group and not clock.vendor]
    running = [clock for clock in sla if clock.state == "running" and clock.due is not None]
    if running:
        return min(running, key=lambda clock: (clock.due, clock.name))
    paused = [clock for clock in sla if clock.state == "paused"]
    rest = [clock for clock in sla if clock.name == "resolution"]
    return next(iter(paused or rest), None)
