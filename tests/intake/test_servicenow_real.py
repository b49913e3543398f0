"""The whole real log (shared/data/servicenow): nothing lost, and the counts are those of the CSV itself."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from itil_cli.intake.ids import IncidentId
from itil_cli.intake.servicenow.log import Log, read
from itil_cli.intake.servicenow.policy import policy_text
from itil_cli.intake.servicenow.records import records
from itil_cli.intake.taken import Options, Taken
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import CLOSED

SHARED = Path(os.environ.get("ITIL_SHARED", Path(__file__).parents[3] / "shared"))
FILE = SHARED / "data" / "servicenow" / "incident_event_log.zip"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason=f"the real log is not there: {FILE} (set ITIL_SHARED)"),
]


@pytest.fixture(scope="module")
def log() -> Log:
    with FILE.open("rb") as file:
        return read(file, FILE.name)


@pytest.fixture(scope="module")
def all_taken(log: Log) -> list[Taken]:
    return list(records(log, Options("ines@example.com"), IncidentId()))


def csv_rows() -> Iterator[dict[str, str]]:
    """The rows as Python's csv reads them: none of the program's code is used."""
    with zipfile.ZipFile(FILE) as archive, archive.open(archive.namelist()[0]) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""))


def test_all_rows_can_be_rebuilt_in_order(all_taken: list[Taken]) -> None:
    def rebuilt() -> Iterator[dict[str, str]]:
        for taken in all_taken:
            cells: dict[str, str] = {}
            for event in taken.record.events[1:]:
                cells.update(event.data["x"])  # type: ignore[arg-type]
                yield cells

    count = 0
    for ours, theirs in zip(rebuilt(), csv_rows(), strict=True):
        assert ours == theirs
        count += 1
    assert count == 141_712


def test_every_incident_is_there_closed_with_its_rows_in_time_order(all_taken: list[Taken]) -> None:
    assert len(all_taken) == len({taken.record.id for taken in all_taken}) == 24_918
    assert {taken.record.fields["status"] for taken in all_taken} == {CLOSED}
    for taken in all_taken:
        times = [event.at for event in taken.record.events]
        assert times == sorted(times)


def test_counts_by_kind_are_those_of_the_csv(all_taken: list[Taken]) -> None:
    ours = Counter(f"{kind.origin} → {kind.to} {kind.code}" for taken in all_taken for kind in taken.kinds)
    assert ours == count_straight_from_the_csv()


def count_straight_from_the_csv() -> Counter[str]:
    """The forbidden steps, by a table of its own: S10 read once more, by hand."""
    status = {"New": "new", "Active": "in-progress", "Resolved": "resolved", "Closed": "closed"}
    no_way = {
        ("new", "pending"): "P12",
        ("resolved", "pending"): "P12",
        ("new", "closed"): "R2",
        ("in-progress", "closed"): "R2",
        ("pending", "closed"): "R2",
        ("closed", "in-progress"): "F3",
    }
    counts: Counter[str] = Counter()
    last: dict[str, str] = {}
    for row in csv_rows():
        number, state = row["number"], row["incident_state"]
        now = "pending" if state.startswith("Awaiting ") else status.get(state, last.get(number, "new"))
        if state == "-100":
            counts["(unknown state) → -100 S10"] += 1
        elif number not in last and now != "new":
            counts[f"(start) → {now} D7"] += 1
        elif (last.get(number), now) in no_way:
            counts[f"{last[number]} → {now} {no_way[last[number], now]}"] += 1
        last[number] = now
    return counts


def test_the_counts_are_these(all_taken: list[Taken]) -> None:
    counts = Counter(" ".join(kind) for taken in all_taken for kind in taken.kinds)
    assert counts == {
        "(start) in-progress D7": 6503,
        "new pending P12": 2102,
        "(start) resolved D7": 1819,
        "(start) pending D7": 199,
        "closed in-progress F3": 12,
        "new closed R2": 11,
        "(unknown state) -100 S10": 5,
        "resolved pending P12": 2,
        "in-progress closed R2": 1,
        "pending closed R2": 1,
    }


def test_no_event_is_void_and_the_header_is_the_fold(all_taken: list[Taken]) -> None:
    for taken in all_taken[::50]:
        incident = fold(taken.record)
        assert incident.voids == {}
        assert {**incident.fields(), "x-source": taken.record.fields["x-source"]} == taken.record.fields


def test_the_policy_of_the_log_is_one_that_itil_accepts(log: Log) -> None:
    policy = pytest.importorskip("itil_cli.process.settings.policy")
    text = policy_text(log, "Europe/Paris")
    parsed = policy.parse(yaml.safe_load(text), "itil.yaml")
    assert [parsed.matrix["high"][urgency] for urgency in ("high", "medium")] == ["P1", "P2"]
    assert parsed.matrix["low"]["high"] == "P3"
    assert parsed.target("P3").resolution == "91h"
    assert parsed.desk() == "Group 70"
    assert parsed.category_known("Category 55/Subcategory 170")
