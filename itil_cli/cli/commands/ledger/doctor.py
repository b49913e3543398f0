"""Ledger: doctor, is this clone in order?"""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.command()
@click.option("--break-locks", is_flag=True, help="Remove git's lock files that no git holds.")
@pass_app
def doctor_command(app: App, break_locks: bool) -> None:
    """Look after this clone: git, identity, locks, clock, settings, the index. Exit 1 if something is wrong.

    Example: itil doctor --break-locks
    """
    from itil_cli.process.auditing.findings import ERROR
    from itil_cli.render.ledger.history import finding_lines
    from itil_cli.render.machine import findings_document
    from itil_cli.store.health.doctor import examine
    from itil_cli.store.health.locks import break_stale

    git = app.store.git
    for path in break_stale(git, app.clock()) if break_locks else ():
        app.say(f"Removed {path}.")
    found = examine(git, app.clock())
    app.exit_code = 1 if any(one.severity == ERROR for one in found) else 0
    app.emit(findings_document(found), finding_lines(found) or "All is well.")
