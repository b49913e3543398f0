"""Take in: what another system has recorded."""

from __future__ import annotations

from pathlib import Path

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import InputPath, pass_app

_file = click.argument("file", type=InputPath(exists=True, dir_okay=False, path_type=Path))
_history = click.option(
    "--history",
    type=click.Choice(["events", "single"]),
    default="single",
    show_default=True,
    help="One commit for every event in time order, or one in all.",
)


@click.group(cls=Family)
def import_command() -> None:
    """Load incidents from another system; the incident manager only (S17).

    Example: itil import servicenow incident_event_log.zip
    """


@import_command.command("servicenow")
@_file
@click.option("--zone", metavar="Z", default="UTC", show_default=True, help="The zone of the log's times.")
@_history
@click.option("--policy-out", metavar="FILE", type=click.Path(path_type=Path), help="Write the log's policy.")
@click.option("--map", "states", metavar="STATE=STATUS", multiple=True, help="What a state of the log means.")
@pass_app
def servicenow(app: App, file: Path, zone: str, history: str, policy_out: Path | None, states: tuple[str, ...]) -> None:
    """Load a ServiceNow incident log (CSV, or a zip of one): each row becomes an event, nothing is lost.

    What our process forbids is kept, marked, and counted at the end. Safe to run twice.

    Example: itil import servicenow log.zip --zone Europe/Paris --map "-100=pending:awaiting-activity"
    """
    from itil_cli.cli.answers.intake.importing import Import, answer, import_servicenow

    answer(app, import_servicenow(app, Import(file, history), zone, states, policy_out))


@import_command.command("jsonl")
@_file
@click.option("--system", metavar="NAME", default="jsonl", show_default=True, help="What the log is of, such as jira.")
@_history
@pass_app
def jsonl(app: App, file: Path, system: str, history: str) -> None:
    """Load rows as JSON, an object a line: `number`, `at`, and any of `status title priority group assignee …`.

    What `itil export --format jsonl` wrote is taken too. What our process forbids is kept, marked, and counted at
    the end. Safe to run twice.

    Example: itil import jsonl tickets.jsonl --system jira
    """
    from itil_cli.cli.answers.intake.importing import Import, answer, import_jsonl

    answer(app, import_jsonl(app, Import(file, history), system))
