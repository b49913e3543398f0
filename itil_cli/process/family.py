"""Parent, child, duplicate (P03, S11), and the other links.

- A link is one event of the same `n` in both files, written in one commit.
- A parent is open, no child itself; a child has no children and is no accepted major: no grandchildren.
- What spreads from a parent is an act of its own in each child, with the `n` of the parent's act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.errors import Refused
from itil_cli.process.incident import OPEN, PENDING, RESOLVED, Event, Incident

if TYPE_CHECKING:
    from itil_cli.process.lifecycle.case import Case

# A relation and the one that the other side holds.
COUNTERPART = {
    "child-of": "parent-of",
    "parent-of": "child-of",
    "duplicate-of": "duplicated-by",
    "duplicated-by": "duplicate-of",
    "follows": "followed-by",
    "followed-by": "follows",
    "related": "related",
    "problem": "incident",
    "known-error": "incident",
    "article": "incident",
}
RELATIONS = ("child-of", "duplicate-of", "follows", "related", "problem", "change", "known-error", "article")
BETWEEN_INCIDENTS = frozenset({"child-of", "duplicate-of", "follows", "related"})


def join(
    case: Case,
    incident_id: str,
    relation: str,
    target: str,
    *,
    text: str | None = None,
    rule: str | None = None,
    drafted: bool = False,
) -> Event:
    """One `linked` event with one `n` in both files (a change is only a reference and has no file).

    `text` stands in the first one's work log. `drafted`: the target was made from this incident, which did not use
    it."""
    name = case.name(incident_id, target) if relation in COUNTERPART else None
    origin = {"drafted": True} if drafted else None
    said = {"relation": relation, "target": target, "rule": rule}
    event = case.add(incident_id, "linked", text=text, n=name, promised=origin, **said)
    if relation in COUNTERPART:
        case.add(target, "linked", n=event.n, relation=COUNTERPART[relation], target=incident_id)
    return event


def part(case: Case, incident_id: str, relation: str, target: str, text: str | None) -> None:
    """One `unlinked` event with one `n` in both files."""
    name = case.name(incident_id, target) if relation in COUNTERPART else None
    event = case.add(incident_id, "unlinked", n=name, text=text, relation=relation, target=target)
    if relation in COUNTERPART:
        case.add(target, "unlinked", n=event.n, relation=COUNTERPART[relation], target=incident_id)


def check_child(child: Incident, parent: Incident) -> None:
    """Raises Refused (P03) where the link would make a grandchild, a cycle, or a second parent."""
    why = _no_child(child, parent)
    if why:
        remedy = "Link it to the topmost incident, or unlink first: `itil unlink ID child-of PARENT`."
        raise Refused(why, code="P03", remedy=remedy, allowed=("link", "unlink", "contact"))


def _no_child(child: Incident, parent: Incident) -> str | None:
    if child.id == parent.id:
        return f"{child.id} cannot be its own parent."
    if parent.status not in OPEN:
        return f"{parent.id} is {parent.status}; a parent is open."
    if parent.parent:
        return f"{parent.id} is a child of {parent.parent}; there are no grandchildren."
    if child.parent:
        return f"{child.id} is a child of {child.parent} already."
    if child.children:
        return f"{child.id} has children ({', '.join(child.children)}); there are no grandchildren."
    return f"{child.id} is an accepted major incident and no child." if child.major == "accepted" else None


def resolve_children(case: Case, parent_id: str) -> None:
    """Each open child is resolved `by-parent`, on record in the child; the rest is listed (P03, S11)."""
    parent = case.incident(parent_id)
    act = next(event for event in reversed(parent.events) if event.do == "resolved")
    for child_id in parent.children:
        child = case.incident(child_id)
        if child.status not in OPEN or child.reopened_since or child.parent != parent_id:
            why = "was reopened on its own" if child.status in OPEN else f"is {child.status}"
            why = why if child.parent == parent_id else f"is no child of {parent_id} any more"
            case.notes.append(f"{child_id} {why}; it is left alone.")
            continue
        if child.status == PENDING:
            case.add(child_id, "resumed", rule="by-parent")
        promise = {key: act.get(key) for key in ("closes-at", "reopen-until")}
        case.add(
            child_id,
            "resolved",
            n=act.n,
            text=f"Resolved with {parent_id}: {act.text}",
            code="by-parent",
            kind="by-parent",
            category=child.category,
            rule=f"by-parent: {parent_id}",
            public=True,
            promised=promise,
        )
        case.notes.append(f"{child_id} is resolved by its parent; {child.requestor} is told.")


def reopen_children(case: Case, parent_id: str, resolution: str | None, act: Event) -> None:
    """Children resolved by that very resolution reopen with the parent (S11)."""
    from itil_cli.process.lifecycle.promises import ola

    for child_id in case.incident(parent_id).children:
        child = case.incident(child_id)
        if child.status == RESOLVED and child.resolved_n == resolution:
            group = child.resolving_group or child.group
            case.add(
                child_id,
                "reopened",
                n=act.n,
                text=f"Reopened with {parent_id}: {act.text}",
                mode=act.get("mode"),
                group=group,
                rule=f"by-parent: {parent_id}",
                promised=ola(case, group, child.priority) if group else None,
            )
            case.notes.append(f"{child_id} is reopened with its parent.")


def refuse_open_children(case: Case, incident: Incident) -> None:
    """A parent is not canceled over open children (S11)."""
    waiting = [child for child in incident.children if case.incident(child).status in OPEN]
    if waiting:
        raise Refused(
            f"{incident.id} has open children: {', '.join(waiting)}.",
            code="P03",
            remedy=f"Detach them first: `itil unlink CHILD child-of {incident.id}`.",
        )


def kinds_for(relation: str) -> tuple[str, ...]:
    """The prefixes of ids that a relation may point to; empty where it is a free reference."""
    if relation in BETWEEN_INCIDENTS:
        return ("INC",)
    return {"problem": ("PRB",), "known-error": ("KE",), "article": ("KB",)}.get(relation, ())
