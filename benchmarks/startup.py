"""How soon the program is there: `itil --version` against `python -c pass` (budget: 2 ×)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.side_by_side import measure, row


def report() -> Iterator[str]:
    """The table, line by line."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "itil --version": [sys.executable, "-m", "itil_cli", "--version"],
        "itil --help": [sys.executable, "-m", "itil_cli", "--help"],
        "python -c 'import click'": [sys.executable, "-c", "import click"],
    }
    times = measure(commands, runs=25)
    base = times["python -c pass"]
    yield f"{'start':<44} {'median':>12} {'ratio':>9}"
    for name in commands:
        yield row(name, times[name], base, "budget 2 ×" if name == "itil --version" else "")
