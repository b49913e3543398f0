"""`itil service import`: a table of services becomes services.yaml."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from itil_cli.cli.context import App
from itil_cli.cli.deciding import alone
from itil_cli.errors import Broken, Malformed, NotYourRole, did_you_mean
from itil_cli.process.transitions import IM

COLUMNS = ("name", "owner", "criticality", "group", "cis", "depends-on", "product")
_LISTS = ("cis", "depends-on")


def take_in(app: App, data: bytes, name: str, *, dry_run: bool) -> None:
    """Print the file that comes of it, or commit it. Raises NotYourRole, Malformed or Broken."""
    from itil_cli.render.machine import document
    from itil_cli.store.files.names import SERVICES
    from itil_cli.store.transaction import Signing

    if IM not in app.person.roles:
        roles = ", ".join(sorted(app.person.roles)) or "none"
        said = f"{app.actor} (roles: {roles}) may not change services.yaml."
        raise NotYourRole(said, code="S10", remedy=f"Who may: {IM}.", who=(IM,))
    table = read(_text(data, name))
    with alone(app, "service import") as transaction:
        services = _merged(transaction.read(SERVICES), table)
        _check(services, transaction.policy.groups, table, name)
        text, names = yaml_of(services), list(table.rows)
        if dry_run:
            app.emit(document("services-import", services=names, written=False), text.rstrip("\n"))
            return
        count = f"{len(names)} service{'' if len(names) == 1 else 's'}"
        transaction.commit_files(
            {SERVICES: text.encode()},
            subject=f"service import: {count}",
            trailers=[("Actor", app.actor)],
            signing=Signing(app.actor, app.now, app.clock()),
        )
    app.emit(document("services-import", services=names, written=True), f"{count} taken into {SERVICES}.")


class Table(NamedTuple):
    """Its columns, and each service with what it says and the line that says it."""

    columns: Sequence[str]
    rows: dict[str, dict[str, Any]]
    lines: dict[str, int]


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise Malformed(f"{name}:{line}: this is no UTF-8.", remedy="Save the table as UTF-8.") from None


def read(text: str) -> Table:
    """The services of a table, whose cells stand between commas, or between semicolons. Raises Malformed."""
    head = text.partition("\n")[0]
    table = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head and "," not in head else ",")
    columns = table.fieldnames or ()
    for column in columns:
        if column not in COLUMNS:
            hint = did_you_mean(column or "", COLUMNS) or f"There are: {', '.join(COLUMNS)}."
            raise Malformed(f"there is no column {column!r}.", remedy=hint)
    if "name" not in columns:
        raise Malformed("the table has no column name.", remedy=f"Its columns are: {', '.join(COLUMNS)}.")
    found = Table(columns, {}, {})
    for row in table:
        name = (row.get("name") or "").strip()
        if not name or None in row:
            raise Malformed(f"line {table.line_num} is no service.", remedy="One service a line, its name first.")
        if name in found.rows:
            said = f"line {table.line_num}: {name} stands in line {found.lines[name]} already."
            raise Malformed(said, remedy="One line a service.")
        found.rows[name] = {key: value for key in COLUMNS[1:] if (value := _cell(key, row.get(key)))}
        found.lines[name] = table.line_num
    return found


def _cell(key: str, value: str | None) -> Any:
    said = (value or "").strip()
    return [part.strip() for part in re.split("[;,]", said) if part.strip()] if key in _LISTS else said


def _merged(there: bytes | None, table: Table) -> dict[str, Any]:
    """What is there, with what the table says of its columns."""
    from itil_cli.store.yaml import yamlsafe

    said: Any = yamlsafe.load(there, path="services.yaml").value if there else {}
    known = (said.get("services") or {}) if isinstance(said, dict) else {}
    kept = {
        name: {key: value for key, value in known.get(name, {}).items() if key not in table.columns}
        for name in table.rows
    }
    return {**known, **{name: {**kept[name], **row} for name, row in table.rows.items()}}


def _check(services: dict[str, Any], groups: Collection[str], table: Table, name: str) -> None:
    """Raises Broken for the first thing that is wrong, with the table's line where that says it."""
    from itil_cli.process.settings.services import problems

    for wrong in problems({"services": services}, groups):
        service = str(wrong.path[1]) if len(wrong.path) > 1 else ""
        line, where = table.lines.get(service), ".".join(str(part) for part in wrong.path[1:3])
        path = name if line is not None else "services.yaml"
        raise Broken(f"{where}: {wrong.said}", code="policy", path=path, line=line, remedy=wrong.remedy)


def yaml_of(services: dict[str, Any]) -> str:
    """One line a service, as people write it."""
    from itil_cli.store.yaml.yamlwrite import flow, lines

    return "".join(
        ["services:\n", *(f"{lines(f'  {flow(name)}: ', said, '    ')}\n" for name, said in services.items())]
    )
