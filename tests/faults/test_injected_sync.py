"""SIGKILL, a full disk and a damaged one at the moments of `itil sync`: its fetch, its writing, its push (promise 1).

The fault is in itil, or in every git that it starts and whatever these start, on the remote's side too. Whatever
happens, nothing is lost here or there, nothing is there twice, and the next sync brings both sides together.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from itil_cli.store.sync import race
from tests.faults.ground import answer, git, shown
from tests.faults.injecting import DAMAGED, FULL, KILL, Injector, Moment, can_trace
from tests.faults.test_clones import hub_with_clones

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")]
SEED = 20_260_309
ALL = os.environ.get("ITIL_FAULTS") == "all"
SOME = {KILL: 40, FULL: 20, DAMAGED: 20}
FOLDERS = ("hub.git", "clone0", "clone1")


class Ground:
    """A hub and two clones: one has published, the other waits to; copied for each moment."""

    def __init__(self, folder: Path) -> None:
        _, (one, other), self.incident = hub_with_clones(folder, 2, gate=False)
        self._clean, self._folder = folder / "clean", folder
        assert answer(one, "note", self.incident, "-m", "from one") == (0, "")
        assert answer(one, "sync")[0] == 0
        assert answer(other, "note", self.incident, "-m", "from other")[0] == 0
        (other / "loose.txt").write_text("loose\n")
        self._clean.mkdir()
        for name in FOLDERS:
            (folder / name).rename(self._clean / name)
        self.injector = Injector(folder, "sync")
        self.hub, self.clone = folder / "hub.git", other

    def fresh(self) -> None:
        """Put everything as it was."""
        for name in FOLDERS:
            shutil.rmtree(self._folder / name, ignore_errors=True)
            shutil.copytree(self._clean / name, self._folder / name, symlinks=True)

    def moments(self, fault: str) -> list[Moment]:
        """Those to be tried."""
        self.fresh()
        every = self.injector.moments(self.clone, fault)
        return every if ALL else sorted(random.Random(SEED).sample(every, min(len(every), SOME[fault])))


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.setattr(race, "PATIENCE", 0.0)  # a lock that a killed git left on the remote is named at once
    return Ground(tmp_path)


@pytest.mark.parametrize("fault", [KILL, FULL, DAMAGED])
def test_a_fault_at_any_moment_of_a_sync_loses_nothing_here_or_there(ground: Ground, fault: str) -> None:
    tried = ground.moments(fault)
    codes: dict[int, int] = {}
    for moment in tried:
        ground.fresh()
        done = ground.injector.run(ground.clone, moment, fault)
        codes[done.returncode] = codes.get(done.returncode, 0) + 1
        where = f"{moment} {fault}: exit {done.returncode}\n{done.stderr}"
        if fault != KILL:
            assert done.returncode in (0, 6), where
        assert "Traceback" not in done.stderr and "our bug" not in done.stderr, where
        judge(ground, where)
    print(f"seed {SEED}: {len(tried)} moments, exit codes {codes}")
    assert len(codes) > 1, "no fault arrived"


def judge(ground: Ground, where: str) -> None:
    """Nothing is lost before the next sync, and after it both sides are one, with every note once."""
    here = {entry["text"] for entry in shown(ground.clone, ground.incident)["worklog"]}
    assert here in ({"from other"}, {"from one", "from other"}), where
    assert (ground.clone / "loose.txt").read_text() == "loose\n", where
    code, said = answer(ground.clone, "sync")
    if code == 6 and ("--break-locks" in said or "left behind on the server" in said):
        for place in (ground.clone, ground.hub):  # a git that was killed leaves its lock
            assert answer(place, "doctor", "--break-locks")[0] == 0, where
        code, said = answer(ground.clone, "sync")
    assert code == 0, f"{where}\n{said}"
    assert git(ground.clone, "rev-parse", "HEAD") == git(ground.hub, "rev-parse", "main"), where
    notes = [entry["text"] for entry in shown(ground.clone, ground.incident)["worklog"]]
    assert sorted(notes) == ["from one", "from other"], where
    assert git(ground.clone, "status", "--porcelain", "--untracked-files=all") == "?? loose.txt\n", where
    assert answer(ground.clone, "check")[0] == 0, where
    for place in (ground.clone, ground.hub):
        assert git(place, "fsck", "--strict", "--no-dangling") == "", where
