"""Know: problems (their own life cycle comes with the knowledge commands)."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app
from itil_cli.process.incident import Record


@click.group()
def problem_command() -> None:
    """Problems: what stands behind incidents (P14)."""


@problem_command.command("list")
@pass_app
def list_problems(app: App) -> None:
    """Every problem, newest first.

    Example: itil problem list
    """
    from itil_cli.render.knowledge import problem_document, problem_lines

    found = [app.snapshot.records[record_id] for record_id in app.snapshot.ids("PRB")]
    document: dict[str, Any] = {
        "schema": "itil/1",
        "kind": "problems",
        "problems": [problem_document(record) for record in found],
    }
    app.emit(document, problem_lines(found) or "There are no problems.")


@problem_command.command("show")
@click.argument("problem", metavar="ID")
@pass_app
def show_problem(app: App, problem: str) -> None:
    """One problem.

    Example: itil problem show 4f7
    """
    from itil_cli.render.knowledge import problem_card, problem_document

    record: Record = app.snapshot.records[app.snapshot.find(problem, "PRB")]
    app.emit({"schema": "itil/1", "kind": "problem"} | problem_document(record), problem_card(record))
