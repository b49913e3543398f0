"""Know: problems, from proposal to closure, and candidates for new ones."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.knowing import (
    edited_facts,
    facts,
    incidents,
    list_records,
    one_record,
    show_record,
    whole,
    with_status,
)
from itil_cli.cli.params import message, pass_app


@click.group()
def problem_command() -> None:
    """Problems: what stands behind incidents (P14).

    Example: itil problem list
    """


@problem_command.command("new")
@facts
@incidents
@pass_app
def new_problem(app: App, **options: Any) -> None:
    """Propose one; the problem manager is told, and accepting it links its incidents.

    Example: itil problem new -t "Search index stays locked" --incident 7kq --incident 9xw
    """
    act(app, "problem new", **whole(app, options))


@problem_command.command("list")
@with_status
@pass_app
def list_problems(app: App, status: tuple[str, ...]) -> None:
    """Every problem, newest first.

    Example: itil problem list --status proposed
    """
    list_records(app, "PRB", status, "There are no problems.")


@problem_command.command("show")
@one_record
@pass_app
def show_problem(app: App, record: str) -> None:
    """One problem: facts, incidents, what happened.

    Example: itil problem show 4f7
    """
    show_record(app, record, "PRB")


@problem_command.command("edit")
@one_record
@edited_facts
@pass_app
def edit_problem(app: App, record: str, **options: Any) -> None:
    """Change title, text, service or category; once it is accepted, the problem manager only.

    Example: itil problem edit 4f7 -t "The backup leaves its lock behind"
    """
    act(app, "problem edit", (record,), **options)


@problem_command.command("accept")
@one_record
@incidents
@message("Something to say with it.")
@pass_app
def accept_problem(app: App, record: str, **options: Any) -> None:
    """It is worked on; the incidents that it was proposed for are linked to it (problem manager).

    Example: itil problem accept 4f7
    """
    act(app, "problem accept", (record,), **whole(app, options))


@problem_command.command("reject")
@one_record
@message("Why.")
@pass_app
def reject_problem(app: App, record: str, **options: Any) -> None:
    """It is none (problem manager).

    Example: itil problem reject 4f7 -m "One misconfigured till."
    """
    act(app, "problem reject", (record,), **options)


@problem_command.command("investigate")
@one_record
@message("What was found out about the cause.")
@pass_app
def investigate_problem(app: App, record: str, **options: Any) -> None:
    """What was found out about the cause (problem manager).

    Example: itil problem investigate 4f7 -m "The backup leaves a lock when it is cut short."
    """
    act(app, "problem investigate", (record,), **options)


@problem_command.command("resolve")
@one_record
@message("What removed the cause.")
@click.option("--resolve-incidents", is_flag=True, help="Resolve the incidents that wait for it, by-problem.")
@click.option("--dry-run", is_flag=True, help="Show what would happen, incidents included.")
@pass_app
def resolve_problem(app: App, record: str, **options: Any) -> None:
    """The cause is gone; incidents pending on it are listed, or resolved with it (problem manager).

    Example: itil problem resolve 4f7 -m "Lock is released by the backup itself." --resolve-incidents
    """
    act(app, "problem resolve", (record,), **options)


@problem_command.command("close")
@one_record
@message("Something to say with it.")
@pass_app
def close_problem(app: App, record: str, **options: Any) -> None:
    """The resolution held (problem manager).

    Example: itil problem close 4f7
    """
    act(app, "problem close", (record,), **options)


@problem_command.command("candidates")
@click.option("--at-least", type=click.IntRange(2), default=2, show_default=True, metavar="N", help="So many alike.")
@click.option("--since", metavar="T", help="Only incidents resolved from then on.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="At most so many.")
@click.option(
    "--sort",
    "by",
    type=click.Choice(["count", "minutes", "lost"]),
    default="count",
    show_default=True,
    help="By incidents, time spent, or SLA lost.",
)
@pass_app
def candidates(app: App, at_least: int, since: str | None, limit: int, by: str) -> None:
    """Resolved incidents that are alike in service, category and words: count, time spent, SLA lost.

    Example: itil problem candidates --since 2026-09-01 --sort lost
    """
    from itil_cli.cli.context import parse_when
    from itil_cli.cli.finding import answer_candidates

    answer_candidates(app, at_least, parse_when(since) if since else None, limit, by)
