"""A major incident as its events tell it: who is told when, milestones, bridge, stakeholders (M1 to M11, S12).

- The communication clock starts at acceptance: the first update is due `first-update` later, the next one
  `update-every` after the last (the plan's interval, else the priority's), on the promised calendar (S5).
- It stops when the incident is resolved, canceled, closed or demoted; a reopening starts the interval anew.
- An update is late by the seconds between its due time and its sending; what is overdue is derived.
- A milestone is what the events say, unless a later `major-noted` with `milestone` and `when` corrects it.
- Mitigated: the first update with status `mitigated`, or the first known error or article that helped; else
  it is when it was resolved.
- Events from before a promise was written are read with the policy's settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from itil_cli.process.calendar import Calendar
from itil_cli.process.incident import OPEN, Event, Incident, Value, texts
from itil_cli.process.settings.policy import Policy
from itil_cli.process.time.instants import format_instant, parse_duration, parse_instant

MILESTONES = ("began", "detected", "proposed", "accepted", "mitigated", "resolved")
# What cannot come after what; and what is said first by somebody, where no event tells it.
ORDER = (
    ("began", "detected"), ("detected", "proposed"), ("proposed", "accepted"), ("detected", "accepted"),
    ("detected", "mitigated"), ("mitigated", "resolved"), ("detected", "resolved"),
)  # fmt: skip
SAID = ("began", "mitigated")


class Update(NamedTuple):
    """An update that was sent, and when it was due (epoch seconds; None: no interval held)."""

    n: str
    due: int | None
    sent: int

    @property
    def late(self) -> int:
        """Seconds by which it came too late; 0 when in time."""
        return max(0, self.sent - self.due) if self.due is not None else 0


class Owed(NamedTuple):
    """The next update: when it is due (epoch seconds), and the event from which that is counted."""

    due: int
    since: str


@dataclass(slots=True)
class Communication:
    """The updates sent so far, and the one that is owed; None when none is."""

    sent: list[Update] = field(default_factory=list)
    owed: Owed | None = None


class Milestone(NamedTuple):
    """When something was reached (epoch seconds), the event that says so, and whether it corrects another."""

    name: str
    at: int
    n: str
    corrected: bool = False


@dataclass(slots=True)
class _Talk:
    """The communication clock while it is walked along the events."""

    calendar: Calendar
    wait: str | None = None
    interval: str | None = None
    planned: bool = False
    since: Event | None = None

    def due(self) -> int | None:
        """When the next update is due; None while none is owed."""
        if self.since is None or self.wait is None:
            return None
        return self.calendar.later(self.since.at, parse_duration(self.wait))


def communication(incident: Incident, policy: Policy, calendars: Mapping[str, Calendar]) -> Communication:
    """Which updates went out when, and which one is owed."""
    found = Communication()
    talk = _Talk(calendars[policy.major.calendar])
    for state in incident.trail:
        event = state.event
        if event.do == "major-updated":
            found.sent.append(Update(event.n, talk.due(), event.at))
        _turn(talk, event, incident, policy, calendars)
        if state.status not in OPEN and event.do != "major-updated":
            talk.since = None
    due = talk.due()
    if due is not None and talk.since is not None:
        found.owed = Owed(due, talk.since.n)
    return found


def _turn(talk: _Talk, event: Event, incident: Incident, policy: Policy, calendars: Mapping[str, Calendar]) -> None:
    """What one event does to the communication clock."""
    plan = plan_of(event)
    if event.do == "major-accepted":
        every = policy.major.update_every.get(incident.priority or "")
        talk.calendar = calendars.get(event.str("update-calendar") or "", talk.calendar)
        talk.interval, talk.planned = event.str("update-every") or every, False
        talk.wait, talk.since = event.str("first-update") or policy.major.first_update, event
    elif (event.do == "major-updated" and talk.since is not None) or (
        event.do == "reopened" and incident.major == "accepted"
    ):
        talk.wait, talk.since = talk.interval, event
    elif event.do == "major-demoted":
        talk.since = None
    elif plan and plan.get("interval"):
        _change(talk, str(plan["interval"]), planned=True)
    elif event.do == "classified" and event.str("update-every") and not talk.planned:
        _change(talk, event.str("update-every"), planned=False)


def _change(talk: _Talk, interval: str | None, *, planned: bool) -> None:
    """Another interval holds; the first update stays due when it was."""
    if talk.since is not None and talk.since.do != "major-accepted":
        talk.wait = interval
    talk.interval, talk.planned = interval, planned


def plan_of(event: Event) -> dict[str, Value]:
    """The communication plan that an event lays down; empty for any other."""
    said = event.get("plan")
    return said if event.do == "major-noted" and isinstance(said, dict) else {}


def counted(incident: Incident) -> Iterator[Event]:
    """The events that count, in order."""
    return (state.event for state in incident.trail)


def plan(incident: Incident) -> dict[str, Value]:
    """Audience, channel and interval as planned last, each kept until it is planned anew."""
    found: dict[str, Value] = {}
    for event in counted(incident):
        found |= plan_of(event)
    return found


def bridge(incident: Incident) -> str | None:
    """Where people meet; None where no bridge is open."""
    found: str | None = None
    for event in counted(incident):
        if event.do == "major-noted" and event.get("bridge") is not None:
            found = event.str("bridge") if event.str("bridge") != "closed" else None
    return found


def stakeholders(incident: Incident) -> tuple[str, ...]:
    """Who is to hear of it, in the order in which they were named."""
    named = [one for event in counted(incident) for one in texts(event.get("stakeholders"))]
    return tuple(dict.fromkeys(named))


def informed(incident: Incident) -> tuple[str, ...]:
    """The support groups that were called in (M4)."""
    named = [event.str("informed") for event in counted(incident)]
    return tuple(dict.fromkeys(group for group in named if group))


def milestones(incident: Incident) -> dict[str, Milestone]:
    """The milestones that were reached, by name; what is not known is left out."""
    found = _known(incident)
    if "resolved" in found:
        found.setdefault("mitigated", found["resolved"]._replace(name="mitigated"))
    return {name: found[name] for name in MILESTONES if name in found}


def misplaced(incident: Incident, name: str, at: int) -> str | None:
    """Why a milestone cannot have been reached at `at` (epoch seconds); None where it can."""
    found = _known(incident)
    if name not in found and name not in SAID:
        return f"{incident.id} is not {name} yet."
    for earlier, later in ORDER:
        other = {earlier: later, later: earlier}.get(name)
        if other in found and (at > found[other].at if name == earlier else at < found[other].at):
            said = format_instant(found[other].at)
            return f"{name} cannot be {'after' if name == earlier else 'before'} {other}, which was at {said}."
    return None


def _known(incident: Incident) -> dict[str, Milestone]:
    found: dict[str, Milestone] = {}
    for event in counted(incident):
        for name, reached in _REACHED.items():
            if name not in found and reached(event):
                found[name] = Milestone(name, event.at, event.n)
    last = incident.resolved_at
    if "resolved" in found and last is not None:
        found["resolved"] = Milestone("resolved", last, incident.resolved_n or "")
    for event in counted(incident):
        said, when = event.str("milestone"), event.str("when")
        if event.do == "major-noted" and said and when:
            found[said] = Milestone(said, parse_instant(when), event.n, True)
    return found


def _mitigated(event: Event) -> bool:
    helped = event.do == "applied" and event.get("helped") is True
    return helped or (event.do == "major-updated" and event.str("status") == "mitigated")


_REACHED: dict[str, Callable[[Event], bool]] = {
    "detected": lambda event: event.do == "logged",
    "proposed": lambda event: event.do == "major-proposed",
    "accepted": lambda event: event.do == "major-accepted",
    "mitigated": _mitigated,
    "resolved": lambda event: event.do == "resolved",
}


def durations(incident: Incident) -> dict[str, int | None]:
    """Seconds to detect (from when it began), and to propose, accept, mitigate and resolve (from detection)."""
    known = milestones(incident)

    def between(start: str, end: str) -> int | None:
        return known[end].at - known[start].at if start in known and end in known else None

    later = {name: between("detected", end) for name, end in _FROM_DETECTION.items()}
    return {"detect": between("began", "detected"), **later}


_FROM_DETECTION = {"propose": "proposed", "accept": "accepted", "mitigate": "mitigated", "resolve": "resolved"}


def impact(incident: Incident) -> str | None:
    """The business impact as the manager put it at acceptance (M2)."""
    said = [event.text for event in counted(incident) if event.do == "major-accepted"]
    return said[-1] if said else None


def criteria(incident: Incident) -> tuple[str, ...]:
    """The criteria that were named, each once."""
    named = [event.str("criterion") for event in counted(incident)]
    return tuple(dict.fromkeys(one for one in named if one))
