"""`itil` alone: what waits for me, and what is about to breach."""

from __future__ import annotations

from typing import Any

from itil_cli.cli.context import App
from itil_cli.process.fold import fold
from itil_cli.process.incident import Incident
from itil_cli.process.waiting import waiting


def home(app: App) -> None:
    """Answer with the sections that want something of the acting person."""
    from itil_cli.process.summary import summary
    from itil_cli.render.home import home_text
    from itil_cli.render.machine import broken_documents, document, summary_document

    snapshot = app.snapshot
    incidents = _alive(app)
    sections = waiting(incidents, app.person, snapshot.policy)
    broken = snapshot.index.broken()
    counts = _counts(incidents)
    if app.json:
        waits: list[dict[str, Any]] = [
            {"wants": one.wants, "incidents": [summary_document(summary(incident)) for incident in one.incidents]}
            for one in sections
        ]
        app.emit(document("home", person=app.actor, waiting=waits, counts=counts, broken=broken_documents(broken)), "")
    else:
        app.emit(None, home_text(app.actor, sections, counts))
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


def _alive(app: App) -> list[Incident]:
    """The incidents that are open or resolved."""
    from itil_cli.process.incident import OPEN, RESOLVED
    from itil_cli.store.index.query import Filter

    index = app.snapshot.index
    rows = index.rows(Filter(equal={"status": (*sorted(OPEN), RESOLVED)}))
    return [fold(index.record(row.id)) for row in rows]


def _counts(incidents: list[Incident]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for incident in incidents:
        counts[incident.status] = counts.get(incident.status, 0) + 1
    return counts
