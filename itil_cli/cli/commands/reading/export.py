"""Report: export. Incidents for other programs."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import field_options, pass_app

EXPORTS = ("jsonl", "csv", "sqlite", "xes", "ocel")


@click.command("export")
@click.argument("words", metavar="[FILTER]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(EXPORTS), default="jsonl", show_default=True, help="How.")
@click.option("-o", "--output", metavar="FILE", help="Into this file.")
@click.option("--as-of", metavar="REV|DATE", help="As it stood at a commit or a time.")
@field_options
@pass_app
def export_command(
    app: App, words: tuple[str, ...], form: str, output: str | None, as_of: str | None, **fields: tuple[str, ...]
) -> None:
    """Incidents, events and clocks for other programs; XES and OCEL 2.0 are for process mining.

    Incidents in any status, in the order of their ids. The same commit gives the same file.

    Example: itil export --format xes -o incidents.xes
    """
    from itil_cli.cli.answers.reports.exporting import export
    from itil_cli.cli.answers.reports.reporting import present
    from itil_cli.cli.looking.filtering import filter_of
    from itil_cli.cli.looking.reading import snapshot_of
    from itil_cli.cli.output import warn_of_broken

    snapshot = snapshot_of(app, as_of, False)
    wanted = filter_of(app, words, fields, everything=True, snapshot=snapshot, now=present(app, snapshot))
    export(app, snapshot, wanted, form, output)
    warn_of_broken(app, snapshot)
