"""A report for a terminal: figures and tables as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itil_cli.process.figures import EVERY, Counted, Figure, Measure, Table
from itil_cli.render.report import words
from itil_cli.render.report.paper import Paper
from itil_cli.render.text import one_line, pad, width

HEADINGS = ("figure", "value", "made of", "median", "p90", "goal")


def report_text(paper: Paper) -> str:
    """The whole report."""
    head = one_line(f"{paper.report.title} of {paper.store}, {words.span(paper.period)}")
    blocks = ["\n".join([head, *map(one_line, words.remarks(paper))]), figures_text(paper)]
    blocks += [table_text(counted) for counted in paper.shown]
    definitions = definitions_text(paper.defined(zeros=False))
    return "\n\n".join([*blocks, f"Definitions (P: the period)\n{definitions}", words.provenance(paper)])


def figures_text(paper: Paper) -> str:
    """One line a figure; what divides it and what stands beside it below it."""
    headings, lines = figure_rows(paper)
    shown = columns([headings, *lines]).split("\n")
    notes = [list(notes_of(figure)) for figure in paper.figures.values()]
    said = [line for row, below in zip(shown[1:], notes, strict=True) for line in (row, *below)]
    return "\n".join([shown[0], *said])


def figure_rows(paper: Paper, *, titles: bool = False) -> tuple[list[str], list[list[str]]]:
    """The headings and cells, with ids or `titles` of figures.

    The goal's column is there only where there is a goal, the one before where it was asked."""
    with_goal = any(figure.goal is not None for figure in paper.figures.values())
    headings = [*HEADINGS[:5], *(["goal"] if with_goal else [])]
    before = paper.before[1] if paper.before else None
    if paper.before:
        headings.append(f"in {paper.before[0].name}")
    lines = []
    for name, figure in paper.figures.items():
        said = EVERY[name].title if titles else name
        line = [said, words.value(figure), words.made_of(figure), words.middle(figure), words.high(figure)]
        line += [words.goal(figure)] if with_goal else []
        line += [words.value(before[name])] if before is not None else []
        lines.append(line)
    return headings, lines


def notes_of(figure: Figure) -> Iterator[str]:
    """What divides a figure, and what stands beside it, each on a line."""
    parts = list(words.parts(figure))
    if parts and figure.numerator:
        ages = "open for days: " if EVERY[figure.id].parts == "ages" else ""
        yield one_line(f"  {ages}{', '.join(parts)}")
    beside = list(words.beside(figure))
    if beside:
        yield one_line(f"  beside it: {', '.join(beside)}")


def table_text(counted: Counted) -> str:
    """A table of figures by fields under its title."""
    headings, lines = table_rows(counted)
    body = columns([headings, *lines]) if lines else "There is nothing."
    return f"{counted.table.title}\n{body}"


def table_rows(counted: Counted, *, titles: bool = False) -> tuple[list[str], list[list[str]]]:
    """The headings and cells of a table, with ids or `titles` of figures; a lone backlog shows its ages."""
    table = counted.table
    ages = table.figures == ("backlog",)
    names = [said for name in table.figures for said in _named(name, table, titles)]
    names += _ages(counted) if ages else ()
    lines = []
    for key, figures in counted.rows:
        cells = [said for name in table.figures for said in _cells(figures[name], table)]
        cells += [str(number) for number in figures["backlog"].parts.values()] if ages else []
        lines.append([*map(one_line, key), *cells])
    return [*(field.replace("_top", "") for field in table.by), *names], lines


def _named(name: str, table: Table, titles: bool) -> list[str]:
    said = EVERY[name].title if titles else name
    return [said, "median"] if table.median and EVERY[name].kind == "mean" else [said]


def _cells(figure: Figure, table: Table) -> list[str]:
    shown = [_cell(figure)]
    return [*shown, words.middle(figure)] if table.median and EVERY[figure.id].kind == "mean" else shown


def _ages(counted: Counted) -> Sequence[str]:
    return list(counted.rows[0][1]["backlog"].parts) if counted.rows else ()


def _cell(figure: Figure) -> str:
    said = words.value(figure)
    return f"{said} ({words.made_of(figure)})" if figure.unit == "share" and figure.denominator else said


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Cells in columns as wide as they need."""
    from tabulate import tabulate

    wide = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
    cells = [[pad(cell, room) for cell, room in zip(row, wide, strict=True)] for row in rows]
    shown = tabulate(cells, tablefmt="plain", disable_numparse=True, preserve_whitespace=True)
    return "\n".join(line.rstrip() for line in shown.split("\n"))


def definitions_text(measures: Sequence[Measure]) -> str:
    """What each figure is, in a sentence."""
    return columns([[measure.id, measure.sentence] for measure in measures])
