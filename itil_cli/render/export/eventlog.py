"""The events of many incidents as one log: CSV, and XES (IEEE 1849).

- A line or element an event that counts; in XES a trace an incident.
- In XES the resource is who did it, the group is who holds the incident then; the cost is minutes of work.
- In CSV a text that a spreadsheet would take for a formula gets a leading apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from itil_cli.process.time.instants import format_instant
from itil_cli.render.export.case import COUNTS, FIELDS, Case, Step, steps
from itil_cli.render.report.sheet import lines
from itil_cli.render.text import safe

_CSV = (
    "incident", "n", "at", "do", "by", "transition", "status", "reason", "group", "assignee", "minutes", "priority",
    "category", "service", "title",
)  # fmt: skip
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Cost" prefix="cost" uri="http://www.xes-standard.org/cost.xesext"/>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Activity and life cycle" keys="concept:name lifecycle:transition"/>
"""


def csv_lines(cases: Iterable[Case]) -> Iterator[str]:
    """The log as CSV, incident by incident."""
    yield lines([_CSV])
    for case in cases:
        yield lines(_csv_row(case, step) for step in steps(case))


def _csv_row(case: Case, step: Step) -> list[Any]:
    event, state, now = step.event, step.state, case.incident
    row = [
        now.id, event.n, format_instant(event.at), event.do, event.by, step.transition, state.status, state.reason,
        state.group, state.assignee, step.minutes, now.priority, now.category, now.service, now.title,
    ]  # fmt: skip
    return ["" if cell is None else cell for cell in row]


def xes_lines(cases: Iterable[Case], name: str, source: str) -> Iterator[str]:
    """The log as XES; `source` is the commit that it was read from."""
    yield _HEAD
    yield from (_string("concept:name", name), _string("source", source))
    yield _string("lifecycle:model", "standard")
    for case in cases:
        yield "".join(["<trace>\n", *_trace(case), "</trace>\n"])
    yield "</log>\n"


def _trace(case: Case) -> Iterator[str]:
    yield _string("concept:name", case.incident.id)
    for name in FIELDS:
        value = getattr(case.incident, name)
        if value:
            yield _string(name, value)
    for name in COUNTS:
        yield f'<int key="{name}" value="{getattr(case.incident, name)}"/>\n'
    for step in steps(case):
        yield "".join(["<event>\n", *_event(step), "</event>\n"])


def _event(step: Step) -> Iterator[str]:
    event, state = step.event, step.state
    yield _string("concept:name", event.do)
    yield _string("concept:instance", event.n)
    yield _string("lifecycle:transition", step.transition)
    yield f'<date key="time:timestamp" value="{format_instant(event.at)[:-1]}+00:00"/>\n'
    yield _string("org:resource", event.by)
    for name, value in (
        ("org:group", state.group),
        ("status", state.status),
        ("reason", state.reason),
        ("assignee", state.assignee),
    ):
        if value:
            yield _string(name, value)
    if step.minutes is not None:
        yield f'<float key="cost:total" value="{float(step.minutes)}"/>\n'
        yield _string("cost:currency", "minutes")


def _string(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(safe(value))}/>\n"
