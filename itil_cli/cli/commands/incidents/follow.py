"""What follows: reviews, actions and tasks, of an incident or (`process`) of the process itself."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.params import complete_ids, message, one_id, pass_app

_of = click.argument("record", metavar="ID|process", shell_complete=complete_ids)


@click.command("review")
@_of
@click.argument("step", type=click.Choice(["start", "finish"]))
@message("What was learned; one line will do.")
@click.option("--presented-to", metavar="P", multiple=True, help="To whom it was presented.")
@pass_app
def review_command(app: App, record: str, step: str, **options: Any) -> None:
    """A review begins, or is held with what was learned (M8); `process` is a review of the process itself.

    Of an accepted major incident it is its review, which its manager holds.

    Example: itil review process finish -m "Half of the reopened ones were closed on the phone." --presented-to frank
    """
    act(app, "review", (record,), step=step, **options)


@click.command("action")
@_of
@click.argument("step", type=click.Choice(["add", "done", "list"]), default="list", required=False)
@click.argument("number", metavar="[N]", type=click.IntRange(1), required=False)
@message("What is to be done; with done, what came of it.")
@click.option("--owner", metavar="P", help="Who is to do it.")
@click.option("--due", metavar="DATE", help="Until when, such as 2026-12-24.")
@pass_app
def action_command(app: App, record: str, step: str, number: int | None, **options: Any) -> None:
    """Actions that follow an incident or a review of the process, tracked to done (M9).

    Example: itil action 7kq add -m "Watch the certificates" --owner pia --due 2026-12-01
    """
    from itil_cli.errors import Malformed

    if step == "list":
        _list_actions(app, record)
        return
    if step == "done" and number is None:
        raise Malformed("which action is done?", remedy=f"`itil action {record} list` numbers them.")
    act(app, f"action {step}", (record,), number=number, **options)


def _list_actions(app: App, part: str) -> None:
    from itil_cli.process.events.fold import fold
    from itil_cli.process.incident import PROCESS
    from itil_cli.process.majors.actions import actions
    from itil_cli.render.machine import document
    from itil_cli.render.majors.major import action_document, action_lines

    record_id = app.whole(part, "INC")
    record = app.snapshot.records.get(record_id) if record_id == PROCESS else app.snapshot.records[record_id]
    void = fold(record).voids if record is not None and record_id != PROCESS else {}
    found = actions(record.events, void) if record is not None else []
    listed = [action_document(one, app.now) for one in found]
    text = "\n".join(action_lines(found, app.now)) or "There are no actions."
    app.emit(document("actions", id=record_id, actions=listed), text)


@click.command("task")
@one_id
@click.argument("number", metavar="[N]", type=click.IntRange(1), required=False)
@click.option("--done", "done", metavar="N", type=click.IntRange(1), help="The same as N alone.")
@message("Something to say with it.")
@pass_app
def task_command(app: App, incident: str, number: int | None, done: int | None, **options: Any) -> None:
    """The tasks that the incident's model prescribes; N is done (R1). Mandatory ones come before resolving.

    Example: itil task 7kq 2
    """
    wanted = number if number is not None else done
    if wanted is not None:
        act(app, "task", (incident,), number=wanted, **options)
        return
    from itil_cli.process.events.fold import fold
    from itil_cli.process.majors.actions import tasks
    from itil_cli.render.machine import document
    from itil_cli.render.majors.major import task_document, task_lines

    seen = fold(app.snapshot.records[app.whole(incident, "INC")])
    found = tasks(seen.events, seen.voids)
    listed = [task_document(one) for one in found]
    app.emit(document("tasks", id=seen.id, tasks=listed), "\n".join(task_lines(found)) or "There are no tasks.")
