"""Work over several processes: the results are those of one, in order, whatever happens to a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from itil_cli.store.index.filling import spread as module
from itil_cli.store.index.filling.spread import cores, spread

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("count", [0, 1, 2, 10])
def test_results_come_in_order(workers: int, count: int) -> None:
    found = list(spread(lambda piece: [piece * 2, "é", b"\0", None, (1,)], range(count), workers))
    assert found == [[piece * 2, "é", b"\0", None, (1,)] for piece in range(count)]


def test_several_workers_are_other_processes() -> None:
    pids = set(spread(lambda _: os.getpid(), range(6), 2))
    assert len(pids) == 2 and os.getpid() not in pids


def test_what_a_killed_worker_owes_is_done_here() -> None:
    here = os.getpid()

    def work(piece: int) -> int:
        if piece == 3 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return piece

    assert list(spread(work, range(9), 3)) == list(range(9))


def test_an_error_comes_out_here() -> None:
    def work(piece: int) -> int:
        if piece == 2:
            raise ValueError("two")
        return piece

    found = spread(work, range(5), 2)
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(found)


def test_whoever_stops_early_leaves_no_worker_behind() -> None:
    found = spread(lambda piece: (os.getpid(), bytes(1_000_000)), range(10), 2)
    pids = {next(found)[0], next(found)[0]}
    found.close()  # type: ignore[attr-defined]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


CODE = """
import os, sys, time
from itil_cli.store.index.filling.spread import spread
for one in spread(lambda piece: (os.getpid(), bytes(1_000_000)), range(50), 2):
    print(one[0], flush=True)
    time.sleep(0.2)
"""


def test_workers_end_when_their_parent_is_killed() -> None:
    root = Path(__file__).resolve().parents[3]
    running = subprocess.Popen([sys.executable, "-c", CODE], stdout=subprocess.PIPE, cwd=root)
    assert running.stdout
    pids = {int(running.stdout.readline()), int(running.stdout.readline())}
    running.kill()
    running.wait()
    assert _gone(pids)


def _gone(pids: set[int]) -> bool:
    for _ in range(500):
        if not any(Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids):
            return True
        time.sleep(0.01)
    return False


def test_a_process_with_threads_does_not_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.threading, "active_count", lambda: 2)
    assert cores() == 1
    assert set(spread(lambda _: os.getpid(), range(4))) == {os.getpid()}


def test_as_many_workers_as_cores_but_not_more_than_eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    free: Any = set(range(3))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: free, raising=False)
    assert cores() == 3
    free = set(range(64))
    assert cores() == module.MOST
