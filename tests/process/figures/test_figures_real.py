"""Figures over the whole real log, against an independent computation with pandas straight from the CSV."""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from itil_cli.intake.ids import IncidentId
from itil_cli.intake.servicenow.log import read
from itil_cli.intake.servicenow.records import records
from itil_cli.intake.taken import Options
from itil_cli.process.events.fold import fold
from itil_cli.process.figures import Answer, Scope, Table, gather
from itil_cli.process.figures.facts import Facts, facts
from itil_cli.process.settings.policy import parse
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import parse_instant
from itil_cli.process.time.period import Period

SHARED = Path(os.environ.get("ITIL_SHARED", Path(__file__).parents[4] / "shared"))
FILE = SHARED / "data" / "servicenow" / "incident_event_log.zip"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason=f"the real log is not there: {FILE} (set ITIL_SHARED)"),
]
PERIOD = Period(parse_instant("2016-01-01T00:00:00Z"), parse_instant("2018-01-01T00:00:00Z"), "Etc/UTC", "all")


@pytest.fixture(scope="module")
def found() -> list[Facts]:
    with FILE.open("rb") as file:
        log = read(file, FILE.name)
    return [facts(fold(taken.record)) for taken in records(log, Options("ines@example.com"), IncidentId())]


@pytest.fixture(scope="module")
def answer(found: list[Facts]) -> Answer:
    policy = parse({"defaults": 1, "version": 1, "name": "real", "zone": "Etc/UTC"})
    tables = (
        Table("", ("month",), ("created", "backlog")),
        Table("", ("priority",), ("mttr_wall",)),
        Table("", ("category_top",), ("created",), sort="created", most=10),
    )
    scope = Scope(PERIOD, PERIOD.end, policy, build(policy))
    return gather(((one, ()) for one in found), scope, ("created", "reopen_rate", "reassign_avg", "mttr_wall"), tables)


@pytest.fixture(scope="module")
def frame() -> Any:
    """One line a row of the log, with its status and a time that does not run backwards."""
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install -e '.[dev]'")
    with zipfile.ZipFile(FILE) as archive, archive.open(archive.namelist()[0]) as file:
        rows = pandas.read_csv(file, dtype=str, keep_default_na=False)
    for column in ("opened_at", "sys_updated_at"):
        rows[column] = pandas.to_datetime(rows[column], format="%d/%m/%Y %H:%M", errors="coerce")
    opened = rows.groupby("number")["opened_at"].transform("first")
    at = rows["sys_updated_at"].where(rows["sys_updated_at"] >= opened, opened)
    rows["at"], rows["opened"] = at.groupby(rows["number"]).cummax(), opened
    status = (
        rows["incident_state"].where(rows["incident_state"] != "-100").groupby(rows["number"]).ffill().fillna("New")
    )
    rows["done"] = status.isin(["Resolved", "Closed"])
    rows["status"] = status
    before = status.groupby(rows["number"]).shift(fill_value="New")
    rows["ends"] = rows["done"] & ~before.isin(["Resolved", "Closed"])
    rows["again"] = (before == "Resolved") & ~rows["done"]
    return rows


def firsts(frame: Any) -> Any:
    return frame.drop_duplicates("number")


def lasts(frame: Any) -> Any:
    return frame.drop_duplicates("number", keep="last")


def test_created_by_month(answer: Answer, frame: Any) -> None:
    theirs = firsts(frame)["opened"].dt.strftime("%Y-%m").value_counts().to_dict()
    ours = {key[0]: row["created"].numerator for key, row in answer.tables[0].rows if row["created"].numerator}
    assert ours == theirs
    assert answer.figures["created"].value == 24_918


def test_reopened(answer: Answer, frame: Any) -> None:
    ours = answer.figures["reopen_rate"]
    assert (ours.numerator, ours.denominator) == (frame.groupby("number")["again"].any().sum(), 24_918)


def test_reassignments(answer: Answer, frame: Any) -> None:
    groups = frame[frame["assignment_group"] != "?"]
    changes = groups["assignment_group"] != groups.groupby("number")["assignment_group"].shift()
    held = changes.groupby(groups["number"]).sum().reindex(firsts(frame)["number"], fill_value=1)
    theirs = held - 1
    ours = answer.figures["reassign_avg"]
    assert (ours.numerator, ours.n) == (theirs.sum(), 24_918)
    assert ours.value == pytest.approx(theirs.mean())
    assert ours.beside["never_reassigned"] == (theirs == 0).sum()


def test_backlog_at_the_start_of_each_month(answer: Answer, frame: Any) -> None:
    """A row at the very start belongs to the month that begins."""
    import pandas

    ours = {key[0]: row["backlog"].numerator for key, row in answer.tables[0].rows}
    for month in pandas.date_range("2016-02-01", "2017-12-01", freq="MS"):
        known = frame[frame["at"] < month].drop_duplicates("number", keep="last")
        opened = firsts(frame)
        there = set(opened[opened["opened"] < month]["number"])
        theirs = len(there - set(known[known["done"]]["number"]))
        before = (month - pandas.Timedelta(days=1)).strftime("%Y-%m")
        assert ours.get(before, 0) == theirs, month


def test_time_to_resolve_by_priority(answer: Answer, frame: Any) -> None:
    ends = lasts(frame[frame["ends"]])
    seconds = (ends["at"] - ends["opened"]).dt.total_seconds().astype(int)
    priority = frame[frame["priority"] != "?"].drop_duplicates("number", keep="last").set_index("number")["priority"]
    theirs = seconds.groupby("P" + ends["number"].map(priority).str[0])
    for key, row in answer.tables[1].rows:
        samples = theirs.get_group(key[0]).sort_values()
        figure = row["mttr_wall"]
        nearest = samples.iloc[-(-len(samples) * 90 // 100) - 1]
        assert (figure.n, figure.numerator) == (len(samples), samples.sum())
        assert (figure.median, figure.p90) == (samples.median(), nearest)


def test_closure_codes(found: list[Facts], frame: Any) -> None:
    ends = lasts(frame[frame["ends"]])
    theirs = Counter(" ".join(code.split()) for code in ends["closed_code"] if code != "?")
    assert Counter(one.code for one in found if one.code) == theirs


def test_the_ten_categories_with_most_incidents(answer: Answer, frame: Any) -> None:
    known = frame[frame["category"] != "?"].drop_duplicates("number", keep="last")
    theirs = known["category"].value_counts()
    ours = [(key[0], row["created"].numerator) for key, row in answer.tables[2].rows]
    assert [count for _, count in ours] == theirs.head(10).tolist()
    assert all(theirs[name] == count for name, count in ours)
