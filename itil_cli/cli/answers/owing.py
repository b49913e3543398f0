"""The actions that somebody owes (his own; for the incident manager whatever is overdue, M9), and what waits for the
problem manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Record, kind_of
from itil_cli.process.majors.actions import Action, open_actions
from itil_cli.process.transitions import IM, PM

if TYPE_CHECKING:
    from itil_cli.cli.context import App
    from itil_cli.store.snapshot import Snapshot


def owed_actions(app: App, snapshot: Snapshot) -> list[tuple[str, Action]]:
    """Record and action, the earliest date first."""
    person, found = app.person, []
    for record_id in snapshot.index.owing():
        record = snapshot.index.record(record_id)
        void = fold(record).voids if kind_of(record_id) == "INC" else {}
        for action in open_actions(record.events, void):
            if action.owner == person.email or (IM in person.roles and action.overdue(app.now)):
                found.append((record_id, action))
    return sorted(found, key=lambda pair: (pair[1].due, pair[0], pair[1].number))


# What waits for the problem manager, by kind of record and status (P06, P14, F5).
_UNDECIDED = (("PRB", "proposed"), ("KE", "draft"), ("KB", "reviewed"))


def undecided(app: App, snapshot: Snapshot) -> list[Record]:
    """The problems to decide, the known errors and articles to publish; for the problem manager only."""
    from itil_cli.store.index.query import Filter

    if PM not in app.person.roles:
        return []
    index = snapshot.index
    rows = [row for kind, status in _UNDECIDED for row in index.rows(Filter(kind, equal={"status": (status,)}))]
    return [index.record(row.id) for row in rows]


def undecided_section(found: list[Record]) -> list[str]:
    """The section of `itil` alone; nothing where nothing waits."""
    from itil_cli.render.knowledge.knowledge import headline

    return ["", f"Decide or publish ({len(found)})", *(f"  {headline(one)}" for one in found)] if found else []


def action_section(app: App, owed: list[tuple[str, Action]]) -> list[str]:
    """The section of `itil` alone; nothing where nothing is owed."""
    from itil_cli.render.majors.major import owing_lines

    return ["", f"Actions ({len(owed)})", *owing_lines(owed, app.now)] if owed else []
