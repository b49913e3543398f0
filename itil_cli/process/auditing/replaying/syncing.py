"""Events that no command decides, because a sync or `check --fix` puts two histories right (S16).

- What must not stand any more is kept as a work-log entry, `noted` with `rule: sync` and what it `was`.
- A missing other side of a link is written under the link's own `n`.
- A link that is void on its other side is taken out here, by `unlinked` with `rule: S16`.
- Two incidents that two clones opened under one key: the later published is linked and canceled, `rule: sync`.
"""

from __future__ import annotations

from collections.abc import Callable

from itil_cli.process.events.fold import fold
from itil_cli.process.family import COUNTERPART
from itil_cli.process.incident import Event, Record, kind_of

SYNC, VOID = "sync", "S16"
Other = Callable[[str], Record | None]


def explained(event: Event, record: Record, before: Other, after: Other) -> bool:
    """Whether the event is one of these, in a record with the events up to it.

    `before` gives a record as it was, `after` one that the same commit adds to, as it leaves it."""
    rule = event.str("rule")
    if event.do == "noted":
        return rule == SYNC and event.get("was") is not None
    if event.do == "canceled":
        last = record.events[-1] if record.events else None
        return last is not None and last.do == "linked" and last.str("rule") == SYNC
    if event.do not in ("linked", "unlinked") or rule not in (None, SYNC, VOID):
        return False
    target = event.str("target") or ""
    old, new = before(target), after(target)
    if rule == SYNC:
        return _is_double(event, record, old or new)
    if rule == VOID:
        there = new or old
        return event.do == "unlinked" and there is not None and not _holds(there, event, record.id)
    return _has(old, event, record.id, None) or _has(new, event, record.id, SYNC)


def _is_double(event: Event, record: Record, there: Record | None) -> bool:
    """Both were opened under one key, in two clones."""
    if there is None or event.str("relation") != "duplicate-of":
        return False
    key = fold(record).dedup_key
    return key is not None and key == fold(there).dedup_key


def _has(there: Record | None, event: Event, here: str, rule: str | None) -> bool:
    """Whether the other side has its event under the same name (and by this rule, if one is given)."""
    relation = COUNTERPART.get(event.str("relation") or "")
    if there is None or relation is None:
        return False
    wanted = (event.n, event.do, relation, here)
    found = [one for one in there.events if (one.n, one.do, one.str("relation"), one.str("target")) == wanted]
    return any(rule in (None, one.str("rule")) for one in found)


def _holds(there: Record, event: Event, here: str) -> bool:
    """Whether the other side has the link, and counts it."""
    if kind_of(there.id) != "INC":
        return False
    relation, incident = COUNTERPART.get(event.str("relation") or ""), fold(there)
    if relation == "child-of":
        return incident.parent == here
    return here in incident.children if relation == "parent-of" else (relation, here) in incident.links
