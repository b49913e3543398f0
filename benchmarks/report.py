"""`itil report summary` over the whole real log (24,918 incidents, 2016 to 2017), with a warm index: budget 2 s.

Beside it: the same over one month, and `git status` on the same tree.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.side_by_side import measure, row

ITIL = [sys.executable, "-m", "itil_cli"]


def report() -> Iterator[str]:
    """The table, line by line."""
    log = Path(os.environ.get("ITIL_SHARED", "../shared")) / "data" / "servicenow" / "incident_event_log.zip"
    if not log.exists():
        yield f"report: the real log is not on this machine ({log})"
        return
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "store"
        subprocess.run([*ITIL, "init", str(store)], check=True, capture_output=True)
        load = [*ITIL, "-C", str(store), "-q", "import", "servicenow", str(log.resolve()), "--history", "single"]
        subprocess.run(load, check=True)
        commands = {
            "git status": ["git", "-C", str(store), "status", "--porcelain"],
            "itil report summary --period all": [*ITIL, "-C", str(store), "report", "--period", "all"],
            "itil report summary --period 2016-05": [*ITIL, "-C", str(store), "report", "--period", "2016-05"],
        }
        times = measure(commands, runs=5)
    yield f"{'report over 24,918 incidents':<44} {'median':>12} {'ratio':>9}"
    for name in commands:
        yield row(name, times[name], times["git status"], "budget 2,000 ms" if name.endswith("all") else "")
