"""The ledger: hook (install, remove, run) and server setup."""

from __future__ import annotations

import sys

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import pass_app

NAMES = ("pre-commit", "pre-receive", "update")


@click.group(cls=Family)
def hook_command() -> None:
    """Let git ask itil before it commits here, or before a server takes a push.

    Example: itil hook install pre-commit
    """


@hook_command.command()
@click.argument("name", type=click.Choice(NAMES))
@pass_app
def install(app: App, name: str) -> None:
    """Write the hook, unless somebody else's is there.

    Example: itil hook install pre-commit
    """
    from itil_cli.render.machine import document
    from itil_cli.store.gate.server import install as write

    path = write(app.store.git, name)
    app.emit(document("hook", name=name, path=str(path)), f"Installed {path}.")


@hook_command.command()
@click.argument("name", type=click.Choice(NAMES))
@pass_app
def remove(app: App, name: str) -> None:
    """Take a hook of ours away; others stay.

    Example: itil hook remove pre-commit
    """
    from itil_cli.render.machine import document
    from itil_cli.store.gate.server import remove as take_away

    removed = take_away(app.store.git, name)
    app.emit(document("hook", name=name, removed=removed), f"{'Removed' if removed else 'There is no hook'} {name}.")


@hook_command.command(hidden=True)
@click.argument("name", type=click.Choice(NAMES))
@click.argument("words", nargs=-1)
@pass_app
def run(app: App, name: str, words: tuple[str, ...]) -> None:
    """What git runs: judges what is staged, or what a push brings (on standard input).

    Example: itil hook run pre-receive
    """
    from itil_cli.cli.answers.ledger.hooking import INPUT, before_commit, receive

    if name == "pre-commit":
        before_commit(app)
    elif name == "update":
        ref, old, new = (*words, "", "", "")[:3]
        receive(app, f"{old} {new} {ref}\n".encode("utf-8", "surrogateescape"))
    else:
        receive(app, sys.stdin.buffer.read(INPUT))


@click.group(cls=Family)
def server_command() -> None:
    """Prepare a bare repository that takes only what the audit finds legal.

    Example: itil -C store.git server setup --trust 3f2a… --branch main
    """


@server_command.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if something is not as it should be.")
@click.option("--trust", metavar="COMMIT", help="The root that an empty branch takes (a full id).")
@click.option("--branch", metavar="B", help="The protected branch; that of HEAD, if not given.")
@click.option("--signed/--unsigned", default=None, help="Whether every commit must be signed by its author's key.")
@pass_app
def setup(app: App, only_check: bool, trust: str | None, branch: str | None, signed: bool | None) -> None:
    """Set git's settings and install the pre-receive hook (docs/server.md); again changes nothing.

    Example: itil -C store.git server setup --check
    """
    from itil_cli.render.ledger.history import finding_lines
    from itil_cli.render.machine import document, findings_document
    from itil_cli.store.gate.server import check
    from itil_cli.store.gate.server import setup as prepare

    git = app.store.git
    if only_check:
        found = list(check(git))
        app.exit_code = 1 if found else 0
        app.emit(findings_document(found), finding_lines(found) or "Everything is as it should be.")
        return
    changed = prepare(git, branch=branch, trust=trust, signed=signed)
    app.emit(document("server", changed=changed), "\n".join(changed) or "Nothing had to be changed.")
