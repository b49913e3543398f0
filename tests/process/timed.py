"""A world whose commands are dated in Paris time, and whose clocks are read at a time: `03-09 10:00` is in 2026."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from world import World

from itil_cli.process.clock import Clock, Interval, Part, clocks, explain, split
from itil_cli.process.time.calendars import Calendars, build

PARIS = ZoneInfo("Europe/Paris")
BH = {"zone": "Europe/Paris", "hours": [{"mon-fri": ["09:00-17:00"]}], "holidays": ["2026-04-06", "2026-05-01"]}
ALWAYS = {"zone": "Etc/UTC", "hours": [{"mon-sun": ["00:00-24:00"]}]}
TARGETS = {
    "unclassified": {"response": "4h", "resolution": "24h", "calendar": "business"},
    "P1": {"response": "15m", "resolution": "4h", "calendar": "always"},
    "P2": {"response": "30m", "resolution": "8h", "calendar": "always"},
    "P3": {"response": "4h", "resolution": "8h", "calendar": "business"},
}
P1 = {"impact": "critical", "urgency": "critical"}
P2 = {"impact": "high", "urgency": "high"}
P3 = {"impact": "medium", "urgency": "high"}
P4 = {"impact": "medium", "urgency": "medium"}


def paris(text: str) -> int:
    """Epoch seconds of `03-09 10:00` or `03-09 10:00:01` in Paris."""
    form = "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    return int(datetime.strptime(f"2026-{text}", form).replace(tzinfo=PARIS).timestamp())


def said(instant: int | None) -> str | None:
    """The same the other way round, to the second."""
    return None if instant is None else datetime.fromtimestamp(instant, PARIS).strftime("%m-%d %H:%M:%S")


class Timed(World):
    """A world where P3 is eight hours of Monday to Friday, 09:00 to 17:00 in Paris."""

    def __init__(self, **policy: Any) -> None:
        targets = {**TARGETS, **policy.pop("targets", {})}
        calendars = {"business": BH, **policy.pop("calendars", {})}
        super().__init__(**{"calendars": calendars, "targets": targets, "mandatory": {"assign": []}, **policy})
        self.calendars: Calendars = build(self.policy)

    def at(self, when: str, who: str, verb: str, *ids: str, **options: Any) -> str:
        """Carry out a command at that time; returns the (first) incident's id."""
        self.now = paris(when) - 60
        return self.do(who, verb, *ids, **options).id

    def log(self, when: str, **options: Any) -> str:
        """Alice's printer again, logged by Dana, P3 unless said otherwise."""
        facts = {"title": "Printer jams", "requestor": "alice", "category": "hardware", **P3, **options}
        return self.at(when, "dana", "log", **facts)

    def unclassified(self, when: str) -> str:
        """The same, with nobody having said how bad it is."""
        return self.at(when, "dana", "log", title="Printer jams", requestor="alice", category="hardware")

    def taken(self, when: str, **options: Any) -> str:
        """Logged and accepted by Bob in the same second."""
        incident_id = self.log(when, **options)
        self.at(when, "dana", "assign", incident_id, group="support")
        return self.at(when, "bob", "accept", incident_id)

    def pend(self, when: str, incident_id: str, reason: str = "awaiting-requestor", **options: Any) -> None:
        """Bob waits."""
        self.at(when, "bob", "pend", incident_id, reason=reason, message="Waiting", **options)

    def resolve(self, when: str, incident_id: str, who: str = "bob") -> None:
        """Bob (or another) resolves it."""
        self.at(when, who, "resolve", incident_id, code="fixed", message="New roller")

    def clocks(self, incident_id: str, when: str) -> dict[str, Clock]:
        """The clocks by name at a time; of several with one name the last."""
        return {one.name: one for one in clocks(self.see(incident_id), self.calendars, paris(when))}

    def clock(self, incident_id: str, when: str, name: str = "resolution") -> Clock:
        """One clock."""
        return self.clocks(incident_id, when)[name]

    def legs(self, incident_id: str, when: str, name: str = "ola") -> list[Clock]:
        """All clocks of a name."""
        return [one for one in clocks(self.see(incident_id), self.calendars, paris(when)) if one.name == name]

    def life(self, incident_id: str, when: str, name: str = "resolution") -> tuple[Interval, ...]:
        """The intervals of one clock."""
        found = explain(self.see(incident_id), self.calendars, paris(when))
        return next(one.intervals for one in found if one.clock.name == name)

    def split(self, incident_id: str, when: str) -> tuple[Part, ...]:
        """Whose time it was."""
        return split(self.see(incident_id), self.calendars, paris(when))

    def classify(self, when: str, incident_id: str, **level: str) -> None:
        """Dana changes impact and urgency, with a reason."""
        self.at(when, "dana", "classify", incident_id, message="Seen anew", **level)
