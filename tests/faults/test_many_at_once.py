"""Many processes on one clone: nothing is lost, and every write is a commit of its own (promise 2)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.faults.ground import FACTS, ITIL, USERS_OWN, git, itil, new_store, notes, users_own

pytestmark = pytest.mark.slow
PROCESSES, WRITES = 20, 50 if os.environ.get("ITIL_FAULTS") == "all" else 10


@pytest.mark.parametrize("own", [False, True], ids=["one incident", "an incident each"])
def test_20_processes_write_at_once_and_nothing_is_lost(tmp_path: Path, own: bool) -> None:
    store, shared = new_store(tmp_path / "shop")
    ids = [logged(store, f"job {name}") if own else shared for name in range(PROCESSES)]
    before = int(git(store, "rev-list", "--count", "HEAD"))
    script = f'for i in $(seq {WRITES}); do {" ".join(ITIL)} -q -C {store} note "$1" -m "$2 says $i" || exit 1; done'
    words = [["sh", "-c", script, "sh", incident, f"writer {name}"] for name, incident in enumerate(ids)]
    writers = [subprocess.Popen(one) for one in words]
    assert [writer.wait() for writer in writers] == [0] * PROCESSES
    said = [text for incident in dict.fromkeys(ids) for text in notes(store, incident)]
    assert sorted(said) == sorted(
        f"writer {name} says {place + 1}" for name in range(PROCESSES) for place in range(WRITES)
    )
    assert int(git(store, "rev-list", "--count", "HEAD")) - before == PROCESSES * WRITES
    assert git(store, "rev-list", "--merges", "HEAD") == ""
    assert itil(store, "check").returncode == 0
    assert users_own(store) == USERS_OWN
    assert git(store, "fsck", "--strict", "--no-dangling") == ""


def logged(store: Path, title: str) -> str:
    """One more incident."""
    return str(json.loads(itil(store, "log", "-t", title, *FACTS, "--json").stdout)["id"])
