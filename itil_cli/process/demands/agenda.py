"""How much is due on an incident, and until when that stays so: what an index can keep, so that nobody asks all again.

- After its last event nothing but time makes something due; `until` is the next instant at which that may be.
- A resolved incident of which nothing but the clock's closing can become due says when (`closing`), from its events
  alone: a store that nobody sweeps may hold a hundred thousand of them.
- A test holds both against `due`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from itil_cli.process.clock import Clock
from itil_cli.process.demands.living import Agenda
from itil_cli.process.demands.majors import next_update
from itil_cli.process.demands.thresholds import crossings
from itil_cli.process.demands.values import Times
from itil_cli.process.demands.waits import wait_times
from itil_cli.process.escalation import answer_times, due
from itil_cli.process.incident import Incident


def agenda(incident: Incident, clocks: Sequence[Clock], times: Times) -> Agenda:
    """What is due at `times.now`, to which the clocks were counted."""
    number = sum(1 for _ in due(incident, clocks, times))
    until = min((at for at in _instants(incident, clocks, times) if at > times.now), default=None)
    return Agenda(times.now, until, number)


def _instants(incident: Incident, clocks: Sequence[Clock], times: Times) -> Iterator[int]:
    """When something may become due: no instant is missed, some may bring nothing."""
    yield from wait_times(incident, times)
    yield from (one.at for _, one in crossings(clocks, times) if one.at is not None and not one.crossed)
    yield from next_update(incident, times)
    yield from answer_times(incident, clocks, times)
    yield from times.people.changes()  # who has retired answers no more, and the next level is another
