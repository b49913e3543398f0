"""Take in: jobs of CI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import pass_app

F = TypeVar("F", bound=Callable[..., Any])
_LEVELS = click.Choice(["critical", "high", "medium", "low"])


@click.group(cls=Family)
def ci_command() -> None:
    """Let a job of CI open its incident when it fails, and resolve it when it succeeds again; a bot acts (D2).

    The incident is known by pipeline, job and branch, as the CI system names them. A store that cannot be reached
    never fails the job: its event waits on the machine, and the next run delivers it. docs/ci.md has a snippet for
    each CI system.

    Example: itil ci run -- make test
    """


def _about(command: F) -> F:
    for option in reversed(
        (
            click.option("--dedup-key", "key", metavar="K", help="The incident's key; pipeline, job and branch."),
            click.option("--pipeline", metavar="NAME", help="Instead of what the CI system says."),
            click.option("--job", metavar="NAME", help="Instead of what the CI system says."),
            click.option("--branch", metavar="NAME", help="Instead of what the CI system says."),
            click.option("-t", "--title", metavar="TEXT", help="The incident's title; job and branch."),
            click.option("--strict", is_flag=True, help="Fail where the store could not take it."),
        )
    ):
        command = option(command)
    return command


def _classified(command: F) -> F:
    for option in reversed(
        (
            click.option("--service", metavar="S", help="The service that is affected."),
            click.option("--impact", type=_LEVELS, help="Instead of what the policy's rules say."),
            click.option("--urgency", type=_LEVELS, help="Instead of what the policy's rules say."),
        )
    ):
        command = option(command)
    return command


@ci_command.command("run", context_settings={"allow_interspersed_args": False})
@_about
@_classified
@click.argument("words", metavar="-- CMD...", nargs=-1, required=True, type=click.UNPROCESSED)
@pass_app
def run_command(app: App, words: tuple[str, ...], **options: Any) -> None:
    """Run a command, pass its output on untouched, and exit as it does.

    A failure opens an incident, or is a recurrence of the open one with the same key; it carries the last lines of
    output (secrets masked), the run, the commit and the actor. The next success resolves what nobody has accepted.

    Example: itil ci run --service payments --impact high --urgency high -- make test
    """
    from itil_cli.cli.answers.intake.jobs import run

    run(app, words, **options)


@ci_command.command("open")
@_about
@_classified
@click.option("-m", "--message", metavar="TEXT", help="What is wrong.")
@pass_app
def open_command(app: App, **options: Any) -> None:
    """Open the job's incident, or count a recurrence on the open one.

    Example: itil ci open --dedup-key deploy/shop -t "The shop's deployment fails"
    """
    from itil_cli.cli.answers.intake.jobs import tell

    tell(app, firing=True, **options)


@ci_command.command("resolve")
@_about
@click.option("-m", "--message", metavar="TEXT", help="What made it right.")
@pass_app
def resolve_command(app: App, **options: Any) -> None:
    """Resolve the job's incident where nobody has accepted it, else note that it has recovered.

    Example: itil ci resolve --dedup-key deploy/shop
    """
    from itil_cli.cli.answers.intake.jobs import tell

    tell(app, firing=False, **options)
