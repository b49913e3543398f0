"""Major incidents for reading: the war room, and its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from itil_cli.process.incident import Incident
from itil_cli.process.majors.actions import Action, Task
from itil_cli.process.majors.major import Owed
from itil_cli.process.majors.warroom import Room
from itil_cli.process.time.instants import format_instant
from itil_cli.render.incidents.card import headline
from itil_cli.render.incidents.events import event_lines
from itil_cli.render.incidents.sla import clock_line
from itil_cli.render.machine import Document, clock_documents, document, event_document
from itil_cli.render.text import one_line, safe, seconds_text, when

LAST = 5  # events shown


def rooms_text(rooms: Sequence[Room]) -> str:
    """Every major incident that is proposed or under way."""
    return "\n\n".join("\n".join(_room(one)) for one in rooms) or "No major incident is proposed or under way."


def _room(room: Room) -> Iterator[str]:
    incident = room.incident
    yield headline(incident)
    yield f"  major {incident.major}{_open_for(room)}"
    yield from (f"  {clock_line(clock)}" for clock in room.clocks if clock.name == "resolution")
    yield f"  {next_update(room)}"
    yield one_line(f"  {_roles(room)}")
    yield from _facts(room)
    yield from (f"  {line}" for line in [*task_lines(room.tasks), *action_lines(room.actions, room.now, left=True)])
    yield "  last events"
    events = [state.event for state in incident.trail][-LAST:]
    yield from (f"    {line}" for event in events for line in event_lines(event))


def _open_for(room: Room) -> str:
    at = room.milestones.get("detected")
    return f" · {seconds_text(room.now - at.at)} since it was logged" if at and room.incident.is_open else ""


def next_update(room: Room) -> str:
    """`next update due 2026-11-24 09:15Z, 12m left`, or by how much it is overdue."""
    owed = room.communication.owed
    if owed is None:
        return "no update is due"
    return f"{'update' if room.overdue else 'next update'} {due_text(owed, room.now)}"


def due_text(owed: Owed, now: int) -> str:
    """`due 2026-11-24 09:15Z, 12m left`, or `OVERDUE by 3m, due 2026-11-24 09:15Z`."""
    if owed.due < now:
        return f"OVERDUE by {exact_text(now - owed.due)}, due {when(owed.due)}"
    return f"due {when(owed.due)}, {seconds_text(owed.due - now)} left"


def exact_text(seconds: int) -> str:
    """`1h 5m 20s`: nothing is left out."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    return " ".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count) or "0s"


def role_of_owner(incident: Incident) -> str:
    """Who owns an accepted major incident is its manager."""
    return "manager" if incident.major == "accepted" else "owner"


def _roles(room: Room) -> str:
    one = room.incident
    pairs = (
        (role_of_owner(one), one.owner),
        ("group", one.group),
        ("assignee", one.assignee),
        ("requestor", one.requestor),
    )
    return " · ".join(f"{name} {said}" for name, said in pairs if said)


def _facts(room: Room) -> Iterator[str]:
    plan = ", ".join(f"{name} {said}" for name, said in room.plan.items())
    facts = (
        ("bridge", room.bridge),
        ("plan", plan),
        ("stakeholders", ", ".join(room.stakeholders)),
        ("called in", ", ".join(room.informed)),
        ("children", ", ".join(room.incident.children)),
    )
    yield from (one_line(f"  {name} {said}") for name, said in facts if said)


def task_lines(tasks: Sequence[Task]) -> Iterator[str]:
    """`task 1 [x] Light of the line  (bob@example.com, 2026-11-24 09:00Z)`."""
    for task in tasks:
        must = "" if not task.mandatory else " (mandatory)"
        done = f"  ({task.done_by}, {when(task.done_at)})" if task.done_at is not None else ""
        yield one_line(f"task {task.number} [{'x' if done else ' '}] {task.text}{must}{done}")


def action_lines(actions: Sequence[Action], now: int, *, left: bool = False) -> Iterator[str]:
    """`action 1 [ ] Watch certificates  pia@example.com until 2026-12-01  OVERDUE`; `left`: only what is not done."""
    for action in actions:
        if left and action.done_at is not None:
            continue
        done = f"  (done by {action.done_by}, {when(action.done_at)})" if action.done_at is not None else ""
        late = "  OVERDUE" if action.overdue(now) else ""
        mark = "x" if done else " "
        yield one_line(f"action {action.number} [{mark}] {action.text}  {action.owner} until {action.due}{late}{done}")


def rooms_document(rooms: Sequence[Room]) -> Document:
    """The same for a program."""
    return document("majors", majors=[room_document(room) for room in rooms])


def room_document(room: Room) -> dict[str, Any]:
    """One major incident."""
    one, owed = room.incident, room.communication.owed
    events = [state.event for state in one.trail][-LAST:]
    return {
        "id": one.id,
        "title": one.title,
        "status": one.status,
        "major": one.major,
        "priority": one.priority,
        "highest_priority": one.highest_priority,
        "manager": one.owner,
        "group": one.group,
        "assignee": one.assignee,
        "bridge": room.bridge,
        "plan": dict(room.plan),
        "stakeholders": list(room.stakeholders),
        "informed": list(room.informed),
        "children": list(one.children),
        "next_update": {"due": format_instant(owed.due), "overdue": room.overdue} if owed else None,
        "updates": [
            {"n": sent.n, "sent": format_instant(sent.sent), "due": _instant(sent.due), "late": sent.late}
            for sent in room.communication.sent
        ],
        "tasks": [task_document(task) for task in room.tasks],
        "actions": [action_document(action, room.now) for action in room.actions],
        "events": [event_document(event) for event in events],
        "clocks": clock_documents(room.clocks),
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


def task_document(task: Task) -> dict[str, Any]:
    """A task."""
    done = {"done_at": _instant(task.done_at), "done_by": task.done_by}
    return {"number": task.number, "text": task.text, "mandatory": task.mandatory} | done


def action_document(action: Action, now: int) -> dict[str, Any]:
    """An action."""
    said = {"number": action.number, "n": action.n, "text": action.text, "owner": action.owner, "due": action.due}
    done = {"done_at": _instant(action.done_at), "done_by": action.done_by}
    return said | {"added_at": format_instant(action.at), "overdue": action.overdue(now)} | done


def owing_action_lines(owing: Sequence[tuple[str, Action]], now: int) -> Iterator[str]:
    """Actions of several records, each with whose it is and where it stands."""
    for record_id, action in owing:
        late = "  OVERDUE" if action.overdue(now) else ""
        yield safe(one_line(f"  {record_id}  {action.number}  until {action.due}{late}  {action.owner}  {action.text}"))
