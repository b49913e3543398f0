"""Take in: what comes from outside, message by message."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.group()
def receive_command() -> None:
    """Take in what others send: mail.

    Example: itil receive mail message.eml
    """


@receive_command.command("mail")
@click.argument("source", metavar="[FILE|-]", default="-", type=click.Path(exists=True, allow_dash=True))
@click.option("--imap", metavar="URL", help="Take in what is unseen in imaps://USER@HOST/FOLDER.")
@pass_app
def receive_mail(app: App, source: str, imap: str | None) -> None:
    """Take in mail: one message, an mbox or a Maildir. A new incident, or a contact on the one it is about.

    A message is taken in once, however often it is delivered. Exit 75 where the store cannot be written, so that
    the mail server tries again. docs/mail.md has lines for .forward, procmail and cron.

    Example: itil receive mail --as helpdesk@example.com < message.eml
    """
    from itil_cli.cli.answers.mailing import receive

    receive(app, source, imap)
