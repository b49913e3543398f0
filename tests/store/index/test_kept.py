"""Clocks that the index keeps by blob and digest: asked of the record once, never needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from repo import Repo
from shelf import file_of, incident, record_id

from itil_cli.process.incident import Record
from itil_cli.store.index import index as index_module
from itil_cli.store.index import kept
from itil_cli.store.index.index import Index


@pytest.fixture
def store(repo: Repo) -> Repo:
    for number in range(6):
        repo.write(*file_of(incident(number, f"Printer {number}")))
    repo.commit()
    return repo


IDS = [record_id(number) for number in range(6)]


class Asked:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.of: list[str] = []

    def __call__(self, record: Record) -> str | None:
        self.of.append(record.id)
        return None if record.title == "Printer 3" else f"clocks of {record.title}"


@pytest.fixture
def asked() -> Iterator[Asked]:
    yield Asked()


def ask(store: Repo, asked: Asked, digest: str = "d", *, memory: bool = False) -> list[tuple[str, str | None]]:
    with store.open() as git, Index(git, store.git("rev-parse", "HEAD^{tree}"), memory=memory) as index:
        return list(index.standings(reversed(IDS), digest, asked))


RIGHT = [(IDS[n], None if n == 3 else f"clocks of Printer {n}") for n in reversed(range(6))]


def test_they_are_asked_for_once(store: Repo, asked: Asked) -> None:
    assert ask(store, asked) == RIGHT
    assert sorted(asked.of) == sorted(IDS)
    asked.of.clear()
    assert ask(store, asked) == RIGHT
    assert asked.of == [IDS[3]]  # what cannot be told is not kept


def test_other_calendars_have_others(store: Repo, asked: Asked) -> None:
    ask(store, asked)
    asked.of.clear()
    assert ask(store, asked, "other") == RIGHT
    assert len(asked.of) == 6


def test_a_changed_record_is_asked_again_and_no_other(store: Repo, asked: Asked) -> None:
    ask(store, asked)
    store.write(*file_of(incident(2, "Scanner")))
    store.commit()
    asked.of.clear()
    assert dict(ask(store, asked))[IDS[2]] == "clocks of Scanner"
    assert asked.of == [IDS[3], IDS[2]]


def test_pages_make_no_difference(store: Repo, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 2, 5):
        monkeypatch.setattr(index_module, "AT_ONCE", size)
        assert ask(store, asked, f"d{size}") == RIGHT
        asked.of.clear()
        assert ask(store, asked, f"d{size}") == RIGHT
        assert asked.of == [IDS[3]]


def test_without_a_file_they_are_asked_each_time(store: Repo, asked: Asked) -> None:
    for _ in range(2):
        asked.of.clear()
        assert ask(store, asked, memory=True) == RIGHT
        assert len(asked.of) == 6
    assert not (store.path / ".git/itil/index.sqlite").exists()


def test_a_busy_file_keeps_nothing_and_says_nothing(store: Repo, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_PATIENCE", 0.01)
    ask(store, Asked(), "other")
    busy = sqlite3.connect(store.path / ".git/itil/index.sqlite", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    assert ask(store, asked) == RIGHT
    busy.execute("ROLLBACK")
    busy.close()
    asked.of.clear()
    assert ask(store, asked) == RIGHT
    assert len(asked.of) == 6


def test_a_file_that_is_gone_is_not_made_and_nothing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    kept.keep(file, "d", {"x": "y"}, [("x", "0" * 40)])
    assert not file.exists()
    file.write_bytes(b"noise" * 1000)
    kept.keep(file, "d", {"x": "y"}, [("x", "0" * 40)])
    assert file.read_bytes() == b"noise" * 1000


def test_broken_ones_raise_as_they_do_elsewhere(store: Repo, asked: Asked) -> None:
    from itil_cli.errors import Broken

    path, _ = file_of(incident(4))
    store.write(path, b"---\nid: &a x\n---\n")
    store.commit()
    with pytest.raises(Broken):
        ask(store, asked)
