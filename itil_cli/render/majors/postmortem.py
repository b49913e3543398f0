"""The report of one major incident, generated from its events (M8): as data, as Markdown, as HTML.

Durations are of wall-clock time. Nothing in it comes from the clock but what is overdue.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any

from itil_cli.process.majors import major
from itil_cli.process.majors.warroom import Room
from itil_cli.process.time.instants import format_instant
from itil_cli.render.incidents.events import event_lines
from itil_cli.render.machine import Document, document, event_documents
from itil_cli.render.majors.major import action_lines, due_text, exact_text, role_of_owner, room_document, task_lines
from itil_cli.render.text import one_line, safe, seconds_text, when

_TIMES = {
    "detect": "To detect, from when it began",
    "propose": "To propose, from detection",
    "accept": "To accept, from detection",
    "mitigate": "To mitigate, from detection",
    "resolve": "To resolve, from detection",
}
_UNKNOWN = "not known"


def report_document(room: Room) -> Document:
    """The report for a program."""
    one = room.incident
    reached = {name: _milestone(room, name) for name in room.milestones}
    told = [
        {"at": format_instant(said.event.at), "by": said.event.by, "to": said.to, "text": said.what}
        for said in room.told
    ]
    reviews: list[dict[str, Any]] = [
        {"at": format_instant(event.at), "by": event.by, "step": event.str("step") or "finish", "text": event.text}
        | {"presented_to": event.get("presented-to") or []}
        for event in room.reviews
    ]
    late = sum(1 for sent in room.communication.sent if sent.late)
    return document("major-report") | room_document(room) | {
        "business_impact": major.impact(one),
        "criteria": list(major.criteria(one)),
        "milestones": reached,
        "durations": dict(room.durations),
        "told": told,
        "updates_late": late,
        "reviews": reviews,
        "links": [{"relation": relation, "target": target} for relation, target in one.links],
        "events": event_documents(one),
    }  # fmt: skip


def _milestone(room: Room, name: str) -> dict[str, Any]:
    said = room.milestones[name]
    return {"at": format_instant(said.at), "event": said.n, "corrected": said.corrected}


def markdown(room: Room) -> str:
    """The report as Markdown."""
    one = room.incident
    sections = (
        ("Summary", _summary(room)),
        ("Times", _times(room)),
        ("Communication", _communication(room)),
        ("Timeline", [f"    {line}" for event in major.counted(one) for line in event_lines(event)]),
        ("Review", _review(room)),
        ("Actions", [f"- {_plain(line)}" for line in action_lines(room.actions, room.now)] or ["None."]),
    )
    blocks = [f"# Major incident {one.id}: {_plain(one.title)}"]
    blocks += [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections]
    return "\n\n".join(blocks)


def _plain(text: str) -> str:
    """A text on one line; what Markdown takes for a sign is escaped."""
    return re.sub(r"([\\`*_<>|])", r"\\\1", one_line(text))


def _summary(room: Room) -> list[str]:
    one = room.incident
    lines = [
        f"- Status {one.status}, priority {one.priority}, highest priority ever held {one.highest_priority}",
        f"- Business impact: {_plain(major.impact(one) or _UNKNOWN)}",
        f"- Criteria: {', '.join(major.criteria(one)) or 'by rule'}",
        f"- Service {one.service or _UNKNOWN}, configuration items {', '.join(one.cis) or 'none named'}",
        f"- {role_of_owner(one).capitalize()} {one.owner}, group {one.group}, assignee {one.assignee or 'none'}",
        f"- Groups called in: {', '.join(room.informed) or 'none'}",
        f"- Children: {', '.join(one.children) or 'none'}",
    ]
    lines += [f"- {relation.capitalize()}: {_plain(target)}" for relation, target in one.links]
    return lines + [f"- {_plain(line)}" for line in task_lines(room.tasks)]


def _times(room: Room) -> list[str]:
    lines = ["| milestone | time | from |", "| --- | --- | --- |"]
    for said in room.milestones.values():
        source = f"corrected by {said.n}" if said.corrected else f"event {said.n}"
        lines.append(f"| {said.name} | {when(said.at)} | {source} |")
    lines += ["", "| from … to … | took |", "| --- | --- |"]
    for name, words in _TIMES.items():
        spent = room.durations[name]
        lines.append(f"| {words} | {_UNKNOWN if spent is None else seconds_text(spent)} |")
    return lines


def _communication(room: Room) -> list[str]:
    sent = room.communication.sent
    late = [one for one in sent if one.late]
    plan = ", ".join(f"{name} {_plain(str(said))}" for name, said in room.plan.items())
    were = "1 update was" if len(sent) == 1 else f"{len(sent)} updates were"
    lines = [f"{were} sent, {len(sent) - len(late)} of them in time."]
    lines += [f"Sent {when(one.sent)}, due {when(one.due)}: {exact_text(one.late)} late." for one in late]
    missed = room.communication.missed
    lines += [f"Due {when(one.due)}, never sent: it was over {when(one.over)}." for one in missed]
    owed = room.communication.owed
    lines += [f"The next one is {due_text(owed, room.now)}."] if owed and room.overdue else []
    lines += [f"Plan: {plan}."] if plan else []
    lines += [f"Stakeholders: {', '.join(room.stakeholders)}."] if room.stakeholders else []
    rows = [f"| {when(one.event.at)} | {one.event.by} | {_plain(one.to)} | {_plain(one.what)} |" for one in room.told]
    return ["\n\n".join(lines), "", "| when | by | to | what |", "| --- | --- | --- | --- |", *rows]


def _review(room: Room) -> list[str]:
    lines = [line for event in room.reviews for line in _one_review(event)] or ["None was held."]
    return lines + [line for event in major.counted(room.incident) if event.get("rca") for line in _one_call(event)]


def _one_call(event: Any) -> Iterator[str]:
    """A call about the root cause: who attended, what came of it."""
    yield f"- {when(event.at)} call about the root cause, attended by {', '.join(event.get('rca'))}"
    yield from (f"  {_plain(line)}" for line in (event.text or "").split("\n") if line)


def _one_review(event: Any) -> Iterator[str]:
    presented = ", ".join(event.get("presented-to") or [])
    step = {"start": "begun", "finish": "held", "waive": "waived"}[event.str("step") or "finish"]
    yield f"- {when(event.at)} {step} by {event.by}{f', presented to {presented}' if presented else ''}"
    yield from (f"  {_plain(line)}" for line in (event.text or "").split("\n") if line)


def page(room: Room) -> str:
    """The report as one HTML page, of the Markdown's headings, lists, tables and lines."""
    title = html.escape(f"{room.incident.id}: {safe(room.incident.title)}")
    body = "\n".join(_blocks(markdown(room).split("\n")))
    style = (
        "body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
        "table{border-collapse:collapse;margin:1em 0}th{border-bottom:2px solid}"
        "td,th{padding:.2em .8em .2em 0;text-align:left;vertical-align:top}td{border-bottom:1px solid #ccc}"
        "pre{white-space:pre-wrap}"
    )
    head = f'<meta charset="utf-8"><title>{title}</title><style>{style}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>'


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Each run of lines of one kind as one element."""
    kind, held = "", list[str]()
    for line in [*lines, ""]:
        now = _kind(line)
        if now != kind and held:
            yield _element(kind, held)
            held = []
        kind = now
        if line.strip():
            held.append(line)
            if now == "h":
                yield _element(now, held)
                held = []


def _kind(line: str) -> str:
    starts = {"#": "h", "|": "table", "- ": "ul", "    ": "pre", "  ": "ul"}
    return next((kind for start, kind in starts.items() if line.startswith(start)), "p" if line.strip() else "")


def _element(kind: str, lines: Sequence[str]) -> str:
    if kind == "pre":
        return f"<pre>{html.escape(chr(10).join(line[4:] for line in lines))}</pre>"
    said = [_unescaped(line) for line in lines]
    if kind == "h":
        level = len(said[0]) - len(said[0].lstrip("#"))
        return f"<h{level}>{said[0].lstrip('# ')}</h{level}>"
    if kind == "table":
        first, *rows = [line for line in lines if not line.startswith("| ---")]
        return "\n".join(("<table>", _row(first, "th"), *(_row(row) for row in rows), "</table>"))
    if kind == "ul":
        return "<ul>\n" + "\n".join(f"<li>{line.lstrip('- ')}</li>" for line in said) + "\n</ul>"
    return "\n".join(f"<p>{line}</p>" for line in said)


def _row(line: str, cell_is: str = "td") -> str:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return "<tr>" + "".join(f"<{cell_is}>{_unescaped(cell.strip())}</{cell_is}>" for cell in cells) + "</tr>"


def _unescaped(text: str) -> str:
    return html.escape(re.sub(r"\\([\\`*_<>|])", r"\1", text))
