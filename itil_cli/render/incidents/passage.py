"""The way of one incident: the stretches in which status, group and assignee stayed, in order.

As Mermaid it is a Gantt chart with a section a group. No text from a file can leave its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from itil_cli.process.incident import CANCELED, CLOSED, PENDING, Incident, State
from itil_cli.render.text import one_line

NOBODY = "none"
ENDED = (CLOSED, CANCELED)
_SPECIAL = re.compile(r"[:;#%{}<>\"`,]")


class Stretch(NamedTuple):
    """[start, end) in epoch seconds; what has ended ends where it starts."""

    status: str
    reason: str | None
    group: str
    assignee: str | None
    start: int
    end: int

    @property
    def named(self) -> str:
        """`pending (awaiting-vendor)`."""
        return f"{self.status} ({self.reason})" if self.reason else self.status


def stretches(incident: Incident, now: int) -> list[Stretch]:
    """The stretches up to `now`; time does not run backwards in them."""
    starts: list[tuple[State, int]] = []
    latest = 0
    for state in incident.trail:
        latest = max(latest, state.event.at)
        if not starts or _place(starts[-1][0]) != _place(state):
            starts.append((state, latest))
    ends = [at for _, at in starts[1:]] + [max(latest, now)]
    return [
        Stretch(*_place(state), start, start if state.status in ENDED else end)
        for (state, start), end in zip(starts, ends, strict=True)
    ]


def _place(state: State) -> tuple[str, str | None, str, str | None]:
    reason = state.reason if state.status == PENDING else None
    return state.status, reason, state.group or NOBODY, state.assignee


def mermaid(incident: Incident, now: int) -> str:
    """The chart, ending with a line end."""
    return "\n".join(_lines(incident, now)) + "\n"


def _lines(incident: Incident, now: int) -> Iterator[str]:
    yield "gantt"
    yield f"    title {_plain(f'{incident.id} {incident.title}')}"
    yield "    dateFormat X"
    yield "    axisFormat %d %b %H h"
    for group, held in groupby(stretches(incident, now), lambda one: one.group):
        yield f"    section {_plain(group)}"
        for one in held:
            who = f" {one.assignee}" if one.assignee else ""
            length = "milestone, " if one.status in ENDED else ""
            yield f"    {_plain(one.named + who)} :{length}{one.start}, {one.end}"


def _plain(text: str) -> str:
    """The text on one line without what Mermaid would read as its own."""
    return _SPECIAL.sub(" ", one_line(text)).strip() or NOBODY
