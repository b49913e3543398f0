"""`sweep`: what the clock demands becomes events, by the rule that demands it, whoever runs it (P02, P13, S13).

A record whose last event a short clock dated ahead is swept as of that event (`Case` stamps it so)."""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.process.clock import clocks
from itil_cli.process.demands.waits import CLOSED
from itil_cli.process.escalation import Due, Times, due, stays
from itil_cli.process.incident import Incident
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.time.instants import format_instant

ROUNDS = 50  # far more than one incident can owe


def sweep(case: Case, incident_id: str) -> str:
    """Write everything that is due on one incident; what one event makes due follows in the same commit."""
    times = Times(case.policy, case.people, case.calendars, max(case.now, case.incident(incident_id).last_at))
    for _ in range(ROUNDS):
        found = next(_due(case.incident(incident_id), times), None)
        if found is None:
            break
        _write(case, incident_id, found)
    why = stays(case.incident(incident_id), times)
    if why:
        case.notes.append(f"{incident_id} stays resolved since {format_instant(why.at)}: {why.why}.")
    return incident_id


def _due(incident: Incident, times: Times) -> Iterator[Due]:
    return due(incident, clocks(incident, times.calendars, times.now), times)


def _write(case: Case, incident_id: str, found: Due) -> None:
    case.add(incident_id, found.do, text=found.text, rule=found.rule, promised=dict(found.data))
    case.notes.append(_note(incident_id, found.words, case.now - found.at))


def closing_note(incident_id: str, at: int, now: int) -> str:
    """What the sweep at `now` says of one that the clock closes since `at` (epoch seconds)."""
    return _note(incident_id, CLOSED, now - at)


def _note(incident_id: str, words: str, late: int) -> str:
    return f"{incident_id} {words}{_late(late)}."


def _late(seconds: int) -> str:
    if seconds < 60:
        return ""
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f" ({hours}h {minutes}m late)" if hours else f" ({minutes}m late)"
