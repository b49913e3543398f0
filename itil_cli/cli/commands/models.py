"""Know: incident models."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.group()
def model_command() -> None:
    """Incident models, `models/NAME.md`: predefined handling that `itil log --model NAME` follows.

    Example: itil model list
    """


@model_command.command("list")
@pass_app
def list_models(app: App) -> None:
    """Every model.

    Example: itil model list
    """
    from itil_cli.render.knowledge.models import model_document, model_lines
    from itil_cli.render.machine import document
    from itil_cli.store.models import load_model, model_names

    found = [load_model(app.snapshot, name) for name in model_names(app.snapshot)]
    app.emit(document("models", models=[model_document(one) for one in found]), model_lines(found) or "There are none.")


@model_command.command("show")
@click.argument("name", metavar="NAME")
@pass_app
def show_model(app: App, name: str) -> None:
    """What a model gives, its tasks and its text.

    Example: itil model show till-printer
    """
    from itil_cli.render.knowledge.models import model_card, model_document
    from itil_cli.render.machine import document
    from itil_cli.store.models import load_model

    found = load_model(app.snapshot, name)
    app.emit(document("model", **model_document(found)), model_card(found))
