"""Report: figures over many incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import field_options, pass_app
from itil_cli.errors import Malformed

FORMATS = ("table", "json", "csv", "markdown", "html", "openmetrics", "mermaid")


@click.command("report")
@click.argument("words", metavar="[NAME] [FILTER]...", nargs=-1)
@click.option("--period", metavar="P", help="Such as 2026-10, 2026-W41, last-month, all; else this month.")
@click.option("--by", metavar="FIELD", multiple=True, help="Groups by this field as well; two at most.")
@click.option("--compare", is_flag=True, help="The period before beside it.")
@click.option("--as-of", metavar="REV|DATE", help="As it stood at a commit or a time, under the policy of then.")
@click.option("--policy", metavar="FILE|REV", help="What if this policy were in force.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="How; else a table. mermaid: for flow.")
@click.option("-o", "--output", metavar="FILE", help="Into this file.")
@click.option("--definitions", is_flag=True, help="What each figure is, instead of the figures.")
@click.option("--due", is_flag=True, help="Make and keep what the policy's `reports` want for periods that ended.")
@click.option("--dry-run", is_flag=True, help="With --due: show what is due; write nothing.")
@field_options
@pass_app
def report_command(app: App, words: tuple[str, ...], due: bool, dry_run: bool, **options: Any) -> None:
    """Figures over a period: summary, sla, backlog, workload, quality, major, model, improvement, agreement,
    vendor, flow.

    A report is made from a commit: HEAD, or `--as-of`. The same commit gives the same bytes, whenever it is asked.

    Example: itil report sla --period 2026-10 --by service --compare
    """
    name, filters = _words(words)
    if due or dry_run:
        app.job = None if dry_run else "reports"
        _due(app, due, dry_run)
    elif options["definitions"]:
        _definitions(app, name)
    else:
        _report(app, name or "summary", filters, options)


def _words(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The name of the report, and the filters."""
    plain = [word for word in words if ":" not in word]
    if len(plain) > 1:
        raise Malformed(f"{plain[1]!r} is neither a report nor a filter.", remedy="Write filters as priority:P1.")
    return (plain[0] if plain else None), [word for word in words if ":" in word]


def _report(app: App, name: str, words: Sequence[str], options: Mapping[str, Any]) -> None:
    from itil_cli.cli.answers.records.clocked import policy_of
    from itil_cli.cli.answers.reports.reporting import (
        DEFAULT_PERIOD,
        Wish,
        fields_of,
        in_format,
        paper_of,
        present,
        report_of,
    )
    from itil_cli.cli.looking.filtering import filter_of
    from itil_cli.cli.looking.reading import snapshot_of
    from itil_cli.cli.output import give, warn_of_broken
    from itil_cli.cli.params import FIELDS

    form = options["form"] or ("json" if app.json else "table")
    if form == "mermaid" and name != "flow":
        raise Malformed(f"{name} has no diagram.", remedy="`itil report flow --format mermaid` has.")
    snapshot = snapshot_of(app, options["as_of"], False)
    fields = {field: options[field] for field in FIELDS}
    said = [*words, *(f"{field}:{value}" for field, values in fields.items() for value in values)]
    wish = Wish(
        report=report_of(name),
        period=options["period"] or DEFAULT_PERIOD,
        by=fields_of(options["by"]),
        filters=tuple(said),
        compare=options["compare"],
        drawn=form == "html",
        policy=options["policy"],
    )
    wanted = filter_of(app, words, fields, everything=True, snapshot=snapshot, now=present(app, snapshot))
    other = policy_of(app, options["policy"]) if options["policy"] else None
    paper = paper_of(snapshot, wish, wanted, present(app, snapshot), other)
    give(app, in_format(paper, form), options["output"])
    warn_of_broken(app, snapshot)


def _definitions(app: App, name: str | None) -> None:
    from itil_cli.cli.answers.reports.reporting import report_of
    from itil_cli.process.figures import FIGURES
    from itil_cli.render.report.document import definitions_document
    from itil_cli.render.report.paper import measures
    from itil_cli.render.report.plain import definitions_text

    found = measures(report_of(name).figures if name else list(FIGURES))
    app.emit(definitions_document(found), definitions_text(found))


def _due(app: App, due: bool, dry_run: bool) -> None:
    if not due:
        raise Malformed("--dry-run goes with --due.", remedy="Add --due.")
    from itil_cli.cli.answers.reports.keeping import answer_due

    answer_due(app, dry_run=dry_run)
