"""Take in: what another system has recorded."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.group()
def import_command() -> None:
    """Load incidents from another system; the incident manager only (S17).

    Example: itil import servicenow incident_event_log.zip
    """


@import_command.command("servicenow")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--zone", metavar="Z", default="UTC", show_default=True, help="The zone of the log's times.")
@click.option(
    "--history",
    type=click.Choice(["events", "single"]),
    default="single",
    show_default=True,
    help="One commit for every event in time order, or one in all.",
)
@click.option("--policy-out", metavar="FILE", type=click.Path(path_type=Path), help="Write the log's policy.")
@click.option("--map", "states", metavar="STATE=STATUS", multiple=True, help="What a state of the log means.")
@pass_app
def servicenow(app: App, file: Path, zone: str, history: str, policy_out: Path | None, states: tuple[str, ...]) -> None:
    """Load a ServiceNow incident log (CSV, or a zip of one): each row becomes an event, nothing is lost.

    What our process forbids is kept, marked, and counted at the end. Safe to run twice.

    Example: itil import servicenow log.zip --zone Europe/Paris --map "-100=pending:awaiting-activity"
    """
    from itil_cli.cli.answers.importing import Import, answer, import_log

    done = import_log(app, Import(file, zone, history, states, policy_out))
    answer(app, done)


@click.group()
def receive_command() -> None:
    """Take in what a sender posts, from a file or standard input; a bot acts (D2).

    What fires opens an incident, or repeats the open one with its key; what has recovered resolves it where nobody
    has accepted it, else notes it. Sent twice, it is taken once.

    Example: itil receive alertmanager body.json
    """


_source = click.argument("source", metavar="[FILE|-]", type=click.File("rb"), default="-")


@receive_command.command("alertmanager")
@_source
@pass_app
def receive_alertmanager(app: App, source: BinaryIO) -> None:
    """Take in a body of Alertmanager's webhook (version 4); Grafana's has the same shape.

    Example: itil receive alertmanager < body.json
    """
    _receive(app, "alertmanager", source)


@receive_command.command("github")
@_source
@click.option("--event", metavar="E", help="The header X-GitHub-Event; unless given, the body tells.")
@pass_app
def receive_github(app: App, source: BinaryIO, event: str | None) -> None:
    """Take in a body of GitHub's webhooks: runs of workflows, jobs and checks, deployments, statuses.

    Example: itil receive github --event workflow_run body.json
    """
    _receive(app, "github", source, event)


@receive_command.command("json")
@_source
@click.option("--sender", metavar="NAME", required=True, help="Which mapping of `monitoring: json:` reads it.")
@pass_app
def receive_json(app: App, source: BinaryIO, sender: str) -> None:
    """Take in any JSON, read by a mapping of the policy (`monitoring: json: NAME:`, JMESPath).

    Example: itil receive json --sender datadog body.json
    """
    _receive(app, "json", source, sender)


def _receive(app: App, sender: str, source: BinaryIO, name: str | None = None) -> None:
    from itil_cli.cli.answers.taking import parse_body, receive

    receive(app, parse_body(sender, source.read(), name, getattr(source, "name", "<stdin>")))
