"""A major incident at one time, as the war room and the report show it: data first (M6, M7, M8, M9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from itil_cli.process.calendar import Calendar
from itil_cli.process.clock import Clock
from itil_cli.process.incident import Event, Incident, Value
from itil_cli.process.majors import major
from itil_cli.process.majors.actions import Action, Task, actions, tasks
from itil_cli.process.majors.major import Communication, Milestone
from itil_cli.process.settings.policy import Policy


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told what, and when: an update, a message, a group called in, an escalation."""

    event: Event
    to: str
    what: str


@dataclass(frozen=True, slots=True)
class Room:
    """Everything about one major incident at `now` (epoch seconds)."""

    incident: Incident
    now: int
    clocks: Sequence[Clock]
    communication: Communication
    bridge: str | None
    stakeholders: Sequence[str]
    informed: Sequence[str]
    plan: Mapping[str, Value]
    tasks: Sequence[Task]
    actions: Sequence[Action]
    milestones: Mapping[str, Milestone]
    durations: Mapping[str, int | None]
    reviews: Sequence[Event]
    told: Sequence[Told]

    @property
    def overdue(self) -> int:
        """Seconds by which the next update is overdue; 0 while it is not."""
        owed = self.communication.owed
        return max(0, self.now - owed.due) if owed else 0


def room(
    incident: Incident, clocks: Sequence[Clock], policy: Policy, calendars: Mapping[str, Calendar], now: int
) -> Room:
    """The war room of one incident."""
    events = list(major.counted(incident))
    return Room(
        incident=incident,
        now=now,
        clocks=clocks,
        communication=major.communication(incident, policy, calendars),
        bridge=major.bridge(incident),
        stakeholders=major.stakeholders(incident),
        informed=major.informed(incident),
        plan=major.plan(incident),
        tasks=tasks(events),
        actions=actions(events),
        milestones=major.milestones(incident),
        durations=major.durations(incident),
        reviews=[event for event in events if event.do == "major-reviewed"],
        told=list(_all_told(events, incident)),
    )


def _all_told(events: Iterable[Event], incident: Incident) -> Iterator[Told]:
    """Who was told what when; an update that names no audience goes to that of the plan in force."""
    audience: str | None = None
    for event in events:
        audience = str(major.plan_of(event).get("audience") or "") or audience
        said = _told(event, incident, audience)
        if said:
            yield said


def _told(event: Event, incident: Incident, audience: str | None) -> Told | None:
    requestor = incident.requestor or "the requestor"
    text = event.text or ""
    if event.do == "major-updated":
        return Told(event, event.str("audience") or audience or "everybody concerned", text)
    if event.do == "escalated":
        return Told(event, event.str("to") or "", text or f"escalation ({event.str('trigger') or 'by hand'})")
    if event.do == "major-noted" and event.str("informed"):
        return Told(event, event.str("informed") or "", text or "called in")
    if event.do == "major-handed-over":
        return Told(event, "problem-manager", text)
    is_for_requestor = event.do in ("told", "pended", "resolved") and event.get("public") is True
    return Told(event, requestor, text) if is_for_requestor else None
