"""See: list, show, timeline, history, search, check."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.looking.reading import snapshot_of
from itil_cli.cli.params import field_options, one_id, pass_app, read_options
from itil_cli.errors import Malformed, did_you_mean
from itil_cli.process.incident import path_of


@click.command("list")
@click.argument("words", metavar="[FILTER]...", nargs=-1)
@field_options
@click.option("--all", "everything", is_flag=True, help="Resolved, closed and canceled ones too.")
@click.option("--sort", metavar="FIELDS", help="By these fields, `-` in front for descending.")
@click.option("--columns", metavar="NAMES", help="Which columns, by commas.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many.")
@read_options
@pass_app
def list_command(
    app: App,
    words: tuple[str, ...],
    everything: bool,
    sort: str | None,
    columns: str | None,
    limit: int | None,
    as_of: str | None,
    worktree: bool,
    **fields: tuple[str, ...],
) -> None:
    """Incidents; the open ones by default. Words, OR and NOT as in `search`.

    Example: itil list status:pending service:payments 'opened:>2026-10-01' --sort -priority,opened
    """
    from itil_cli.cli.answers.records.listing import answer
    from itil_cli.cli.looking.filtering import fields_meant, filter_of
    from itil_cli.cli.looking.past import rows

    snapshot = snapshot_of(app, as_of, worktree)
    wanted = filter_of(app, words, fields, everything=everything, snapshot=snapshot)
    answer(app, snapshot, rows(app, snapshot.index, wanted, _sorting(sort), limit), _columns(columns))
    for hint in fields_meant(app, words) if not app.json else ():
        app.say(hint)


def _sorting(sort: str | None) -> list[str]:
    from itil_cli.render.table import CLOCKED
    from itil_cli.store.index.query import SORTABLE

    names = [name.strip() for name in sort.split(",")] if sort else []
    for name in (one.removeprefix("-") for one in names):
        if name in CLOCKED:
            remedy = "`itil sla` is: what is due first comes first."
            raise Malformed(f"a list is not sorted by {name!r}.", remedy=remedy)
        _check_name(name, SORTABLE, "field to sort by")
    return names


def _columns(columns: str | None) -> list[str] | None:
    from itil_cli.render.table import COLUMNS

    names = [name.strip().replace("-", "_") for name in columns.split(",")] if columns else None
    for name in names or ():
        _check_name(name, COLUMNS, "column")
    return names


def _check_name(name: str, known: Any, what: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
        raise Malformed(f"there is no {what} {name!r}.", remedy=hint)


@click.command("search")
@click.argument("words", metavar="TEXT...", nargs=-1, required=True)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(["INC", "KE", "KB", "PRB", "all"], case_sensitive=False),
    default="INC",
    help="Known errors, articles, problems, or all, instead of incidents.",
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, metavar="N", help="At most so many.")
@read_options
@pass_app
def search_command(app: App, words: tuple[str, ...], kinds: str, limit: int, as_of: str | None, worktree: bool) -> None:
    """Records that hold all the words, open or not, the words marked; where the title holds them, first.

    A word stands for all that begin so, "a b" is a phrase, `a OR b` either, `NOT a` without it; fields as in `list`,
    such as service:payments, 'opened:>2026-10-01', also after NOT. What is like a text: `itil similar`.

    Example: itil search "connection reset" service:payments NOT status:closed
    """
    from itil_cli.cli.answers.records.searching import KINDS, search
    from itil_cli.cli.looking.filtering import filter_of

    snapshot = snapshot_of(app, as_of, worktree)
    wanted = filter_of(app, words, {}, everything=True, snapshot=snapshot)
    if wanted.text is None:
        raise Malformed("there is nothing to search for.", remedy="Give a word; `itil list` filters by fields alone.")
    search(app, snapshot, wanted, KINDS if kinds == "all" else (kinds.upper(),), limit)


@click.command("show")
@one_id
@click.option("--public", is_flag=True, help="What the requestor may see.")
@read_options
@pass_app
def show_command(app: App, incident: str, public: bool, as_of: str | None, worktree: bool) -> None:
    """Everything about one incident.

    Example: itil show 7kq
    """
    from itil_cli.cli.answers.records.listing import show

    snapshot = snapshot_of(app, as_of, worktree)
    show(app, snapshot, snapshot.find(incident), public=public)


@click.command("timeline")
@one_id
@click.option("--format", "form", type=click.Choice(("table", "mermaid", "html")), help="How; else a table.")
@click.option("-o", "--output", metavar="FILE", help="Into this file.")
@read_options
@pass_app
def timeline_command(
    app: App, incident: str, form: str | None, output: str | None, as_of: str | None, worktree: bool
) -> None:
    """What happened, in order, with the texts of the work log; as a diagram or a page, where it was for how long.

    Example: itil timeline 7kq --format html -o 7kq.html
    """
    from itil_cli.cli.answers.records.passing import answer_timeline

    snapshot = snapshot_of(app, as_of, worktree)
    answer_timeline(app, snapshot, snapshot.find(incident), form, output)


@click.command("history")
@one_id
@pass_app
def history_command(app: App, incident: str) -> None:
    """The commits that touched an incident, newest first, from git.

    Example: itil history 7kq
    """
    from itil_cli.render.ledger.history import commit_document, history_lines
    from itil_cli.render.machine import document

    incident_id = app.snapshot.find(incident)
    commits = app.store.git.history(path_of(incident_id), app.snapshot.commit_id)
    app.emit(
        document("history", id=incident_id, commits=[commit_document(commit) for commit in commits]),
        history_lines(commits),
    )


@click.command("check")
@click.option("--fix", is_flag=True, help="Mend what is only derived: summaries and missing sides of links.")
@click.option("--strict", is_flag=True, help="Warnings count as findings too.")
@read_options
@pass_app
def check_command(app: App, fix: bool, strict: bool, as_of: str | None, worktree: bool) -> None:
    """Is every file what its events say, and does the policy know every name? Exit 1 with findings.

    Example: itil check --fix
    """
    from itil_cli.cli.answers.ledger.checking import check, mend
    from itil_cli.cli.answers.reports.keeping import findings as owed
    from itil_cli.render.ledger.history import finding_lines
    from itil_cli.render.machine import findings_document

    if fix and (as_of or worktree):
        raise Malformed("--fix mends HEAD only.", remedy="Leave --as-of and --worktree out.")
    if fix:
        mend(app)
    snapshot = snapshot_of(app, as_of, worktree)
    found = [*check(snapshot, None if as_of else app.now), *([] if as_of else owed(snapshot, app.now))]
    app.exit_code = 1 if any(strict or one.severity == "error" for one in found) else 0
    app.emit(findings_document(found), finding_lines(found) or "Every file is what its events say.")
