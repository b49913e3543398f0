"""A history judged in shares has the findings that it has when one process judges it: same ones, same order."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from itil_cli.store.git.repository import Git
from itil_cli.store.ledger import shares
from itil_cli.store.ledger.shares import Terms, tallied
from itil_cli.store.ledger.walk import listed
from tests.audit.hub import Hub, codes, git


def both(hub: Hub, workers: int, anchor: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What one process finds, and what so many do."""
    with Git(hub.work) as opened:
        commits = listed(opened, opened.commit("HEAD"), [anchor] if anchor else [])
        terms = Terms({}, anchor)
        alone = tallied(opened, commits, terms, lambda done, total: None, workers=1)
        together = tallied(opened, commits, terms, lambda done, total: None, workers=workers)
    return alone.plain(), together.plain()


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether what the shares took for granted held, each time that they were asked."""
    held: list[bool] = []
    ask = shares._held

    def note(*words: Any) -> bool:
        held.append(ask(*words))
        return held[-1]

    monkeypatch.setattr(shares, "_held", note)
    return held


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_shares_find_what_one_process_finds(workers: int, hub: Hub, whole: list[bool]) -> None:
    hub.add(hub.jam, "resolved", by="alice", code="fixed", text="Done.")
    hub.commit(by="alice")
    hub.itil("dana", "note", hub.lan.stem, "-m", "Nothing yet.")
    alone, together = both(hub, workers)
    assert together == alone and alone["findings"]
    assert whole == [True]


def test_merges_over_the_edge_of_a_share(hub: Hub) -> None:
    git(hub.work, "switch", "-q", "-c", "side")
    hub.itil("bob", "note", hub.jam.stem, "-m", "On the side.")
    git(hub.work, "switch", "-q", "main")
    hub.itil("dana", "note", hub.lan.stem, "-m", "On main.")
    git(hub.work, "merge", "-q", "--no-ff", "-m", "x", "side")
    alone, together = both(hub, 5)
    assert together == alone and alone["findings"] == []


def test_a_policy_that_cannot_be_read_does_not_count_in_the_next_share(hub: Hub, whole: list[bool]) -> None:
    policy = hub.work / "itil.yaml"
    text = policy.read_text()
    policy.write_text("groups: [")
    hub.commit(by="ada")
    for word in ("One.", "Two.", "Three."):
        hub.add(hub.jam, "noted", by="bob", text=word)
        hub.commit()
    policy.write_text(text.replace("version: 2", "version: 3"))
    hub.commit(by="ada")
    count = int(git(hub.work, "rev-list", "--count", "HEAD"))
    alone, together = both(hub, count)
    assert together == alone and len(alone["findings"]) == 1
    assert whole == [False]


def test_rows_of_another_import_in_the_next_share(hub: Hub, whole: list[bool]) -> None:
    """Each share takes a file for that import's which adds to it; the first one knows better."""
    hub.add(hub.lan, "imported", by="ada", status="assigned")
    found = hub.commit(by="ada", message=f"x\n\nImport: elsewhere {'0' * 64}")
    hub.itil("dana", "note", hub.jam.stem, "-m", "Next.")
    alone, together = both(hub, int(git(hub.work, "rev-list", "--count", "HEAD")))
    assert together == alone
    assert "import" in {one[0] for one in alone["findings"] if one[6] == found}
    assert whole == [False]


def test_an_anchor_in_the_middle_of_an_import(hub: Hub, whole: list[bool]) -> None:
    """The files that were there before are the anchor's import's, in every share."""
    log = hub.folder / "rows.jsonl"
    days = ("2026-10-01T08:00:00Z", "2026-10-02T08:00:00Z")
    rows = [{"number": f"A{n}", "at": day, "status": "assigned"} for day in days for n in range(3)]
    log.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    hub.itil("ada", "import", "jsonl", str(log), "--history", "events")
    tips = git(hub.work, "rev-list", "HEAD").split()
    alone, together = both(hub, 2, anchor=tips[3])
    assert together == alone
    assert whole == [True]


def test_names_that_differ_by_case_in_two_shares(hub: Hub, whole: list[bool]) -> None:
    """The first one is gone when the second one comes; else its own parent would show it."""
    for name in ("Read.md", "read.md"):
        (hub.work / name).write_text("x")
        last = hub.commit(by="ada", at=int(time.time()))
        (hub.work / name).unlink()
        hub.commit(by="ada", at=int(time.time()))
    alone, together = both(hub, int(git(hub.work, "rev-list", "--count", "HEAD")))
    assert together == alone
    assert [one[0] for one in alone["findings"] if one[6] == last] == ["file-path"]
    assert whole == [False]


def test_what_a_worker_cannot_read_is_said_once(hub: Hub, tmp_path: Path) -> None:
    """A worker that fails says nothing; its stretch is judged here, and the error comes from here."""
    blob = git(hub.work, "rev-parse", f"HEAD:{hub.lan.relative_to(hub.work)}")
    (hub.work / ".git/objects" / blob[:2] / blob[2:]).unlink()
    from itil_cli.errors import GitTrouble

    with Git(hub.work) as opened, pytest.raises(GitTrouble, match="an object is missing"):
        tallied(opened, listed(opened, opened.commit("HEAD")), Terms({}), lambda done, total: None, workers=2)


def test_the_sum_tells_how_far_all_are(hub: Hub) -> None:
    told = []
    with Git(hub.work) as opened:
        commits = listed(opened, opened.commit("HEAD"))
        tallied(opened, commits, Terms({}), lambda done, total: told.append((done, total)), workers=1)
    assert told == [(len(commits), len(commits))]
    assert codes(hub.audit()["findings"]) == set()
