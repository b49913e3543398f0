"""git's own lock files: which lie there, whether a git is at work, and taking away those that nobody holds.

- A lock is stale when no git works in the repository: none has its current directory there, none has the lock open.
- Where processes cannot be looked at (no `/proc`), a lock counts as held until it is an hour old.
- Only what was looked at is removed: a lock that changed meanwhile stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

PROC = Path("/proc")
HOUR = 3600
_NAMES = ("index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "shallow.lock")


class Lock(NamedTuple):
    """A lock file, its age in seconds, and the process that may hold it (0: unknown; None: nobody)."""

    path: Path
    age: int
    holder: int | None


def locks(git: Git, clock: int) -> list[Lock]:
    """Every lock file of git's, with who may hold it. `clock` is in epoch seconds."""
    found = list(_files(git))
    if not found:
        return []
    at_work = _at_work(git)
    return [Lock(path, max(0, clock - at), _holder(path, clock - at, at_work)) for path, at in found]


def _files(git: Git) -> Iterator[tuple[Path, int]]:
    folders = dict.fromkeys((git.git_dir, git.common_dir))
    candidates = [folder / name for folder in folders for name in _NAMES]
    candidates += sorted(path for folder in folders for path in (folder / "refs").rglob("*.lock"))
    for path in candidates:
        try:
            yield path, int(path.lstat().st_mtime)
        except OSError:
            continue


def _holder(path: Path, age: int, at_work: list[int] | None) -> int | None:
    if at_work is None:
        return 0 if age < HOUR else None
    return at_work[0] if at_work else None


def _at_work(git: Git) -> list[int] | None:
    """The git processes in this repository but our own; None where that cannot be told."""
    if not (PROC / "self").exists():
        return None
    inside = {str(one) for one in (git.worktree, git.git_dir, git.common_dir) if one}
    return [pid for pid in _others() if _is_git(pid) and _works_in(pid, inside)]


def _others() -> Iterator[int]:
    ours = os.getpid()
    for one in PROC.iterdir():
        if one.name.isdigit() and int(one.name) != ours and _parent(int(one.name)) != ours:
            yield int(one.name)


def _parent(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _is_git(pid: int) -> bool:
    try:
        return (PROC / str(pid) / "comm").read_text("utf-8", "replace").startswith("git")
    except OSError:
        return False


def _works_in(pid: int, inside: set[str]) -> bool:
    """Whether it stands in the repository, or has a file of it open. One that may not be looked at might."""
    try:
        open_files = [os.readlink(one) for one in (PROC / str(pid) / "fd").iterdir()]  # noqa: PTH115
        here = os.readlink(PROC / str(pid) / "cwd")  # noqa: PTH115
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return any(one == place or one.startswith(f"{place}/") for one in [here, *open_files] for place in inside)


def break_stale(git: Git, clock: int) -> list[Path]:
    """Remove the locks that nobody holds; their paths."""
    gone = []
    for lock in locks(git, clock):
        if lock.holder is None:
            lock.path.unlink(missing_ok=True)
            gone.append(lock.path)
    return gone
