"""Keep time: sweep, what the clock demands now."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.command("sweep")
@click.option("--dry-run", is_flag=True, help="Show what is due; write nothing.")
@pass_app
def sweep_command(app: App, dry_run: bool) -> None:
    """Do what the clock demands: escalate at thresholds, resume, remind, close (P02, P13, S13).

    Everything is derived, so a missed run catches up, a second one finds nothing, and several clones may run it.
    All of it is one commit. With a --now in the past, --dry-run shows what was due then.

    Example: itil sweep --dry-run
    """
    from itil_cli.cli.answers.duties.sweeping import sweep
    from itil_cli.process.time.instants import format_instant
    from itil_cli.render.text import number_of

    app.job = None if dry_run else "sweep"
    done = sweep(app, dry_run=dry_run)
    document: dict[str, Any] = {
        "schema": "itil/1",
        "kind": "sweep",
        "dry_run": dry_run,
        "incidents": list(done.ids),
        "events": done.events,
        "notes": list(done.notes),
        "ahead": done.ahead,
    }
    if done.ahead and not dry_run:
        later = f"{number_of(done.ahead, 'incident')} that had events after {format_instant(app.now)}"
        app.say(f"Nothing is written into {later} (S1); --dry-run shows what was due then.")
    lines = [*done.notes, *(["Nothing is written (--dry-run)."] if dry_run and done.events else [])]
    app.emit(document, "\n".join(lines) or "Nothing is due.")
