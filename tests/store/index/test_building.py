"""The first build: on all cores, killed at any time, on a full disk; and what the index forgets."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from repo import Repo
from shelf import any_file, everything, file_of, incident

from itil_cli.store.index.filling import pruning, update
from itil_cli.store.index.index import Index

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(repo: Repo) -> Repo:
    pick = random.Random(11)
    for number in range(40):
        repo.write(*any_file(pick, number))
    repo.commit()
    return repo


def tree(store: Repo) -> str:
    return store.git("rev-parse", "HEAD^{tree}")


def answers(store: Repo, *, memory: bool = False) -> object:
    with store.open() as git, Index(git, tree(store), memory=memory) as index:
        return everything(index)


def file(store: Repo) -> Path:
    return store.path / ".git/itil/index.sqlite"


# --- on all cores


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_many_cores_give_what_one_gives(store: Repo, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    right = answers(store, memory=True)
    monkeypatch.setattr(update, "PIECE", size)
    monkeypatch.setattr(update, "MANY", 1)
    monkeypatch.setattr("itil_cli.store.index.filling.spread.cores", lambda: 3)
    assert answers(store) == right
    assert answers(store, memory=True) == right


def test_progress_is_told_piece_by_piece(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "PIECE", 15)
    monkeypatch.setattr(update, "MANY", 1)
    seen: list[tuple[int, int]] = []
    with store.open() as git:
        Index(git, tree(store), progress=lambda done, total: seen.append((done, total))).close()
    total = seen[-1][1]
    assert [done for done, _ in seen] == [*range(15, total, 15), total]


# --- killed


BUILD = """
import os, signal, sys
from pathlib import Path
from itil_cli.store.git.repository import Git
from itil_cli.store.index.filling import update
from itil_cli.store.index.index import Index
import itil_cli.store.index.filling.spread as spread
update.PIECE, update.MANY = 4, 1
spread.cores = lambda: 2
wanted = int(sys.argv[3])
def progress(done, total):
    if done >= wanted:
        os.kill(os.getpid(), signal.SIGKILL)
with Git(Path(sys.argv[1])) as git:
    Index(git, sys.argv[2], progress=progress)
"""


def build(store: Repo, kill_at: int, *before: str) -> subprocess.CompletedProcess[bytes]:
    words = [*before, sys.executable, "-c", BUILD, str(store.path), tree(store), str(kill_at)]
    return subprocess.run(words, capture_output=True, cwd=ROOT)


@pytest.mark.parametrize("done", [1, 12, 36])
def test_a_killed_build_goes_on_where_it_stopped(store: Repo, done: int) -> None:
    assert build(store, done).returncode == -signal.SIGKILL
    with sqlite3.connect(file(store)) as connection:
        kept = connection.execute("SELECT count(*) FROM blob").fetchone()[0]
    connection.close()
    assert kept >= done
    seen: list[tuple[int, int]] = []
    with store.open() as git:
        Index(git, tree(store), progress=lambda one, total: seen.append((one, total))).close()
    assert seen[-1][1] <= 40 - kept
    assert answers(store) == answers(store, memory=True)


@pytest.mark.slow
def test_a_build_killed_at_any_time_costs_no_answer(store: Repo) -> None:
    right = answers(store, memory=True)
    words = [sys.executable, "-c", BUILD, str(store.path), tree(store), "1000"]
    for turn in range(25):
        shutil.rmtree(file(store).parent, ignore_errors=True)
        running = subprocess.Popen(words, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
        time.sleep(0.02 * turn)
        running.kill()
        running.wait()
        assert answers(store) == right


# --- full disk


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not on this machine")
@pytest.mark.parametrize("most", [0, 1000, 4096, 20_000, 100_000])
def test_a_limit_on_file_sizes_costs_no_answer(store: Repo, most: int) -> None:
    """`prlimit --fsize`: writing beyond it fails, as on a full disk."""
    code = (
        "import sys, signal, json; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from pathlib import Path\nfrom itil_cli.store.git.repository import Git\n"
        "from itil_cli.store.index.index import Index\n"
        "with Git(Path(sys.argv[1])) as git, Index(git, sys.argv[2]) as index:\n"
        "    print(json.dumps(index.ids()), len(index.search('printer')), len(list(index.records())))"
    )
    words = ["prlimit", f"--fsize={most}", sys.executable, "-c", code, str(store.path), tree(store)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(file(store).parent, ignore_errors=True)
    assert done.stdout == subprocess.run(words[2:], capture_output=True, text=True, cwd=ROOT).stdout


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("mounting a tmpfs is not allowed on this machine")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("left", [0, 16, 64, 200, 1000])
def test_a_full_disk_costs_no_answer(store: Repo, small_disk: Path, left: int) -> None:
    """`left`: how many KiB are free."""
    right = answers(store, memory=True)
    shutil.rmtree(store.path / ".git/itil", ignore_errors=True)
    (store.path / ".git/itil").symlink_to(small_disk)
    filled = small_disk / "fill"
    with filled.open("wb", buffering=0) as stream:
        try:
            while stream.write(bytes(1024)):
                pass
        except OSError:
            pass
    os.truncate(filled, max(0, filled.stat().st_size - left * 1024))
    assert answers(store) == right
    filled.unlink()
    assert answers(store) == right


# --- what it forgets


def test_blobs_that_stand_nowhere_are_forgotten_once_they_are_many(
    store: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "FEW", 10)
    first = tree(store)
    answers(store)
    counts = []
    for turn in range(8):
        for number in range(10):
            store.write(*file_of(incident(number, f"Printer {turn} {number}", note=f"note {turn}")))
        store.commit()
        assert answers(store) == answers(store, memory=True)
        with sqlite3.connect(file(store)) as connection:
            sql = "SELECT (SELECT count(*) FROM blob), (SELECT count(*) FROM entry), (SELECT count(*) FROM record)"
            blobs, entries, records = connection.execute(sql).fetchone()
        connection.close()
        assert blobs == records and blobs <= 2 * entries + 10
        counts.append(blobs)
    assert any(later < earlier for earlier, later in pairwise(counts))
    with store.open() as git, Index(git, first) as old, Index(git, first, memory=True) as fresh:
        assert everything(old) == everything(fresh)  # what was forgotten is parsed again


def test_full_text_is_forgotten_with_its_blob(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "FEW", 0)
    answers(store)
    store.git("rm", "-q", "-r", ".")
    store.write(*file_of(incident(50, "Only one")))
    store.commit()
    for number in range(4):
        store.write(*file_of(incident(50, f"Only {number}")))
        store.commit()
        assert answers(store) == answers(store, memory=True)
    with sqlite3.connect(file(store)) as connection:
        (found,) = connection.execute("SELECT count(*) FROM words WHERE words MATCH 'printer'").fetchone()
        (known,) = connection.execute("SELECT count(*) FROM blob").fetchone()
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    connection.close()
    assert known < 10 and found < known


def test_what_another_process_forgets_meanwhile_is_learned_again(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking for the blobs and moving the entries."""
    answers(store)
    first, real, turns = tree(store), update._learn, iter(range(100))
    for number in range(20):
        store.write(*file_of(incident(number, f"Printer {number}")))
    store.commit()
    answers(store)

    def forgetful(connection: sqlite3.Connection, *more: object) -> None:
        real(connection, *more)  # type: ignore[arg-type]
        if next(turns) < 2:
            connection.execute("DELETE FROM blob WHERE seq NOT IN (SELECT seq FROM main.entry)")

    monkeypatch.setattr(update, "_learn", forgetful)
    for keep in (True, False):
        with store.open() as git, Index(git, first, keep=keep) as index, Index(git, first, memory=True) as fresh:
            assert everything(index) == everything(fresh)
