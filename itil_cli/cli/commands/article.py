"""Know: articles, from draft to retirement."""

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


@click.group()
def article_command() -> None:
    """Knowledge articles: drafted, reviewed, published, retired (F5).

    Example: itil article list
    """


@article_command.command("new")
@facts
@from_incident
@pass_app
def new_article(app: App, **options: Any) -> None:
    """Draft one, by hand or from a resolved incident.

    Example: itil article new --from 7kq
    """
    act(app, "article new", **whole(app, options))


@article_command.command("list")
@with_status
@pass_app
def list_articles(app: App, status: tuple[str, ...]) -> None:
    """Every article, newest first.

    Example: itil article list --status draft
    """
    list_records(app, "KB", status, "There are no articles.")


@article_command.command("show")
@one_record
@pass_app
def show_article(app: App, record: str) -> None:
    """One article.

    Example: itil article show 8dn
    """
    show_record(app, record, "KB")


@article_command.command("edit")
@one_record
@edited_facts
@pass_app
def edit_article(app: App, record: str, **options: Any) -> None:
    """Change what it says; a reviewed one is a draft again; once it is published, the problem manager only.

    Example: itil article edit 8dn -t "An empty page instead of search results"
    """
    act(app, "article edit", (record,), **options)


@article_command.command("review")
@one_record
@message("Something to say with it.")
@pass_app
def review_article(app: App, record: str, **options: Any) -> None:
    """You have read it and find it right.

    Example: itil article review 8dn
    """
    act(app, "article review", (record,), **options)


@article_command.command("publish")
@one_record
@message("Something to say with it.")
@pass_app
def publish_article(app: App, record: str, **options: Any) -> None:
    """From now on it is offered to everybody, and to the open incidents that it may help (problem manager).

    Example: itil article publish 8dn
    """
    from itil_cli.cli.finding import may_help

    act(app, "article publish", (record,), offered=may_help(app, record, "KB"), **options)


@article_command.command("retire")
@one_record
@message("Why.")
@pass_app
def retire_article(app: App, record: str, **options: Any) -> None:
    """It is offered no more (problem manager).

    Example: itil article retire 8dn -m "The desk has a form for it now."
    """
    act(app, "article retire", (record,), **options)
