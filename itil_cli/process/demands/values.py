"""What is said about demands: one thing that is due, what stays and why, and what the questions are asked with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from itil_cli.process.calendar import Calendar
from itil_cli.process.incident import Event, Incident, Value
from itil_cli.process.settings.people import People
from itil_cli.process.settings.policy import Policy


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: the event that it becomes, since when (epoch seconds), and in words."""

    do: str
    rule: str
    at: int
    words: str
    data: Mapping[str, Value] = field(default_factory=dict)
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """What is past its closing time and stays open, and why (S9)."""

    at: int
    why: str


@dataclass(frozen=True, slots=True)
class Times:
    """What the questions are asked with: settings, people, calendars, and the present (epoch seconds)."""

    policy: Policy
    people: People
    calendars: Mapping[str, Calendar]
    now: int


def since_reopening(incident: Incident) -> Sequence[Event]:
    """The events that count, from the last reopening on: escalation starts anew with it (S13)."""
    events = [state.event for state in incident.trail]
    places = [place for place, event in enumerate(events) if event.do == "reopened"]
    return events[places[-1] :] if places else events
