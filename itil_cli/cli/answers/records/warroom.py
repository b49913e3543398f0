"""`itil major` alone, and its report: rooms of one snapshot, once or again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.looking.clocking import Clocking
from itil_cli.errors import Refused
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Record
from itil_cli.process.majors.warroom import Room, room

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot

_UNDER_WAY = ("proposed", "accepted")
_CLEAR = "\x1b[H\x1b[2J"


def rooms(app: App, snapshot: Snapshot, wanted: str | None) -> list[Room]:
    """The rooms of what is proposed or under way and not closed; of one incident where it is named."""
    from itil_cli.store.index.query import Filter

    if wanted is not None:
        return [room_of(app, snapshot, snapshot.records[snapshot.find(wanted)])]
    rows = snapshot.index.rows(Filter(equal={"major": _UNDER_WAY}))
    records = [snapshot.index.record(row.id) for row in rows if row.summary["status"] not in ("closed", "canceled")]
    return [room_of(app, snapshot, record) for record in records]


def room_of(app: App, snapshot: Snapshot, record: Record) -> Room:
    """The room of one major incident. Raises Refused for one that never was proposed."""
    incident = fold(record)
    if incident.major is None:
        remedy = f"`itil major propose {incident.id} --criterion C`."
        raise Refused(f"{incident.id} is no major incident.", code="S12", remedy=remedy)
    clocking = Clocking(app, snapshot)
    return room(incident, clocking.of(incident), snapshot.policy, clocking.calendars, app.now)


def watch(app: App, wanted: str | None, seconds: float) -> None:
    """Show it again every so many seconds, until interrupted; with --json one document a line."""
    import sys
    import time

    from itil_cli.render.machine import dumps
    from itil_cli.render.majors.major import rooms_document, rooms_text

    clear = _CLEAR if sys.stdout.isatty() and not app.json else ""
    while True:
        found = rooms(app, app.snapshot, wanted)
        print(f"{clear}{dumps(rooms_document(found)) if app.json else rooms_text(found)}", flush=True)
        time.sleep(seconds)
        app.tick()
