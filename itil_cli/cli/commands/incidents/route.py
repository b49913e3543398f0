"""Route: classify, assign, return, accept, take, escalate, acknowledge."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.params import many_ids, message, pass_app


@click.command()
@many_ids
@click.option("--category", metavar="C", help="Operational category, such as network/vpn.")
@click.option("--product", metavar="P", help="Product category.")
@click.option("--impact", metavar="I", help="How much is hit: critical, high, medium, low.")
@click.option("--urgency", metavar="U", help="How soon it must be mended: critical, high, medium, low.")
@click.option("--service", metavar="S", help="The service that is affected.")
@click.option("--ci", "cis", metavar="X", multiple=True, help="A configuration item; may stand several times.")
@message("Why, when impact or urgency change (P08).")
@pass_app
def classify_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """Category, impact and urgency; the matrix gives the priority (C1, C3, P08).

    Example: itil classify 7kq --impact high --urgency critical --category application/payments
    """
    act(app, "classify", incidents, **options)


@click.command()
@many_ids
@click.option("--group", metavar="G", help="The support group.")
@click.option("--to", metavar="P", help="A person of that group.")
@click.option("--agreed-with", metavar="P", help="Who of that group agreed (P09).")
@message("Something to say with it.")
@pass_app
def assign_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """To a support group, or to a person of it (C6).

    Example: itil assign 7kq --group network --agreed-with nora@example.com
    """
    act(app, "assign", incidents, **options)


@click.command()
@many_ids
@message("Why it is not ours.")
@pass_app
def return_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """Back to the desk, which routes it again (C7).

    Example: itil return 7kq -m "Not the network: the gateway answers."
    """
    act(app, "return", incidents, **options)


@click.command()
@many_ids
@pass_app
def accept_command(app: App, incidents: tuple[str, ...]) -> None:
    """Take on what is assigned to your group; the response target is met (I1).

    Example: itil accept 7kq 9xw
    """
    act(app, "accept", incidents)


@click.command()
@many_ids
@pass_app
def take_command(app: App, incidents: tuple[str, ...]) -> None:
    """Assign to me and accept, in one commit.

    Example: itil take 7kq
    """
    act(app, "take", incidents)


@click.command()
@many_ids
@click.option("--to", metavar="G", help="A group up the ladder (functional).")
@click.option("--up", is_flag=True, help="Up the chain (hierarchical); the assignment stays.")
@click.option("--for-decision", is_flag=True, help="Ask for a decision.")
@click.option("--agreed-with", metavar="P", help="Who of that group agreed (P09).")
@click.option("--reason", metavar="R", help="unknown-group, misrouted, cannot-resolve, repeat, decision, …")
@message("What has to be known or decided.")
@pass_app
def escalate_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """To a higher group, or up the chain (R3, P10, P11).

    Example: itil escalate 7kq --up --for-decision --reason decision -m "Switch to the old gateway?"
    """
    act(app, "escalate", incidents, **options)


@click.command()
@many_ids
@click.option("--decision", metavar="TEXT", help="What was decided.")
@click.option("--decided-by", metavar="P", help="Who decided; you, if not given.")
@pass_app
def acknowledge_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """Answer an escalation that was addressed to you (P11).

    Example: itil acknowledge 7kq --decision "Switch now" --decided-by ines@example.com
    """
    act(app, "acknowledge", incidents, **options)
