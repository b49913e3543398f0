"""What is open or resolved, as the home screen and the sweep ask it: read from columns, not from records.

- Of what is resolved and has nothing to come but the clock's closing (`closing`), only how much is due is counted.
- Records with an event later than the present are left out: the index knows the last state alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from itil_cli.process.demands.living import Agenda, Living
from itil_cli.process.incident import OPEN, RESOLVED
from itil_cli.process.messages.informing import Silence
from itil_cli.store.index.query import order
from itil_cli.store.index.schema import WANTING

Ask = Callable[..., list[Any]]  # SQL, its values, and `read`: what a row of the answer becomes

_OPEN = "entry.status IN ('{}')".format("', '".join(sorted(OPEN)))
_ALIVE = "entry.status IN ('{}')".format("', '".join([*sorted(OPEN), RESOLVED]))
# A plus says that this is no way to find them: SQLite knows too little of how few they are.
_HERE = "entry.kind = 'INC' AND NOT entry.broken AND +entry.updated <= ?"
_DONE = f"+{_HERE} AND entry.status = '{RESOLVED}'"  # by the indexes of what is resolved
_SEEN = """SELECT entry.id, entry.status, coalesce(entry.title, ''), entry.priority, entry."group", entry.assignee,
    entry.owner, entry.requestor, entry.reason, entry.major, entry.unanswered, entry.opened, entry.updated,
    entry.asked, entry.silence, outlook.said
    FROM entry LEFT JOIN outlook ON outlook.seq = entry.seq AND outlook.digest = ?"""
# What is resolved and may want something of somebody: by its requestor, or by what few of them have (`WANTING`).
_OWN = f"{_SEEN} WHERE {_DONE} AND entry.requestor = ? COLLATE NOCASE"
_WANTING = f"""{_SEEN} WHERE {_DONE} AND ({WANTING})
    AND coalesce(entry.requestor, '') <> ? COLLATE NOCASE
    AND (entry.major IN ('proposed', 'accepted')
        OR (entry.owner = ? COLLATE NOCASE AND entry.unanswered IS NOT NULL)
        OR EXISTS (SELECT 1 FROM json_each(coalesce(entry.asked, '[]')) AS one
            WHERE json_extract(one.value, '$[0]') IN (SELECT value FROM json_each(?))))"""
_CLOSES = f"{_DONE} AND entry.closing <= ? AND entry.closing <= max(?, entry.updated)"
_AGENDA = f"""SELECT entry.id, entry.status, agenda.since, agenda.until, agenda.count
    FROM entry LEFT JOIN agenda ON agenda.seq = entry.seq AND agenda.digest = ?
    WHERE entry.rowid IN (
        SELECT rowid FROM entry WHERE {_HERE} AND {_OPEN}
        UNION ALL SELECT rowid FROM entry WHERE {_DONE} AND entry.closing IS NULL) ORDER BY {order(())}"""


class Person(NamedTuple):
    """Whose: the address, and all names by which he may be told (address, roles, groups)."""

    email: str
    names: Sequence[str]


class Alive:
    """The questions, of what has not changed after `latest` (epoch seconds)."""

    def __init__(self, ask: Ask, latest: int) -> None:
        self._ask, self._latest = ask, latest

    def for_person(self, whose: Person, digest: str) -> list[tuple[Living, list[Any] | None]]:
        """All that is open, and what is resolved and may want something of that person.

        Each with what is kept of the clock that matters, under the digest of the calendars."""
        names, latest, me = json.dumps(list(whose.names)), self._latest, whose.email
        found = self._ask(f"{_SEEN} WHERE {_HERE} AND {_OPEN}", digest, latest, read=_living)
        found += self._ask(_OWN, digest, latest, me, read=_living)
        return found + self._ask(_WANTING, digest, latest, me, me, names, read=_living)

    def silent(self) -> list[Living]:
        """What is open, and its requestor waits for a word."""
        sql = f"{_SEEN} WHERE {_HERE} AND {_OPEN} AND entry.silence IS NOT NULL"
        return [one for one, _ in self._ask(sql, "", self._latest, read=_living)]

    def by_status(self) -> dict[str, int]:
        """How many are open or resolved, by status."""
        sql = f"SELECT entry.status, count(*) FROM entry WHERE {_HERE} AND {_ALIVE} GROUP BY 1"
        return dict(self._ask(sql, self._latest, read=lambda status, count: (status, count)))

    def closing_count(self, now: int) -> int:
        """How many resolved ones the clock closes at `now`, of which nothing else can be due."""
        sql = f"SELECT count(*) FROM entry WHERE {_CLOSES}"
        return int(self._ask(sql, self._latest, self._latest, now, read=int)[0])

    def closings(self, now: int) -> dict[str, int]:
        """Which these are, and since when (epoch seconds), in the order of lists."""
        sql = f"SELECT entry.id, entry.closing FROM entry WHERE {_CLOSES} ORDER BY {order(())}"
        return dict(self._ask(sql, self._latest, self._latest, now, read=lambda record_id, at: (record_id, at)))

    def agendas(self, digest: str) -> list[tuple[str, str, Agenda | None]]:
        """All others, in the order of lists: id, status, and what is kept of how much is due there."""
        return self._ask(_AGENDA, digest, self._latest, self._latest, read=_agenda)


def _living(*row: Any) -> tuple[Living, list[Any] | None]:
    *plain, asked, silence, outlook = row
    told = [(to, bool(wanted)) for to, wanted in json.loads(asked)] if asked else []
    heard = Silence(*json.loads(silence)) if silence else None
    return Living._make([*plain, told, heard]), json.loads(outlook) if outlook else None


def _agenda(
    record_id: str, status: str, since: int | None, until: int | None, count: int | None
) -> tuple[str, str, Agenda | None]:
    return record_id, status, None if since is None else Agenda(since, until, count or 0)
