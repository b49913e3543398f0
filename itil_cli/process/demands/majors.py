"""What an accepted major incident demands: an update that is overdue is told to its manager (M6, S12).

Once for each update that is owed; the next update answers it.
"""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.process.demands.values import Due, Times
from itil_cli.process.incident import Incident, Value
from itil_cli.process.majors.major import Owed, communication
from itil_cli.process.time.instants import format_instant
from itil_cli.process.transitions import MIM

NO_UPDATE, TRIGGER = "M6", "major-update"


def updates(incident: Incident, times: Times) -> Iterator[Due]:
    """The update that is overdue and not on record."""
    owed = _owed(incident, times)
    told = {state.event.str("of") for state in incident.trail if state.event.str("trigger") == TRIGGER}
    if owed is not None and owed.due < times.now and owed.since not in told:
        data: dict[str, Value] = {"to": MIM, "trigger": TRIGGER, "of": owed.since, "due": format_instant(owed.due)}
        yield Due("escalated", NO_UPDATE, owed.due, f"an update of the major incident is overdue: {MIM} is told", data)


def next_update(incident: Incident, times: Times) -> Iterator[int]:
    """The first second at which the update that is owed is overdue; nothing where none is owed."""
    owed = _owed(incident, times)
    if owed is not None:
        yield owed.due + 1


def _owed(incident: Incident, times: Times) -> Owed | None:
    if incident.major != "accepted":
        return None
    return communication(incident, times.policy, times.calendars).owed
