"""The whole real log, by the clock: verdicts as SQLite counts them from the CSV, and a sweep in April 2016.

The rules of the computation beside ours, which shares no code with the program:

- A row happens at its `sys_updated_at`, never before the row above it; the incident begins New at `opened_at`.
- Time counts, around the clock, while the state is neither Resolved nor Closed nor Awaiting User Info.
- The first Resolved or Closed stops it, a later row in another state lets it go on where it stood (S6).
- Each row's priority is the target from then on; changes while it stands still count when it goes on.
- It is missed once more than the target of that time is counted; a milder priority later does not undo that (S5).
- State -100 changes nothing.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from itil_cli.intake.servicenow.log import read
from itil_cli.intake.servicenow.policy import policy_text

SHARED = Path(os.environ.get("ITIL_SHARED", Path(__file__).parents[3] / "shared"))
FILE = SHARED / "data" / "servicenow" / "incident_event_log.zip"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason=f"the real log is not there: {FILE} (set ITIL_SHARED)"),
]
HOURS = {"P1": 4, "P2": 8, "P3": 72, "P4": 120}
APRIL = "2016-04-15T12:00:00Z"
NUMBER = re.compile(r"INC[0-9]+")


class Program:
    """The program, as a process of its own."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "itil_cli", "-C", str(self.store), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True)

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.store, capture_output=True, text=True, check=True)
        return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A store with the log in it."""
    return imported(tmp_path_factory.mktemp("real") / "store", FILE)


def imported(store: Path, log: Path) -> Program:
    """A store with the log's policy and targets around the clock, and the log in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "Ada Test")
            patch.setenv(f"GIT_{name}_EMAIL", "ada@example.com")
        subprocess.run([sys.executable, "-m", "itil_cli", "init", str(store)], check=True, capture_output=True)
        with FILE.open("rb") as file:
            text = policy_text(read(file, FILE.name), "UTC")
        for priority, hours in HOURS.items():
            target = f"{priority}: {{response: 1h, resolution: {hours}h, calendar: always}}"
            text, count = re.subn(rf"{priority}: {{response: .*", target, text)
            assert count == 1
        (store / "itil.yaml").write_text(text, encoding="utf-8")
        subprocess.run(["git", "commit", "-qam", "policy"], cwd=store, check=True)
        ready = Program(store)
        ready("-q", "import", "servicenow", str(log), "--history", "single")
    return ready


# beside ours


def moment(cell: str) -> int:
    return int(datetime.strptime(cell, "%d/%m/%Y %H:%M").replace(tzinfo=UTC).timestamp())


def rows() -> Iterator[tuple[str, int, int, str, int]]:
    """Number, line, time, state and hours of the target of each row; a line 0 for the opening."""
    last: dict[str, str] = {}
    with zipfile.ZipFile(FILE) as archive, archive.open(archive.namelist()[0]) as file:
        reader = csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""))
        for line, row in enumerate(reader, 1):
            number, hours = row["number"], HOURS[f"P{row['priority'][0]}"]
            if number not in last:
                last[number] = "New"
                yield number, 0, moment(row["opened_at"]), "New", hours
            if row["incident_state"] != "-100":
                last[number] = row["incident_state"]
            yield number, line, moment(row["sys_updated_at"]), last[number], hours


@pytest.fixture(scope="module")
def beside() -> sqlite3.Connection:
    """Table `life`: each row with its time, its state and the one before, and what was counted until then."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE row (number, line, at, state, target)")
    db.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?)", rows())
    db.executescript("""
        CREATE TABLE timed AS SELECT number, line, state, target * 3600 AS target,
            max(at) OVER (PARTITION BY number ORDER BY line) AS at,
            lag(state, 1, 'New') OVER (PARTITION BY number ORDER BY line) AS before FROM row;
        CREATE TABLE lasting AS SELECT *, state NOT IN ('Resolved', 'Closed') AS open, before NOT IN ('Resolved', 'Closed')
            AS was_open, CASE WHEN state IN ('Resolved', 'Closed', 'Awaiting User Info') THEN 0
            ELSE lead(at, 1, at) OVER (PARTITION BY number ORDER BY line) - at END AS counted FROM timed;
        CREATE TABLE life AS SELECT *,
            sum(counted) OVER (PARTITION BY number ORDER BY line) - counted AS until FROM lasting;
    """)
    return db


def expected(db: sqlite3.Connection) -> dict[str, tuple[str, int]]:
    """Verdict and elapsed seconds of each incident."""
    found = db.execute("""
        SELECT number, max((open OR was_open) AND until + counted > target), sum(counted) FROM life GROUP BY number
    """)
    return {number: ("missed" if missed else "met", elapsed) for number, missed, elapsed in found}


@pytest.fixture(scope="module")
def said(program: Program) -> list[Any]:
    """What the program says of every incident."""
    return list(json.loads(program("sla", "--all", "--json").stdout)["incidents"])


def test_elapsed_and_verdict_of_every_incident_are_those_of_the_csv(
    said: list[Any], beside: sqlite3.Connection
) -> None:
    ours = {
        NUMBER.findall(one["title"])[-1]: (
            one["clocks"]["resolution"]["verdict"],
            one["clocks"]["resolution"]["elapsed"],
        )
        for one in said
    }
    theirs = expected(beside)
    assert len(ours) == 24_918
    differing = {number: (ours[number], theirs[number]) for number in ours if ours[number] != theirs[number]}
    assert differing == {}


def test_the_counts_by_priority_are_those_of_the_csv(said: list[Any], beside: sqlite3.Connection) -> None:
    ours = Counter((one["priority"], one["clocks"]["resolution"]["verdict"]) for one in said)
    last = beside.execute("SELECT number, target / 3600, max(line) FROM life GROUP BY number").fetchall()
    priority = {hours: name for name, hours in HOURS.items()}
    theirs = Counter(
        (priority[hours], expected_by[number][0]) for expected_by in [expected(beside)] for number, hours, _ in last
    )
    assert ours == theirs
    assert sum(ours.values()) == 24_918 and all(ours[name, "met"] and ours[name, "missed"] for name in HOURS)


# a sweep in April 2016


def states_in_april(db: sqlite3.Connection) -> dict[str, str]:
    """The state of each incident that was logged by then, as of its last row up to then."""
    then = int(datetime.fromisoformat(APRIL).timestamp())
    found = db.execute("SELECT number, state, max(line) FROM timed WHERE at <= ? GROUP BY number", (then,))
    return {number: state for number, state, _ in found}


def test_a_sweep_in_april_2016_shows_what_was_due_then(
    program: Program, beside: sqlite3.Connection, said: list[Any]
) -> None:
    number_of = {one["id"]: NUMBER.findall(one["title"])[-1] for one in said}
    head = program.git("rev-parse", "HEAD")
    lines = program("sweep", "--dry-run", "--now", APRIL).stdout.splitlines()
    assert lines.pop() == "Nothing is written (--dry-run)."
    states = states_in_april(beside)
    closed = {number_of[line.split()[0]] for line in lines if " closed: " in line}
    told = {number_of[line.split()[0]] for line in lines if " is told" in line}
    assert len(closed) > 50 and {states[number] for number in closed} == {"Resolved"}
    assert len(told) > 500 and not {states[number] for number in told} & {"Resolved", "Closed"}
    assert program.git("rev-parse", "HEAD") == head


def test_such_a_sweep_writes_nothing_and_a_second_one_neither(program: Program) -> None:
    head = program.git("rev-parse", "HEAD")
    for _ in range(2):
        done = program("sweep", "--now", APRIL)
        assert done.stdout == "Nothing is due.\n" and " incidents that had events after 2016-04-15" in done.stderr
    assert program.git("rev-parse", "HEAD") == head


@pytest.fixture(scope="module")
def in_april(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A store with the log as it stood in April: no row is later."""
    folder = tmp_path_factory.mktemp("april")
    cut = folder / "log.csv"
    then = int(datetime.fromisoformat(APRIL).timestamp())
    with (
        zipfile.ZipFile(FILE) as archive,
        archive.open(archive.namelist()[0]) as file,
        cut.open("w", newline="") as out,
    ):
        reader = csv.reader(io.TextIOWrapper(file, "utf-8", newline=""))
        writer = csv.writer(out)
        names = next(reader)
        writer.writerow(names)
        column = names.index("sys_updated_at")
        writer.writerows(row for row in reader if moment(row[column]) <= then)
    return imported(folder / "store", cut)


def test_in_april_2016_the_sweep_closes_and_escalates_once(in_april: Program, beside: sqlite3.Connection) -> None:
    before = in_april.git("rev-parse", "HEAD").strip()
    shown = in_april("sweep", "--dry-run", "--now", APRIL).stdout.splitlines()[:-1]
    done = in_april("sweep", "--now", APRIL).stdout.splitlines()
    assert done[: len(shown)] == shown, "the dry run says what it will do"
    assert in_april.git("rev-list", "--count", f"{before}..HEAD") == "1\n"
    listed = json.loads(in_april("list", "--all", "--json", "--now", APRIL).stdout)["incidents"]
    status = {NUMBER.findall(one["title"])[-1]: one["status"] for one in listed}
    number_of = {one["id"]: NUMBER.findall(one["title"])[-1] for one in listed}
    states = states_in_april(beside)
    assert set(status) <= set(states), "but for what was opened by then and has its first row later"
    closed = {number_of[line.split()[0]] for line in shown if " closed: " in line}
    assert len(closed) > 50
    assert {number for number in status if (status[number] == "closed") != (states[number] == "Closed")} == closed
    again = in_april("sweep", "--now", APRIL)
    assert again.stdout == "Nothing is due.\n"
    assert in_april.git("rev-list", "--count", f"{before}..HEAD") == "1\n"


def test_today_nothing_of_the_log_is_due(program: Program) -> None:
    assert program("sweep").stdout == "Nothing is due.\n"
