"""Keep time: deliver, what people are to be told."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.command("deliver")
@click.option("--dry-run", is_flag=True, help="Print the messages; send and write nothing.")
@pass_app
def deliver_command(app: App, dry_run: bool) -> None:
    """Send what people are to be told: receipts, resolutions, assignments, escalations, … (P12, P14, F1).

    How mail leaves this machine stands in ~/.config/itil/deliver.toml, never in the store (docs/mail.md). Each
    message is claimed by a commit before it is sent; what fails is tried again later. Exit 1 where something failed.

    Example: itil deliver --dry-run
    """
    from itil_cli.cli.answers.duties.delivering import deliver

    app.job = None if dry_run else "deliver"
    deliver(app, dry_run=dry_run)
