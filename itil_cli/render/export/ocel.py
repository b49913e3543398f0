"""The events of many incidents as an object-centric log: OCEL 2.0 in JSON.

- Objects are incidents, people, groups, services and configuration items; what an incident is linked to is an
  object of its own kind. An event tells of the incident, who did it, and who holds the incident then.
- Status, priority, group and assignee of an incident are attributes that change, each with its time.
- A relation to an incident that is not in this log, since a filter left it out, is left out too.
- Events are written as they come, objects after them; only what objects need is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from itil_cli.process.incident import kind_of
from itil_cli.process.time.instants import format_instant
from itil_cli.render.export.case import Case, Step, steps

START = "1970-01-01T00:00:00Z"
_KINDS = {"PRB": "problem", "KE": "known-error", "KB": "article", "INC": "incident"}
_CHANGING = ("status", "group", "assignee")
_FIXED = ("title", "category", "service", "channel", "tenant", "requestor", "code")
_EVENT = (("n", "string"), ("transition", "string"), ("status", "string"), ("minutes", "integer"))
Relations = list[dict[str, str]]


def ocel_lines(cases: Iterable[Case]) -> Iterator[str]:
    """The log, piece by piece; together they are one JSON document."""
    objects = _Objects()
    kinds: set[str] = set()
    yield '{"events": ['
    comma = "\n"
    for case in cases:
        for step in steps(case):
            kinds.add(step.event.do)
            yield comma + _json(_event(case, step, objects))
            comma = ",\n"
        objects.incident(case)
    yield '\n],\n"objects": ['
    comma = "\n"
    for one in objects.all():
        yield comma + one
        comma = ",\n"
    types = [{"name": kind, "attributes": _typed(_EVENT)} for kind in sorted(kinds)]
    yield f'\n],\n"eventTypes": {_json(types)},\n"objectTypes": {_json(objects.types())}}}\n'


class _Objects:
    """What there is beside events."""

    def __init__(self) -> None:
        self._incidents: dict[str, tuple[str, Relations]] = {}
        self._others: dict[str, str] = {}

    def other(self, kind: str, name: str) -> str:
        """The id of something that is no incident."""
        found = f"{kind}:{name}"
        self._others[found] = kind
        return found

    def linked(self, target: str) -> str:
        """The id of a record that an incident is linked to; an incident has its own."""
        kind = _KINDS.get(kind_of(target), "reference")
        return target if kind == "incident" else self.other(kind, target)

    def incident(self, case: Case) -> None:
        """An incident, with how it changed and what it belongs to."""
        now = case.incident
        attributes = [{"name": name, "time": START, "value": value} for name in _FIXED if (value := getattr(now, name))]
        attributes += _changes(case)
        relations: Relations = [_to(self.other("ci", name), "affects") for name in now.cis]
        relations += [_to(self.other("service", now.service), "of")] if now.service else []
        relations += [_to(self.linked(target), relation) for relation, target in now.links]
        relations += [_to(now.parent, "child-of")] if now.parent else []
        self._incidents[now.id] = _json(attributes), relations

    def all(self) -> Iterator[str]:
        """Every object as JSON, the incidents first."""
        there = self._incidents.keys() | self._others.keys()
        for name, (said, found) in self._incidents.items():
            kept = [relation for relation in found if relation["objectId"] in there]
            head = f'{{"id": {_json(name)}, "type": "incident", "attributes": {said}, '
            yield f'{head}"relationships": {_json(kept)}}}'
        for name, kind in sorted(self._others.items()):
            attributes = [{"name": "name", "time": START, "value": name.partition(":")[2]}]
            yield _json({"id": name, "type": kind, "attributes": attributes, "relationships": []})

    def types(self) -> list[dict[str, Any]]:
        """The types of objects that occur."""
        named = ((name, "string") for name in (*_FIXED, *_CHANGING, "priority"))
        incident = [{"name": "incident", "attributes": _typed(named)}]
        others = [
            {"name": kind, "attributes": _typed([("name", "string")])} for kind in sorted({*self._others.values()})
        ]
        return incident + others


def _event(case: Case, step: Step, objects: _Objects) -> dict[str, Any]:
    event, state = step.event, step.state
    relations: Relations = [_to(case.incident.id, "incident"), _to(objects.other("person", event.by), "by")]
    relations += [_to(objects.other("group", state.group), "group")] if state.group else []
    relations += _about(case, step, objects)
    said = {"n": event.n, "transition": step.transition, "status": state.status, "minutes": step.minutes}
    attributes = [{"name": name, "value": value} for name, value in said.items() if value is not None]
    return {
        "id": f"{case.incident.id}#{event.n}",
        "type": event.do,
        "time": format_instant(event.at),
        "attributes": attributes,
        "relationships": relations,
    }


def _about(case: Case, step: Step, objects: _Objects) -> Relations:
    """What the incident is about stands at its logging, what it is linked to at the link."""
    now, target = case.incident, step.event.str("target")
    if step.event.do == "logged":
        service = [_to(objects.other("service", now.service), "service")] if now.service else []
        return service + [_to(objects.other("ci", name), "ci") for name in now.cis]
    if step.event.do == "linked" and target and kind_of(target) != "INC":
        return [_to(objects.linked(target), step.event.str("relation") or "related")]
    return []


def _changes(case: Case) -> Iterator[dict[str, str]]:
    """Each value of what changes, from when on."""
    held: dict[str, str | None] = {}
    for step in steps(case):
        event, state = step.event, step.state
        now = {"status": state.status, "group": state.group, "assignee": state.assignee}
        for name, value in {**now, "priority": event.str("priority") or held.get("priority")}.items():
            if value != held.get(name):
                yield {"name": name, "time": format_instant(event.at), "value": value or ""}
                held[name] = value


def _to(target: str, qualifier: str) -> dict[str, str]:
    return {"objectId": target, "qualifier": qualifier}


def _typed(named: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in named]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
