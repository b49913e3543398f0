"""The flow of statuses as a Mermaid diagram: boxes are statuses, arrows say how often and how long it took.

- What happened most is drawn first. The time is the median of that in the former status.
"""

from __future__ import annotations

from itil_cli.process.figures import FOLLOWS
from itil_cli.render.report import words
from itil_cli.render.report.paper import Paper


def report_mermaid(paper: Paper) -> str:
    """The diagram, ending with a line end; only its head where nothing moved. ValueError for another report."""
    (counted,) = (one for one in paper.tables if one.table == FOLLOWS)
    lines = [f"%% {words.provenance(paper)}", "flowchart LR"]
    for (before, after), figures in counted.rows:
        said = f"{figures['moves'].numerator} × · {words.middle(figures['move_time'])}"
        lines.append(f'    {_box(before)} -->|"{said}"| {_box(after)}')
    return "\n".join(lines) + "\n"


def _box(status: str) -> str:
    return f'{status.replace("-", "_")}["{status}"]'
