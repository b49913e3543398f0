"""The answer of `itil` alone as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from itil_cli.process.clock import Clock
from itil_cli.process.clocks.outlook import Glance
from itil_cli.process.demands.living import Living
from itil_cli.process.demands.waiting import INFORM, Section
from itil_cli.process.incident import STATUSES
from itil_cli.render.incidents.sla import clock_line
from itil_cli.render.text import one_line, when

SHOWN = 10  # incidents of a section


def home_text(
    person: str,
    sections: Sequence[Section],
    counts: Mapping[str, int],
    soon: Sequence[tuple[Living, Clock | Glance]],
    due: int,
    swept: int | None,
    silent: Collection[str] = (),
    *,
    tells_silent: bool = False,
) -> str:
    """The sections, what breaches next, and how many there are in each status.

    `silent` are the ids of those whose requestor should have heard from us by now; with `tells_silent` a line says
    how many these are."""
    blocks = ["\n".join(_section(one, silent)) for one in sections] or [f"Nothing waits for {one_line(person)}."]
    if soon:
        blocks.append("\n".join(["Next to breach", *map(_soon, soon)]))
    said = [f"{counts[status]} {status}" for status in STATUSES if status in counts]
    counted = f"In the store: {', '.join(said) or 'nothing that is open'}."
    blocks.append("\n".join([counted, *_silent(silent, tells_silent), *_sweep(due, swept)]))
    return "\n\n".join(blocks)


def _section(section: Section, silent: Collection[str]) -> Iterator[str]:
    yield f"{section.wants} ({len(section.incidents)})"
    for one in section.incidents[:SHOWN]:
        holder = one.assignee or one.group or ""
        late = "  (inform the requestor)" if one.id in silent and section.wants != INFORM else ""
        yield one_line(f"  {one.id}  {one.priority or '–':<2}  {when(one.logged_at)}  {holder}  {one.title}{late}")
    if len(section.incidents) > SHOWN:
        yield f"  … and {len(section.incidents) - SHOWN} more"


def _soon(pair: tuple[Living, Clock | Glance]) -> str:
    incident, clock = pair
    return one_line(f"  {incident.id}  {incident.priority or '–':<2}  {clock_line(clock)}")


def _silent(silent: Collection[str], told: bool) -> Iterator[str]:
    if silent and told:
        who = "1 requestor" if len(silent) == 1 else f"{len(silent)} requestors"
        yield f"{who} should have heard from us by now: `itil list informed:late`."


def _sweep(due: int, swept: int | None) -> Iterator[str]:
    if due:
        last = f"last sweep {when(swept)}" if swept is not None else "no sweep has run here"
        things = "1 thing is" if due == 1 else f"{due} things are"
        yield f"{things} due: `itil sweep` ({last})."
