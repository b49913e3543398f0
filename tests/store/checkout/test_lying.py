"""Which files lie as they are held: read once, and again only where the file system says something else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from repo import Repo

from itil_cli.store.checkout import worktree
from itil_cli.store.checkout.lying import SETTLED, Lying, lying

ONE, TWO = "incidents/2026/11/24/INC-20261124-7KQF2.md", "incidents/2026/11/25/INC-20261125-7KQF3.md"
LATER = SETTLED + 60


@pytest.fixture
def store(repo: Repo) -> Repo:
    repo.write(ONE, b"one\n")
    repo.write(TWO, b"two\n")
    repo.commit()
    return repo


def look(store: Repo, known: dict[str, str] | None = None, after: int = LATER) -> Lying:
    held = {path: store.git("rev-parse", f"HEAD:{path}") for path in (ONE, TWO)}
    with store.open() as git:
        return lying(git, held, known or {}, int(time.time()) + after)


def states(store: Repo) -> dict[str, str]:
    return {path: state for path, _, state in look(store).states}


def test_a_file_that_is_as_it_was_is_not_read_again(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    known = states(store)
    assert set(known) == {ONE, TWO}
    read: list[str] = []
    monkeypatch.setattr(worktree, "_read", lambda handle, path: read.append(path))
    assert look(store, known) == Lying([], [])
    assert read == []


def test_a_change_that_keeps_size_and_time_is_seen(store: Repo) -> None:
    known, file = states(store), Path(store.path / ONE)
    before = file.stat()
    time.sleep(0.02)
    file.write_bytes(b"two\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert look(store, known).doubtful == [ONE]


@pytest.mark.parametrize("gone", [True, False])
def test_what_is_gone_or_no_plain_file_is_doubtful(store: Repo, gone: bool) -> None:
    known = states(store)
    (store.path / ONE).unlink()
    if not gone:
        (store.path / ONE).symlink_to(store.path / TWO)
    assert look(store, known).doubtful == [ONE]


def test_what_changed_just_now_is_not_to_be_kept(store: Repo) -> None:
    assert look(store, after=0) == Lying([], [])
