"""Know: incident models."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import pass_app


@click.group(cls=Family)
def model_command() -> None:
    """Incident models, `models/NAME.md`: predefined handling that `itil log --model NAME` follows.

    Example: itil model list
    """


@model_command.command("list")
@pass_app
def list_models(app: App) -> None:
    """Every model; what cannot be read is told beside.

    Example: itil model list
    """
    from itil_cli.errors import Broken
    from itil_cli.process.knowledge.models import model_of
    from itil_cli.render.knowledge.models import model_document, model_lines
    from itil_cli.render.machine import broken_documents, document
    from itil_cli.store.models import model_files

    files = list(model_files(app.snapshot))
    found = [model_of(record) for _, _, record in files if not isinstance(record, Broken)]
    broken = [(path, record) for path, _, record in files if isinstance(record, Broken)]
    listed = [model_document(one) for one in found]
    app.emit(
        document("models", models=listed, broken=broken_documents(broken)), model_lines(found) or "There are none."
    )
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


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
