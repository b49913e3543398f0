"""Two or more commands in turn, A B C A B C …, so that a drift of the machine hits all alike.

Times are whole processes in milliseconds of wall clock; what is compared is the median, and the ratio is
taken pair by pair.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median


def measure(
    commands: Mapping[str, Sequence[str]],
    *,
    runs: int = 15,
    cwd: Path | None = None,
    before: Callable[[str], None] | None = None,
) -> dict[str, list[float]]:
    """Milliseconds of each run of each command, after one run to warm up. `before` is not counted."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            if before:
                before(name)
            started = time.perf_counter()
            subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
            if turn:
                times[name].append((time.perf_counter() - started) * 1000)
    return times


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the pairs' ratios."""
    return median(a / b for a, b in zip(one, other, strict=True))


def row(name: str, times: Sequence[float], against: Sequence[float], budget: str = "") -> str:
    """One line of a table: median, ratio, budget."""
    return f"{name:<44} {median(times):>9.1f} ms {ratio(times, against):>8.2f} ×  {budget}"
