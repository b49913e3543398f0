"""Faults at one system call of one program: of itil itself, or of every git that it starts.

strace counts a call for each process, and a fault in Python's N-th call would keep git's N-th from being reached:
so itil is traced without its children, and git through a `git` in PATH that starts the real one under strace.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

STRACE = shutil.which("strace")
FILE_CALLS = (
    "openat", "write", "pwrite64", "rename", "renameat", "renameat2", "unlink", "unlinkat", "fsync", "fdatasync",
    "mkdir", "mkdirat", "ftruncate", "truncate", "utimensat", "link", "chmod", "flock",
)  # fmt: skip
CHILD_CALLS = ("vfork", "clone", "clone3", "wait4", "execve", "exit_group")
OTHER_CALLS = ("read", "close", "newfstatat", "mmap", "lseek", "pread64")
KILL, BREAK, FULL, DAMAGED = "signal=SIGKILL", "signal=SIGINT", "error=ENOSPC", "error=EIO"


def can_trace() -> bool:
    """Whether strace is here, and may trace."""
    return (
        STRACE is not None and subprocess.run([STRACE, "-o", "/dev/null", "true"], capture_output=True).returncode == 0
    )


class Moment(NamedTuple):
    """The `place`-th `call` of itil, or of each git."""

    program: str
    call: str
    place: int


class Injector:
    """Runs one command of the program with a fault. `scratch` holds the trace and the `git` that is traced."""

    def __init__(self, scratch: Path, *command: str) -> None:
        self.command = command
        self._log = scratch / "trace"
        self._path = scratch / "traced"
        self._path.mkdir()
        git = shutil.which("git")
        shim = self._path / "git"
        shim.write_text(f'#!/bin/sh\nexec {STRACE} -f -qq -o /dev/null -e "$ITIL_INJECT" {git} "$@"\n')
        shim.chmod(0o755)

    def moments(self, store: Path, fault: str, calls: Sequence[str] = ()) -> list[Moment]:
        """Every moment of the fault at which the command, run once on `store`, makes one of these calls.

        Without `calls` those that change something. Of the files that it opens, those alone that it may make or
        change. No disk fails under a pipe: git's answers can be killed, but not be out of space."""
        calls = calls or ((*FILE_CALLS, *CHILD_CALLS) if fault in (KILL, BREAK) else FILE_CALLS)
        traced = [str(STRACE), "-f", "-qq", "-o", str(self._log), "-e", f"trace={','.join(calls)}"]
        subprocess.run([*traced, *self._words(store)], check=True, capture_output=True)
        counts: dict[tuple[str, str], int] = {}
        found: set[Moment] = set()
        first = None
        for line in self._log.read_text(errors="replace").split("\n"):
            match = re.match(r"(\d+) +(\w+)\(", line)
            if match is None:
                continue
            pid, call = match.groups()
            first = first or pid
            counts[pid, call] = place = counts.get((pid, call), 0) + 1
            program = "itil" if pid == first else "git"
            is_read = call == "openat" and not re.search(r"O_CREAT|O_WRONLY|O_RDWR", line)
            is_answer = program == "git" and fault not in (KILL, BREAK) and re.match(r"[0-9]+ +write\([12],", line)
            if not is_read and not is_answer:
                found.add(Moment(program, call, place))
        return sorted(one for one in found if one != ("git", "execve", 1))

    def run(self, store: Path, moment: Moment, fault: str) -> subprocess.CompletedProcess[str]:
        """The command on `store`, with the fault at that moment."""
        inject = f"inject={moment.call}:{fault}:when={moment.place}"
        words, environment = self._words(store), dict(os.environ)
        if moment.program == "itil":
            words = [str(STRACE), "-qq", "-o", "/dev/null", "-e", f"trace={moment.call}", "-e", inject, *words]
        else:
            environment |= {"PATH": f"{self._path}:{os.environ['PATH']}", "ITIL_INJECT": inject}
        return subprocess.run(words, env=environment, capture_output=True, text=True, errors="replace", timeout=120)

    def _words(self, store: Path) -> list[str]:
        return [sys.executable, "-m", "itil_cli", "-C", str(store), *self.command]
