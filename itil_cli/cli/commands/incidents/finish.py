"""Finish: resolve, reopen, close, cancel, correct, redact."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.params import many_ids, message, one_id, pass_app


@click.command()
@many_ids
@click.option("--code", metavar="C", help="fixed, workaround, no-fault, user-error, recovered.")
@message("Cause and fix.")
@click.option("--kind", metavar="K", help="The kind, where the code's own does not fit.")
@click.option("--category", metavar="C", help="The right category, if it was another (P07).")
@click.option("--known-error", metavar="KE", help="The known error that it was.")
@click.option("--problem", metavar="PRB", help="The problem that it belongs to.")
@click.option("--no-problem", metavar="WHY", help="Why a workaround needs no problem record.")
@click.option("--confirmed-by", metavar="P", help="The requestor has confirmed: it closes too.")
@click.option("--article", is_flag=True, help="Draft a knowledge article from it (F5).")
@click.option("--dry-run", is_flag=True, help="Show what would happen, children included.")
@pass_app
def resolve_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """Resolved: code, notes, category confirmed or changed (R4, P07).

    Example: itil resolve 7kq --code fixed -m "Certificate had expired; renewed."
    """
    for name, kind in (("known_error", "KE"), ("problem", "PRB")):
        options[name] = app.whole(options[name], kind) if options[name] else None
    act(app, "resolve", incidents, **options)


@click.command()
@many_ids
@message("Why.")
@click.option("--requested-by", metavar="P", help="The requestor for whom you reopen it.")
@click.option("--dry-run", is_flag=True, help="Show what would happen, children included.")
@pass_app
def reopen_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """It was not resolved after all; back to the last resolving group (F3).

    Example: itil reopen 7kq -m "Fails again since noon" --requested-by alice@example.com
    """
    act(app, "reopen", incidents, **options)


@click.command()
@many_ids
@click.option("--confirmed-by", metavar="P", help="Who confirmed the resolution.")
@click.option("-m", "--message", "close_message", metavar="TEXT", help="Something to say with it.")
@click.option("--waive-review", metavar="WHY", help="Close a major incident without its review.")
@pass_app
def close_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """The requestor confirmed (F2).

    Example: itil close 7kq --confirmed-by alice@example.com
    """
    act(app, "close", incidents, **options)


@click.command()
@many_ids
@click.option("--reason", metavar="R", help="withdrawn, gone, cannot-replicate, not-an-incident, double-entry.")
@message("Why.")
@click.option("--requested-by", metavar="P", help="Who wants no more.")
@click.option("--rerouted-to", metavar="REF", help="Where a service request went.")
@pass_app
def cancel_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """The requestor wants no more, or it was no incident (C2, S9).

    Example: itil cancel 7kq --reason not-an-incident --rerouted-to REQ-12 -m "A service request."
    """
    act(app, "cancel", incidents, **options)


@click.command()
@one_id
@click.option("--event", metavar="N", help="The event that is wrong; the last classification, if not given.")
@click.option("--set", "set", metavar="FIELD=VALUE", multiple=True, help="What it should have said.")
@click.option("--impact", metavar="I", help="Short for --set impact=I.")
@click.option("--urgency", metavar="U", help="Short for --set urgency=U.")
@click.option("--category", metavar="C", help="Short for --set category=C.")
@click.option("--accept-late", metavar="N", help="Countersign this late event, which improved a verdict (S17).")
@message("Why.")
@pass_app
def correct_command(app: App, incident: str, **options: Any) -> None:
    """The incident manager mends what an event says, by a later event (S5).

    Example: itil correct 7kq --event 2 --set impact=medium -m "One till, not all."
    """
    act(app, "correct", (incident,), **options)


@click.command()
@one_id
@click.option("--event", metavar="N", help="The event whose text goes (`itil timeline ID`).")
@click.option("--description", is_flag=True, help="The description goes.")
@message("Why.")
@pass_app
def redact_command(app: App, incident: str, **options: Any) -> None:
    """The incident manager takes a text out of the file that should never have been written (S17).

    The event stays, with its time and person. git's history still holds the text, so change a secret that stood there.

    Example: itil redact 7kq --event 4 -m "A password."
    """
    act(app, "redact", (incident,), **options)
