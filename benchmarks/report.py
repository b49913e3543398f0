"""`itil report summary` over the whole real log and over 100,000 incidents, with a warm index, against the budgets.

- `python -m benchmarks report` makes the stores (ITIL_BENCH names a folder to keep them in, as in `scale`),
  measures, prints, and writes `docs/benchmarks-report.md`.
- Beside `git status` on the same tree: all incidents, one month, all again after a change to one incident, and
  the first time that the question is asked.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scale import HEAD, ITIL, MIB, PAGE, Line, machine
from benchmarks.stores import log_file
from benchmarks.timing import cached, in_turn, once

REPORT_PAGE = PAGE.with_name("benchmarks-report.md")
SIZE = 100_000


def report() -> Iterator[str]:
    """The page, a piece at a time; it is written at the end."""
    if log_file() is None:
        yield "report: the real log (ITIL_SHARED) is not on this machine"
        return
    said: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, cached(Path(scratch) / "pyc"):
        for piece in _pieces(Path(os.environ.get("ITIL_BENCH", scratch))):
            said.append(piece)
            yield piece
    REPORT_PAGE.write_text("\n".join(said) + "\n", encoding="utf-8")


def _pieces(folder: Path) -> Iterator[str]:
    yield "# Benchmarks of reports\n\n*Made by `python -m benchmarks report`; not written by hand.*\n"
    yield f"{machine()}\n\nThe index is warm; medians of processor time of commands run in turn."
    yield f"\n## The real log, 24,918 incidents\n\n{HEAD}"
    yield from (line.text() for line in _lines(_log(folder / "log"), "2016-05", 2000))
    yield f"\n## {SIZE:,} incidents, 3,200 of them open\n\n{HEAD}"
    yield from (line.text() for line in _lines(_large(folder / f"store-{SIZE}"), "2026-10", 1000))


def _log(folder: Path) -> Path:
    if not folder.exists():
        subprocess.run([*ITIL, "init", str(folder)], check=True, capture_output=True)
        load = [*ITIL, "-C", str(folder), "-q", "import", "servicenow", str(log_file()), "--history", "single"]
        subprocess.run(load, check=True)
    return folder


def _large(folder: Path) -> Path:
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.stores", str(folder), str(SIZE)], check=True)
    return folder


def _lines(store: Path, month: str, budget: int) -> Iterator[Line]:
    summary = [*ITIL, "report", "summary", "--period"]
    subprocess.run([*summary, "all"], cwd=store, check=True, capture_output=True)  # the index, and clocks by blob
    first = once([*summary, "all", "--by", "group", "--by", "channel"], store)
    commands = {"git": ["git", "status"], "all": [*summary, "all"], "month": [*summary, month]}
    found = in_turn(commands, store, 7)
    change = {"changed": [*summary, "all"]}
    changed = in_turn(change, store, 5, before=lambda name: _change(store), warm=False)["changed"]
    git = found["git"]
    yield Line("`git status`", git, "itself", git, None)
    yield Line("`itil report summary --period all`", found["all"], "", None, budget, "ms")
    yield Line("the same: memory", found["all"], "", None, MIB, "MiB")
    yield Line("after a change to one incident", changed, "", None, budget, "ms")
    yield Line("the first time a question is asked (`--by group --by channel`)", first, "", None, None, "ms")
    yield Line("the same: memory", first, "", None, MIB, "MiB")
    yield Line(f"`itil report summary --period {month}`", found["month"], "", None, budget, "ms")


def _change(store: Path) -> None:
    incident = sorted(store.glob("incidents/20*/*/*/*.md"))[-1].stem
    subprocess.run([*ITIL, "note", incident, "-m", "measured"], cwd=store, check=True, capture_output=True)
