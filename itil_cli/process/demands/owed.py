"""Escalations to the incident manager that a rule owes as soon as something happens (P11, D6, S13).

The verb that makes it happen writes them in the same commit; what is missing on record all the same (after a
merge, a correction or a hand edit) is demanded by the sweep. Both ask here, so that there is one rule.

- P11: the classification that gave the present priority, P1 or P2.
- D6: as many contacts by people as the policy says, or recurrences of a machine; each is owed once until a
  reopening starts anew. A demand to escalate (`contact --escalate`) at or after that contact answers it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from itil_cli.process.demands.values import since_reopening
from itil_cli.process.incident import Event, Incident
from itil_cli.process.settings.policy import Policy

URGENT = ("P1", "P2")
REPEAT, RECURRENCES, DEMAND = "repeat", "recurrences", "contact"


class Owed(NamedTuple):
    """An escalation that is owed: its trigger, its rule, and since when (epoch seconds)."""

    trigger: str
    rule: str
    at: int


def owed(incident: Incident, policy: Policy) -> Iterator[Owed]:
    """What the events of an open incident owe and do not hold."""
    if incident.is_open:
        yield from _of_priority(incident, [state.event for state in incident.trail])
        yield from _of_repeats(since_reopening(incident), policy)


def _of_priority(incident: Incident, events: Sequence[Event]) -> Iterator[Owed]:
    if incident.priority not in URGENT:
        return
    gave = _gave(events, incident.priority)
    told = any(event.do == "escalated" and event.str("rule") == "P11" for event in events[gave:])
    if not told:
        yield Owed(incident.priority, "P11", events[gave].at)


def _gave(events: Sequence[Event], priority: str) -> int:
    """The place of the event that gave the present priority, and did not merely repeat it."""
    place, before = 0, None
    for index, event in enumerate(events):
        said = event.str("priority")
        if said == priority and before != priority:
            place = index
        before = said or before
    return place


def _of_repeats(events: Sequence[Event], policy: Policy) -> Iterator[Owed]:
    contacts = [(place, 1) for place, event in enumerate(events) if event.do == "contacted"]
    yield from _reached(events, contacts, policy.repeat_contacts, REPEAT)
    if policy.repeat_recurrences is not None:
        yield from _reached(events, list(_recurrences(events)), policy.repeat_recurrences, RECURRENCES)


def _recurrences(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    for place, event in enumerate(events):
        if event.do == "recurred":
            times = event.get("times")
            yield place, times if isinstance(times, int) else 1


def _reached(events: Sequence[Event], counted: Sequence[tuple[int, int]], wanted: int, trigger: str) -> Iterator[Owed]:
    """The escalation that the `wanted`-th of the counted events owes, unless it is there."""
    count = 0
    for place, times in counted:
        count += times
        if count >= wanted:
            answers = {trigger, DEMAND} if trigger == REPEAT else {trigger}
            later = events[place:]
            if not any(one.do == "escalated" and one.str("trigger") in answers for one in later):
                yield Owed(trigger, "D6", events[place].at)
            return
