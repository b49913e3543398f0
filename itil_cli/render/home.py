"""The answer of `itil` alone as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from itil_cli.process.incident import STATUSES
from itil_cli.process.waiting import Section
from itil_cli.render.text import one_line, when

SHOWN = 10  # incidents of a section


def home_text(person: str, sections: Sequence[Section], counts: Mapping[str, int]) -> str:
    """The sections, each with its incidents, and how many there are in each status."""
    lines = list(_sections(sections)) or [f"Nothing waits for {one_line(person)}."]
    said = [f"{counts[status]} {status}" for status in STATUSES if status in counts]
    return "\n".join([*lines, "", f"In the store: {', '.join(said) or 'nothing that is open'}."])


def _sections(sections: Sequence[Section]) -> Iterator[str]:
    for place, section in enumerate(sections):
        if place:
            yield ""
        yield f"{section.wants} ({len(section.incidents)})"
        for one in section.incidents[:SHOWN]:
            holder = one.assignee or one.group or ""
            yield one_line(f"  {one.id}  {one.priority or '–':<2}  {when(one.logged_at)}  {holder}  {one.title}")
        if len(section.incidents) > SHOWN:
            yield f"  … and {len(section.incidents) - SHOWN} more"
