"""Events that wait: in order, whole, each for its store."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from itil_cli.errors import GitTrouble
from itil_cli.intake.ci import spool
from itil_cli.intake.ci.spool import Spool


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def event(name: str) -> dict[str, object]:
    return {"version": 1, "id": name, "key": "k"}


def test_what_came_first_is_delivered_first_and_then_gone() -> None:
    waits = Spool("https://git.example.com/incidents.git")
    for name in ("b", "a", "c"):
        waits.keep(event(name))
    found = waits.waiting()
    assert [one.value["id"] for one in found] == ["b", "a", "c"]
    waits.drop(found[1])
    assert [one.value["id"] for one in waits.waiting()] == ["b", "c"]


def test_only_its_owner_reads_it() -> None:
    kept = Spool("x").keep(event("a"))
    assert kept.file is not None
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.file.parent.stat().st_mode) == 0o700


def test_a_token_that_changes_names_the_same_store_and_another_path_another() -> None:
    one, two = Spool("https://x:token-1@git.example.com/a.git"), Spool("https://x:token-2@git.example.com/a.git")
    assert one.folder == two.folder != Spool("https://git.example.com/b.git").folder


def test_a_file_that_is_no_event_is_put_aside() -> None:
    waits = Spool("x")
    waits.keep(event("a"))
    (waits.folder / "0.json").write_text('{"version": 1, "id"')
    (waits.folder / "1.json").write_text('{"version": 99}')
    assert [one.value["id"] for one in waits.waiting()] == ["a"]
    assert sorted(file.name for file in waits.folder.glob("*.broken")) == ["0.broken", "1.broken"]


def test_a_full_spool_and_one_that_cannot_be_written_say_so(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST", 1)
    waits = Spool("x")
    waits.keep(event("a"))
    with pytest.raises(GitTrouble) as full:
        waits.keep(event("b"))
    assert str(full.value) == f"{waits.folder}: 1 events wait there already."
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    with pytest.raises(GitTrouble) as refused:
        Spool("x").keep(event("a"))
    assert "Not a directory" in str(refused.value)
