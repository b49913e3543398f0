"""What `report` answers: a paper made from one commit, in the format that was asked for.

- The present is `--now`, else the committer's time of the commit that is read: the same commit gives the same bytes.
- Only incidents that were alive in the period are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from itil_cli import __version__
from itil_cli.cli.answers.reports.summing import summed
from itil_cli.cli.context import App
from itil_cli.errors import Malformed, NotFound, did_you_mean
from itil_cli.process.figures import (
    FIELDS,
    REPORTS,
    Counted,
    Figures,
    Report,
    Scope,
    Table,
    drawn,
)
from itil_cli.process.time.calendars import build
from itil_cli.process.time.period import Period, before, named, parse_period
from itil_cli.process.time.zones import version as tzdata_version
from itil_cli.render.report.paper import Paper

if TYPE_CHECKING:
    from itil_cli.process.settings.policy import Policy
    from itil_cli.store.index.query import Filter
    from itil_cli.store.snapshot import Snapshot

DEFAULT_PERIOD = "this-month"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: a report, a period by name, groups, whether with pictures and the period before."""

    report: Report
    period: str = DEFAULT_PERIOD
    by: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    compare: bool = False
    drawn: bool = False
    policy: str | None = None


def report_of(name: str) -> Report:
    """The built-in report of that name. Raises NotFound."""
    if name in REPORTS:
        return REPORTS[name]
    hint = did_you_mean(name, REPORTS) or f"There are: {', '.join(REPORTS)}."
    raise NotFound(f"There is no report {name!r}.", remedy=hint)


def fields_of(names: Sequence[str]) -> tuple[str, ...]:
    """The fields to group by, at most two. Raises Malformed."""
    found = tuple(part for name in names for part in name.split(","))
    for name in found:
        if name not in FIELDS:
            hint = did_you_mean(name, FIELDS) or f"There are: {', '.join(FIELDS)}."
            raise Malformed(f"there is no field {name!r} to group by.", remedy=hint)
    if len(found) > 2 or len(set(found)) < len(found):
        raise Malformed("--by takes one field, or two different ones.", remedy=f"There are: {', '.join(FIELDS)}.")
    return found


def present(app: App, snapshot: Snapshot) -> int:
    """The time that a report is made for (epoch seconds)."""
    from itil_cli.store.ledger.history import committed_at

    return app.now if app.now_text else committed_at(snapshot.git, snapshot.commit_id)


def period_of(name: str, snapshot: Snapshot, now: int) -> Period:
    """The period of that name; `all` is from the first incident's day to the end of today. Raises Malformed."""
    zone = snapshot.policy.zone
    if name != ALL:
        period = parse_period(name, zone, now)
        return named(period) if name.startswith(("last-", "this-")) else period
    today = parse_period("this-day", zone, now)
    first = snapshot.index.first_opened()
    day = parse_period("this-day", zone, today.start if first is None else first)
    return Period(min(day.start, today.start), today.end, zone, ALL)


def paper_of(snapshot: Snapshot, wish: Wish, wanted: Filter, now: int, other: Policy | None = None) -> Paper:
    """The report as data."""
    policy = other or snapshot.policy
    period = period_of(wish.period, snapshot, now)
    scope = Scope(period, now, policy, build(policy), snapshot.people)
    tables = _tables(wish, period)
    figures = figures_of(wish.report, policy)
    answer = summed(snapshot, figures, tables, wanted, scope, other)
    own, pictures, groups = _sorted_out(wish, answer.tables)
    return Paper(
        report=wish.report,
        store=policy.name,
        period=period,
        now=now,
        as_of=snapshot.commit_id,
        versions=_versions(policy),
        figures=answer.figures,
        tables=own,
        by=wish.by,
        groups=groups,
        drawn=pictures,
        filters=wish.filters,
        what_if=wish.policy,
        before=_before(snapshot, wish, wanted, scope, other) if wish.compare else None,
    )


def figures_of(report: Report, policy: Policy) -> tuple[str, ...]:
    """The figures of a report under a policy, with its goals where the report is about them."""
    return tuple(dict.fromkeys([*report.figures, *(policy.goals if report.with_goals else ())]))


def _tables(wish: Wish, period: Period) -> tuple[Table, ...]:
    grouped = (Table(f"By {' and '.join(wish.by)}", wish.by, wish.report.figures, keep=None),) if wish.by else ()
    return (*grouped, *wish.report.tables, *(drawn(period, wish.report.charts) if wish.drawn else ()))


def _sorted_out(wish: Wish, found: Sequence[Counted]) -> tuple[list[Counted], list[Counted], Counted | None]:
    groups = found[0] if wish.by else None
    rest = found[1:] if wish.by else found
    own = [one for one in rest if not one.table.drawn_only]
    return own, [one for one in rest if one.table.drawn_only], groups


def _before(
    snapshot: Snapshot, wish: Wish, wanted: Filter, scope: Scope, other: Policy | None
) -> tuple[Period, Figures]:
    if wish.period == ALL:
        raise Malformed("--compare needs a period that has one before it.", remedy="Add --period 2026-10.")
    earlier = before(scope.period, scope.now)
    figures = figures_of(wish.report, scope.policy)
    answer = summed(snapshot, figures, (), wanted, replace(scope, period=earlier), other)
    return earlier, answer.figures


def _versions(policy: Policy) -> dict[str, str | int]:
    return {"itil": __version__, "tzdata": tzdata_version(), "policy": policy.version}


def in_format(paper: Paper, form: str) -> str:
    """The paper's text in a format, ending with a line end."""
    if form == "html":
        from itil_cli.render.report.html import report_html

        return report_html(paper)
    return _plainly(paper, form)


def _plainly(paper: Paper, form: str) -> str:
    from itil_cli.render.machine import dumps
    from itil_cli.render.report.document import report_document
    from itil_cli.render.report.markdown import report_markdown
    from itil_cli.render.report.mermaid import report_mermaid
    from itil_cli.render.report.metrics import report_metrics
    from itil_cli.render.report.plain import report_text
    from itil_cli.render.report.sheet import report_csv

    if form == "json":
        return dumps(report_document(paper)) + "\n"
    if form == "table":
        return report_text(paper) + "\n"
    if form == "mermaid":
        return report_mermaid(paper)
    return {"markdown": report_markdown, "csv": report_csv, "openmetrics": report_metrics}[form](paper)
