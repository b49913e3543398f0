"""SIGKILL, a full disk and a damaged one at the moments of `itil resolve` and of its git children (promise 1).

Whatever happens, it is the old or the new state, never between; the user's own files are as they were, and the next
command works. `ITIL_FAULTS=all` (make faults-all) tries every moment that changes something; else some of them by seed.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.faults.ground import NOW, USERS_OWN, answer, git, new_store, shown, users_own
from tests.faults.injecting import (
    CHILD_CALLS,
    DAMAGED,
    FILE_CALLS,
    FULL,
    KILL,
    OTHER_CALLS,
    Injector,
    Moment,
    can_trace,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")]
SEED = 20_260_309
ALL = os.environ.get("ITIL_FAULTS") == "all"
SOME = {KILL: 60, FULL: 30, DAMAGED: 30}  # moments, where not all are tried
OTHERS = 50  # moments more that change nothing, in the full sweep


class Ground:
    """A store to be copied for each moment, with an incident at work, and what it is before and after."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clean, self.incident = new_store(folder / "clean")
        assert answer(self.clean, "--now", NOW, "take", self.incident) == (0, "")
        self.injector = Injector(folder, "--now", NOW, "resolve", self.incident, "--code", "fixed", "-m", "New roller.")
        self.head = git(self.clean, "rev-parse", "HEAD")

    def copy(self) -> Path:
        """A fresh copy."""
        store = self.folder / "shop"
        shutil.rmtree(store, ignore_errors=True)
        return shutil.copytree(self.clean, store, symlinks=True)

    def moments(self, fault: str) -> list[Moment]:
        """Those to be tried."""
        calls = (*FILE_CALLS, *CHILD_CALLS) if fault == KILL else FILE_CALLS
        every = self.injector.moments(self.copy(), calls)
        picker = random.Random(SEED)
        if not ALL:
            return sorted(picker.sample(every, min(len(every), SOME[fault])))
        others = self.injector.moments(self.copy(), OTHER_CALLS) if fault == KILL else []
        return every + picker.sample(others, min(len(others), OTHERS))


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


@pytest.mark.parametrize("fault", [KILL, FULL, DAMAGED])
def test_a_fault_at_any_moment_leaves_the_old_or_the_new_state(ground: Ground, fault: str) -> None:
    tried = ground.moments(fault)
    codes: dict[int, int] = {}
    for moment in tried:
        store = ground.copy()
        done = ground.injector.run(store, moment, fault)
        codes[done.returncode] = codes.get(done.returncode, 0) + 1
        where = f"{moment} {fault}: exit {done.returncode}\n{done.stderr}"
        if fault != KILL:
            assert done.returncode in (0, 6), where
        assert "Traceback" not in done.stderr and "our bug" not in done.stderr, where
        resolved = judge(store, ground, where)
        assert resolved or done.returncode, where
    print(f"seed {SEED}: {len(tried)} moments, exit codes {codes}")
    assert len(codes) > 1, "no fault arrived"


def judge(store: Path, ground: Ground, where: str) -> bool:
    """The old or the new state, a next command that works, and nothing touched; whether it is the new one."""
    there = shown(store, ground.incident)
    commits = git(store, "rev-list", f"{ground.head.strip()}..HEAD").split()
    resolved = bool(commits)
    assert len(commits) == resolved, where
    assert there["status"] == ("resolved" if resolved else "in-progress"), where
    code, said = answer(store, "--now", NOW, "note", ground.incident, "-m", "And on.")
    if code == 6 and "--break-locks" in said:  # a git that was killed leaves its lock; it is named with the way out
        assert answer(store, "doctor", "--break-locks")[0] == 0, where
        code, said = answer(store, "--now", NOW, "note", ground.incident, "-m", "And on.")
    assert code == 0, f"{where}\n{said}"
    after = shown(store, ground.incident)
    assert after["events"][:-1] == there["events"] and after["events"][-1]["do"] == "noted", where
    assert users_own(store) == USERS_OWN, where
    assert answer(store, "check")[0] == 0, where
    assert git(store, "fsck", "--strict", "--no-dangling") == "", where
    return resolved
