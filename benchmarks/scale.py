"""Every command at 1,000, 10,000 and 100,000 incidents, against the budgets of the design, side by side with others.

- `python -m benchmarks scale` makes the stores (ITIL_BENCH names a folder to keep them in), measures, prints, and
  writes `docs/benchmarks.md`. With ITIL_BENCH_SIZES, such as `1000,10000`, it is sooner done.
- Commands run in turn, A B C A B C …; ratios are of processor seconds (user and system, children too), which other
  work on the machine disturbs least; the wall clock stands beside them. Medians.
- Python's compiled modules are cached, as they are once the program is installed.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks import rivals
from benchmarks.stores import NOW_TEXT, SIZES, log_file
from benchmarks.timing import Run, cached, in_turn, peak

ITIL = [sys.executable, "-m", "itil_cli"]
PAGE = Path(__file__).resolve().parents[1] / "docs/benchmarks.md"
READS = ("list", "sla", "show", "search", "itil")
MIB = 400
CLASSIFIED = ("--impact", "low", "--urgency", "low", "--category", "hardware", "--group", "service-desk")


class Line(NamedTuple):
    """One budget: what was measured, against what, how much is allowed."""

    work: str
    found: Run
    against: str
    base: Run | None
    budget: float | None
    unit: str = "×"

    @property
    def value(self) -> float:
        """The ratio, or milliseconds or MiB where the budget is absolute."""
        if self.base is not None:
            return self.found.cpu / self.base.cpu
        return self.found.mib if self.unit == "MiB" else self.found.cpu * 1000

    @property
    def verdict(self) -> str:
        """Whether it is within its budget; empty without one."""
        return "" if self.budget is None else "pass" if self.value <= self.budget else "FAIL"

    def text(self) -> str:
        """A row of the table."""
        allowed = "" if self.budget is None else f"{self.budget:g} {self.unit}"
        cells = [self.work, f"{self.found.cpu * 1000:,.0f}", f"{self.found.wall * 1000:,.0f}"]
        return f"| {' | '.join([*cells, self.against, f'{self.value:,.2f} {self.unit}', allowed, self.verdict])} |"


HEAD = "| work | processor ms | wall ms | against | measured | budget | |\n|---|---:|---:|---|---:|---:|---|"


def report() -> Iterator[str]:
    """The page, a piece at a time; it is written at the end."""
    if log_file() is None:
        yield "scale: the real log (ITIL_SHARED) is not on this machine"
        return
    said: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, cached(Path(scratch) / "pyc"):
        for piece in _pieces(Path(os.environ.get("ITIL_BENCH", scratch))):
            said.append(piece)
            yield piece
    PAGE.write_text("\n".join(said) + "\n", encoding="utf-8")


def _pieces(folder: Path) -> Iterator[str]:
    sizes = [int(one) for one in os.environ.get("ITIL_BENCH_SIZES", "").split(",") if one] or list(SIZES)
    yield "# Benchmarks\n\n*Made by `make bench` (`python -m benchmarks scale`); not written by hand.*\n"
    yield f"{machine()}\n\nRatios are of processor time, medians of commands run in turn. {_OTHERS}\n"
    stores = {size: _store(folder / f"store-{size}", size) for size in sizes}
    yield f"## Start\n\n{HEAD}"
    yield from (line.text() for line in _start(stores[sizes[-1]], sizes[-1]))
    for size in sizes:
        yield f"\n## {size:,} incidents\n\n{HEAD}"
        yield from (line.text() for line in _reads(stores[size]))
        yield from (line.text() for line in _delivery(stores[size], folder))
    yield f"\n## Writing: `note` with its commit\n\n{HEAD}"
    yield from _writes(stores)
    if sizes[-1] > 10_000 and 10_000 in stores:
        yield f"\n## Growth from 10,000 to {sizes[-1]:,}\n\n{HEAD}"
        yield from (line.text() for line in _growth(stores[10_000], stores[sizes[-1]], sizes[-1]))
    yield f"\n## The first index\n\n{HEAD}"
    yield from (_first_index(store, size).text() for size, store in stores.items() if size > sizes[0])
    yield f"\n## Memory at {sizes[-1]:,} incidents\n\n{HEAD}"
    yield from (line.text() for line in _memory(stores[sizes[-1]]))
    yield from rivals.pieces(folder, stores[min(sizes[-1], 10_000)])


_OTHERS = """Other pages, each by one command:
`docs/benchmarks-matching.md` (recall, and search in the process: `python -m benchmarks matching`),
`docs/benchmarks-report.md` (`python -m benchmarks report`)."""


def machine() -> str:
    """What was measured on."""
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "").partition(":")[2]
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    python = f"{platform.system()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores,{cpu or ' ' + platform.machine()}, {python}, {git}."


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _store(folder: Path, size: int) -> Path:
    if not folder.exists():  # in a process of its own: what this one holds would count as its children's memory
        subprocess.run([sys.executable, "-m", "benchmarks.stores", str(folder), str(size)], check=True)
    for _ in range(2):  # the index, then the clocks that it keeps
        subprocess.run([*ITIL, "-C", str(folder), "list"], check=True, capture_output=True)
    subprocess.run(["git", "status"], cwd=folder, check=True, capture_output=True)
    return folder


def _incident(store: Path) -> str:
    return sorted(store.glob("incidents/2026/11/2*/*.md"))[0].stem


def _start(store: Path, size: int) -> Iterator[Line]:
    ask = ["env", "_ITIL_COMPLETE=bash_complete"]
    commands = {
        "pass": [sys.executable, "-c", "pass"],
        "version": [*ITIL, "--version"],
        "names": [*ask, "COMP_WORDS=itil re", "COMP_CWORD=1", *ITIL],
        "ids": [*ask, "COMP_WORDS=itil show 8jn", "COMP_CWORD=2", *ITIL],
    }
    found = in_turn(commands, store, 15)
    yield Line("`python -c pass`", found["pass"], "itself", found["pass"], None)
    yield Line("`itil --version`", found["version"], "`python -c pass`", found["pass"], 2)
    yield Line("completing a command's name", found["names"], "`python -c pass`", found["pass"], 2)
    yield Line(f"completing an id, {size:,} incidents", found["ids"], "", None, 100, "ms")


def _reads(store: Path) -> Iterator[Line]:
    commands = {
        "git": ["git", "status"],
        "list": [*ITIL, "list"],
        "sla": [*ITIL, "sla"],
        "show": [*ITIL, "show", _incident(store)],
        "search": [*ITIL, "search", "printer"],
        "itil": ITIL,
    }
    found = in_turn(commands, store, 9)
    yield Line("`git status`", found["git"], "itself", found["git"], None)
    for name in READS:
        budget = None if name == "itil" or "100000" not in store.name else 1
        yield Line(f"`{'' if name == 'itil' else 'itil '}{name}`", found[name], "`git status`", found["git"], budget)


def _delivery(store: Path, folder: Path) -> Iterator[Line]:
    """Everything is sent first, to a program that takes all of it; then nothing is owed, as mostly."""
    said = folder / "deliver.toml"
    said.write_text('[command]\nrun = ["/bin/true"]\n', encoding="utf-8")
    deliver = ["env", f"ITIL_DELIVER={said}", *ITIL, "--now", NOW_TEXT, "deliver"]
    subprocess.run(deliver, cwd=store, check=True, capture_output=True)
    found = in_turn({"git": ["git", "status"], "deliver": deliver}, store, 9)
    budget = 2 if "100000" in store.name else None
    yield Line("`itil deliver`, all sent", found["deliver"], "`git status`", found["git"], budget)


def _writes(stores: Mapping[int, Path]) -> Iterator[str]:
    apart: dict[int, Run] = {}
    for size, store in stores.items():
        found = in_turn(_writing(store), store, 9, before=lambda name, store=store: _touch(store, name))  # type: ignore[misc]
        apart[size] = Run(found["note"].cpu - found["entry"].cpu, found["note"].wall - found["entry"].wall, 0)
        yield Line(f"`git commit --only`, {size:,}", found["commit"], "itself", found["commit"], None).text()
        yield Line(f"one `git update-index`, {size:,}", found["entry"], "", None, None, "ms").text()
        budget = 1 if size == max(stores) else None
        yield Line(f"`itil note`, {size:,}", found["note"], "`git commit --only`", found["commit"], budget).text()
    small, large = min(stores), max(stores)
    what = f"`itil note` without one `update-index`, {large:,}"
    yield Line(what, apart[large], f"at {small:,}", apart[small], 1.2).text()


def _writing(store: Path) -> dict[str, list[str]]:
    return {
        "note": [*ITIL, "note", _incident(store), "-m", "measured"],
        "entry": ["git", "update-index", "--add", "scratch.txt"],
        "commit": ["git", "commit", "-q", "-m", "measured", "--only", "scratch.txt"],
    }


def _growth(small: Path, large: Path, size: int) -> Iterator[Line]:
    """`log`, `show` and `resolve` at both sizes; git's part of a write is the one `update-index`."""
    at = {store: _life(store) for store in (small, large)}
    for name in ("log", "show", "resolve"):
        yield Line(f"`itil {name}`, 10,000", at[small][name], "itself", at[small][name], None)
        yield Line(f"`itil {name}`, {size:,}", at[large][name], "at 10,000", at[small][name], 2)
    for store, name in ((small, "10,000"), (large, f"{size:,}")):
        yield Line(f"of it one `git update-index`, {name}", at[store]["entry"], "", None, None, "ms")


def _life(store: Path) -> dict[str, Run]:
    commands = {
        "log": [*ITIL, "log", "-t", "Measured", *CLASSIFIED],
        "show": [*ITIL, "show", _incident(store)],
        "resolve": [*ITIL, "resolve", "ID", "--code", "fixed", "-m", "Measured."],
        "entry": ["git", "update-index", "--add", "scratch.txt"],
    }

    def before(name: str) -> None:
        if name == "resolve":
            log = [*ITIL, "log", "-t", "To be resolved", *CLASSIFIED, "--take", "--json"]
            logged = subprocess.run(log, cwd=store, check=True, capture_output=True)
            commands["resolve"][len(ITIL) + 1] = json.loads(logged.stdout)["id"]
        elif name == "entry":
            _touch(store, name)

    return in_turn(commands, store, 7, before=before)


def _touch(store: Path, name: str) -> None:
    if name == "note":
        return
    with (store / "scratch.txt").open("a") as file:
        file.write("x")
    subprocess.run(["git", "add", "scratch.txt"], cwd=store, check=True)
    if name == "entry":
        with (store / "scratch.txt").open("a") as file:
            file.write("y")


PARSE = """
import sys, yaml
from pathlib import Path
for path in Path(sys.argv[1]).glob("incidents/**/*.md"):
    yaml.load(path.read_text(encoding="utf-8").split("\\n---\\n", 1)[0][4:], Loader=yaml.CSafeLoader)
"""


def _first_index(store: Path, size: int) -> Line:
    """Wall clock against wall clock: all cores are used. Without an index `list` builds it, and answers."""
    parse = in_turn({"parse": [sys.executable, "-c", PARSE, str(store)]}, store, 1, warm=False)["parse"]
    for file in (store / ".git/itil").glob("index.sqlite*"):
        file.unlink()
    built = in_turn({"list": [*ITIL, "list"]}, store, 1, warm=False)["list"]
    wall, base = Run(built.wall, built.wall, 0), Run(parse.wall, parse.wall, 0)
    work = f"first `itil list`, {size:,} ({built.cpu:,.0f} s of processors; wall against wall)"
    return Line(work, wall, f"CSafeLoader on one core ({parse.wall:,.0f} s)", base, 1)


def _memory(store: Path) -> Iterator[Line]:
    asked = {
        "list": ["list"],
        "list --all": ["list", "--all"],
        "list --all --json": ["list", "--all", "--json"],
        "sla --all --json": ["sla", "--all", "--json"],
        "search Symptom --limit 100000": ["search", "Symptom", "--limit", "100000"],
        "search Symptom --limit 100000 --json": ["search", "Symptom", "--limit", "100000", "--json"],
        "report": ["report", "--period", "all"],
        "check": ["check"],
    }
    for name, words in asked.items():
        yield Line(f"`itil {name}`", peak([*ITIL, *words], store), "", None, MIB, "MiB")
