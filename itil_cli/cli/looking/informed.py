"""Which open incidents owe their requestor a message, and to which it is late (S14), for the filter `informed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.looking.clocking import Clocking
from itil_cli.cli.looking.past import alive_then
from itil_cli.process.demands.living import living
from itil_cli.process.time.instants import CLOCK_SLACK

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot


def informed(app: App, snapshot: Snapshot, now: int | None) -> tuple[set[str], set[str]]:
    """The ids of those whose next message is late, and of those where it is owed and in time."""
    index, clocking = snapshot.index, Clocking(app, snapshot, now)
    then = [living(incident) for _, incident in alive_then(index, clocking.now)]
    found = [*index.alive(clocking.now + CLOCK_SLACK).silent(), *then]
    late = clocking.late(found)
    return late, clocking.owed(found) - late
