"""Record: log, contact, note, tell, edit, adopt."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.params import attach, many_ids, message, one_id, pass_app


@click.command()
@click.option("-t", "--title", metavar="TEXT", help="What is wrong, in a line (`-`: standard input).")
@click.option("-d", "--description", metavar="TEXT", help="More about it (`-`: standard input).")
@click.option("--requestor", metavar="W", help="Whose incident it is; you, if not given.")
@click.option("--channel", metavar="C", help="phone, email, self-service, chat, monitoring, ci, …")
@click.option("--tenant", metavar="T", help="The tenant; the requestor's, if not given.")
@click.option("--service", metavar="S", help="The service that is affected.")
@click.option("--ci", "cis", metavar="X", multiple=True, help="A configuration item; may stand several times.")
@click.option("--category", metavar="C", help="Operational category, such as network/vpn.")
@click.option("--product", metavar="P", help="Product category; the service's, if not given.")
@click.option("--impact", metavar="I", help="critical, high, medium or low.")
@click.option("--urgency", metavar="U", help="critical, high, medium or low.")
@click.option("--group", metavar="G", help="The support group, where it is known.")
@click.option("--potential", is_flag=True, help="A disruption that may yet come.")
@click.option("--model", metavar="M", help="The incident model to follow.")
@click.option("--dedup-key", metavar="K", help="At most one open incident has this key.")
@click.option("--take", is_flag=True, help="Assign it to me and accept it.")
@pass_app
def log_command(app: App, **options: Any) -> None:
    """Record a new incident.

    Example: itil log -t "Card payments fail" --impact high --urgency critical --category application --take
    """
    from itil_cli.cli.answers.records.logging_help import complete, log

    log(app, complete(app, options))


@click.command()
@many_ids
@message("What was said.")
@click.option("--from", "from_", metavar="P", help="Who called; the requestor, if not given.")
@click.option("--channel", metavar="C", help="phone, email, …")
@click.option("--escalate", is_flag=True, help="The caller demands escalation (D6).")
@click.option("--confirms", is_flag=True, help="The requestor confirms the resolution: it closes.")
@click.option("--rejects", is_flag=True, help="The requestor rejects the resolution: it reopens.")
@pass_app
def contact_command(app: App, incidents: tuple[str, ...], from_: str | None, **options: Any) -> None:
    """The requestor was heard again (D5).

    Example: itil contact 7kq -m "Still down in the shop" --from alice@example.com
    """
    act(app, "contact", incidents, **{"from": from_, **options})


@click.command()
@many_ids
@message("The text of the entry.")
@click.option("--public", is_flag=True, help="The requestor may see it.")
@click.option("--minutes", type=click.IntRange(0, 100_000), metavar="N", help="Time spent, in minutes.")
@attach()
@pass_app
def note_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """Write into the work log; internal unless --public (I8).

    An attached file lies in attachments/, up to the policy's `mail: {max-attachment: …}`.

    Example: itil note 7kq -m "Rolled the deploy back; no change." --minutes 10 --attach deploy.log
    """
    act(app, "note", incidents, **options)


@click.command()
@many_ids
@message("The message to the requestor.")
@pass_app
def tell_command(app: App, incidents: tuple[str, ...], **options: Any) -> None:
    """Write to the requestor (I7).

    Example: itil tell 7kq -m "We have found the cause; a fix is on its way."
    """
    act(app, "tell", incidents, **options)


@click.command()
@one_id
@click.option("-t", "--title", metavar="TEXT", help="The new title.")
@click.option("-d", "--description", metavar="TEXT", help="The new description (`-`: standard input).")
@pass_app
def edit_command(app: App, incident: str, **options: Any) -> None:
    """Change title or description; history keeps both (D3).

    Example: itil edit 7kq -t "Card payments fail with 502"
    """
    act(app, "edit", (incident,), **options)


@click.command()
@one_id
@pass_app
def adopt_command(app: App, incident: str) -> None:
    """Take in what was edited by hand, when it is legal.

    Example: itil adopt 7kq
    """
    from itil_cli.cli.answers.records.adopting import adopt

    adopt(app, incident)
