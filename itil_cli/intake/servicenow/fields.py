"""Source cells → the summary fields of a record: one table, and the few fields made of several cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from itil_cli.intake.servicenow.log import MISSING
from itil_cli.intake.servicenow.states import level_of, priority_of
from itil_cli.process.incident import Value

Data = dict[str, Value]


def clean(cell: str) -> str | None:
    """A name with single spaces; None for a missing one."""
    return None if cell == MISSING else " ".join(cell.split()) or None


def _channel(cell: str) -> str | None:
    name = clean(cell)
    return name.lower().replace(" ", "-") if name else None


def _items(cell: str) -> Value:
    name = clean(cell)
    return [name] if name else None


_FIELDS: Mapping[str, tuple[str, Callable[[str], Value]]] = {
    "short_description": ("title", clean),
    "caller_id": ("requestor", clean),
    "contact_type": ("channel", _channel),
    "impact": ("impact", level_of),
    "urgency": ("urgency", level_of),
    "priority": ("priority", priority_of),
    "cmdb_ci": ("cis", _items),
    "assignment_group": ("group", clean),
    "assigned_to": ("assignee", clean),
}
_CATEGORY = ("category", "subcategory")


def summary(changed: Mapping[str, str], source: Mapping[str, str]) -> Data:
    """Our fields that the changed cells set, `source` being the whole row.

    A name that is missing sets nothing; an assignee that went missing is empty."""
    found: Data = {}
    for column, cell in changed.items():
        if column in _FIELDS:
            key, read = _FIELDS[column]
            value = read(cell)
            if value is not None:
                found[key] = value
            elif key == "assignee" and len(changed) < len(source):
                found[key] = ""
    if not changed.keys().isdisjoint(_CATEGORY) and (category := category_of(source)):
        found["category"] = category
    return found


def opening(first: Mapping[str, str]) -> Data:
    """What the `logged` event says: the first row's fields, and who opened it as the owner (S14)."""
    owner = clean(first.get("opened_by", MISSING))
    data = {"title": title_of(first), **({"owner": owner} if owner else {}), **summary(first, first)}
    data.pop("assignee", None)
    return data


def category_of(source: Mapping[str, str]) -> str | None:
    """`Category 55/Subcategory 170`; a slash inside a name would read as a level, so it becomes a dash."""
    names = (clean(source.get(column, MISSING)) for column in _CATEGORY)
    top, sub = (name.replace("/", "-") if name else None for name in names)
    return f"{top}/{sub}" if top and sub else top


def title_of(source: Mapping[str, str]) -> str:
    """The source's short description; where it has none: symptom, category and number."""
    said = clean(source.get("short_description", MISSING))
    if said:
        return said
    symptom, category = clean(source.get("u_symptom", MISSING)), category_of(source)
    what = " in ".join(part for part in (symptom, category) if part)
    return f"{what} ({source['number']})" if what else source["number"]
