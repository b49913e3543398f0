"""Options that many commands share, once."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from itil_cli.cli.context import App
from itil_cli.errors import NotFound

F = TypeVar("F", bound=Callable[..., Any])


def _store(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            ctx.ensure_object(App).set_global(name, value)

    return callback


def _global(name: str, *flags: str, help: str, metavar: str | None = None, is_flag: bool = False) -> click.Option:
    return click.Option(
        [*flags, f"global_{name}"],
        help=help,
        metavar=metavar,
        is_flag=is_flag,
        expose_value=False,
        is_eager=True,
        callback=_store(name),
    )


GLOBAL_OPTIONS = (
    _global("directory", "-C", metavar="DIR", help="Work in this store."),
    _global("store_url", "--store", metavar="URL", help="Work on this repository, without a clone (or ITIL_STORE)."),
    _global("now_text", "--now", metavar="TIME", help="Take this as the time of what happens."),
    _global("as_person", "--as", metavar="PERSON", help="Act as this person."),
    _global("json", "--json", is_flag=True, help="Answer with one JSON document."),
    _global("quiet", "-q", "--quiet", is_flag=True, help="Say nothing but errors."),
    _global("debug", "--debug", is_flag=True, help="Show tracebacks."),
    _global("no_index", "--no-index", is_flag=True, help="Do without the index (slower, same answers)."),
)


class InputFile(click.File):
    """A file to read, or `-`; one that is not there is a name not found (exit 4)."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The open file. Raises NotFound, or click's error where it cannot be read."""
        _check_there(value)
        return super().convert(value, param, ctx)


class InputPath(click.Path):
    """The same for a path: of a file, or of a folder where `dir_okay`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Raises NotFound, or click's error where it is of the wrong kind."""
        _check_there(value)
        return super().convert(value, param, ctx)


def _check_there(value: Any) -> None:
    if isinstance(value, str) and value != "-" and not os.path.exists(value):  # noqa: PTH110  (pathlib is slow to import)
        raise NotFound(f"There is no file {value!r}.", remedy="Name one that is there.")


def pass_app(command: F) -> F:
    """Hand the run's App to a command, as its first argument."""
    return cast(F, click.make_pass_decorator(App)(command))


def one_id(command: F) -> F:
    """One incident's id, or any unique part of it."""
    return click.argument("incident", metavar="ID", shell_complete=complete_ids)(command)


def many_ids(command: F) -> F:
    """One or more incidents; all are changed or none."""
    return click.argument("incidents", metavar="ID...", nargs=-1, required=True, shell_complete=complete_ids)(command)


def message(help: str) -> Callable[[F], F]:
    """`-m TEXT`; `-` reads standard input."""
    return click.option("-m", "--message", metavar="TEXT", help=help)


def attach() -> Callable[[F], F]:
    """`--attach FILE`, more than once."""
    return click.option(
        "--attach", metavar="FILE", multiple=True, help="A file to keep with it; may stand several times."
    )


def complete_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The ids that hold what was typed so far."""
    try:
        return ctx.ensure_object(App).store.complete(incomplete)
    except Exception:  # completion never speaks
        return []


FIELDS = (
    "status", "priority", "impact", "urgency", "service", "category", "product", "tenant", "group", "assignee",
    "requestor", "owner", "channel", "parent", "major", "ci", "informed",
)  # fmt: skip
_MEANT = {"informed": "where the next message to the requestor is late, in-time, or none is owed"}


def field_options(command: F) -> F:
    """`--FIELD X` for every field of an incident that lists filter by."""
    for name in reversed(FIELDS):
        text = f"Only {_MEANT.get(name, f'with this {name}')}; several by commas."
        command = click.option(f"--{name}", metavar="X", multiple=True, help=text)(command)
    return command


def read_options(command: F) -> F:
    """`--as-of` and `--worktree`: what a command reads instead of HEAD."""
    command = click.option("--worktree", is_flag=True, help="The files as they lie, committed or not.")(command)
    return click.option("--as-of", metavar="REV|DATE", help="As it stood at a commit or a time.")(command)
