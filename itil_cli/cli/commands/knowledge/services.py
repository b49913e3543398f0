"""Know: services, as services.yaml has them."""

from __future__ import annotations

from typing import IO

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import InputFile, pass_app


@click.group(cls=Family)
def service_command() -> None:
    """Services: who owns them, what hangs on them, which group supports them (C4).

    Example: itil service list
    """


@service_command.command("list")
@pass_app
def list_services(app: App) -> None:
    """Every service.

    Example: itil service list
    """
    from itil_cli.render.knowledge.models import service_document, service_lines
    from itil_cli.render.machine import document

    known = app.snapshot.services
    listed = [service_document(one, known) for one in known.known.values()]
    app.emit(document("services", services=listed), service_lines(known) or "There is no services.yaml.")


@service_command.command("show")
@click.argument("name", metavar="NAME")
@pass_app
def show_service(app: App, name: str) -> None:
    """One service: owner, group, items, what it needs and what needs it.

    Example: itil service show payments
    """
    from itil_cli.process.lifecycle.names import unknown
    from itil_cli.render.knowledge.models import service_card, service_document
    from itil_cli.render.machine import document

    known = app.snapshot.services
    found = known.get(name)
    if found is None:
        raise unknown("service", name, known.names())
    app.emit(document("service", **service_document(found, known)), service_card(found, known))


@service_command.command("import")
@click.argument("file", metavar="FILE.csv", type=InputFile("rb"))
@click.option("--dry-run", is_flag=True, help="Print the services.yaml that would be written.")
@pass_app
def import_services(app: App, file: IO[bytes], dry_run: bool) -> None:
    """Take services from a table into services.yaml, in one commit (incident manager).

    Columns: name, owner, criticality, group, cis, depends-on, product; several items in a cell by `;` or `,`. What
    the table has no column for stays as it is, and so do other services.

    Example: itil service import cmdb.csv --dry-run
    """
    from itil_cli.cli.answers.settings.cmdb import take_in

    take_in(app, file.read(), file.name, dry_run=dry_run)
