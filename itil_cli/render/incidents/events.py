"""One event as a line: when, who, what, and the facts that a reader wants of it."""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.process.attachments import named
from itil_cli.process.incident import Event, Incident, Value
from itil_cli.render.text import one_line, safe, when

# What is said of an event, in this order; promises and calendars are left to `itil sla --explain`.
_SHOWN = (
    "status", "to", "group", "agreed-with", "reason", "until", "vendor", "vendor-ticket", "ref", "priority",
    "impact", "urgency", "category", "code", "relation", "target", "channel", "from", "trigger", "criterion",
    "confirmed-by", "requested-by", "minutes", "times", "set", "event", "record", "problem", "known-error", "offered",
    "step", "presented-to", "task", "action", "bridge", "stakeholders", "plan", "informed", "rca", "milestone", "when",
    "next-update", "audience", "forbidden", "rule",
)  # fmt: skip

# What is said of this kind of event alone.
_MORE = {"action-added": ("owner", "due")}


def timeline(incident: Incident, *, texts: bool = True) -> str:
    """Every event in order, with its work-log text below it; void ones say why (S16)."""
    return "\n".join(
        line for event in incident.events for line in event_lines(event, incident.voids.get(event.n), texts)
    )


def event_lines(event: Event, void: str | None = None, text: bool = True) -> Iterator[str]:
    """The line of an event, and its text indented below."""
    facts = " · ".join(_facts(event))
    mark = f"  (void: {void})" if void else ""
    yield one_line(f"{when(event.at)}  {event.do:<15} {event.by}{'  ' + facts if facts else ''}{mark}")
    if text and event.text:
        seen = " (public)" if event.get("public") is True else ""
        for line in safe(event.text).split("\n"):
            yield f"    | {line}{seen}"
            seen = ""


def _facts(event: Event) -> Iterator[str]:
    for key in (*_MORE.get(event.do, ()), *_SHOWN):
        value = event.get(key)
        if value not in (None, [], ""):
            yield f"{key} {_flat(value)}"
    if event.do == "applied" and event.get("helped") is False:
        yield "did not help"
    files = [one.partition("-")[2] for one in named(event)]
    if files:
        yield f"attached {', '.join(files)}"


def _flat(value: Value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_flat(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return str(value)
