"""One writer at a time, by a lock that goes with the process that holds it."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from itil_cli.errors import GitTrouble
from itil_cli.store import lock as lock_module
from itil_cli.store.lock import lock

HOLD = """
import sys, time
from pathlib import Path
from itil_cli.store.lock import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock until its standard input ends."""
    running = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert running.stdin and running.stdout
    assert running.stdout.readline() == b"held\n"
    try:
        yield running
    finally:
        running.stdin.close()
        running.wait()
        running.stdout.close()


def test_the_folder_is_made_and_the_lock_taken_again_and_again(tmp_path: Path) -> None:
    folder = tmp_path / "itil"
    for _ in range(3):
        with lock(folder):
            assert (folder / "lock").read_text().startswith(f"{os.getpid()} ")


def test_only_one_has_it(tmp_path: Path) -> None:
    with (
        holder(tmp_path) as other,
        pytest.raises(GitTrouble) as caught,
        lock(tmp_path, wait=0),
    ):
        pytest.fail("two had it")
    assert caught.value.code == "lock"
    assert str(caught.value) == (
        f"process {other.pid} has been writing to this store for more than 0 s. "
        "Try again when it is done; if it hangs, end it: the lock goes with it."
    )


def test_it_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with holder(tmp_path) as other:
        real, waits = time.sleep, []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 1:
                assert other.stdin
                other.stdin.close()
                other.wait()
            real(0)

        monkeypatch.setattr(lock_module.time, "sleep", sleep)
        with lock(tmp_path):
            assert (tmp_path / "lock").read_text().startswith(f"{os.getpid()} ")
    assert len(waits) == 1


def test_it_is_waited_for_while_it_goes_from_hand_to_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred others have it for half the patience each; the last one keeps it."""
    now, handed = [0.0], []

    def sleep(seconds: float) -> None:
        now[0] += 30
        if len(handed) < 100:
            handed.append(now[0])
            (tmp_path / "lock").write_text(f"{len(handed)} {now[0]}\n")

    with holder(tmp_path), monkeypatch.context() as patch:
        patch.setattr(time, "sleep", sleep)
        patch.setattr(time, "monotonic", lambda: now[0])
        with (
            pytest.raises(GitTrouble, match="process 100 has been writing to this store for more than 60 s"),
            lock(tmp_path),
        ):
            pytest.fail("two had it")
    assert now[0] == 100 * 30 + 60


def test_a_killed_holder_leaves_nothing_behind(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        with lock(tmp_path, wait=0):
            pass


def test_an_error_lets_it_go(tmp_path: Path) -> None:
    with pytest.raises(KeyError), lock(tmp_path):
        raise KeyError
    with lock(tmp_path, wait=0):
        pass


def test_a_git_that_we_start_does_not_keep_it(tmp_path: Path) -> None:
    """A child that outlives us would hold the lock."""
    from itil_cli.store.git.process import GitProcess

    with lock(tmp_path):
        running = GitProcess(tmp_path).start("hash-object", "--stdin-paths")  # waits for its standard input
    with lock(tmp_path, wait=0):
        pass
    running.communicate()


@pytest.mark.parametrize("what", ["link", "folder"])
def test_what_is_no_file_is_refused_and_its_victim_unchanged(tmp_path: Path, what: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    place = tmp_path / "lock"
    place.symlink_to(victim) if what == "link" else place.mkdir()
    with pytest.raises(GitTrouble, match=r"lock: .*\. Nothing has changed\."), lock(tmp_path):
        pytest.fail("it was taken")
    assert victim.read_text() == "mine"


def test_a_fifo_in_its_place_does_not_stop_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lock")
    with lock(tmp_path, wait=0):
        pass


@pytest.mark.parametrize(
    ("call", "code"), [("open", errno.EROFS), ("open", errno.ENOSPC), ("open", errno.EMFILE), ("mkdir", errno.EACCES)]
)
def test_where_it_cannot_be_made_the_reason_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    def fails(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(GitTrouble) as caught, lock(tmp_path / "itil"):
        pytest.fail("it was taken")
    assert str(caught.value) == f"{tmp_path / 'itil/lock'}: {os.strerror(code)}. Nothing has changed."


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", fails)
    with pytest.raises(GitTrouble, match="No locks available"), lock(tmp_path):
        pytest.fail("it was taken")


def test_a_full_disk_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", fails)
    with lock(tmp_path), pytest.raises(GitTrouble, match="process unknown"), lock(tmp_path, wait=0):
        pytest.fail("two had it")
