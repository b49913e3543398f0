"""What `export` writes: one incident after the other, so that memory does not grow with the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itil_cli.cli.answers.reports.reporting import present
from itil_cli.cli.context import App
from itil_cli.cli.output import into
from itil_cli.errors import Malformed
from itil_cli.process.clock import clocks
from itil_cli.process.events.fold import fold
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import format_instant
from itil_cli.render.export.case import COUNTS, FIELDS, INSTANTS, Case, case_document, values

if TYPE_CHECKING:
    from itil_cli.store.index.query import Filter
    from itil_cli.store.snapshot import Snapshot


def export(app: App, snapshot: Snapshot, wanted: Filter, form: str, output: str | None) -> None:
    """Write the incidents that fit. Raises Malformed where SQLite has no file."""
    cases = cases_of(snapshot, wanted, present(app, snapshot))
    if form == "sqlite":
        if output in (None, "-"):
            raise Malformed("SQLite needs a file.", remedy="Add -o incidents.sqlite.")
        into(Path(output or ""), lambda aside: _sqlite(aside, cases))
    elif output in (None, "-"):
        for piece in pieces(snapshot, cases, form):
            app.write(piece)
        return
    else:
        into(Path(output or ""), lambda aside: _text(aside, pieces(snapshot, cases, form)))
    app.say(f"Written to {output}.")


def cases_of(snapshot: Snapshot, wanted: Filter, now: int) -> Iterator[Case]:
    """The incidents that fit, in the order of their ids."""
    calendars = build(snapshot.policy)
    for one in snapshot.index.facts(wanted):
        record = snapshot.index.record(one.id)
        incident = fold(record)
        yield Case(incident, record, clocks(incident, calendars, max(now, incident.last_at)))


def pieces(snapshot: Snapshot, cases: Iterable[Case], form: str) -> Iterator[str]:
    """The text in a format, piece by piece."""
    from itil_cli.render.export.eventlog import csv_lines, xes_lines
    from itil_cli.render.export.ocel import ocel_lines
    from itil_cli.render.machine import dumps

    if form == "xes":
        return xes_lines(cases, snapshot.policy.name, snapshot.commit_id)
    if form == "jsonl":
        return (f"{dumps(case_document(case))}\n" for case in cases)
    return csv_lines(cases) if form == "csv" else ocel_lines(cases)


def _text(path: Path, found: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(found)


_NUMBERS = (*COUNTS, *INSTANTS)
_EVENT = ("incident", "n", "at", "by", "do", "void", "status", "group", "assignee", "reason", "data", "text")
_CLOCK = (
    "incident", "name", "group", "vendor", "state", "target", "elapsed", "percent", "due", "breached_at", "cause",
    "verdict", "first_verdict", "calendar", "started_at", "stopped_at",
)  # fmt: skip


def _sqlite(path: Path, cases: Iterable[Case]) -> None:
    """Three tables: incidents, events, clocks. Instants are UTC text, durations seconds."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_table("incidents", ("id", *FIELDS, *_NUMBERS), "PRIMARY KEY (id)"))
        connection.execute(_table("events", _EVENT, "PRIMARY KEY (incident, n)"))
        connection.execute(_table("clocks", _CLOCK))
        for case in cases:
            _insert(connection, "incidents", [[case.incident.id, *_plain(values(case))]])
            _insert(connection, "events", _events(case))
            _insert(connection, "clocks", _clocks(case))


def _table(name: str, columns: Iterable[str], more: str | None = None) -> str:
    kinds = [f'"{column}" {"INTEGER" if column in (*COUNTS, "target", "elapsed") else "TEXT"}' for column in columns]
    return f"CREATE TABLE {name} ({', '.join([*kinds, *([more] if more else [])])})"


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[list[Any]]) -> None:
    for row in rows:
        connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def _plain(said: dict[str, Any]) -> list[Any]:
    return [format_instant(value) if name in _INSTANT and value is not None else value for name, value in said.items()]


_INSTANT = frozenset({*INSTANTS, "at", "due", "breached_at", "started_at", "stopped_at"})


def _events(case: Case) -> Iterator[list[Any]]:
    from itil_cli.render.machine import dumps

    states = {state.event.n: state for state in case.incident.trail}
    for event in case.incident.events:
        state = states.get(event.n)
        held = (state.status, state.group, state.assignee, state.reason) if state else (None,) * 4
        void = case.incident.voids.get(event.n)
        at = format_instant(event.at)
        yield [case.incident.id, event.n, at, event.by, event.do, void, *held, dumps(event.data), event.text]


def _clocks(case: Case) -> Iterator[list[Any]]:
    for clock in case.clocks:
        yield [case.incident.id, *_plain({name: getattr(clock, name) for name in _CLOCK[1:]})]
