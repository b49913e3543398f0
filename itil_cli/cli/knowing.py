"""What the commands of problems, known errors and articles share: options, lists and cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import complete_ids
from itil_cli.errors import NotFound
from itil_cli.process.incident import kind_of

F = TypeVar("F", bound=Callable[..., Any])

one_record = click.argument("record", metavar="ID", shell_complete=complete_ids)


def facts(command: F) -> F:
    """What a new record is about."""
    command = click.option("--category", metavar="C", help="Operational category, such as network/vpn.")(command)
    command = click.option("--service", metavar="S", help="The service that is affected.")(command)
    command = click.option("-d", "--description", metavar="TEXT", help="The text (`-`: standard input).")(command)
    return click.option("-t", "--title", metavar="TEXT", help="What it is, in a line.")(command)


incidents = click.option(
    "--incident", "incidents", metavar="INC", multiple=True, help="An incident behind it; may stand several times."
)
from_incident = click.option("--from", "from_", metavar="INC", help="Take title, service, category and text from it.")


def whole(app: App, options: dict[str, Any]) -> dict[str, Any]:
    """The options with every id in full."""
    found = dict(options)
    if "from_" in found:
        source = found.pop("from_")
        found["from"] = app.whole(source, "INC") if source else None
    if found.get("problem"):
        found["problem"] = app.whole(found["problem"], "PRB")
    if "incidents" in found:
        found["incidents"] = tuple(app.whole(part, "INC") for part in found["incidents"])
    return found


def find_of(find: Callable[[str, str], str], part: str, kinds: Sequence[str], what: str, remedy: str = "") -> str:
    """The full id of a record of one of these kinds, the first that holds the part. Raises NotFound."""
    near = []
    for kind in kinds:
        try:
            found = find(part, kind)
        except NotFound as error:
            if error.code == "ambiguous":
                raise
            near.append(error.remedy or "")
        else:
            if kind_of(found) in kinds:
                return found
    hint = next((said for said in near if said.startswith("Did you mean")), remedy)
    raise NotFound(f"There is no {what} {part!r}.", remedy=hint or "`itil search --kind all` finds it by its text.")


def find_or_given(find: Callable[[str, str], str], part: str, kind: str) -> str:
    """The full id of a record; what names none is given back: a reference to something elsewhere."""
    try:
        return find(part, kind)
    except NotFound as error:
        if error.code == "ambiguous":
            raise
    return part


def list_records(app: App, kind: str, status: tuple[str, ...], empty: str) -> None:
    """Every record of a kind, newest first; only those with one of the statuses, if any is named."""
    from itil_cli.process.knowledge.steps import STATUSES
    from itil_cli.process.lifecycle.names import choice
    from itil_cli.render.knowledge.knowledge import known_list, problem_lines

    wanted = [choice("status", name, STATUSES[kind]) for name in status]
    found = [app.snapshot.records[record_id] for record_id in reversed(app.snapshot.ids(kind))]
    shown = [record for record in found if not wanted or record.fields.get("status") in wanted]
    app.emit(known_list(kind, shown), problem_lines(shown) or empty)


def show_record(app: App, part: str, kind: str) -> None:
    """One record of a kind, whatever unique part of its id is given."""
    from itil_cli.cli.answers.listing import show
    from itil_cli.process.knowledge.steps import NAMES

    noun = NAMES[kind]
    remedy = f"`itil {noun.replace(' ', '-')} list` shows what there is."
    show(app, app.snapshot, find_of(app.whole, part, (kind,), noun, remedy), public=False)


with_status = click.option(
    "--status", metavar="S", multiple=True, help="Only with this status; may stand several times."
)


def edited_facts(command: F) -> F:
    """What of a record may be changed; what is not given stays."""
    command = click.option("--category", metavar="C", help="Another operational category.")(command)
    command = click.option("--service", metavar="S", help="Another service.")(command)
    command = click.option("-d", "--description", metavar="TEXT", help="Another text (`-`: standard input).")(command)
    return click.option("-t", "--title", metavar="TEXT", help="Another title.")(command)
