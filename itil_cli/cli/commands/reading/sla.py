"""See: sla. Clocks of one incident, of many, and under another policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import DefaultGroup
from itil_cli.cli.params import complete_ids, field_options, pass_app, read_options
from itil_cli.errors import Malformed


@click.group(cls=DefaultGroup)
def sla_command() -> None:
    """The clocks: of one incident, or of all that are open, by what breaches next.

    Example: itil sla 7kq --explain
    """


@sla_command.command("of")
@click.argument("words", metavar="[ID|FILTER]...", nargs=-1, shell_complete=complete_ids)
@click.option("--explain", is_flag=True, help="Every interval: counted or not, and why.")
@click.option("--split", is_flag=True, help="Whose time it was: by group, assignee, status and reason.")
@click.option("--due-in", metavar="T", help="Only what is due within this time, such as 2h, or breached.")
@click.option("--breached", is_flag=True, help="Only what is breached.")
@click.option("--fail-on", type=click.Choice(["breached", "due"]), help="Exit 1 if anything listed is so (for CI).")
@click.option("--all", "everything", is_flag=True, help="Resolved, closed and canceled ones too.")
@field_options
@read_options
@pass_app
def of(app: App, words: tuple[str, ...], as_of: str | None, worktree: bool, **options: Any) -> None:
    """The clocks of these incidents, or of those that fit.

    Example: itil sla --due-in 2h --fail-on due
    """
    from itil_cli.cli.answers.records.clocked import answer_list, answer_one
    from itil_cli.cli.looking.reading import snapshot_of

    snapshot = snapshot_of(app, as_of, worktree)
    ids = [word for word in words if ":" not in word]
    if len(ids) == 1 and len(words) == 1:
        answer_one(app, snapshot, snapshot.find(ids[0]), options)
    elif options["explain"] or options["split"]:
        raise Malformed("--explain and --split are for one incident.", remedy="Name it: `itil sla ID --explain`.")
    else:
        answer_list(app, snapshot, [snapshot.find(part) for part in ids], _filters(words), options)


def _filters(words: Sequence[str]) -> list[str]:
    return [word for word in words if ":" in word]


@sla_command.command("what-if")
@click.option("--policy", metavar="FILE|REV", required=True, help="The other policy: a file, or a commit's.")
@click.option("--period", metavar="P", help="Only incidents resolved in it, such as 2026-10 or last-month.")
@field_options
@read_options
@pass_app
def what_if(
    app: App, policy: str, period: str | None, as_of: str | None, worktree: bool, **fields: tuple[str, ...]
) -> None:
    """The same incidents under other targets, calendars or switches: which verdicts flip (S18).

    Example: itil sla what-if --policy stricter.yaml --period last-month
    """
    from itil_cli.cli.answers.records.clocked import answer_what_if
    from itil_cli.cli.looking.reading import snapshot_of

    answer_what_if(app, snapshot_of(app, as_of, worktree), policy, period, fields)
