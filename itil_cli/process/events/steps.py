"""What each kind of event does to an incident: one small function an event, called by the fold."""

from __future__ import annotations

from collections.abc import Callable

from itil_cli.process.incident import (
    ASSIGNED,
    CLOSED,
    IN_PROGRESS,
    PENDING,
    PRIORITIES,
    RESOLVED,
    STATUSES,
    Escalation,
    Event,
    Incident,
    texts,
)
from itil_cli.process.transitions import leads_to


def apply(incident: Incident, event: Event) -> None:
    """Let a legal event change the incident."""
    incident.last_at = max(incident.last_at, event.at)
    before = incident.status
    to = leads_to(event.do)
    if to and event.do != "logged":
        incident.status = to
    if before == PENDING and incident.status != PENDING:
        incident.reason, incident.pauses, incident.until = None, (), None
    step = _STEPS.get(event.do)
    if step:
        step(incident, event)


def _copy(incident: Incident, event: Event, *names: str) -> None:
    for name in names:
        value = event.get(name.replace("_", "-"))
        if isinstance(value, str):
            setattr(incident, name, value)


def _promise(incident: Incident, event: Event) -> None:
    _copy(incident, event, "response", "resolution", "calendar")


def _classification(incident: Incident, event: Event) -> None:
    _copy(incident, event, "impact", "urgency", "priority", "category", "product", "service")
    if "cis" in event.data:
        incident.cis = texts(event.get("cis"))
    if incident.category and not incident.category_opened:
        incident.category_opened = incident.category
    if incident.priority in PRIORITIES:
        ranks = [p for p in (incident.highest_priority, incident.priority) if p is not None]
        incident.highest_priority = min(ranks)


def _move(incident: Incident, group: str | None) -> None:
    """A group holds it now; the first is no reassignment (C8)."""
    if group is None:
        return
    if incident.groups_held[-1:] != (group,):
        incident.groups_held = (*incident.groups_held, group)
    incident.reassignments = len(incident.groups_held) - 1
    incident.group = group


def _logged(incident: Incident, event: Event) -> None:
    incident.logged_at = event.at
    _copy(incident, event, "title", "channel", "requestor", "tenant", "model", "dedup_key", "owner")
    incident.potential = event.get("potential") is True
    incident.unverified = event.get("unverified") is True
    _classification(incident, event)
    _promise(incident, event)
    incident.group = event.str("group")
    incident.owner = incident.owner or incident.group


def _contacted(incident: Incident, event: Event) -> None:
    incident.contacts += 1
    incident.unanswered = event.n


def _recurred(incident: Incident, event: Event) -> None:
    times = event.get("times")
    incident.recurrences += times if isinstance(times, int) else 1


def _answered(incident: Incident, event: Event) -> None:
    if event.get("public") is True and event.get("rule") is None:  # a reminder by the clock answers nothing
        incident.unanswered = None


def _noted(incident: Incident, event: Event) -> None:
    _answered(incident, event)
    _watch(incident, event)


def _watch(incident: Incident, event: Event) -> None:
    added = [person for person in texts(event.get("watchers")) if person not in incident.watchers]
    incident.watchers = (*incident.watchers, *added)


def _edited(incident: Incident, event: Event) -> None:
    _copy(incident, event, "title")


def _classified(incident: Incident, event: Event) -> None:
    _classification(incident, event)
    _promise(incident, event)
    _copy(incident, event, "owner")
    if event.get("verified") is True:
        incident.unverified = False


def _assigned(incident: Incident, event: Event) -> None:
    _move(incident, event.str("group"))
    incident.assignee = event.str("to")


def _returned(incident: Incident, event: Event) -> None:
    _move(incident, event.str("group"))
    incident.assignee = None


def _accepted(incident: Incident, event: Event) -> None:
    incident.assignee = event.str("to") or event.by
    if incident.accepted_at is None:
        incident.accepted_at = event.at
    if not incident.groups_held and incident.group:
        _move(incident, incident.group)


def _escalated(incident: Incident, event: Event) -> None:
    group = event.str("group")
    if group:
        _move(incident, group)
        incident.assignee = None
        incident.status = ASSIGNED
        incident.reason, incident.pauses, incident.until = None, (), None
    wanted = event.get("for-decision") is True
    to, trigger, level = event.str("to") or "", event.str("trigger"), event.str("level")
    incident.escalations.append(Escalation(event.n, event.at, to, trigger, level, group, decision_wanted=wanted))


def _acknowledged(incident: Incident, event: Event) -> None:
    named = event.get("escalation")
    for escalation in incident.escalations:
        if named not in (None, escalation.n):
            continue
        if escalation.acknowledged_at is None:
            escalation.acknowledged_by, escalation.acknowledged_at = event.by, event.at
        escalation.decided = escalation.decided or event.get("decided-by") is not None


def _pended(incident: Incident, event: Event) -> None:
    incident.reason, incident.until = event.str("reason"), event.str("until")
    incident.pauses = texts(event.get("pauses"))
    _answered(incident, event)


def _vendor_opened(incident: Incident, event: Event) -> None:
    vendor = event.str("vendor")
    if vendor and vendor not in incident.vendors:
        incident.vendors = (*incident.vendors, vendor)


def _vendor_answered(incident: Incident, event: Event) -> None:
    incident.vendors = tuple(one for one in incident.vendors if one != event.str("vendor"))


def _resolved(incident: Incident, event: Event) -> None:
    incident.code = incident.kind = incident.closes_at = incident.reopen_until = None
    _copy(incident, event, "code", "kind", "closes_at", "reopen_until", "category")
    incident.resolved_at, incident.resolved_n = event.at, event.n
    incident.first_resolved_at = incident.first_resolved_at or event.at
    incident.resolving_group = incident.group
    incident.reopened_since = False
    incident.unanswered = None
    incident.vendors = ()  # nobody waits for them any more (S8)


def _reopened(incident: Incident, event: Event) -> None:
    incident.reopens += 1
    with_parent = (event.str("rule") or "").startswith("by-parent")
    incident.reopened_since = incident.kind == "by-parent" and not with_parent
    incident.code = incident.kind = incident.closes_at = incident.reopen_until = None
    incident.resolved_at = None
    incident.unanswered = None
    _move(incident, event.str("group"))
    incident.assignee = None
    incident.escalations = []  # a reopening starts anew (S13)


def _closed(incident: Incident, event: Event) -> None:
    incident.closed_at = event.at


def _linked(incident: Incident, event: Event) -> None:
    relation, target = event.str("relation"), event.str("target")
    if relation is None or target is None:
        return
    if relation == "child-of":
        incident.parent = target
    elif relation == "parent-of":
        incident.children = tuple(sorted({*incident.children, target}))
    elif (relation, target) not in incident.links:
        incident.links = (*incident.links, (relation, target))


def _unlinked(incident: Incident, event: Event) -> None:
    relation, target = event.str("relation"), event.str("target")
    if relation == "child-of" and incident.parent == target:
        incident.parent = None
    elif relation == "parent-of":
        incident.children = tuple(child for child in incident.children if child != target)
    incident.links = tuple(link for link in incident.links if link != (relation, target))


def _imported(incident: Incident, event: Event) -> None:
    status = event.get("status")
    before = incident.status
    if status in STATUSES and isinstance(status, str):
        incident.status = status
    incident.imported = True
    _classification(incident, event)
    _promise(incident, event)
    _copy(incident, event, "requestor", "channel", "title")
    if "group" in event.data:
        _move(incident, event.str("group"))
    if "assignee" in event.data:
        incident.assignee = event.str("assignee") or None
    _copy(incident, event, "code", "kind")
    _imported_status(incident, event, before)


def _imported_status(incident: Incident, event: Event, before: str) -> None:
    if incident.status == PENDING:
        _pended(incident, event)
    if incident.status == IN_PROGRESS and incident.accepted_at is None:
        incident.accepted_at = event.at
    if incident.status == before:
        return
    if before == RESOLVED and incident.status in (ASSIGNED, IN_PROGRESS, PENDING):
        incident.reopens += 1
    if incident.status == RESOLVED:
        _resolved(incident, event)
    elif incident.status == CLOSED:
        incident.closed_at = event.at


def _major(state: str) -> Callable[[Incident, Event], None]:
    def step(incident: Incident, event: Event) -> None:
        incident.major = state
        _promise(incident, event)
        if state == "accepted":
            incident.owner = event.by

    return step


def _reviewed(incident: Incident, event: Event) -> None:
    incident.reviewed = incident.reviewed or event.get("step") != "start"


def _major_updated(incident: Incident, event: Event) -> None:
    """An update answers what was escalated for the lack of it (M6)."""
    _answered(incident, event)
    for escalation in incident.escalations:
        if escalation.trigger == "major-update" and escalation.acknowledged_at is None:
            escalation.acknowledged_by, escalation.acknowledged_at = event.by, event.at


_STEPS: dict[str, Callable[[Incident, Event], None]] = {
    "logged": _logged,
    "contacted": _contacted,
    "recurred": _recurred,
    "noted": _noted,
    "told": _answered,
    "edited": _edited,
    "classified": _classified,
    "assigned": _assigned,
    "returned": _returned,
    "accepted": _accepted,
    "escalated": _escalated,
    "acknowledged": _acknowledged,
    "pended": _pended,
    "vendor-opened": _vendor_opened,
    "vendor-answered": _vendor_answered,
    "resolved": _resolved,
    "reopened": _reopened,
    "closed": _closed,
    "linked": _linked,
    "unlinked": _unlinked,
    "imported": _imported,
    "major-proposed": _major("proposed"),
    "major-accepted": _major("accepted"),
    "major-rejected": _major("rejected"),
    "major-demoted": _major("demoted"),
    "major-updated": _major_updated,
    "major-reviewed": _reviewed,
}
