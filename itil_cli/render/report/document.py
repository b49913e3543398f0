"""A report as JSON (examples/outputs.md). Every figure has all its keys; null where one does not apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itil_cli.process.figures import Counted, Figure, Figures, Measure
from itil_cli.process.time.instants import format_instant
from itil_cli.process.time.period import Period
from itil_cli.render.machine import Document, document
from itil_cli.render.report.paper import Paper


def report_document(paper: Paper) -> Document:
    """The whole report. `groups` only with --by: by the first field's value, then by the second's."""
    found = document(
        "report",
        name=paper.report.name,
        title=paper.report.title,
        store=paper.store,
        period=_period(paper.period),
        as_of=paper.as_of,
        now=format_instant(paper.now),
        versions=dict(paper.versions),
        filters=list(paper.filters),
        figures=_figures(paper.figures),
        tables=[_table(counted) for counted in paper.tables],
    )
    found["definitions"] = {measure.id: measure.sentence for measure in paper.defined()}
    if paper.groups:
        found |= {"by": list(paper.by), "groups": _groups(paper.groups)}
    if paper.before:
        found["compare"] = {"period": _period(paper.before[0]), "figures": _figures(paper.before[1])}
    if paper.what_if:
        found["what_if"] = paper.what_if
    return found


def _period(period: Period) -> Document:
    return {
        "from": format_instant(period.start),
        "to": format_instant(period.end),
        "zone": period.zone,
        "name": period.name,
    }


def _figures(figures: Figures) -> Document:
    return {name: figure_document(figure) for name, figure in figures.items()}


def figure_document(figure: Figure) -> Document:
    """One figure; what divides it and what stands beside it only where there is such a thing."""
    said: Document = {
        "value": figure.value,
        "unit": figure.unit,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "n": figure.n,
        "median": figure.median,
        "p90": figure.p90,
    }
    more: dict[str, Any] = {"parts": dict(figure.parts), "beside": dict(figure.beside)}
    if figure.goal is not None:
        more["goal"] = {"value": figure.goal, "met": figure.met}
    return said | {name: value for name, value in more.items() if value}


def _groups(counted: Counted) -> Document:
    found: Document = {}
    for key, figures in counted.rows:
        place = found
        for part in key[:-1]:
            place = place.setdefault(part, {})
        place[key[-1]] = _figures(figures)
    return found


def _table(counted: Counted) -> Document:
    table = counted.table
    rows = [dict(zip(table.by, key, strict=True)) | {"figures": _figures(figures)} for key, figures in counted.rows]
    return {"title": table.title, "by": list(table.by), "rows": rows}


def definitions_document(measures: Sequence[Measure]) -> Document:
    """What each figure is."""
    return document("definitions", figures={measure.id: measure.sentence for measure in measures})
