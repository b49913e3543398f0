"""What one write with its commit costs, at 1,000 and at 25,000 incidents, and where the time goes.

The stores are made by `itil import servicenow` from the real log (ITIL_SHARED, default ../shared): the first
1,000 incidents of it, and all 24,918. Each run writes a note into one incident. Beside it, on the same tree:
one `git update-index` of one file and one `git commit --only`.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.side_by_side import measure, row

ITIL = [sys.executable, "-m", "itil_cli"]
SMALL = 1_000
PARTS = {
    "start (python, click, yaml)": "import click, yaml, itil_cli.cli.deciding, itil_cli.cli.commands.incidents.record",
}


def report() -> Iterator[str]:
    """The table, line by line."""
    log = Path(os.environ.get("ITIL_SHARED", "../shared")) / "servicenow" / "incident_event_log.zip"
    log = log if log.exists() else log.parents[1] / "data" / "servicenow" / log.name
    if not log.exists():
        yield f"write: the real log is not on this machine ({log})"
        return
    with tempfile.TemporaryDirectory() as scratch:
        stores = {SMALL: _store(Path(scratch), log, SMALL), 24_918: _store(Path(scratch), log, None)}
        yield from _compare(stores)


def _store(scratch: Path, log: Path, first: int | None) -> Path:
    source = _head_of(log, first, scratch) if first else log
    store = scratch / f"store-{first or 'all'}"
    subprocess.run([*ITIL, "init", str(store)], check=True, capture_output=True)
    load = [*ITIL, "-C", str(store), "-q", "import", "servicenow", str(source), "--history", "single"]
    subprocess.run(load, check=True)
    subprocess.run([*ITIL, "-C", str(store), "list"], check=True, capture_output=True)
    return store


def _head_of(log: Path, count: int, scratch: Path) -> Path:
    target = scratch / f"first-{count}.csv"
    with zipfile.ZipFile(log) as archive, archive.open(archive.namelist()[0]) as raw:
        reader = csv.reader(io.TextIOWrapper(raw, encoding="utf-8"))
        header, seen = next(reader), dict[str, None]()
        with target.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(header)
            for line in reader:
                if line[0] not in seen and len(seen) == count:
                    break
                seen[line[0]] = None
                writer.writerow(line)
    return target


def _compare(stores: dict[int, Path]) -> Iterator[str]:
    totals: dict[int, list[float]] = {}
    index: dict[int, list[float]] = {}
    for size, store in stores.items():
        path = next(iter(sorted(store.glob("incidents/**/*.md")))).relative_to(store).as_posix()
        times = measure(_commands(store, path), cwd=store, before=partial(_touch, store))
        totals[size], index[size] = times["itil note"], times["git update-index"]
        yield f"one write at {size:,} incidents"
        for name, figures in times.items():
            yield "  " + row(name, figures, times["git commit --only"])
        shutil.rmtree(store / ".git" / "itil", ignore_errors=True)
    small, large = sorted(stores)
    plain = median(totals[large]) - median(index[large])
    base = median(totals[small]) - median(index[small])
    grown = f"growth from {small:,} to {large:,} apart from one git update-index"
    yield f"{grown}: {plain / base:.2f} × (budget 1.2 ×)"


def _commands(store: Path, path: str) -> dict[str, list[str]]:
    incident = Path(path).stem
    return {
        "itil note": [*ITIL, "-C", str(store), "note", incident, "-m", "measured"],
        "  of it: python, click and our modules": [
            sys.executable,
            "-c",
            PARTS["start (python, click, yaml)"],
        ],
        "  of it: git rev-parse": ["git", "rev-parse", "HEAD"],
        "git update-index": ["git", "update-index", "--add", "scratch.txt"],
        "git commit --only": ["git", "commit", "-q", "-m", "measured", "--only", "scratch.txt"],
    }


def _touch(store: Path, name: str) -> None:
    if name.startswith("git"):
        with (store / "scratch.txt").open("a") as file:
            file.write("x")
        subprocess.run(["git", "add", "scratch.txt"], cwd=store, check=True)
    if name == "git update-index":
        with (store / "scratch.txt").open("a") as file:
            file.write("y")
