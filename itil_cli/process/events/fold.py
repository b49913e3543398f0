"""State is a fold (S2): the events of a record, in order, give the incident.

- The fold reads no policy and no clock: everything it needs stands in the events.
- An event that does not fit the state reached is void (S16): it stays, with a reason, and changes nothing.
  `once.py` has what fits the status, but counts once only; a merge brings such.
- A link is an event of two files. What is void on the other side is void here: `elsewhere` says which and why.
- A `corrected` event changes what an earlier event says, before the fold begins.
- What no event has ever set (a title in a hand-written file) is taken from the header.
- `n` names an event: a second one of the same name is void.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import takewhile
from types import MappingProxyType

from itil_cli.process.events.once import why_not_again
from itil_cli.process.events.steps import apply
from itil_cli.process.incident import Event, Incident, Record, State, Value, texts
from itil_cli.process.transitions import ANY_TIME_RELATIONS, RECEIVED_RELATIONS, legal, rows_for

_FROM_HEADER = ("title", "service", "product", "tenant", "requestor", "channel")


def fold(record: Record, elsewhere: Mapping[str, str] = MappingProxyType({})) -> Incident:
    """The incident that a record's events tell of (S2, S16). Never raises for what events say.

    `elsewhere` has the names of events that are void on their other side, each with the reason there."""
    incident = Incident(record.id, events=corrected(record.events), written=record.events)
    _take_header(incident, record.fields)
    if is_by_hand(record):
        owner = record.fields.get("owner")
        incident.owner = owner if isinstance(owner, str) else None
    _tell(incident, incident.events, set(), elsewhere)
    return incident


def is_by_hand(record: Record) -> bool:
    """Whether it was logged without a title, as people write a file (DESIGN.md's own): its header says what events do
    not, the owner too, and may leave out what they do."""
    return bool(record.events) and record.events[0].do == "logged" and "title" not in record.events[0].data


def told_on(incident: Incident, record: Record) -> Incident:
    """What `record` says, which adds events to what `incident` was made from: that one is changed and given back.

    Folds anew where a correction reaches back."""
    known = len(incident.written)
    added = record.events[known:]
    if incident.events is not incident.written or any(event.do == "corrected" for event in added):
        return fold(record)
    seen = {event.n for event in incident.written}
    incident.events = incident.written = record.events
    _tell(incident, added, seen, {})
    return incident


def _tell(incident: Incident, events: Iterable[Event], seen: set[str], elsewhere: Mapping[str, str]) -> None:
    for event in events:
        why = "its name stands twice" if event.n in seen else elsewhere.get(event.n) or why_void(incident, event)
        seen.add(event.n)
        if why:
            incident.voids[event.n] = why
            continue
        apply(incident, event)
        now = incident
        held = (now.group, now.assignee, now.priority, now.calendar)
        incident.trail.append(State(event, now.status, now.reason, now.pauses, now.until, *held))


def as_of(record: Record, now: int) -> Record:
    """The record as it was at `now` (epoch seconds): without what happened later, corrections included.

    Of the header stays only what no event has ever set. A record logged later has no events."""
    kept = tuple(takewhile(lambda event: event.at <= now, record.events))
    if len(kept) == len(record.events):
        return record
    said = {key for event in record.events for key in event.data}
    return replace(record, events=kept, fields={key: one for key, one in record.fields.items() if key not in said})


def corrected(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events as later corrections want them read; the correction itself stays too (S5)."""
    events = tuple(events)
    changes: dict[str, dict[str, Value]] = {}
    for place, event in enumerate(events):
        if event.do != "corrected" or any(event.n == earlier.n for earlier in events[:place]):
            continue
        target, values = event.get("event"), event.get("set")
        if isinstance(target, str) and isinstance(values, dict):
            changes.setdefault(target, {}).update(values)
    if not changes:
        return events
    return tuple(
        replace(event, data={**event.data, **changes[event.n]}) if event.n in changes else event for event in events
    )


def why_void(incident: Incident, event: Event) -> str | None:
    """Why an event does not fit the state reached, in words, or None when it fits (S16)."""
    if event.do == "logged":
        return "it is logged already" if incident.logged_at is not None else None
    if not rows_for(event.do):
        return f"this version knows no event {event.do!r}"
    if event.do in ("linked", "unlinked"):
        return _why_no_link(incident, event)
    by_rule = event.get("rule") is not None
    if not legal(event.do, incident.status, by_rule=by_rule, kind=event.str("kind")):
        return f"{event.do} does not fit the status {incident.status}"
    if event.do == "closed" and by_rule and incident.unanswered and event.get("confirmed-by") is None:
        return f"the contact {incident.unanswered} waits for an answer"
    return why_not_again(incident, event)


def _why_no_link(incident: Incident, event: Event) -> str | None:
    relation = event.str("relation") or ""
    if not legal(event.do, incident.status, by_rule=False) and not _any_time(event.do, relation):
        return f"{event.do} does not fit the status {incident.status}"
    if event.do == "linked" and relation == "child-of" and (incident.parent or incident.children):
        return "it has a parent already" if incident.parent else "it has children"
    if event.do == "linked" and relation == "child-of" and incident.major == "accepted":
        return "it is an accepted major incident"
    if event.do == "linked" and relation == "parent-of" and incident.parent:
        return "it is a child itself"
    return None


def _any_time(do: str, relation: str) -> bool:
    """A child may leave a parent that is resolved or closed by now (S11)."""
    return relation in ANY_TIME_RELATIONS | RECEIVED_RELATIONS or (do, relation) == ("unlinked", "parent-of")


def _take_header(incident: Incident, header: Mapping[str, Value]) -> None:
    for name in _FROM_HEADER:
        value = header.get(name)
        if isinstance(value, str):
            setattr(incident, name, value)
    incident.cis = texts(header.get("cis"))
