"""One incident to be exported, and its events as a log tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from itil_cli.process.clock import Clock
from itil_cli.process.incident import Event, Incident, Record, State
from itil_cli.render.machine import Document, clock_documents, incident_document

# What happens to the work as a whole, in the words of the XES life cycle; all else is done when it is said.
LIFE_CYCLE = {
    "logged": "schedule",
    "assigned": "assign",
    "accepted": "start",
    "returned": "reassign",
    "pended": "suspend",
    "resumed": "resume",
    "reopened": "schedule",
    "canceled": "pi_abort",
}
DONE = "complete"
FIELDS = (
    "title", "status", "priority", "highest_priority", "impact", "urgency", "category", "category_opened", "product",
    "service", "tenant", "channel", "requestor", "owner", "group", "assignee", "parent", "major", "code",
)  # fmt: skip
COUNTS = ("reassignments", "reopens", "contacts", "recurrences")
INSTANTS = ("logged_at", "accepted_at", "first_resolved_at", "resolved_at", "closed_at")


class Case(NamedTuple):
    """An incident with its record and its clocks."""

    incident: Incident
    record: Record
    clocks: Sequence[Clock]


class Step(NamedTuple):
    """An event that counts (S16), how things stood after it, and what became of the work by it."""

    event: Event
    state: State
    transition: str

    @property
    def minutes(self) -> int | None:
        """How long somebody worked, where he said so."""
        value = self.event.get("minutes")
        return value if isinstance(value, int) else None


def steps(case: Case) -> Iterator[Step]:
    """The events that count, in order. Void ones are left out."""
    held: str | None = None
    before: str | None = None
    for state in case.incident.trail:
        event = state.event
        transition = LIFE_CYCLE.get(event.do, DONE)
        if event.do in ("assigned", "escalated") and event.str("group"):
            transition = "reassign" if held else "assign"
        if event.do == "imported" and state.status != before:
            transition = {"in-progress": "start", "pending": "suspend", "canceled": "pi_abort"}.get(state.status, DONE)
        if event.do in ("assigned", "accepted", "escalated", "imported"):
            held = state.group
        before = state.status
        yield Step(event, state, transition)


def case_document(case: Case) -> Document:
    """Everything about it, as `show --json` has it."""
    document = incident_document(case.incident, case.record, clocks=clock_documents(case.clocks))
    document.pop("uncommitted")
    document.pop("next_message")  # of the moment at which it is asked
    return document


def values(case: Case) -> dict[str, Any]:
    """The fields, counts and instants (epoch seconds) of an incident."""
    return {name: getattr(case.incident, name) for name in (*FIELDS, *COUNTS, *INSTANTS)}
