"""What an audit costs: the real log, one commit per event, against `git log -p` over the same history.

The store is made by `itil import servicenow --history events` (166,630 commits, ITIL_SHARED), or taken from
ITIL_AUDIT_STORE, where one lies already. Budgets: 3 × `git log -p --no-color`, memory under 1 GiB; from an anchor,
100 new commits in 1 s. Children's processor time counts with the parent's, so that a busy machine matters less.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.stores import log_file

ITIL = [sys.executable, "-m", "itil_cli"]
NEW = 100


def report() -> Iterator[str]:
    """The table, line by line."""
    given = os.environ.get("ITIL_AUDIT_STORE")
    if given is None and log_file() is None:
        yield "audit: the real log is not on this machine"
        return
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(given) if given else _made(Path(scratch) / "store")
        yield from _compare(store, Path(scratch))


def _made(store: Path) -> Path:
    subprocess.run([*ITIL, "init", str(store)], check=True, capture_output=True)
    words = [*ITIL, "-C", str(store), "-q", "import", "servicenow", str(log_file()), "--history", "events"]
    subprocess.run(words, check=True)
    return store


def _compare(store: Path, scratch: Path) -> Iterator[str]:
    git = _run(["git", "-C", str(store), "log", "-p", "--no-color"])
    audit = _run([*ITIL, "-C", str(store), "-q", "audit"])
    yield f"{'git log -p':<44} {git[0]:>7.1f} s wall {git[1]:>7.1f} s cpu"
    yield f"{'itil audit':<44} {audit[0]:>7.1f} s wall {audit[1]:>7.1f} s cpu   {audit[0] / git[0]:.2f} × (budget 3 ×)"
    yield f"{'  its memory, all processes together':<44} {_memory(store):>7} MiB (budget 1,024)"
    anchor = scratch / "anchor"
    tip = subprocess.run(
        ["git", "-C", str(store), "rev-parse", f"HEAD~{NEW}"], capture_output=True, text=True, check=True
    )
    times = []
    for _ in range(5):
        anchor.write_text(tip.stdout, encoding="ascii")
        times.append(_run([*ITIL, "-C", str(store), "-q", "audit", "--anchor", str(anchor)])[0])
    yield f"{f'itil audit --anchor, {NEW} new commits':<44} {sorted(times)[2]:>7.2f} s wall (budget 1 s)"


def _memory(store: Path) -> int:
    """The most that the audit's own processes hold at one time, in MiB; pages that they share count once."""
    running = subprocess.Popen([*ITIL, "-C", str(store), "-q", "audit"], stdout=subprocess.DEVNULL)
    most = 0
    while running.poll() is None:
        most = max(most, sum(map(_proportional, _family(running.pid))))
        time.sleep(0.25)
    return most // 1024


def _family(pid: int) -> Iterator[int]:
    """A process and its Python children."""
    yield pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            if "python" in str(Path(f"/proc/{child}/exe").readlink()):
                yield from _family(int(child))


def _proportional(pid: int) -> int:
    """KiB that a process holds, its part of shared ones."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").split("\n")
        return int(next(line.split()[1] for line in lines if line.startswith("Pss:")))
    return 0


def _run(words: Sequence[str]) -> tuple[float, float]:
    """Seconds of wall clock and of processor."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, used
