"""Relate: link, unlink."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.params import complete_ids, message, pass_app
from itil_cli.process.family import RELATIONS, kinds_for


def _whole(app: App, relation: str, target: str) -> str:
    """The full id of a target, from any unique part of it."""
    kinds = kinds_for(relation)
    if not kinds:
        return target
    return app.bench.find(target, kinds[0]) if app.bench else app.snapshot.find(target, kinds[0])


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Relations where the word begins as one, else ids: click asks for the ids, of which there may be many, alone."""
    relations = [one for one in RELATIONS if one.startswith(incomplete)]
    return relations if relations and incomplete else [*complete_ids(ctx, param, incomplete), *relations]


_IDS = click.argument("incidents", metavar="ID...", nargs=-1, required=True, shell_complete=_complete)


@click.command()
@_IDS
@click.argument("relation", metavar="RELATION")
@click.argument("target", metavar="TARGET")
@message("Something to say with it.")
@pass_app
def link_command(app: App, incidents: tuple[str, ...], relation: str, target: str, **options: Any) -> None:
    """child-of, duplicate-of, follows, related, problem, change, known-error, article (P03, S11).

    Example: itil link 9xw child-of 7kq
    """
    act(app, "link", incidents, relation=relation, target=_whole(app, relation, target), **options)


@click.command()
@_IDS
@click.argument("relation", metavar="RELATION")
@click.argument("target", metavar="TARGET")
@message("Why.")
@pass_app
def unlink_command(app: App, incidents: tuple[str, ...], relation: str, target: str, **options: Any) -> None:
    """Take a link out again, in both files.

    Example: itil unlink 9xw child-of 7kq
    """
    act(app, "unlink", incidents, relation=relation, target=_whole(app, relation, target), **options)
