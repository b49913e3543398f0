"""Follow-up actions and tasks of a record, as its events tell them (M9, R1). Pure: events in, values out.

- An action is known by its number, counted from 1 in the order of the events; so is a task.
- `action-added` has the text, `owner` and `due` (an ISO date); `action-done` names the `n` of what it does.
- Tasks stand in the `logged` event, from the model: a text, or `{text, mandatory}`; `task-done` has the number.
- An action is overdue from the day after its date (UTC) until it is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from itil_cli.process.incident import Event, Value
from itil_cli.process.time.instants import format_instant


@dataclass(frozen=True, slots=True)
class Action:
    """Something that somebody is to do until a date. Instants are epoch seconds, `due` is an ISO date."""

    number: int
    n: str
    at: int
    by: str
    text: str
    owner: str
    due: str
    done_at: int | None = None
    done_by: str | None = None

    def overdue(self, now: int) -> bool:
        """Whether its date is over and it is not done."""
        return self.done_at is None and format_instant(now)[:10] > self.due


@dataclass(frozen=True, slots=True)
class Task:
    """A step of the handling that the model prescribes; a mandatory one is done before resolving."""

    number: int
    text: str
    mandatory: bool
    done_at: int | None = None
    done_by: str | None = None


def actions(events: Iterable[Event], void: Collection[str] = ()) -> list[Action]:
    """The actions of a record, in order, each with when it was done."""
    found: dict[str, Action] = {}
    for event in events:
        if event.n in void:
            continue
        if event.do == "action-added":
            said = (event.text or "", event.str("owner") or "", event.str("due") or "")
            found[event.n] = Action(len(found) + 1, event.n, event.at, event.by, *said)
        known = found.get(event.str("action") or "")
        if event.do == "action-done" and known and known.done_at is None:
            found[known.n] = replace(known, done_at=event.at, done_by=event.by)
    return list(found.values())


def open_actions(events: Iterable[Event], void: Collection[str] = ()) -> list[Action]:
    """Those that are not done yet."""
    return [action for action in actions(events, void) if action.done_at is None]


def next_due(events: Iterable[Event], void: Collection[str] = ()) -> str | None:
    """The earliest date of what is not done; None where nothing is owed."""
    return min((action.due for action in open_actions(events, void)), default=None)


def tasks(events: Iterable[Event], void: Collection[str] = ()) -> list[Task]:
    """The tasks of an incident, in order, each with when it was done."""
    found: list[Task] = []
    for event in events:
        if event.n in void:
            continue
        if event.do == "logged":
            found = [_task(number, item) for number, item in enumerate(as_list(event.get("tasks")), start=1)]
        number = event.get("task")
        if event.do == "task-done" and isinstance(number, int) and 0 < number <= len(found):
            known = found[number - 1]
            found[number - 1] = replace(known, done_at=known.done_at or event.at, done_by=known.done_by or event.by)
    return found


def as_list(value: Value) -> list[Value]:
    """A list as it is; anything else is none."""
    return value if isinstance(value, list) else []


def _task(number: int, item: Value) -> Task:
    if isinstance(item, dict):
        return Task(number, str(item.get("text", "")), item.get("mandatory") is True)
    return Task(number, str(item), False)
