"""People as a table, as a card, and as JSON: who they are, what they may do, what they answer for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from itil_cli.process.settings.people import Days, Person
from itil_cli.process.settings.policy import Policy
from itil_cli.process.time.instants import format_instant
from itil_cli.process.transitions import ANY, IM, MIM, REQUESTOR, ROLES, ROWS
from itil_cli.render.text import one_line, pad, width

_HEADINGS = ("name", "email", "roles", "groups", "remarks")


def person_document(person: Person, policy: Policy, now: int) -> dict[str, Any]:
    """A person at `now` (epoch seconds); roles and groups are those held then: none once retired.

    Absences and duties that are over are left out."""
    held, today = person.at(now), format_instant(now)[:10]
    return {
        "email": person.email,
        "name": person.name,
        "aliases": list(person.aliases),
        "roles": [role for role in ROLES if role in held.roles],
        "groups": list(held.groups),
        "leads": leads(person, policy),
        "tenant": person.tenant,
        "answers_for": person.answers_for,
        "vip": person.vip,
        "digest": person.digest,
        "retired": person.retired,
        "active": bool(held.roles),
        "away": [
            {"from": days.first, "until": days.last, "deputy": days.name} for days in person.away if days.last >= today
        ],
        "duty": [
            {"group": days.name, "from": days.first, "until": days.last} for days in person.duty if days.last >= today
        ],
        "keys": list(person.keys),
    }


def _document(days: Days, name: str) -> dict[str, Any]:
    return {"from": days.first, "until": days.last, name: days.name}


def leads(person: Person, policy: Policy) -> list[str]:
    """The groups that this person leads: the level `group-lead` of the escalation chain."""
    addresses = {address.casefold() for address in (person.email, *person.aliases)}
    return [group.name for group in policy.groups.values() if (group.lead or "").casefold() in addresses]


def rights(roles: Iterable[str]) -> dict[str, str]:
    """The verbs that these roles may do, each with its condition; `any` where one has none (S10)."""
    held, found = set(roles), dict[str, str]()
    for row in ROWS:
        if row.rule:
            continue
        conditions = [right for role, right in row.may.items() if role in held]
        if conditions and found.get(row.verb) != ANY:
            found[row.verb] = ANY if ANY in conditions else " or ".join(dict.fromkeys(conditions))
    return found


def people_lines(people: Sequence[Mapping[str, Any]]) -> str:
    """A table of what `person_document` gives, a line a person."""
    rows = [_HEADINGS, *map(_cells, people)]
    wide = [max(width(row[place]) for row in rows) for place in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(pad(cell, columns) for cell, columns in zip(row, wide, strict=True)).rstrip() for row in rows
    )


def _cells(person: Mapping[str, Any]) -> tuple[str, ...]:
    cells = (person["name"], person["email"], _roles(person), ", ".join(person["groups"]), "; ".join(_remarks(person)))
    return tuple(one_line(cell) for cell in cells)


def _roles(person: Mapping[str, Any]) -> str:
    """Everybody is a requestor: it is only said of those who are nothing else."""
    more = [role for role in person["roles"] if role != REQUESTOR]
    return ", ".join(more or person["roles"])


def _remarks(person: Mapping[str, Any]) -> list[str]:
    said = {
        "leads": ", ".join(person["leads"]),
        "answers for": person["answers_for"],
        "tenant": person["tenant"],
        "retired" if not person["active"] else "retires": person["retired"],
        "away": ", ".join(_absence(days) for days in person["away"]),
        "on duty for": ", ".join(f"{days['group']} {_days(days)}" for days in person["duty"]),
        "digest": {True: "on", False: "off"}.get(person["digest"]),
    }
    return [f"{name} {value}" for name, value in said.items() if value] + (["VIP"] if person["vip"] else [])


def _absence(days: Mapping[str, Any]) -> str:
    return _days(days) + (f" (deputy {days['deputy']})" if days["deputy"] else "")


def _days(days: Mapping[str, Any]) -> str:
    return str(days["from"]) if days["from"] == days["until"] else f"{days['from']} to {days['until']}"


def person_card(person: Mapping[str, Any], may: Mapping[str, str], policy: Policy) -> str:
    """One person for reading."""
    said = {
        "roles": ", ".join(person["roles"]) or "none",
        "groups": ", ".join(_group(name, policy) for name in person["groups"]),
        "also": ", ".join(person["aliases"]),
        "signs with": ", ".join(person["keys"]),
        "remarks": "; ".join(_remarks(person)),
        "may": "; ".join(verb if right == ANY else f"{verb} ({right})" for verb, right in may.items()) or "nothing",
        "on an accepted major incident": f"whatever {IM} may" if MIM in person["roles"] else "",
    }
    lines = [f"{person['name']} <{person['email']}>", *(f"  {name}: {text}" for name, text in said.items() if text)]
    return "\n".join(map(one_line, lines))


def _group(name: str, policy: Policy) -> str:
    group = policy.groups.get(name)
    if group is None:
        return name
    return f"{name} (level {group.level}, the desk)" if group.desk else f"{name} (level {group.level})"
