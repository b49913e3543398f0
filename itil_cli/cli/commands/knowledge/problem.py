"""Know: problems, from proposal to closure, and candidates for new ones."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.knowing import edited_facts, facts, incidents, lists, new, step
from itil_cli.cli.params import message, pass_app


@click.group(cls=Family)
def problem_command() -> None:
    """Problems: what stands behind incidents (P14).

    Example: itil problem list
    """


new(
    problem_command,
    "problem new",
    """Propose one; the problem manager is told, and accepting it links its incidents.

    Example: itil problem new -t "Search index stays locked" --incident 7kq --incident 9xw
    """,
    facts,
    incidents,
)
lists(
    problem_command,
    "PRB",
    """Every problem, newest first.

    Example: itil problem list --status proposed
    """,
    """One problem: facts, incidents, what happened.

    Example: itil problem show 4f7
    """,
)
step(
    problem_command,
    "problem edit",
    """Change title, text, service or category; once it is accepted, the problem manager only.

    Example: itil problem edit 4f7 -t "The backup leaves its lock behind"
    """,
    edited_facts,
)
step(
    problem_command,
    "problem accept",
    """It is worked on; the incidents that it was proposed for are linked to it (problem manager).

    Example: itil problem accept 4f7
    """,
    incidents,
    message("Something to say with it."),
)
step(
    problem_command,
    "problem reject",
    """It is none (problem manager).

    Example: itil problem reject 4f7 -m "One misconfigured till."
    """,
    message("Why."),
)
step(
    problem_command,
    "problem investigate",
    """What was found out about the cause (problem manager).

    Example: itil problem investigate 4f7 -m "The backup leaves a lock when it is cut short."
    """,
    message("What was found out about the cause."),
)
step(
    problem_command,
    "problem resolve",
    """The cause is gone; incidents pending on it are listed, or resolved with it, now or later (problem manager).

    Example: itil problem resolve 4f7 -m "Lock is released by the backup itself." --resolve-incidents
    """,
    message("What removed the cause."),
    click.option("--resolve-incidents", is_flag=True, help="Resolve the incidents that wait for it, by-problem."),
    click.option("--dry-run", is_flag=True, help="Show what would happen, incidents included."),
)
step(
    problem_command,
    "problem close",
    """The resolution held (problem manager).

    Example: itil problem close 4f7
    """,
    message("Something to say with it."),
)


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
    from itil_cli.cli.finding import answer_candidates

    answer_candidates(app, at_least, app.when(since, past=True) if since else None, limit, by)
