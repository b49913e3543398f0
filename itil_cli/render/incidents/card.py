"""An incident for reading: the short card after a write, the whole one of `show`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from itil_cli.process.attachments import Attachment
from itil_cli.process.incident import Incident, Record
from itil_cli.process.majors.actions import tasks
from itil_cli.process.transitions import steps_from
from itil_cli.render.incidents.events import event_lines, timeline
from itil_cli.render.machine import PUBLIC_EVENTS
from itil_cli.render.text import hours_text, one_line, safe, when

if TYPE_CHECKING:
    from itil_cli.process.messages.informing import NextMessage

File = tuple[Attachment, int | None]  # with its size in bytes; None where it is gone
UNCOMMITTED = (
    "The file differs from what is committed: take it in with `itil adopt {id}`, "
    "or drop the changes with `git checkout -- {path}`."
)


UNDER_WAY = (
    "A {what} is under way, and this is how it was before. Choose in {path}, then `git add {path}` and "
    "`git {what} --continue`; or give it up with `git {what} --abort`."
)


def short_card(incident: Incident) -> str:
    """`INC-20261124-7KQF2  in-progress  P1  Card payments fail`, who has it, and what may come next."""
    holder = " · ".join(part for part in (incident.group, incident.assignee) if part)
    return "\n".join(
        line
        for line in (
            headline(incident),
            one_line(f"  {holder}") if holder else "",
            _next_line(incident),
        )
        if line
    )


def headline(incident: Incident) -> str:
    """Id, status, priority and title on one line."""
    state = incident.status if not incident.reason else f"{incident.status} ({incident.reason})"
    return one_line(f"{incident.id}  {state}  {incident.priority or '–'}  {incident.title or '(no title)'}")


def _next_line(incident: Incident) -> str:
    steps = next_steps(incident.status)
    return f"  Next: {', '.join(steps)}" if steps else ""


def next_steps(status: str) -> tuple[str, ...]:
    """The verbs that lead on from a status, in the order of S10; classifying comes first while it is new."""
    first = ("classify",) if status == "new" else ()
    return (*first, *(verb for verb in steps_from(status) if not (verb == "pend" and status == "pending")))


def card(
    incident: Incident,
    record: Record,
    *,
    clocks: Sequence[str] = (),
    path: str | None = None,
    under_way: str | None = None,
    files: Sequence[File] = (),
) -> str:
    """Everything about an incident; `path` only when its work-tree file differs from the commit.

    `under_way` is what git has not finished, such as a merge."""
    differs = UNCOMMITTED if under_way is None else UNDER_WAY
    blocks = [
        "\n".join([headline(incident), *_facts(incident), *(f"  {line}" for line in clocks)]),
        differs.format(id=incident.id, path=path, what=under_way) if path else "",
        safe(record.description),
        _files(files),
        timeline(incident),
        _strays(record),
    ]
    return "\n\n".join(block for block in blocks if block)


def _files(files: Sequence[File]) -> str:
    lines = [one_line(f"  {one.path}  {_size(size)}") for one, size in files]
    return "\n".join([f"Attachments ({len(files)})", *lines]) if files else ""


def _size(size: int | None) -> str:
    if size is None:
        return "(gone)"
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1024:,.0f} KiB"


def message_line(owed: NextMessage, now: int) -> str:
    """`next message to the requestor  due 2026-11-24 10:01Z; every 1h on always`."""
    how = f"every {hours_text(owed.every)} on {owed.calendar}"
    if owed.is_late(now):
        return f"next message to the requestor  LATE, it was due {when(owed.due)}; {how}"
    return f"next message to the requestor  due {when(owed.due)}; {how}"


def public_card(incident: Incident, record: Record, files: Sequence[File] = ()) -> str:
    """What the requestor may see: the state, the description, and what was said to him."""
    lines = [headline(incident), *_row(("requestor", incident.requestor), ("service", incident.service))]
    seen = [
        line
        for event in incident.events
        if event.get("public") is True or event.do in PUBLIC_EVENTS
        for line in event_lines(event.__class__(event.at, event.by, event.n, event.do, {}, _said(event)))
    ]
    blocks = ("\n".join(lines), safe(record.description), _files(files), "\n".join(seen))
    return "\n\n".join(block for block in blocks if block)


def _said(event: Any) -> str | None:
    text: str | None = event.text
    return text if event.get("public") is True else None


def _facts(incident: Incident) -> Iterator[str]:
    by = f"{incident.requestor or ''}{f' by {incident.channel}' if incident.channel else ''}"
    service = f"{incident.service or ''}{f' ({chr(32).join(incident.cis)})' if incident.cis else ''}"
    yield from _row(("group", incident.group), ("assignee", incident.assignee), ("owner", incident.owner))
    yield from _row(("requestor", by), ("tenant", incident.tenant), ("opened", when(incident.logged_at)))
    yield from _row(("impact", incident.impact), ("urgency", incident.urgency), ("highest", _highest(incident)))
    yield from _row(("category", incident.category), ("product", incident.product), ("service", service))
    yield from _row(("code", incident.code), ("until", incident.until), ("closes", _closes(incident)))
    yield from _row(("model", incident.model), ("tasks", _tasks(incident)))
    yield from _row(("major", incident.major), ("parent", incident.parent))
    yield from _row(("children", ", ".join(incident.children)))
    yield from _row(*((relation, target) for relation, target in incident.links))
    yield from _row(("watchers", ", ".join(incident.watchers)))
    yield from _row(*_counts(incident))


def _row(*pairs: tuple[str, str | None]) -> Iterator[str]:
    said = [f"{name} {value}" for name, value in pairs if value]
    if said:
        yield one_line("  " + " · ".join(said))


def _highest(incident: Incident) -> str | None:
    return incident.highest_priority if incident.highest_priority != incident.priority else None


def _closes(incident: Incident) -> str | None:
    return incident.closes_at if incident.status == "resolved" else None


def _counts(incident: Incident) -> Iterable[tuple[str, str | None]]:
    for name in ("reassignments", "reopens", "contacts", "recurrences"):
        count = getattr(incident, name)
        yield name, str(count) if count else None


def _tasks(incident: Incident) -> str | None:
    """`1 of 3 done`; None where no model gave it tasks."""
    found = tasks(incident.events, incident.voids)
    done = sum(one.done_at is not None for one in found)
    return f"{done} of {len(found)} done" if found else None


def _strays(record: Record) -> str:
    lines = [f"Work-log entries that no event knows ({len(record.strays)}):"]
    lines += [one_line(f"  #{entry.n} {when(entry.at)} {entry.by}: {entry.text}") for entry in record.strays]
    return "\n".join(lines) if record.strays else ""
