"""SIGKILL at seeded moments of a write: the old or the new state, never between (promise 1).

A moment is the N-th call of a system call that changes something, of the program and of each git that it
starts. strace injects the signal. `ITIL_FAULTS=all` (make faults-all) tries every moment that there is.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.faults.ground import ITIL, NOW, USERS_OWN, git, itil, new_store, notes, under, users_own

SEED, MOMENTS = 20_260_309, 100
CALLS = (
    "openat", "write", "pwrite64", "rename", "renameat", "renameat2", "unlink", "unlinkat", "fsync", "mkdir", "mkdirat",
    "ftruncate", "execve", "exit_group", "flock", "vfork", "wait4", "read", "close",
)  # fmt: skip
STRACE = shutil.which("strace")


def _can_trace() -> bool:
    return (
        STRACE is not None and subprocess.run([STRACE, "-o", "/dev/null", "true"], capture_output=True).returncode == 0
    )


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not _can_trace(), reason="strace is not here, or may not trace"),
]


def moments(store: Path, incident: str, scratch: Path) -> list[tuple[str, int]]:
    """Every (system call, N) that one write makes."""
    log = scratch / "trace"
    trace = ",".join(CALLS)
    full = [str(STRACE), "-f", "-qq", "-o", str(log), "-e", f"trace={trace}", *ITIL, "-C", str(store), "--now", NOW]
    subprocess.run([*full, "note", incident, "-m", "counted"], check=True, capture_output=True)
    counts: dict[tuple[str, str], int] = {}
    for pid, call in re.findall(r"^(\d+) +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE):
        counts[pid, call] = counts.get((pid, call), 0) + 1
    most = {call: max(count for (_, name), count in counts.items() if name == call) for _, call in counts}
    return sorted((call, place) for call, count in most.items() if call in CALLS for place in range(1, count + 1))


def test_killed_at_any_moment_it_is_the_old_or_the_new_state(tmp_path: Path) -> None:
    store, incident = new_store(tmp_path / "shop")
    every = moments(store, incident, tmp_path)
    chosen = every if os.environ.get("ITIL_FAULTS") == "all" else _chosen(every)
    said = notes(store, incident)
    killed = 0
    for place, (call, count) in enumerate(chosen):
        text = f"moment {place}: {call} {count}"
        inject = ["-e", f"inject={call}:signal=SIGKILL:when={count}"]
        done = under([str(STRACE), "-f", "-qq", "-o", "/dev/null", *inject], store, "note", incident, "-m", text)
        killed += done.returncode < 0 or done.returncode == 137
        now = notes(store, incident)
        assert now in (said, [*said, text]), text
        if done.returncode == 0:
            assert now == [*said, text], text
        itil(store, "note", incident, "-m", f"after {text}")
        said = [*now, f"after {text}"]
        assert notes(store, incident) == said, text
        assert users_own(store) == USERS_OWN, text
    assert killed >= min(MOMENTS, len(chosen)) // 2  # the signal did arrive
    assert itil(store, "check").returncode == 0
    assert git(store, "fsck", "--strict", "--no-dangling") == ""


def _chosen(every: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """A hundred moments by seed; those that change something are all among them where there is room."""
    rare = [moment for moment in every if moment[0] not in ("openat", "read", "close", "wait4")]
    rest = [moment for moment in every if moment not in rare]
    picker = random.Random(SEED)
    taken = rare if len(rare) <= MOMENTS * 3 // 4 else picker.sample(rare, MOMENTS * 3 // 4)
    return taken + picker.sample(rest, min(len(rest), MOMENTS - len(taken)))
