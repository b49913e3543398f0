"""Major incidents: propose, accept, reject, demote, update, review."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.params import message, one_id, pass_app


@click.group()
def major_command() -> None:
    """Major incidents (M1 to M11, S12)."""


@major_command.command()
@one_id
@click.option("--criterion", metavar="C", help="The criterion that it meets.")
@message("Something to say with it.")
@pass_app
def propose(app: App, incident: str, **options: Any) -> None:
    """Declare it, with the criterion that it meets (M1).

    Example: itil major propose 7kq --criterion financial-application
    """
    act(app, "major propose", (incident,), **options)


@major_command.command()
@one_id
@message("The business impact.")
@click.option("--criterion", metavar="C", help="Needed where nobody proposed it.")
@click.option("--impact", metavar="I", help="Where it is not yet P1 or P2.")
@click.option("--urgency", metavar="U", help="Where it is not yet P1 or P2.")
@pass_app
def accept(app: App, incident: str, **options: Any) -> None:
    """Take it on: owner, shorter targets, communication clock (M2, M11).

    Example: itil major accept 7kq -m "No card payments in any shop; 40,000 EUR an hour."
    """
    act(app, "major accept", (incident,), **options)


@major_command.command()
@one_id
@message("Why.")
@pass_app
def reject(app: App, incident: str, **options: Any) -> None:
    """No major incident (M2).

    Example: itil major reject 7kq -m "One shop only."
    """
    act(app, "major reject", (incident,), **options)


@major_command.command()
@one_id
@message("Why.")
@pass_app
def demote(app: App, incident: str, **options: Any) -> None:
    """Major no more; the ordinary targets hold again.

    Example: itil major demote 7kq -m "The old gateway carries the load."
    """
    act(app, "major demote", (incident,), **options)


@major_command.command()
@one_id
@message("The update, as it is sent.")
@click.option("--status", metavar="TEXT", help="Where it stands.")
@click.option("--impact", metavar="TEXT", help="What is hit.")
@click.option("--actions", metavar="TEXT", help="What is being done.")
@click.option("--next-update", metavar="T", help="When the next one comes.")
@click.option("--audience", metavar="TEXT", help="To whom it goes.")
@pass_app
def update(app: App, incident: str, **options: Any) -> None:
    """Status, impact and actions go to the audience (M6).

    Example: itil major update 7kq -m "Gateway restarted; watching." --next-update 11:00
    """
    act(app, "major update", (incident,), **options)


@major_command.command()
@one_id
@click.argument("step", type=click.Choice(["finish"]))
@message("What was learned; one line will do.")
@click.option("--presented-to", metavar="P", multiple=True, help="To whom it was presented.")
@pass_app
def review(app: App, incident: str, step: str, **options: Any) -> None:
    """The review is held (M8).

    Example: itil major review 7kq finish -m "Certificates are watched from now on."
    """
    act(app, "major review", (incident,), **options)
