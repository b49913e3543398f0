"""Know: known errors, from draft to retirement."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.knowing import (
    edited_facts,
    facts,
    from_incident,
    list_records,
    one_record,
    show_record,
    whole,
    with_status,
)
from itil_cli.cli.params import message, pass_app


@click.group("known-error")
def known_error_command() -> None:
    """Known errors: causes with a workaround (P06).

    Example: itil known-error list
    """


@known_error_command.command("new")
@facts
@click.option("--ci", "cis", metavar="X", multiple=True, help="An affected item; may stand several times.")
@click.option("--workaround", metavar="TEXT", help="What helps meanwhile; a workaround's notes with --from.")
@click.option("--fix", metavar="TEXT", help="The permanent fix, where it is known.")
@click.option("--problem", metavar="PRB", help="The problem behind it; the incident's, with --from.")
@from_incident
@pass_app
def new_known_error(app: App, **options: Any) -> None:
    """Draft one, by hand or from an incident; the problem manager is told.

    Example: itil known-error new --from 7kq --fix "Release the lock in the backup script."
    """
    act(app, "known-error new", **whole(app, options))


@known_error_command.command("list")
@with_status
@pass_app
def list_known_errors(app: App, status: tuple[str, ...]) -> None:
    """Every known error, newest first.

    Example: itil known-error list --status published
    """
    list_records(app, "KE", status, "There are no known errors.")


@known_error_command.command("show")
@one_record
@pass_app
def show_known_error(app: App, record: str) -> None:
    """One known error: symptoms, workaround, permanent fix.

    Example: itil known-error show qx2
    """
    show_record(app, record, "KE")


@known_error_command.command("edit")
@one_record
@edited_facts
@click.option("--ci", "cis", metavar="X", multiple=True, help="The affected items, all of them.")
@click.option("--workaround", metavar="TEXT", help="Another workaround.")
@click.option("--fix", metavar="TEXT", help="The permanent fix, or another one.")
@click.option("--problem", metavar="PRB", help="The problem behind it.")
@pass_app
def edit_known_error(app: App, record: str, **options: Any) -> None:
    """Change what it says; once it is published, the problem manager only. TEXT of -d stands above the sections.

    Example: itil known-error edit qx2 --workaround "Restart the search service, then rebuild the index."
    """
    act(app, "known-error edit", (record,), **whole(app, options))


@known_error_command.command("publish")
@one_record
@message("Something to say with it.")
@pass_app
def publish_known_error(app: App, record: str, **options: Any) -> None:
    """From now on it is offered to everybody, and to the open incidents that it may help (problem manager).

    Example: itil known-error publish qx2
    """
    from itil_cli.cli.finding import may_help

    act(app, "known-error publish", (record,), offered=may_help(app, record, "KE"), **options)


@known_error_command.command("retire")
@one_record
@message("Why.")
@pass_app
def retire_known_error(app: App, record: str, **options: Any) -> None:
    """It is offered no more (problem manager).

    Example: itil known-error retire qx2 -m "Mended with release 4.2."
    """
    act(app, "known-error retire", (record,), **options)
