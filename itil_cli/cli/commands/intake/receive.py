"""Take in: what comes from outside, a message or a body at a time."""

from __future__ import annotations

import os
from typing import BinaryIO

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import InputFile, InputPath, pass_app


@click.group(cls=Family)
def receive_command() -> None:
    """Take in what others send, from a file or standard input; a bot acts (D2).

    Mail is a new incident, or a contact on the one it is about. What fires opens an incident, or repeats the open one
    with its key; what has recovered resolves it where nobody has accepted it, else notes it. Sent twice, it is taken
    once.

    Example: itil receive alertmanager body.json
    """


_source = click.argument("source", metavar="[FILE|-]", type=InputFile("rb"), default="-")


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
    from itil_cli.cli.answers.intake.taking import parse_body, receive

    receive(app, parse_body(sender, source.read(), name, getattr(source, "name", "<stdin>")))


@receive_command.command("mail")
@click.argument("source", metavar="[FILE|-]", default="-", type=InputPath(exists=True, allow_dash=True))
@click.option(
    "--imap",
    metavar="[URL]",
    is_flag=False,
    flag_value="",
    help="Take in what is unseen in imaps://USER@HOST/FOLDER; without a URL, in the mailbox of receive.toml.",
)
@pass_app
def receive_mail(app: App, source: str, imap: str | None) -> None:
    """Take in mail: one message, an mbox or a Maildir. A new incident, or a contact on the one it is about.

    A message is taken in once, however often it is delivered. Exit 75 where the store cannot be written, so that
    the mail server tries again. docs/mail.md has lines for .forward, procmail and cron.

    Example: itil receive mail --as helpdesk@example.com < message.eml
    """
    app.unwritten = (os.EX_TEMPFAIL, "")  # whatever fails: keep it and try again
    from itil_cli.cli.answers.intake.mailing import receive

    app.job = "mail" if source != "-" or imap is not None else None
    receive(app, source, imap)
