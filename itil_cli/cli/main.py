"""The program: a lazy table of commands, and the one place that catches errors.

A module is imported when its command is called; `itil --help` reads the table alone. Global options are
taken before and after the verb: every command gets them as it is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from itil_cli.cli.answers.settings.completing import VARIABLE
from itil_cli.cli.context import App
from itil_cli.cli.params import GLOBAL_OPTIONS
from itil_cli.cli.table import COMMANDS
from itil_cli.errors import GitTrouble, ItilError, Malformed

BUG = "This is our bug, not your mistake. Please report it with what `itil --debug …` prints."


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, with the global options; None for an unknown one."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        from importlib import import_module

        command: click.Command = getattr(import_module(f"itil_cli.cli.commands.{entry.module}"), entry.attribute)
        _add_globals(command)
        if VARIABLE in os.environ:
            from itil_cli.cli.typing.completed import complete_values

            complete_values(command, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but an unknown verb gets a suggestion, and `itil help pend` is `itil pend --help`."""
        if args[:1] == ["help"]:
            if not args[1:]:
                click.echo(ctx.get_help())
                ctx.exit()
            return self.resolve_command(ctx, [*args[1:], "--help"])
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from itil_cli.cli.typing.usage import unknown_command

            raise unknown_command(args)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table by family, without importing a single command."""
        families: dict[str, list[tuple[str, str]]] = {}
        for name, entry in COMMANDS.items():
            families.setdefault(entry.family, []).append((name, entry.help))
        for family, rows in families.items():
            with formatter.section(family):
                formatter.write_dl(rows)


def _add_globals(command: click.Command) -> None:
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _add_globals(child)
    taken = {option for parameter in command.params for option in parameter.opts}
    command.params.extend(option for option in GLOBAL_OPTIONS if not taken & set(option.opts))


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    params=list(GLOBAL_OPTIONS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="itil-cli", prog_name="itil")
@click.pass_context
def itil(ctx: click.Context) -> None:
    """ITIL incident management in a shell and a git repository.

    Without a command: what waits for you, and what is about to breach.
    """
    if ctx.invoked_subcommand is None:
        from itil_cli.cli.answers.records.home import home

        home(ctx.ensure_object(App))


def run(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit code (DESIGN.md). Errors go to stderr, nothing else does."""
    _open_what_is_closed()
    app = App()
    code = _run(app, argv)
    if app.job:
        with suppress(OSError):  # what is noted of a job changes nothing of how it ended
            from itil_cli.cli.answers.duties.ran import note

            note(app, code)
    return code


def _run(app: App, argv: Sequence[str]) -> int:
    try:
        if any(word == "--store" or word.startswith("--store=") for word in argv) or "ITIL_STORE" in os.environ:
            from itil_cli.cli.answers.reports.publishing import again

            return again(lambda app: _invoke(app, list(argv)), argv)
        return _invoke(app, list(argv)) or 0
    except ItilError as error:
        return _report(app, argv, error, error.exit_code)
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except OSError as trouble:
        said = GitTrouble(f"{trouble.strerror}: {trouble.filename or 'output'}.", code="disk")
        return _report(app, argv, said, app.unwritten[0])


def _invoke(app: App, argv: list[str]) -> int | None:
    """One run; None where it has to be run again, since somebody else was faster."""
    try:
        itil.main(argv, prog_name="itil", obj=app, standalone_mode=False)
        if not _published(app):
            return None
        app.finish()
        return app.exit_code
    except ItilError as error:
        return _failed(app, argv, error)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as wrong:
        return _report(app, argv, _malformed(wrong), 2)
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)
        return 130
    except (OSError, BrokenPipeError):
        raise
    except Exception as bug:
        if app.debug or "--debug" in argv:
            raise
        return _report(app, argv, ItilError(f"{type(bug).__name__}: {bug}.", remedy=BUG), 70)
    finally:
        app.close()


def _published(app: App) -> bool:
    """Whether what was committed is where it belongs; False where it has to be decided again."""
    if "store" not in app.__dict__ or not app.store.committed:
        return True
    from itil_cli.cli.answers.reports.publishing import publish

    app.store.committed = False
    return publish(app)


def _failed(app: App, argv: Sequence[str], error: ItilError) -> int | None:
    """The error's exit code. What a batch had committed before it stays, in a borrowed store too."""
    try:
        if app.borrowed is not None and not _published(app):
            return None
    except ItilError as worse:
        error = worse
    return _report(app, argv, error, error.exit_code)


def _malformed(wrong: click.ClickException) -> Malformed:
    from itil_cli.cli.typing.usage import malformed

    return malformed(wrong)


def _report(app: App, argv: Sequence[str], error: ItilError, exit_code: int) -> int:
    from itil_cli.render.failure import failure_document, failure_text

    app.trouble = f"{error.code}: {error.text}"
    as_json = app.json or "--json" in argv
    print(failure_document(error, exit_code) if as_json else failure_text(error), file=sys.stderr)
    return exit_code


def _open_what_is_closed() -> None:
    """Started without output (`>&-`), it says nothing; nor does a file of ours get the number of a stream."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _silence_stdout() -> None:
    """The reader went away; what was done stays done."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
