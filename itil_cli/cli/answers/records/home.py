"""`itil` alone: what waits for me, and what is about to breach.

What is open or resolved is told from columns of the index; records are read only where an event concerns them that no
column tells, and where they have events later than `--now`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from itil_cli.cli.answers.duties.owed import Owed, last_swept
from itil_cli.cli.answers.duties.owing import beside
from itil_cli.cli.context import App
from itil_cli.cli.looking.clocking import Clocking
from itil_cli.cli.looking.past import alive_then
from itil_cli.process.clock import Clock
from itil_cli.process.clocks.outlook import Glance, Outlook, next_of
from itil_cli.process.demands.living import Living, living
from itil_cli.process.demands.waiting import Section, waiting
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import STATUSES, Incident, path_of
from itil_cli.process.time.instants import CLOCK_SLACK, format_instant
from itil_cli.process.transitions import DESK, IM

SOON = 5
Soon = tuple[Living, Clock | Glance]


def home(app: App) -> None:
    """Answer with the sections that want something of the acting person."""
    from itil_cli.cli.answers.duties.undelivered import undelivered, undelivered_section
    from itil_cli.cli.answers.reports.keeping import late_line, named, overdue_reports
    from itil_cli.render.home import home_text
    from itil_cli.render.machine import broken_documents, document

    snapshot, here = app.snapshot, _Here(app)
    silent = here.clocking.late(here.all)
    sections = waiting(here.all, app.person, snapshot.policy, silent)
    broken = snapshot.index.broken()
    counts, owed, soon = here.counts(), here.due(), here.soon()
    late = overdue_reports(snapshot, app.now)
    failed = undelivered(app)
    owing, owing_lines = beside(app, snapshot, here.all, here.incident, here.clocking.calendars)
    if app.json:
        more = {"next": here.breaches(soon), "due": owed, "last_sweep": _instant(last_swept(app))}
        more |= {"reports_due": named(late), **owing, "uninformed": sorted(silent), "undelivered": failed.lines}
        waits, said = here.documents(sections), broken_documents(broken)
        app.emit(document("home", person=app.actor, waiting=waits, counts=counts, broken=said, **more), "")
    else:
        tells = bool({DESK, IM} & app.person.roles)
        text = home_text(app.actor, sections, counts, soon, owed, last_swept(app), silent, tells_silent=tells)
        app.emit(None, "\n".join([text, *owing_lines, *late_line(late), *undelivered_section(failed)]))
    for _, error in broken:
        app.say(f"warning[{error.code}]: {error}")


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


class _Seen(NamedTuple):
    """What the index tells of one, and what it keeps of the clock that matters."""

    one: Living
    outlook: Outlook | None


class _Here:
    """What is open or resolved at the command's time: by the index, and, with later events, as it was (`then`)."""

    def __init__(self, app: App) -> None:
        from itil_cli.store.index.living import Person

        self._app, self._snapshot = app, app.snapshot
        self.clocking = Clocking(app, self._snapshot)
        self._alive = self._snapshot.index.alive(app.now + CLOCK_SLACK)
        me = app.person
        whose = Person(me.email, sorted({me.email, *me.roles, *me.groups}))
        self._seen = [_Seen(*row) for row in self._alive.for_person(whose, self.clocking.digest)]
        self._then = {incident.id: incident for _, incident in alive_then(self._snapshot.index, app.now)}

    @cached_property
    def all(self) -> list[Living]:
        """What is open, and of what is resolved at least what may want something of the person."""
        return [*(seen.one for seen in self._seen), *map(living, self._then.values())]

    def incident(self, record_id: str) -> Incident:
        """One of them, folded."""
        return self._then.get(record_id) or fold(self._snapshot.index.record(record_id))

    def counts(self) -> dict[str, int]:
        """How many are in each status."""
        found = self._alive.by_status()
        for one in self._then.values():
            found[one.status] = found.get(one.status, 0) + 1
        return {status: found[status] for status in STATUSES if status in found}

    def due(self) -> int:
        """How many things the next sweep would do."""
        return Owed(self._snapshot, self._app.now, self.clocking.calendars).count(self._alive, self._then.values())

    def soon(self) -> list[Soon]:
        """The clock of each open incident that breaches next, soonest first; what is breached already comes before."""
        asked = [(seen.one, seen.outlook) for seen in self._seen if seen.one.is_open]
        found: list[tuple[int, str, Living]] = [
            (due, one.id, one)
            for (one, _), due in zip(asked, self.clocking.dues((one.id, kept) for one, kept in asked), strict=True)
            if due is not None
        ]
        then = {one.id: next_of(self.clocking.of(one)) for one in self._then.values() if one.is_open}
        found += [
            (clock.due, name, living(self._then[name]))
            for name, clock in then.items()
            if clock is not None and clock.state == "running" and clock.due is not None
        ]
        first = sorted(found, key=lambda two: two[:2])[:SOON]
        return [(one, clock) for _, _, one in first if (clock := self._clock(one.id)) is not None]

    def _clock(self, record_id: str) -> Clock | None:
        return next_of(self.clocking.of(self.incident(record_id)))

    def breaches(self, soon: Iterable[Soon]) -> list[dict[str, Any]]:
        """The same for a program."""
        from itil_cli.render.machine import clock_documents

        return [
            {"id": one.id, "title": one.title, "clock": clock.name, **clock_documents([clock])[clock.name]}
            for one, clock in soon
        ]

    def documents(self, sections: Iterable[Section]) -> list[dict[str, Any]]:
        """The sections for a program: the summary of each incident."""
        from itil_cli.process.summary import summary
        from itil_cli.render.machine import summary_document

        wanted = list(sections)
        paths = [path_of(one.id) for section in wanted for one in section.incidents if one.id not in self._then]
        said = {row.id: row.summary for row in self._snapshot.index.rows_at(paths)}
        said |= {one.id: summary(one) for one in self._then.values()}
        return [
            {"wants": one.wants, "incidents": [summary_document(said[incident.id]) for incident in one.incidents]}
            for one in wanted
        ]
