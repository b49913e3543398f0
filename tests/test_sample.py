"""sample-repo/: its files are what its story gives, and show every part of the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from itil_cli.process.events.fold import fold
from itil_cli.process.incident import STATUSES, Incident, Record
from itil_cli.store.files import codec

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample-repo"


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    files = [
        file
        for folder in ("incidents", "problems", "known-errors", "knowledge", "models")
        for file in (SAMPLE / folder).glob("**/*.md")
    ]
    return {file.stem: codec.parse(file.read_bytes(), str(file.relative_to(SAMPLE))) for file in files}


@pytest.fixture(scope="module")
def incidents(records: dict[str, Record]) -> list[Incident]:
    return [fold(record) for name, record in records.items() if name.startswith("INC-")]


def test_the_files_are_what_the_story_gives(tmp_path: Path) -> None:
    store = tmp_path / "shop"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", str(SAMPLE / "replay.sh"), str(store)], check=True, env={**os.environ, "PATH": path})
    for folder in ("incidents", "problems", "keys", "known-errors", "knowledge", "models"):
        ours = {file.relative_to(SAMPLE): file.read_bytes() for file in (SAMPLE / folder).rglob("*") if file.is_file()}
        theirs = {file.relative_to(store): file.read_bytes() for file in (store / folder).rglob("*") if file.is_file()}
        assert ours == theirs, f"{folder}: `make sample` writes it anew"
    status = subprocess.run(["git", "status", "--porcelain"], cwd=store, capture_output=True, text=True, check=True)
    assert status.stdout == ""
    said = subprocess.run(
        [sys.executable, "-m", "itil_cli", "-C", str(store), "--json", "audit"], capture_output=True, text=True
    )
    findings = json.loads(said.stdout)["findings"]
    assert {one["code"] for one in findings} == {"as", "sandbox"}, "the story's history is lawful"
    assert said.returncode == 0


def test_there_are_forty_and_more_incidents_in_every_status(incidents: list[Incident]) -> None:
    assert len(incidents) >= 40
    assert {incident.status for incident in incidents} == set(STATUSES)


def test_every_part_of_the_process_is_there(incidents: list[Incident], records: dict[str, Record]) -> None:
    assert any(len(incident.children) >= 2 for incident in incidents)
    assert any(incident.linked("duplicate-of") for incident in incidents)
    assert any(event.do == "vendor-opened" for incident in incidents for event in incident.events)
    assert any(incident.reopens for incident in incidents)
    assert {"proposed", "accepted", "rejected"} & {incident.major or "" for incident in incidents} >= {
        "accepted",
        "rejected",
    }
    assert {incident.reason for incident in incidents if incident.status == "pending"} >= {
        "awaiting-requestor",
        "awaiting-vendor",
        "awaiting-change",
    }
    kinds = {name.partition("-")[0] for name in records}
    assert kinds >= {"INC", "PRB", "KE", "KB"}
    assert list((SAMPLE / "models").glob("*.md"))


def test_no_event_of_the_sample_is_void(incidents: list[Incident]) -> None:
    assert [incident.id for incident in incidents if incident.voids] == []
