"""Know: known errors, from draft to retirement."""

from __future__ import annotations

import click

from itil_cli.cli.groups import Family
from itil_cli.cli.knowing import edited_facts, facts, from_incident, lists, new, publish, step
from itil_cli.cli.params import message


@click.group("known-error", cls=Family)
def known_error_command() -> None:
    """Known errors: causes with a workaround (P06).

    Example: itil known-error list
    """


new(
    known_error_command,
    "known-error new",
    """Draft one, by hand or from an incident; the problem manager is told.

    Example: itil known-error new --from 7kq --fix "Release the lock in the backup script."
    """,
    facts,
    click.option("--ci", "cis", metavar="X", multiple=True, help="An affected item; may stand several times."),
    click.option("--workaround", metavar="TEXT", help="What helps meanwhile; a workaround's notes with --from."),
    click.option("--fix", metavar="TEXT", help="The permanent fix, where it is known."),
    click.option("--problem", metavar="PRB", help="The problem behind it; the incident's, with --from."),
    from_incident,
)
lists(
    known_error_command,
    "KE",
    """Every known error, newest first.

    Example: itil known-error list --status published
    """,
    """One known error: symptoms, workaround, permanent fix.

    Example: itil known-error show qx2
    """,
)
step(
    known_error_command,
    "known-error edit",
    """Change what it says; once it is published, the problem manager only. TEXT of -d stands above the sections.

    Example: itil known-error edit qx2 --workaround "Restart the search service, then rebuild the index."
    """,
    edited_facts,
    click.option("--ci", "cis", metavar="X", multiple=True, help="The affected items, all of them."),
    click.option("--workaround", metavar="TEXT", help="Another workaround."),
    click.option("--fix", metavar="TEXT", help="The permanent fix, or another one."),
    click.option("--problem", metavar="PRB", help="The problem behind it."),
)
publish(known_error_command, "known-error publish", "KE", "itil known-error publish qx2")
step(
    known_error_command,
    "known-error retire",
    """It is offered no more (problem manager).

    Example: itil known-error retire qx2 -m "Mended with release 4.2."
    """,
    message("Why."),
)
