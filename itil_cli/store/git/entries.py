"""Single entries of git's index (the staging area): looked up in the file itself, set by `git update-index`.

- Looking up reads no more than it must: the file is mapped, and searched for the path. Versions 2 and 3.
- Whatever could be meant otherwise (version 4, split, sparse, several candidates) is asked of `git ls-files`.
- An unmerged path has an id that equals none.
- Setting waits for git's `index.lock` up to two seconds, then names it with its age.
"""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import GitTrouble

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

UNMERGED = "unmerged"
WAIT = 2.0  # seconds
_STAT = 40  # bytes of an entry before its object id
_MODES = (0o100644, 0o100755, 0o120000, 0o160000)
_STAGE, _EXTENDED, _LENGTH, _SKIP = 0x3000, 0x4000, 0x0FFF, 0x4000


class Entry(NamedTuple):
    """What the index holds for a path; `absent` is True where it is not to be checked out (sparse)."""

    oid: str
    mode: str
    absent: bool


class _Unsure(Exception):
    """The file does not say it plainly."""


def has_index(git: Git) -> bool:
    """False where nothing was ever checked out."""
    return (git.git_dir / "index").exists()


def entry(git: Git, path: str) -> Entry | None:
    """What the index holds for `path`; None where it holds nothing."""
    try:
        if git.is_on("core.sparsecheckout") or _is_split(git.git_dir):
            raise _Unsure
        return _from_file(git.git_dir / "index", path.encode("utf-8"), git.oid_bytes)
    except FileNotFoundError:
        return None
    except (_Unsure, OSError, ValueError):
        return _from_git(git, path)


def _is_split(git_dir: Path) -> bool:
    return any(name.startswith("sharedindex.") for name in os.listdir(git_dir))  # noqa: PTH208


def _from_file(file: Path, path: bytes, oid_bytes: int) -> Entry | None:
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != b"DIRC" or int.from_bytes(data[4:8], "big") not in (2, 3):
            raise _Unsure
        return _search(data, path, oid_bytes)


def _search(data: mmap.mmap, path: bytes, oid_bytes: int) -> Entry | None:
    """The one place where `path` stands as the name of an entry."""
    found, place = [], data.find(path + b"\0")
    while place != -1:
        found.append(_entry_at(data, place, len(path), oid_bytes))
        place = data.find(path + b"\0", place + 1)
    known = [one for one in found if one is not None]
    if len(known) != len(found) or len(known) > 1:
        raise _Unsure
    return known[0] if known else None


def _entry_at(data: mmap.mmap, name: int, length: int, oid_bytes: int) -> Entry | None:
    """The entry whose name starts at `name`; None where that is not what stands there."""
    for more in (0, 2):  # extended entries (version 3) have two bytes of flags more
        start = name - more - 2 - oid_bytes - _STAT
        if start < 12 or (start - 12) % 8:
            continue
        mode = int.from_bytes(data[start + 24 : start + 28], "big")
        flags = int.from_bytes(data[name - more - 2 : name - more], "big")
        fits = mode in _MODES and flags & _LENGTH == min(length, _LENGTH)
        if fits and bool(flags & _EXTENDED) == bool(more):
            oid = UNMERGED if flags & _STAGE else data[start + _STAT : start + _STAT + oid_bytes].hex()
            extended = int.from_bytes(data[name - 2 : name], "big") if more else 0
            return Entry(oid, f"{mode:o}", bool(extended & _SKIP))
    return None


def _from_git(git: Git, path: str) -> Entry | None:
    out = git.run("ls-files", "-s", "-t", "-z", "--", path).split(b"\0")[:-1]
    listed = [line for line in out if line.partition(b"\t")[2] == path.encode("utf-8", "surrogateescape")]
    if not listed:
        return None
    if len(listed) > 1:
        return Entry(UNMERGED, "0", False)
    tag, mode, oid, stage = listed[0].partition(b"\t")[0].decode("ascii").split(" ")
    return Entry(oid if stage == "0" else UNMERGED, mode, tag == "S")


def set_entries(git: Git, entries: Mapping[str, Entry | None]) -> None:
    """Set these entries (None: remove) and leave all others. Raises GitTrouble that names a lock."""
    lines = [f"{one.mode} {one.oid}\t{path}\0" if one else f"0 {git.no_oid}\t{path}\0" for path, one in entries.items()]
    _update(git, ("-z", "--index-info"), "".join(lines))
    absent = "".join(f"{path}\0" for path, one in entries.items() if one and one.absent)
    if absent:
        _update(git, ("--skip-worktree", "-z", "--stdin"), absent)


def _update(git: Git, words: tuple[str, ...], text: str) -> None:
    from itil_cli.store.git.repository import stale_lock

    lock = git.git_dir / "index.lock"
    deadline = time.monotonic() + WAIT
    while True:
        try:
            git.run("update-index", *words, input=text.encode("utf-8"))
            return
        except GitTrouble as wrong:
            if not os.path.lexists(lock):
                raise
            if time.monotonic() >= deadline:
                raise stale_lock(lock, "The index follows with the next command.") from wrong
            time.sleep(0.05)
