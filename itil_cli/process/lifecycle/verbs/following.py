"""What follows an incident, or the process itself (M8, M9, R1): reviews, actions, tasks.

`process` in place of an id is the record of the process itself; it begins with its first review or action.
"""

from __future__ import annotations

from itil_cli.errors import Malformed, NotFound
from itil_cli.process.incident import PROCESS, Incident, Record
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.verbs import majoring
from itil_cli.process.majors.actions import Action, Task, actions, open_actions, tasks
from itil_cli.process.settings.kinds import Date
from itil_cli.process.time.instants import format_instant

STEPS = ("start", "finish")


def review(case: Case, record_id: str) -> str:
    """A review of an incident or of the process begins, or is finished with what was learned (M8)."""
    step = case.command.text("step") or "finish"
    if record_id != PROCESS and case.incident(record_id).major == "accepted":
        return majoring.review(case, record_id)
    _begin(case, record_id)
    permit(case, "review", record_id)
    message = case.command.text("message")
    if step == "finish" and message is None:
        raise refuse(case, "M8", "finishing a review needs what was learned.", 'Add -m "…".')
    presented = [names.person(case, name).email for name in case.command.texts("presented_to")]
    case.add(record_id, "reviewed", text=message, step=step, presented_to=presented)
    return record_id


def _begin(case: Case, record_id: str) -> None:
    if record_id == PROCESS and PROCESS not in case.after and PROCESS not in case.records:
        case.create(Record(PROCESS, {"title": "The process itself"}, ()))


def add_action(case: Case, record_id: str) -> str:
    """Somebody is to do something until a date (M9)."""
    _begin(case, record_id)
    permit(case, "action", record_id, do="action-added")
    message, owner, due = (case.command.text(name) for name in ("message", "owner", "due"))
    if message is None or owner is None or due is None:
        raise refuse(case, "M9", "an action needs a text, an owner and a date.", 'Add -m "…" --owner P --due DATE.')
    fault = Date().text_fault(due)
    if fault:
        raise Malformed(f"{fault[0][0].upper()}{fault[0][1:]}", remedy="Write --due 2026-12-24.")
    person = names.person(case, owner).email
    case.add(record_id, "action-added", text=message, owner=person, due=due)
    number = len(actions(case.record(record_id).events))
    over = " That date is over." if due < format_instant(case.now)[:10] else ""
    case.notes.append(f"Action {number} is {person}'s until {due}.{over}")
    return record_id


def finish_action(case: Case, record_id: str) -> str:
    """It is done (M9)."""
    if record_id == PROCESS:
        case.record(PROCESS)
    permit(case, "action", record_id, do="action-done")
    action = _action(case, record_id)
    if action.done_at is not None:
        remedy = f"`itil action {record_id} list` shows what is open."
        raise refuse(case, "M9", f"action {action.number} of {record_id} is done already.", remedy)
    case.add(record_id, "action-done", text=case.command.text("message"), action=action.n)
    left = len(open_actions(case.record(record_id).events))
    case.notes.append(f"Action {action.number} is done; {left or 'none'} left.")
    return record_id


def _action(case: Case, record_id: str) -> Action:
    number = case.command.options.get("number")
    found = actions(case.record(record_id).events)
    for action in found:
        if action.number == number:
            return action
    there = f"There are: 1 to {len(found)}." if found else f"Add one: `itil action {record_id} add`."
    raise NotFound(f"{record_id} has no action {number}.", remedy=there)


def task(case: Case, incident_id: str) -> str:
    """A task of the model is done (R1)."""
    incident = permit(case, "task", incident_id)
    number = case.command.options.get("number")
    found = tasks(incident.events, incident.voids)
    known = next((one for one in found if one.number == number), None)
    if known is None:
        there = f"There are: 1 to {len(found)}." if found else "Tasks come from a model: `itil log --model M`."
        raise NotFound(f"{incident_id} has no task {number}.", remedy=there)
    if known.done_at is not None:
        raise refuse(case, "R1", f"task {number} of {incident_id} is done already.", "`itil task ID` lists them.")
    case.add(incident_id, "task-done", text=case.command.text("message"), task=known.number)
    left = [one for one in found if one.done_at is None and one.number != known.number]
    must = sum(one.mandatory for one in left)
    more = f", {must} mandatory" if must else ""
    case.notes.append(f"Task {known.number} is done; {len(left) or 'none'} left{more}.")
    return incident_id


def refuse_open_tasks(case: Case, incident: Incident) -> None:
    """Mandatory tasks are carried out before it is resolved (R1)."""
    waiting = mandatory_left(incident)
    if waiting:
        named = "; ".join(f"{one.number} {one.text}" for one in waiting)
        count = "a mandatory task" if len(waiting) == 1 else f"{len(waiting)} mandatory tasks"
        remedy = f"Carry them out, then `itil task {incident.id} N`."
        raise refuse(case, "R1", f"{incident.id} has {count} open: {named}.", remedy)


def mandatory_left(incident: Incident) -> list[Task]:
    """The mandatory tasks that are not done yet."""
    return [one for one in tasks(incident.events, incident.voids) if one.mandatory and one.done_at is None]
