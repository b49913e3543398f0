"""`itil` alone: what waits for me, and what is about to breach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itil_cli.cli.answers.owing import beside
from itil_cli.cli.answers.sweeping import last_swept
from itil_cli.cli.clocking import Clocking
from itil_cli.cli.context import App
from itil_cli.cli.past import alive, alive_then
from itil_cli.process.clock import Clock
from itil_cli.process.clocks.outlook import next_of
from itil_cli.process.demands.waiting import waiting
from itil_cli.process.escalation import Times, due
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident
from itil_cli.process.time.instants import format_instant

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot

SOON = 5
Clocked = list[tuple[Incident, list[Clock]]]


def home(app: App) -> None:
    """Answer with the sections that want something of the acting person."""
    from itil_cli.cli.answers.keeping import late_line, named, overdue_reports
    from itil_cli.cli.answers.undelivered import failed_lines, last_failures
    from itil_cli.process.summary import summary
    from itil_cli.render.home import home_text
    from itil_cli.render.machine import broken_documents, clock_documents, document, summary_document

    snapshot = app.snapshot
    incidents = _alive(app)
    sections = waiting(incidents, app.person, snapshot.policy)
    broken = snapshot.index.broken()
    counts = _counts(incidents)
    clocking = Clocking(app, snapshot)
    clocked = [(one, clocking.of(one)) for one in incidents]
    owed = _due(snapshot, clocked, clocking)
    soon = _soon(clocked)
    late = overdue_reports(snapshot, app.now)
    owing, owing_lines = beside(app, snapshot, incidents, clocking.calendars)
    if app.json:
        waits: list[dict[str, Any]] = [
            {"wants": one.wants, "incidents": [summary_document(summary(incident)) for incident in one.incidents]}
            for one in sections
        ]
        breaches = [
            {"id": one.id, "title": one.title, "clock": clock.name, **clock_documents([clock])[clock.name]}
            for one, clock in soon
        ]
        more = {"next": breaches, "due": owed, "last_sweep": _instant(last_swept(app)), "reports_due": named(late)}
        more |= owing
        more["undelivered"] = last_failures(app).get("failed", [])
        whole = document(
            "home", person=app.actor, waiting=waits, counts=counts, broken=broken_documents(broken), **more
        )
        app.emit(whole, "")
    else:
        text = home_text(app.actor, sections, counts, soon, owed, last_swept(app))
        app.emit(None, "\n".join([text, *owing_lines, *late_line(late), *failed_lines(app)]))
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


def _due(snapshot: Snapshot, clocked: Clocked, clocking: Clocking) -> int:
    """How many things the next sweep would do."""
    times = Times(snapshot.policy, snapshot.people, clocking.calendars, clocking.now)
    return sum(1 for one, clocks in clocked for _ in due(one, clocks, times))


def _soon(clocked: Clocked) -> list[tuple[Incident, Clock]]:
    """The clock of each open incident that breaches next, soonest first; what is breached already comes before."""
    found = [(one, clock) for one, clocks in clocked if one.is_open and (clock := next_of(clocks)) is not None]
    running = [(one, clock) for one, clock in found if clock.state == "running" and clock.due is not None]
    return sorted(running, key=lambda pair: (pair[1].due or 0, pair[0].id))[:SOON]


def _alive(app: App) -> list[Incident]:
    """The incidents that are open or resolved."""
    index = app.snapshot.index
    return [fold(one) for one in alive(index, app.now)] + [incident for _, incident in alive_then(index, app.now)]


def _counts(incidents: list[Incident]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for incident in incidents:
        counts[incident.status] = counts.get(incident.status, 0) + 1
    return counts
