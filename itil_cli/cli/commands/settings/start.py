"""Start: init, rules, completion."""

from __future__ import annotations

from pathlib import Path

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.command()
@click.argument("directory", metavar="[DIR]", default="", required=False)
@pass_app
def init_command(app: App, directory: str) -> None:
    """Make a store, or turn this repository into one.

    The person in git's user.email gets every role, so that a team of one can start at once.

    Example: itil init shop && cd shop && itil log -t "Printer jams"
    """
    from itil_cli.store.init import init

    folder = (app.path / directory).absolute()
    made = init(folder, folder.name, _local_zone(), app.now, app.clock())
    document = {"schema": "itil/1", "kind": "store", "path": str(made.root), "new": made.is_new}
    if made.is_new:
        steps = "Next: itil log -t TITLE · itil policy show · itil --help"
        app.emit(document, f"A new store in {_shown(made.root)}.\n{steps}")
    else:
        app.emit(document, f"{_shown(made.root)} is a store already.")


def _shown(root: Path) -> str:
    here = Path.cwd()
    return str(root.relative_to(here)) if root != here and root.is_relative_to(here) else str(root)


def _local_zone() -> str:
    """The machine's time zone by its IANA name; UTC where it has none."""
    from pendulum.tz import local_timezone

    from itil_cli.process.time import zones

    name = str(getattr(local_timezone(), "name", ""))
    return name if zones.exists(name) else "Etc/UTC"


@click.command()
@click.argument("code", metavar="[CODE]", required=False)
@pass_app
def rules_command(app: App, code: str | None) -> None:
    """The rules of the process, what each demands, and what to do about it.

    Example: itil rules P12
    """
    from itil_cli.errors import NotFound, did_you_mean
    from itil_cli.process.rules import RULES
    from itil_cli.render.rules import rules_text

    if code and code.upper() not in RULES:
        raise NotFound(
            f"There is no rule {code!r}.",
            remedy=did_you_mean(code.upper(), RULES) or "`itil rules` lists them.",
        )
    chosen = [RULES[code.upper()]] if code else list(RULES.values())
    document = {"schema": "itil/1", "kind": "rules", "rules": [rule._asdict() for rule in chosen]}
    app.emit(document, rules_text(chosen))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@pass_app
def completion_command(app: App, shell: str) -> None:
    """The script that makes a shell complete commands, options, ids and names.

    Example: eval "$(itil completion bash)"
    """
    from click.shell_completion import ShellComplete, get_completion_class

    from itil_cli.cli.answers.settings.completing import VARIABLE
    from itil_cli.cli.main import itil

    made = get_completion_class(shell)
    assert made is not None
    app.put(ShellComplete.source(made(itil, {}, "itil", VARIABLE)))
