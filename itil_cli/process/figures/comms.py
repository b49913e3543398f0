"""Updates of major incidents, sent on time or not (S12, S15).

- One that was sent belongs to the time at which it was sent, one that is missing to the time at which it was due.
- Nothing is due any more once the incident is resolved, canceled or demoted; what was missed by then stays missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from itil_cli.process.calendar import Calendar
from itil_cli.process.incident import OPEN, Incident
from itil_cli.process.majors.major import communication
from itil_cli.process.settings.policy import Policy


def updates(incident: Incident, policy: Policy, calendars: Mapping[str, Calendar], now: int) -> list[tuple[int, bool]]:
    """When each update counts (epoch seconds), and whether it was on time."""
    sent = communication(incident, policy, calendars).sent
    missed = [
        (owed.due, False)
        for part, end in _lives(incident, now)
        if (owed := communication(part, policy, calendars).owed) is not None and owed.due < end
    ]
    return [(one.sent, not one.late) for one in sent] + missed


def _lives(incident: Incident, now: int) -> Iterator[tuple[Incident, int]]:
    """The incident as it was each time before it ended, and when that was; then as it is now."""
    is_open = False
    for place, state in enumerate(incident.trail):
        ends = is_open and state.status not in OPEN
        if ends or state.event.do == "major-demoted":
            yield replace(incident, trail=incident.trail[:place]), state.event.at
        is_open = state.status in OPEN
    yield incident, now
