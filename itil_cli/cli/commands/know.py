"""Know: problems, known errors and articles, from draft to retirement; incident models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.params import complete_ids, message, pass_app

F = TypeVar("F", bound=Callable[..., Any])

_one = click.argument("record", metavar="ID", shell_complete=complete_ids)


def _facts(command: F) -> F:
    """What a new record is about."""
    command = click.option("--category", metavar="C", help="Operational category, such as network/vpn.")(command)
    command = click.option("--service", metavar="S", help="The service that is affected.")(command)
    command = click.option("-d", "--description", metavar="TEXT", help="The text (`-`: standard input).")(command)
    return click.option("-t", "--title", metavar="TEXT", help="What it is, in a line.")(command)


_incidents = click.option(
    "--incident", "incidents", metavar="INC", multiple=True, help="An incident behind it; may stand several times."
)
_from = click.option("--from", "from_", metavar="INC", help="Take title, service, category and text from it.")


def _whole(app: App, options: dict[str, Any]) -> dict[str, Any]:
    """The options with every id in full."""
    whole = dict(options)
    if "from_" in whole:
        source = whole.pop("from_")
        whole["from"] = app.whole(source, "INC") if source else None
    if whole.get("problem"):
        whole["problem"] = app.whole(whole["problem"], "PRB")
    if "incidents" in whole:
        whole["incidents"] = tuple(app.whole(part, "INC") for part in whole["incidents"])
    return whole


def _list(app: App, kind: str, status: tuple[str, ...], empty: str) -> None:
    """Every record of a kind, newest first; only those with one of the statuses, if any is named."""
    from itil_cli.process.knowledge.steps import STATUSES
    from itil_cli.process.lifecycle.names import choice
    from itil_cli.render.knowledge import known_list, problem_lines

    wanted = [choice("status", name, STATUSES[kind]) for name in status]
    found = [app.snapshot.records[record_id] for record_id in reversed(app.snapshot.ids(kind))]
    shown = [record for record in found if not wanted or record.fields.get("status") in wanted]
    app.emit(known_list(kind, shown), problem_lines(shown) or empty)


def _show(app: App, part: str, kind: str) -> None:
    from itil_cli.cli.answers.listing import show

    show(app, app.snapshot, app.whole(part, kind), public=False)


_status = click.option("--status", metavar="S", multiple=True, help="Only with this status; may stand several times.")


@click.group()
def problem_command() -> None:
    """Problems: what stands behind incidents (P14).

    Example: itil problem list
    """


@problem_command.command("new")
@_facts
@_incidents
@pass_app
def new_problem(app: App, **options: Any) -> None:
    """Propose one; the problem manager is told, and accepting it links its incidents.

    Example: itil problem new -t "Search index stays locked" --incident 7kq --incident 9xw
    """
    act(app, "problem new", **_whole(app, options))


@problem_command.command("list")
@_status
@pass_app
def list_problems(app: App, status: tuple[str, ...]) -> None:
    """Every problem, newest first.

    Example: itil problem list --status proposed
    """
    _list(app, "PRB", status, "There are no problems.")


@problem_command.command("show")
@_one
@pass_app
def show_problem(app: App, record: str) -> None:
    """One problem: facts, incidents, what happened.

    Example: itil problem show 4f7
    """
    _show(app, record, "PRB")


@problem_command.command("accept")
@_one
@_incidents
@message("Something to say with it.")
@pass_app
def accept_problem(app: App, record: str, **options: Any) -> None:
    """It is worked on; the incidents that it was proposed for are linked to it (problem manager).

    Example: itil problem accept 4f7
    """
    act(app, "problem accept", (record,), **_whole(app, options))


@problem_command.command("reject")
@_one
@message("Why.")
@pass_app
def reject_problem(app: App, record: str, **options: Any) -> None:
    """It is none (problem manager).

    Example: itil problem reject 4f7 -m "One misconfigured till."
    """
    act(app, "problem reject", (record,), **options)


@problem_command.command("investigate")
@_one
@message("What was found out about the cause.")
@pass_app
def investigate_problem(app: App, record: str, **options: Any) -> None:
    """What was found out about the cause (problem manager).

    Example: itil problem investigate 4f7 -m "The backup leaves a lock when it is cut short."
    """
    act(app, "problem investigate", (record,), **options)


@problem_command.command("resolve")
@_one
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
@_one
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
@pass_app
def candidates(app: App, at_least: int, since: str | None, limit: int) -> None:
    """Resolved incidents that are alike in service, category and words: count, time spent, SLA lost.

    Example: itil problem candidates --since 2026-09-01
    """
    from itil_cli.cli.context import parse_when
    from itil_cli.cli.finding import answer_candidates

    answer_candidates(app, at_least, parse_when(since) if since else None, limit)


@click.group("known-error")
def known_error_command() -> None:
    """Known errors: causes with a workaround (P06).

    Example: itil known-error list
    """


@known_error_command.command("new")
@_facts
@click.option("--ci", "cis", metavar="X", multiple=True, help="An affected item; may stand several times.")
@click.option("--workaround", metavar="TEXT", help="What helps meanwhile; a workaround's notes with --from.")
@click.option("--fix", metavar="TEXT", help="The permanent fix, where it is known.")
@click.option("--problem", metavar="PRB", help="The problem behind it; the incident's, with --from.")
@_from
@pass_app
def new_known_error(app: App, **options: Any) -> None:
    """Draft one, by hand or from an incident; the problem manager is told.

    Example: itil known-error new --from 7kq --fix "Release the lock in the backup script."
    """
    act(app, "known-error new", **_whole(app, options))


@known_error_command.command("list")
@_status
@pass_app
def list_known_errors(app: App, status: tuple[str, ...]) -> None:
    """Every known error, newest first.

    Example: itil known-error list --status published
    """
    _list(app, "KE", status, "There are no known errors.")


@known_error_command.command("show")
@_one
@pass_app
def show_known_error(app: App, record: str) -> None:
    """One known error: symptoms, workaround, permanent fix.

    Example: itil known-error show qx2
    """
    _show(app, record, "KE")


@known_error_command.command("publish")
@_one
@message("Something to say with it.")
@pass_app
def publish_known_error(app: App, record: str, **options: Any) -> None:
    """From now on it is offered to everybody (problem manager).

    Example: itil known-error publish qx2
    """
    act(app, "known-error publish", (record,), **options)


@known_error_command.command("retire")
@_one
@message("Why.")
@pass_app
def retire_known_error(app: App, record: str, **options: Any) -> None:
    """It is offered no more (problem manager).

    Example: itil known-error retire qx2 -m "Mended with release 4.2."
    """
    act(app, "known-error retire", (record,), **options)


@click.group()
def article_command() -> None:
    """Knowledge articles: drafted, reviewed, published, retired (F5).

    Example: itil article list
    """


@article_command.command("new")
@_facts
@_from
@pass_app
def new_article(app: App, **options: Any) -> None:
    """Draft one, by hand or from a resolved incident.

    Example: itil article new --from 7kq
    """
    act(app, "article new", **_whole(app, options))


@article_command.command("list")
@_status
@pass_app
def list_articles(app: App, status: tuple[str, ...]) -> None:
    """Every article, newest first.

    Example: itil article list --status draft
    """
    _list(app, "KB", status, "There are no articles.")


@article_command.command("show")
@_one
@pass_app
def show_article(app: App, record: str) -> None:
    """One article.

    Example: itil article show 8dn
    """
    _show(app, record, "KB")


@article_command.command("review")
@_one
@message("Something to say with it.")
@pass_app
def review_article(app: App, record: str, **options: Any) -> None:
    """You have read it and find it right.

    Example: itil article review 8dn
    """
    act(app, "article review", (record,), **options)


@article_command.command("publish")
@_one
@message("Something to say with it.")
@pass_app
def publish_article(app: App, record: str, **options: Any) -> None:
    """From now on it is offered to everybody (problem manager).

    Example: itil article publish 8dn
    """
    act(app, "article publish", (record,), **options)


@article_command.command("retire")
@_one
@message("Why.")
@pass_app
def retire_article(app: App, record: str, **options: Any) -> None:
    """It is offered no more (problem manager).

    Example: itil article retire 8dn -m "The desk has a form for it now."
    """
    act(app, "article retire", (record,), **options)
