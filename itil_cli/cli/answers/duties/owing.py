"""What stands beside the sections of `itil` alone: updates of major incidents, known errors that may help, what waits
for the problem manager, actions (M6, M9, P06)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record, kind_of, texts
from itil_cli.process.majors.actions import Action, open_actions
from itil_cli.process.majors.major import Owed, communication
from itil_cli.process.transitions import IM, MIM, PM

if TYPE_CHECKING:
    from itil_cli.cli.context import App
    from itil_cli.process.calendar import Calendar
    from itil_cli.process.demands.living import Living
    from itil_cli.process.settings.people import Person
    from itil_cli.store.snapshot import Snapshot

    Whole = Callable[[str], Incident]


def beside(
    app: App, snapshot: Snapshot, alive: Collection[Living], whole: Whole, calendars: Mapping[str, Calendar]
) -> tuple[dict[str, Any], list[str]]:
    """What it is for a program, and its lines for a person; sections with nothing in them are left out.

    `whole` gives one of those that are alive folded, where more is asked of it."""
    from itil_cli.render.majors.owing import owing_document, owing_lines

    majors = [whole(one.id) for one in alive if one.major == "accepted"]
    updates = _updates(app, snapshot, majors, calendars)
    found = (updates, _helps(app, snapshot, alive, whole), _undecided(app, snapshot), _actions(app, snapshot), app.now)
    return owing_document(*found), owing_lines(*found)


def _updates(
    app: App, snapshot: Snapshot, majors: Iterable[Incident], calendars: Mapping[str, Calendar]
) -> list[tuple[Incident, Owed]]:
    """The next update of each major incident, the earliest first; for the incident manager what is overdue (M6)."""
    roles, found = app.person.roles, []
    for one in majors if {MIM, IM} & roles else ():
        owed = communication(one, snapshot.policy, calendars).owed
        if owed and (MIM in roles or owed.due < app.now):
            found.append((one, owed))
    return sorted(found, key=lambda pair: (pair[1].due, pair[0].id))


def _actions(app: App, snapshot: Snapshot) -> list[tuple[str, Action]]:
    """Record and action, the earliest date first: his own; for the incident manager whatever is overdue (M9)."""
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


def _undecided(app: App, snapshot: Snapshot) -> list[Record]:
    """The problems to decide, the known errors and articles to publish; for the problem manager only."""
    from itil_cli.store.index.query import Filter

    if PM not in app.person.roles:
        return []
    index = snapshot.index
    rows = [row for kind, status in _UNDECIDED for row in index.rows(Filter(kind, equal={"status": (status,)}))]
    return [index.record(row.id) for row in rows]


def _helps(app: App, snapshot: Snapshot, alive: Iterable[Living], whole: Whole) -> list[tuple[Incident, Record]]:
    """Incidents that the person has in hand, or his group while nobody has, each with a published known error or
    article that was offered to it and is not yet tried there (P06, I3)."""
    from itil_cli.process.lifecycle.verbs.working import applied_since_reopening

    mine = {one.id: one for one in alive if one.is_open and _in_hand(one, app.person)}
    found = []
    for record in _published(snapshot, min((one.logged_at or 0 for one in mine.values()), default=None)):
        offered = [name for event in record.events if event.do == "published" for name in texts(event.get("offered"))]
        for one in (whole(name) for name in dict.fromkeys(offered) if name in mine):
            if record.id not in applied_since_reopening(one):
                found.append((one, record))
    return found


def _in_hand(one: Living, person: Person) -> bool:
    return one.assignee == person.email or (one.assignee is None and one.group in person.groups)


def _published(snapshot: Snapshot, since: int | None) -> Iterator[Record]:
    """Published known errors and articles with an event since then (epoch seconds; None: none of them)."""
    from itil_cli.store.index.query import Filter

    if since is None:
        return
    for kind in ("KE", "KB"):
        for row in snapshot.index.rows(Filter(kind, equal={"status": ("published",)})):
            if row.summary["last_at"] >= since:
                yield snapshot.index.record(row.id)
