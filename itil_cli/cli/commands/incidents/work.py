"""Work: pend, resume, vendor, apply."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.looking.parts import find_of, find_or_given
from itil_cli.cli.params import many_ids, message, pass_app
from itil_cli.process.time.instants import format_instant


@click.command()
@many_ids
@click.option("--reason", metavar="R", help="awaiting-requestor, awaiting-vendor, scheduled, …")
@message("The message to the requestor (P12).")
@click.option("--until", metavar="T", help="The date agreed, or such as `in 2h`; it resumes by itself then.")
@click.option("--vendor", metavar="V", help="The vendor waited for.")
@click.option("--vendor-ticket", metavar="X", help="The vendor's ticket.")
@click.option("--ref", metavar="R", help="The change, problem or activity waited for.")
@pass_app
def pend_command(app: App, incidents: tuple[str, ...], until: str | None, ref: str | None, **options: Any) -> None:
    """Wait for the requestor or for something outside (P12).

    Example: itil pend 7kq --reason awaiting-requestor -m "Which terminal is it?"
    """
    if ref and options["reason"] == "awaiting-problem":
        ref = find_or_given(app.whole, ref, "PRB")
    act(app, "pend", incidents, until=format_instant(app.when(until)) if until else None, ref=ref, **options)


@click.command()
@many_ids
@message("Something to say with it.")
@pass_app
def resume_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """The wait is over; the clocks run on.

    Example: itil resume 7kq
    """
    act(app, "resume", incidents, **options)


@click.command()
@many_ids
@click.option("--opened", metavar="V", help="A ticket was opened at this vendor.")
@click.option("--ticket", metavar="X", help="The vendor's ticket.")
@click.option("--answered", is_flag=True, help="The vendor has answered.")
@click.option("--vendor", metavar="V", help="Which vendor has answered; who was asked last, if not given.")
@message("Something to say with it.")
@pass_app
def vendor_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """A vendor's ticket: opened, answered (I6).

    Example: itil vendor 7kq --opened telco --ticket T-4711
    """
    act(app, "vendor", incidents, **options)


@click.command()
@many_ids
@click.argument("record", metavar="KE|KB")
@click.option("--did-not-help", is_flag=True, help="It was consulted in vain.")
@message("Something to say with it.")
@pass_app
def apply_command(app: App, incidents: tuple[str, ...], record: str, **options: Any) -> None:
    """A known error or an article was used (I3, I4).

    Example: itil apply 7kq KE-20261124-4F7QZ
    """
    act(app, "apply", incidents, record=find_of(app.whole, record, ("KE", "KB"), "known error or article"), **options)
