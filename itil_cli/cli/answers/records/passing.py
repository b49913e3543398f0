"""What `timeline` answers: the events of one incident, as text, as a diagram, or as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.output import give
from itil_cli.errors import Malformed
from itil_cli.process.events.fold import fold
from itil_cli.render.incidents.events import timeline
from itil_cli.render.machine import document, event_documents

if TYPE_CHECKING:
    from itil_cli.process.incident import Incident
    from itil_cli.store.snapshot import Snapshot


def answer_timeline(app: App, snapshot: Snapshot, incident_id: str, form: str | None, output: str | None) -> None:
    """The timeline in a format, into a file if one is named. Raises Malformed where --json is asked for as well."""
    seen = fold(snapshot.records[incident_id])
    if form is not None and app.json:
        raise Malformed("--json is a format of its own.", remedy="Leave out --format.")
    if app.json or (form is None and output is None):
        app.emit(document("timeline", id=incident_id, events=event_documents(seen)), timeline(seen))
    else:
        give(app, _in_format(app, snapshot, seen, form or "table"), output)


def _in_format(app: App, snapshot: Snapshot, seen: Incident, form: str) -> str:
    from itil_cli.cli.answers.reports.reporting import present
    from itil_cli.render.incidents.passage import mermaid

    if form == "table":
        return timeline(seen) + "\n"
    now = present(app, snapshot)
    if form == "mermaid":
        return mermaid(seen, now)
    from itil_cli.render.report.passage import passage_html

    return passage_html(seen, now, snapshot.commit_id)
