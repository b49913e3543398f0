"""Figures (S15): the way in. Definitions as data, one pass over (facts, clocks), values with what they are made of.

- Pure: incidents come as `Facts` with their clocks, the present and the period as arguments.
- `gather` gives figures and tables, `REPORTS` the built-in reports, `overdue` what the schedule still wants.
"""

from __future__ import annotations

from itil_cli.process.figures.comms import updates
from itil_cli.process.figures.facts import Facts, facts, from_text, to_text
from itil_cli.process.figures.gather import (
    Answer,
    Counted,
    Figures,
    Gathering,
    Table,
    gather,
    needs_clocks,
    needs_names,
)
from itil_cli.process.figures.grouping import FIELDS, NOBODY
from itil_cli.process.figures.measures import AGE_NAMES, BESIDE, EVERY, FIGURES, Measure
from itil_cli.process.figures.reports import FOLLOWS, REPORTS, Report, drawn
from itil_cli.process.figures.schedule import Kept, overdue
from itil_cli.process.figures.sources import Clocks, Scope, Verdict
from itil_cli.process.figures.values import Figure
from itil_cli.process.figures.verdicts import finished, verdicts

__all__ = [
    "AGE_NAMES", "BESIDE", "EVERY", "FIELDS", "FIGURES", "FOLLOWS", "NOBODY", "REPORTS", "Answer", "Clocks", "Counted",
    "Facts", "Figure", "Figures", "Gathering", "Kept", "Measure", "Report", "Scope", "Table", "Verdict", "drawn",
    "facts", "finished", "from_text", "gather", "needs_clocks", "needs_names", "overdue", "to_text", "updates",
    "verdicts",
]  # fmt: skip
