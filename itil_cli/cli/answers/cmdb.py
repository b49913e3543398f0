"""`itil service import`: a table of services becomes services.yaml."""

from __future__ import annotations

import csv
import io
from typing import Any

from itil_cli.cli.context import App
from itil_cli.errors import Malformed, NotYourRole, did_you_mean
from itil_cli.process.transitions import IM

COLUMNS = ("name", "owner", "criticality", "group", "cis", "depends-on", "product")
_LISTS = ("cis", "depends-on")


def take_in(app: App, text: str, *, dry_run: bool) -> None:
    """Print the file that comes of it, or commit it. Raises NotYourRole, Malformed or Broken."""
    from itil_cli.render.machine import document
    from itil_cli.store.files.settings import SERVICES, load_services, wrongs
    from itil_cli.store.transaction import Signing

    if IM not in app.person.roles:
        roles = ", ".join(sorted(app.person.roles)) or "none"
        said = f"{app.actor} (roles: {roles}) may not change services.yaml."
        raise NotYourRole(said, code="S10", remedy=f"Who may: {IM}.", who=(IM,))
    rows = read(text)
    with app.store.writing() as transaction:
        data = yaml_of(_merged(transaction.read(SERVICES), rows)).encode()
        load_services(data)
        wrong = wrongs({"itil.yaml": transaction.read("itil.yaml"), SERVICES: data})
        if wrong:
            raise wrong[0]
        names = [str(name) for name in rows]
        if dry_run:
            app.emit(document("services-import", services=names, written=False), data.decode().rstrip("\n"))
            return
        count = f"{len(rows)} service{'' if len(rows) == 1 else 's'}"
        transaction.commit_files(
            {SERVICES: data},
            subject=f"service import: {count}",
            trailers=[("Actor", app.actor)],
            signing=Signing(app.actor, app.now, app.clock()),
        )
    app.emit(document("services-import", services=names, written=True), f"{count} taken into {SERVICES}.")


def read(text: str) -> dict[str, dict[str, Any]]:
    """The services of a table by name. Raises Malformed."""
    table = csv.DictReader(io.StringIO(text))
    for column in table.fieldnames or ():
        if column not in COLUMNS:
            hint = did_you_mean(column or "", COLUMNS) or f"There are: {', '.join(COLUMNS)}."
            raise Malformed(f"there is no column {column!r}.", remedy=hint)
    if "name" not in (table.fieldnames or ()):
        raise Malformed("the table has no column name.", remedy=f"Its columns are: {', '.join(COLUMNS)}.")
    found: dict[str, dict[str, Any]] = {}
    for row in table:
        name = (row.get("name") or "").strip()
        if not name or None in row:
            raise Malformed(f"line {table.line_num} is no service.", remedy="One service a line, its name first.")
        found[name] = {key: value for key in COLUMNS[1:] if (value := _cell(key, row.get(key)))}
    return found


def _cell(key: str, value: str | None) -> Any:
    said = (value or "").strip()
    return [part.strip() for part in said.split(";") if part.strip()] if key in _LISTS else said


def _merged(there: bytes | None, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    from itil_cli.store.yaml import yamlsafe

    known: Any = yamlsafe.load(there, path="services.yaml").value if there else {}
    return {**(known.get("services") or {}), **rows} if isinstance(known, dict) else rows


def yaml_of(services: dict[str, Any]) -> str:
    """One line a service, as people write it."""
    from itil_cli.store.yaml.yamlwrite import flow, lines

    return "".join(
        ["services:\n", *(f"{lines(f'  {flow(name)}: ', said, '    ')}\n" for name, said in services.items())]
    )
