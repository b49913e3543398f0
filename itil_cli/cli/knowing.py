"""What the commands of problems, known errors and articles share: their options, and how each of them is made.

A family is a click group; `new`, `lists`, `step` and `publish` add its commands, each with its help and its example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.looking.parts import find_of
from itil_cli.cli.params import complete_ids, message, pass_app

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[Any], Any]  # a decorator of click's

one_record = click.argument("record", metavar="ID", shell_complete=complete_ids)


def facts(command: F) -> F:
    """What a new record is about."""
    command = click.option("--category", metavar="C", help="Operational category, such as network/vpn.")(command)
    command = click.option("--service", metavar="S", help="The service that is affected.")(command)
    command = click.option("-d", "--description", metavar="TEXT", help="The text (`-`: standard input).")(command)
    return click.option("-t", "--title", metavar="TEXT", help="What it is, in a line.")(command)


with_status = click.option(
    "--status", metavar="S", multiple=True, help="Only with this status; may stand several times."
)
incidents = click.option(
    "--incident", "incidents", metavar="INC", multiple=True, help="An incident behind it; may stand several times."
)
from_incident = click.option("--from", "from_", metavar="INC", help="Take title, service, category and text from it.")


def whole(app: App, options: dict[str, Any]) -> dict[str, Any]:
    """The options with every id in full."""
    found = dict(options)
    if "from_" in found:
        source = found.pop("from_")
        found["from"] = app.whole(source, "INC") if source else None
    if found.get("problem"):
        found["problem"] = app.whole(found["problem"], "PRB")
    if "incidents" in found:
        found["incidents"] = tuple(app.whole(part, "INC") for part in found["incidents"])
    return found


def new(group: click.Group, verb: str, about: str, *options: Option) -> None:
    """Add the command that begins a record."""

    def run(app: App, **given: Any) -> None:
        act(app, verb, **whole(app, given))

    group.command("new", help=about)(_with(options, pass_app(run)))


def step(group: click.Group, verb: str, about: str, *options: Option) -> None:
    """Add the command that carries a verb out on one record."""

    def run(app: App, record: str, **given: Any) -> None:
        act(app, verb, (record,), **whole(app, given))

    group.command(verb.partition(" ")[2], help=about)(one_record(_with(options, pass_app(run))))


def publish(group: click.Group, verb: str, kind: str, example: str) -> None:
    """Add the command that offers a record to everybody, and to the open incidents that it may help."""

    def run(app: App, record: str, **given: Any) -> None:
        from itil_cli.cli.finding import may_help

        act(app, verb, (record,), offered=may_help(app, record, kind), **given)

    about = "From now on it is offered to everybody, and to the open incidents that it may help (problem manager)."
    said = message("Something to say with it.")
    group.command("publish", help=f"{about}\n\nExample: {example}")(one_record(said(pass_app(run))))


def lists(group: click.Group, kind: str, every: str, one: str) -> None:
    """Add `list` and `show` of a kind."""

    def listed(app: App, status: tuple[str, ...]) -> None:
        list_records(app, kind, status)

    def shown(app: App, record: str) -> None:
        show_record(app, record, kind)

    group.command("list", help=every)(with_status(pass_app(listed)))
    group.command("show", help=one)(one_record(pass_app(shown)))


def _with(options: Sequence[Option], command: Any) -> Any:
    for option in reversed(options):
        command = option(command)
    return command


def list_records(app: App, kind: str, status: tuple[str, ...]) -> None:
    """Every record of a kind, newest first; only those with one of the statuses, if any is named."""
    from itil_cli.process.knowledge.steps import NAMES, STATUSES
    from itil_cli.process.lifecycle.names import choice
    from itil_cli.render.knowledge.knowledge import known_list, problem_lines

    wanted = [choice("status", name, STATUSES[kind]) for name in status]
    every = (app.snapshot.records[record_id] for record_id in app.snapshot.ids(kind))
    found = sorted(every, key=lambda one: (one.events[0].at if one.events else 0, one.id), reverse=True)
    shown = [record for record in found if not wanted or record.fields.get("status") in wanted]
    app.emit(known_list(kind, shown), problem_lines(shown) or f"There are no {NAMES[kind]}s.")


def show_record(app: App, part: str, kind: str) -> None:
    """One record of a kind, whatever unique part of its id is given."""
    from itil_cli.cli.answers.records.listing import show
    from itil_cli.process.knowledge.steps import NAMES

    noun = NAMES[kind]
    remedy = f"`itil {noun.replace(' ', '-')} list` shows what there is."
    show(app, app.snapshot, find_of(app.whole, part, (kind,), noun, remedy), public=False)


def edited_facts(command: F) -> F:
    """What of a record may be changed; what is not given stays."""
    command = click.option("--category", metavar="C", help="Another operational category.")(command)
    command = click.option("--service", metavar="S", help="Another service.")(command)
    command = click.option("-d", "--description", metavar="TEXT", help="Another text (`-`: standard input).")(command)
    return click.option("-t", "--title", metavar="TEXT", help="Another title.")(command)
