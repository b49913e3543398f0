"""git's objects as bytes, and loose objects written in this process (which saves a process for each).

- An object is written beside its place, fsynced, and renamed; `settle` fsyncs the folders.
- An object that is there already is kept, made durable (git may not have), and made young again, so that no
  `gc` prunes it under us. An empty one, which a power cut leaves of git's own, is written anew.
- Trees are sorted as git sorts them: a folder as if its name ended with `/`.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from itil_cli.errors import GitTrouble
from itil_cli.store.git.sharing import share

TREE = "40000"
FILE = "100644"


class TreeEntry(NamedTuple):
    """A line of a tree: mode as git writes it (`40000`, `100644`), name as bytes, object id."""

    mode: str
    name: bytes
    oid: str


def parse_tree(data: bytes, oid_bytes: int) -> list[TreeEntry]:
    """The entries of a tree object."""
    entries, place = [], 0
    while place < len(data):
        space = data.index(b" ", place)
        end = data.index(b"\0", space)
        oid = data[end + 1 : end + 1 + oid_bytes].hex()
        entries.append(TreeEntry(data[place:space].decode("ascii"), data[space + 1 : end], oid))
        place = end + 1 + oid_bytes
    return entries


def tree_bytes(entries: Iterable[TreeEntry]) -> bytes:
    """A tree object with these entries."""
    lines = sorted(entries, key=lambda entry: entry.name + b"/" if entry.mode == TREE else entry.name)
    return b"".join(
        entry.mode.encode("ascii") + b" " + entry.name + b"\0" + bytes.fromhex(entry.oid) for entry in lines
    )


class LooseObjects:
    """Writes into an objects folder. `algorithm` is `sha1` or `sha256`; `shared` are permissions to be added."""

    def __init__(self, folder: Path, algorithm: str, shared: int = 0) -> None:
        self._folder = str(folder)
        self._shared = shared
        self._hash = hashlib.sha256 if algorithm == "sha256" else hashlib.sha1
        self._unsettled: set[str] = set()

    def name(self, kind: str, data: bytes) -> str:
        """The id that an object has."""
        return self._hash(b"%s %d\0" % (kind.encode("ascii"), len(data)) + data).hexdigest()

    def write(self, kind: str, data: bytes) -> str:
        """Write one object and give its id; it is durable after `settle`. Raises GitTrouble."""
        whole = b"%s %d\0" % (kind.encode("ascii"), len(data)) + data
        oid = self._hash(whole).hexdigest()
        folder = f"{self._folder}/{oid[:2]}"
        try:
            self._put(folder, f"{folder}/{oid[2:]}", whole)
        except OSError as wrong:
            raise GitTrouble(f"{folder}: {wrong.strerror}.", remedy="Nothing has changed.") from None
        self._unsettled.add(folder)
        return oid

    def settle(self) -> None:
        """Make the names of all written objects durable. Raises GitTrouble."""
        for folder in sorted(self._unsettled):
            try:
                sync_folder(folder)
            except OSError as wrong:
                raise GitTrouble(f"{folder}: {wrong.strerror}.", remedy="Nothing has changed.") from None
        self._unsettled.clear()

    def _put(self, folder: str, path: str, whole: bytes) -> None:
        if _is_kept(path):
            return
        if not Path(folder).is_dir():
            Path(folder).mkdir(exist_ok=True)
            share(folder, self._shared)
            self._unsettled.add(self._folder)
        aside = f"{folder}/tmp_obj_{os.getpid()}_{path[-8:]}"  # the name that `git gc` sweeps up
        try:
            write_new(aside, zlib.compress(whole, 1), 0o444)
            share(aside, self._shared)
            Path(aside).replace(path)
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise


def _is_kept(path: str) -> bool:
    """Whether the object is there; then it is durable, and young. One that is not ours to touch is replaced."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if os.fstat(handle).st_size == 0:
            return False
        os.utime(handle)
        os.fsync(handle)
        return True
    except OSError:
        return False
    finally:
        os.close(handle)


def write_new(path: str, data: bytes, mode: int, folder: int | None = None) -> None:
    """A whole file, checked and durable; what stood there is replaced. Raises OSError.

    `folder` is an open folder that `path` is relative to."""
    with suppress(FileNotFoundError):
        os.unlink(path, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, mode, dir_fd=folder)
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write until all is written: `os.write` may be short. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    if os.fstat(handle).st_size != len(data):
        raise OSError(5, "the file is not as long as what was written")


def sync_folder(folder: str) -> None:
    """Make a folder's names durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
