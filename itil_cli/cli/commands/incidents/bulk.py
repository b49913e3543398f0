"""Keep time: bulk, one command for every incident that fits."""

from __future__ import annotations

import shlex
from typing import Any, NamedTuple

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("verb", metavar="VERB")
@click.argument("words", metavar="[OPTION]...", nargs=-1, type=click.UNPROCESSED)
@click.option("--where", "filters", metavar="FILTER", multiple=True, required=True, help="Which, as in `list`.")
@click.option("--one-commit", is_flag=True, help="One commit for all of them: all or none.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it; write nothing.")
@pass_app
def bulk_command(
    app: App, verb: str, words: tuple[str, ...], filters: tuple[str, ...], one_commit: bool, dry_run: bool
) -> None:
    """One command for every incident that fits, under one lock: a commit for each, or one for all.

    What the process refuses is listed; the others are done, but with --one-commit none is.
    Filters are those of `list`; without a status the open ones are meant.

    Example: itil bulk classify --where category:network --impact low --urgency low -m "Only one floor."
    """
    from itil_cli.cli.deciding import bench, record
    from itil_cli.cli.looking.filtering import filter_of

    _check_verb(verb)
    with bench(app, one_commit=one_commit or dry_run) as desk:
        child = app.child(desk)
        wanted = filter_of(child, [word for text in filters for word in _words(text)], {})
        found = [_one(child, verb, row.id, words) for row in child.snapshot.index.rows(wanted, ["id"])]
        refused = [one for one in found if one.error]
        if one_commit and refused:
            raise _none_is_done(refused, len(found))
        if one_commit and desk.decided and not dry_run:
            record(app, desk, _all_decided(desk), f"bulk {verb}")
    _answer(app, verb, found, dry_run=dry_run)


class _Result(NamedTuple):
    """What came of one incident: what the command answered, or why it was refused."""

    id: str
    said: list[str]
    error: Any = None

    @property
    def why(self) -> str:
        """Why it was refused, with its id in front."""
        said = str(self.error)
        return said if said.startswith(self.id) else f"{self.id}: {said}"


def _check_verb(verb: str) -> None:
    from itil_cli.cli.table import COMMANDS
    from itil_cli.errors import Malformed, did_you_mean
    from itil_cli.process.lifecycle import VERBS

    known = [name for name in COMMANDS if name in VERBS]
    if verb not in known:
        hint = did_you_mean(verb, known) or f"There are: {', '.join(known)}."
        raise Malformed(f"bulk knows no command {verb!r}.", remedy=hint)


def _words(text: str) -> list[str]:
    from itil_cli.errors import Malformed

    try:
        return shlex.split(text)
    except ValueError as wrong:
        raise Malformed(f"--where {text!r}: {wrong}.", remedy="Write it as in a shell.") from None


def _one(child: App, verb: str, record_id: str, words: tuple[str, ...]) -> _Result:
    """Run the command for one incident. A wrong option is wrong for all, and ends it."""
    from itil_cli.cli.main import itil
    from itil_cli.cli.typing.usage import malformed
    from itil_cli.errors import Broken, NotFound, NotYourRole, Refused

    try:
        itil.main([verb, record_id, *words], prog_name="itil", obj=child, standalone_mode=False)
    except click.ClickException as wrong:
        raise malformed(wrong) from None
    except (Refused, NotYourRole, NotFound, Broken) as error:
        return _Result(record_id, [], error)
    return _Result(record_id, child.output())


def _none_is_done(refused: list[_Result], count: int) -> Exception:
    first = refused[0].error
    listed = "".join(f"\n  {one.why}" for one in refused)
    error: Exception = type(first)(
        f"{len(refused)} of {count} are refused, so none is done:{listed}",
        code=first.code,
        remedy="Narrow --where down, or leave --one-commit out.",
    )
    return error


def _all_decided(desk: Any) -> Any:
    from itil_cli.process.lifecycle import Decision

    changes = {record_id: (desk.before[record_id], after) for record_id, after in desk.decided.items()}
    return Decision(tuple(changes), changes, desk.keys, ())


def _answer(app: App, verb: str, found: list[_Result], *, dry_run: bool) -> None:
    import json

    from itil_cli.render.failure import failure_document

    refused = [one for one in found if one.error]
    if refused:
        app.exit_code = refused[0].error.exit_code
    if app.json:
        errors = [{"id": one.id} | json.loads(failure_document(one.error, one.error.exit_code)) for one in refused]
        results = [json.loads(text) for one in found for text in one.said]
        counts = {"matched": len(found), "done": len(found) - len(refused), "dry_run": dry_run}
        app.emit(
            {"schema": "itil/1", "kind": "bulk", "verb": verb, **counts, "results": results, "refused": errors}, ""
        )
        return
    lines = [text for one in found for text in one.said]
    lines.append(f"{len(found) - len(refused)} of {len(found)} done." if found else "None fits.")
    if dry_run:
        lines.append("Nothing is written (--dry-run).")
    app.emit(None, "\n".join(lines))
    for one in refused:
        app.say(f"refused[{one.error.code}]: {one.why}")
