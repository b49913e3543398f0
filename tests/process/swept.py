"""A timed world that is swept: what the clock demanded, as people read it."""

from __future__ import annotations

from typing import Any

from timed import Timed, paris
from world import POLICY

from itil_cli.process.incident import Event, Record

LEA = {"email": "lea@example.com", "name": "Lea Lead", "roles": ["support"], "groups": ["support"]}
BOSS = "boss@example.com"
LED = {**POLICY["groups"], "support": {"level": 2, "escalates-to": "network", "lead": "lea@example.com"}}
CHAIN = ["assignee", "group-lead", "incident-manager", BOSS]


class Swept(Timed):
    """Support is led by Lea. Escalations beyond the incident manager go to the boss."""

    def __init__(self, **policy: Any) -> None:
        escalation = {"chain": CHAIN, **policy.pop("escalation", {})}
        people = [LEA, *policy.pop("people", [])]
        super().__init__(**{"people": people, "groups": LED, "escalation": escalation, **policy})

    def sweep(self, when: str, *ids: str, who: str = "dana") -> list[str]:
        """Sweep these incidents (all, where none is named) at a time in Paris; what was done, in words."""
        self.now = paris(when) - 60
        self.do(who, "sweep", *(ids or self.records))
        return [note.split(" ", 1)[1].removesuffix(".").split(" (")[0] for note in self.notes()]

    def told(self, incident_id: str, trigger: str | None = "threshold") -> list[tuple[Any, Any, Any]]:
        """Clock, percent and addressee of the escalations with this trigger (any: None)."""
        found = [event for event in self.events(incident_id, "escalated") if trigger in (None, event.get("trigger"))]
        return [(event.get("clock"), event.get("threshold"), event.get("to")) for event in found]

    def events(self, incident_id: str, do: str) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.records[incident_id].events if event.do == do]

    def plant(self, incident_id: str, do: str, when: str, *, by: str = "alice", **data: Any) -> None:
        """An event as a merge or a hand edit leaves it: none of what follows from it is there."""
        record = self.records[incident_id]
        said = {name.replace("_", "-"): value for name, value in data.items()}
        name = f"{len(record.events) + 1}-hand"
        event = Event(paris(when), f"{by}@example.com", name, do, said)
        self.records[incident_id] = Record(record.id, record.fields, (*record.events, event), record.description)

    def forget(self, incident_id: str, do: str) -> None:
        """Take the events of a kind out, as if they had got lost."""
        record = self.records[incident_id]
        kept = tuple(event for event in record.events if event.do != do)
        self.records[incident_id] = Record(record.id, record.fields, kept, record.description)
