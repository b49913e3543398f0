"""A report as one HTML file that asks nothing of any network.

- Every text goes through the template's autoescape; only the drawings, made by `svg.py`, are taken as they are.
- The policy in the page allows its own style and script by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import islice
from typing import Any, NamedTuple

from itil_cli.errors import Malformed
from itil_cli.process.figures import EVERY, Figure
from itil_cli.render.report import plain, words
from itil_cli.render.report.charts import pictures
from itil_cli.render.report.paper import Paper
from itil_cli.render.report.svg import MISSING
from itil_cli.render.text import one_line


class Line(NamedTuple):
    """A figure on the page."""

    id: str
    cells: Sequence[str]
    sentence: str
    notes: Sequence[str]
    verdict: str


class Tile(NamedTuple):
    """A figure at the top of the page: what it is made of below it, and the period before where that was asked for."""

    id: str
    title: str
    value: str
    notes: Sequence[str]
    verdict: str


class Grid(NamedTuple):
    """A table on the page."""

    id: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def report_html(paper: Paper) -> str:
    """The whole page. Raises Malformed (html) where the extra is not installed."""
    headings, rows = plain.figure_rows(paper, titles=True)
    sentences = {measure.id: measure.sentence for measure in paper.defined()}
    return rendered(
        "page.html",
        paper=paper,
        title=one_line(f"{paper.report.title} of {paper.store}, {paper.period.name}"),
        span=words.span(paper.period),
        remarks=[one_line(remark) for remark in words.remarks(paper)],
        provenance=words.provenance(paper),
        tiles=list(islice(_tiles(paper), TILES)),
        headings=headings,
        figures=[_line(*pair, sentences) for pair in zip(paper.figures.values(), rows, strict=True)],
        tables=[
            Grid(f"table-{at}", one.table.title, *plain.table_rows(one, titles=True))
            for at, one in enumerate(paper.shown)
        ],
        pictures=pictures(paper),
        definitions=[(one.id, words.titled(one), one.sentence) for one in paper.defined(zeros=False)],
    )


def rendered(template: str, **values: Any) -> str:
    """A page with its style and script, and the policy that allows no others. Raises Malformed (html)."""
    style, script = _asset("style.css"), _asset("sort.js")
    page: str = _template(template).render(policy=_policy(style, script), style=style, script=script, **values)
    return page


TILES = 6
_FIRST = (
    "created",
    "resolved",
    "backlog",
    "sla_response",
    "sla_resolution",
    "uc",
    "mttr_wall",
    "fcr",
    "reopen_rate",
    "first_assignment",
    "mttr_sla",
    "uc_time",
    "not_informed",
    "actions_overdue",
    "major_actions_overdue",
)
_ABOUT = {"major": ("major", "comms")}  # what a report is about comes before all that  # fmt: skip


def _tiles(paper: Paper) -> Iterator[Tile]:
    """The figures that a reader looks for first, as far as the report has them and there is something to tell."""
    for name in (*_ABOUT.get(paper.report.name, ()), *_FIRST):
        figure = paper.figures.get(name)
        if figure is not None and figure.value is not None:
            yield Tile(name, EVERY[name].title, words.value(figure), list(_under(paper, figure)), _verdict(figure))


def _under(paper: Paper, figure: Figure) -> Iterator[str]:
    if figure.n is not None:
        yield f"half of {figure.n} within {words.middle(figure)}" if figure.unit == "seconds" else words.made_of(figure)
    elif figure.denominator is not None:
        yield words.made_of(figure)
    if figure.goal is not None:
        yield f"goal {words.goal(figure)}"
    if paper.before:
        yield f"{words.value(paper.before[1][figure.id])} in {paper.before[0].name}"


def _verdict(figure: Figure) -> str:
    return "" if figure.met is None else "met" if figure.met else "missed"


def _line(figure: Figure, cells: Sequence[str], sentences: dict[str, str]) -> Line:
    notes = [note.strip() for note in plain.notes_of(figure)]
    return Line(figure.id, cells, sentences[figure.id], notes, _verdict(figure))


def _template(name: str) -> Any:
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise Malformed("an HTML report needs jinja2.", code="html", remedy=MISSING) from None
    room = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return room.from_string(_asset(name))


def _asset(name: str) -> str:
    return files("itil_cli.render.report").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
