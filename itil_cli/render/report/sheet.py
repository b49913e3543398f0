"""A report as CSV: one line a figure, of all incidents first, then table by table.

- A cell that a spreadsheet would take for a formula gets a leading apostrophe.
- Lines end with CR LF (RFC 4180); what does not apply is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from itil_cli.process.figures import Figure, Figures
from itil_cli.process.time.instants import format_instant
from itil_cli.render.report.paper import Paper

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "report", "from", "to", "as_of", "table", "by", "group", "figure", "value", "unit", "numerator", "denominator",
    "n", "median", "p90", "goal",
)  # fmt: skip


def report_csv(paper: Paper) -> str:
    """The whole report."""
    return lines([_COLUMNS, *_rows(paper)])


def lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV, with every text made harmless."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: Any) -> Any:
    """The cell; a text that begins as a formula does, with an apostrophe in front. Numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _rows(paper: Paper) -> Iterator[list[Any]]:
    head = [
        paper.report.name,
        format_instant(paper.period.start),
        format_instant(paper.period.end),
        paper.as_of,
    ]
    yield from _figures([*head, "", "", ""], paper.figures)
    for counted in paper.shown:
        for key, figures in counted.rows:
            yield from _figures([*head, counted.table.title, "/".join(counted.table.by), " / ".join(key)], figures)


def _figures(head: list[Any], figures: Figures) -> Iterator[list[Any]]:
    for figure in figures.values():
        yield [*head, *_cells(figure)]
        for kind in (figure.parts, figure.beside):
            for name, count in kind.items():
                yield [*head, f"{figure.id}: {name}", count, "", count, *[""] * 5]


def _cells(figure: Figure) -> list[Any]:
    said = (
        figure.value, figure.unit, figure.numerator, figure.denominator, figure.n, figure.median, figure.p90,
        figure.goal,
    )  # fmt: skip
    return [figure.id, *("" if cell is None else cell for cell in said)]
