"""What counts once (S16): after a merge both sides may have done what only one of them should have.

- Two events of a rule with one cause are one, the earlier: rule, trigger, clock, threshold, promise, and the
  escalation, wait or update that they are of. What P11 says is of the event that gave the present priority.
- A demand by the requestor is escalated once while nobody has acknowledged it.
- Nothing is decided twice about a major incident, and nothing that was not asked.
- The clock closes at the time that the last resolution promised, not before.
"""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.process.incident import Event, Incident, State
from itil_cli.process.time.instants import parse_instant

_CAUSE = ("rule", "trigger", "clock", "threshold", "promise", "of", "remind")
_DEMAND = "contact"
_BY_RULE = frozenset({"escalated", "told"})
# What an event asks of the state of the major incident, and what is said where it is otherwise.
_MAJOR: dict[str, tuple[tuple[str | None, ...], str]] = {
    "major-proposed": ((None, "rejected", "demoted"), "it is {} as a major incident already"),
    "major-accepted": ((None, "proposed", "rejected", "demoted"), "it is an {} major incident already"),
    "major-rejected": (("proposed",), "it is not proposed as a major incident"),
    "major-demoted": (("accepted",), "it is no accepted major incident"),
}


def why_not_again(incident: Incident, event: Event) -> str | None:
    """Why an event that fits the status is void all the same; None where it is not."""
    if event.do in _MAJOR:
        return _why_not_major(incident, event)
    if event.get("rule") is None:
        return None
    if event.do == "closed":
        return _why_not_yet(incident, event)
    if event.do not in _BY_RULE:
        return None
    same = (state.event.n for state in _recent(incident, event) if _same(state.event, event))
    earlier = next((n for n in same if event.get("trigger") != _DEMAND or n in _waiting(incident)), None)
    return f"{earlier} says so already" if earlier else None


def _waiting(incident: Incident) -> set[str]:
    """The escalations that nobody has acknowledged."""
    return {known.n for known in incident.escalations if known.acknowledged_at is None}


def _why_not_major(incident: Incident, event: Event) -> str | None:
    origins, said = _MAJOR[event.do]
    if event.do == "major-proposed" and event.get("rule") is not None:
        origins = (None,)
    if incident.major not in origins:
        return said.format(incident.major)
    if incident.parent and event.do in ("major-proposed", "major-accepted"):
        return f"it is a child of {incident.parent}"
    return None


def _why_not_yet(incident: Incident, event: Event) -> str | None:
    if event.get("confirmed-by") is not None or incident.closes_at is None:
        return None
    try:
        due = parse_instant(incident.closes_at)
    except ValueError:
        return None
    return f"it closes at {incident.closes_at}, not before" if event.at < due else None


def _recent(incident: Incident, event: Event) -> Iterator[State]:
    """The events that count, newest first, back to where an escalation starts anew."""
    of_priority = event.get("rule") == "P11"
    for place in range(len(incident.trail) - 1, -1, -1):
        state = incident.trail[place]
        yield state
        if state.event.do == "reopened" or (of_priority and _gave_priority(incident.trail, place)):
            return


def _gave_priority(trail: list[State], place: int) -> bool:
    """Whether the event at a place brought another priority than there was."""
    said = trail[place].event.str("priority")
    before = (state.event.str("priority") for state in reversed(trail[:place]))
    return said is not None and said != next((one for one in before if one), None)


def _same(earlier: Event, event: Event) -> bool:
    return earlier.do == event.do and all(earlier.get(name) == event.get(name) for name in _CAUSE)
