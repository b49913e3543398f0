"""Many processes on one clone: nothing is lost, and every write is a commit of its own (promise 2)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.faults.ground import ITIL, USERS_OWN, git, itil, new_store, notes, users_own

pytestmark = pytest.mark.slow
PROCESSES, WRITES = 20, 25


def test_20_processes_write_25_times_each_and_nothing_is_lost(tmp_path: Path) -> None:
    store, incident = new_store(tmp_path / "shop")
    before = int(git(store, "rev-list", "--count", "HEAD"))
    script = (
        f'for i in $(seq {WRITES}); do {" ".join(ITIL)} -q -C {store} note {incident} -m "$1 says $i" || exit 1; done'
    )
    writers = [subprocess.Popen(["sh", "-c", script, "sh", f"writer {name}"]) for name in range(PROCESSES)]
    assert [writer.wait() for writer in writers] == [0] * PROCESSES
    wanted = {f"writer {name} says {place + 1}" for name in range(PROCESSES) for place in range(WRITES)}
    said = notes(store, incident)
    assert set(said) == wanted and len(said) == PROCESSES * WRITES
    assert int(git(store, "rev-list", "--count", "HEAD")) - before == PROCESSES * WRITES
    assert itil(store, "check").returncode == 0
    assert users_own(store) == USERS_OWN
    assert git(store, "fsck", "--strict", "--no-dangling") == ""
