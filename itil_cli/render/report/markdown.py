"""A report as Markdown: what is kept under `reports/` (P05). No text from a file can leave its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from itil_cli.process.figures import EVERY, Counted
from itil_cli.render.report import plain, words
from itil_cli.render.report.paper import Paper
from itil_cli.render.text import one_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def report_markdown(paper: Paper) -> str:
    """The whole report, ending with a line end."""
    head = f"# {escaped(f'{paper.report.title} of {paper.store}')}, {escaped(paper.period.name)}"
    blocks = [head, escaped(words.span(paper.period)), *map(escaped, words.remarks(paper))]
    blocks += ["## Figures", _table(*plain.figure_rows(paper, titles=True)), *_notes(paper)]
    for counted in paper.shown:
        blocks += [f"## {escaped(counted.table.title)}", _counted(counted)]
    blocks += ["## Definitions", "\n".join(_definitions(paper)), "---", escaped(words.provenance(paper))]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """The text on one line, with every character that Markdown knows made plain."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _notes(paper: Paper) -> Iterator[str]:
    lines = [
        f"- {escaped(EVERY[figure.id].title)}: {escaped(note.strip())}"
        for figure in paper.figures.values()
        for note in plain.notes_of(figure)
    ]
    if lines:
        yield "\n".join(lines)


def _counted(counted: Counted) -> str:
    headings, lines = plain.table_rows(counted, titles=True)
    return _table(headings, lines) if lines else "There is nothing."


def _table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [headings, *lines]
    said = [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    return "\n".join([said[0], f"|{' --- |' * len(headings)}", *said[1:]])


def _definitions(paper: Paper) -> Iterator[str]:
    yield "P is the period of the report.\n"
    for measure in paper.defined(zeros=False):
        named = f" (`{measure.id}`)" if measure.title != measure.id else ""
        yield f"- **{escaped(words.titled(measure))}**{named}: {escaped(measure.sentence)}"
