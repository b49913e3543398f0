"""The summary of an incident as plain values: what a list shows, the index keeps, and JSON is made of.

Names are snake_case, as in JSON; instants are epoch seconds.
"""

from __future__ import annotations

from typing import Any

from itil_cli.process.demands.closing import closing
from itil_cli.process.demands.living import asked_of
from itil_cli.process.incident import Event, Incident, Record, Value, kind_of
from itil_cli.process.majors.actions import next_due
from itil_cli.process.messages.informing import lasting

# In the order of the JSON document (examples/outputs.md).
DOCUMENTED = (
    "id", "title", "status", "impact", "urgency", "priority", "highest_priority", "category", "product",
    "service", "cis", "tenant", "channel", "requestor", "owner", "group", "assignee", "parent", "children",
    "links", "reassignments", "reopens", "contacts", "recurrences", "major",
)  # fmt: skip
_BESIDE = (
    "watchers", "reason", "until", "dedup_key", "logged_at", "resolved_at", "closed_at", "last_at", "closes_at", "kind",
    "unanswered",
)  # fmt: skip

Summary = dict[str, Any]


def summary(incident: Incident) -> Summary:
    """Every documented field, and the few instants and reasons that lists sort and filter by."""
    plain = {name: getattr(incident, name) for name in DOCUMENTED + _BESIDE}
    for name in ("cis", "children", "watchers"):
        plain[name] = list(plain[name])
    plain["links"] = [{"relation": relation, "target": target} for relation, target in incident.links]
    plain["action_due"] = next_due(incident.events, incident.voids)
    plain["silence"] = lasting(incident)
    plain["asked"] = asked_of(incident)
    plain["closing"] = closing(incident)
    plain["minutes"] = sum(_minutes(state.event) for state in incident.trail)
    return plain


def _minutes(event: Event) -> int:
    """What somebody said that the work took."""
    value = event.get("minutes")
    return value if isinstance(value, int) else 0


def header_summary(record: Record) -> Summary:
    """The summary of a record that is no incident: its header, and the times of its events."""
    said = {name.replace("-", "_"): value for name, value in record.fields.items()}
    last = record.events[-1].at if record.events else 0
    first = record.events[0].at if record.events else None
    times = {"logged_at": first, "last_at": last, "action_due": next_due(record.events)}
    return {"id": record.id, "title": record.title} | said | times


def summary_of(record: Record) -> Summary:
    """The summary of any record: an incident's from its events, else the header."""
    if kind_of(record.id) != "INC":
        return header_summary(record)
    from itil_cli.process.events.fold import fold

    return summary(fold(record))


def text_or_none(value: Value) -> str | None:
    """A text; None for anything else."""
    return value if isinstance(value, str) else None
