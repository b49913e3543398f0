"""Processes measured in turn: processor time, wall clock, and the most memory that they held."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple


class Run(NamedTuple):
    """Seconds of processor and of wall clock, and the most MiB."""

    cpu: float
    wall: float
    mib: float


@contextmanager
def cached(folder: Path) -> Iterator[None]:
    """Let Python keep its compiled modules there meanwhile."""
    kept = dict(os.environ)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def in_turn(
    commands: Mapping[str, Sequence[str]],
    cwd: Path,
    turns: int,
    *,
    before: Callable[[str], None] = lambda name: None,
    warm: bool = True,
) -> dict[str, Run]:
    """The medians of each command, after one run to warm up; `before` is not counted."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(-1 if warm else 0, turns):
        for name, words in commands.items():
            before(name)
            run = once(words, cwd)
            if turn >= 0:
                found[name].append(run)
    return {name: Run(*(median(column) for column in zip(*runs, strict=True))) for name, runs in found.items()}


def peak(words: Sequence[str], cwd: Path) -> Run:
    """One run, whatever its exit code."""
    return once(words, cwd, may_fail=True)


def once(words: Sequence[str], cwd: Path, *, may_fail: bool = False) -> Run:
    """One run of a command; it and its children are counted."""
    started = time.perf_counter()
    running = subprocess.Popen(words, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert running.stderr
    said = running.stderr.read()
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if running.returncode and not may_fail:
        raise subprocess.CalledProcessError(running.returncode, list(words), stderr=said)
    return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)
