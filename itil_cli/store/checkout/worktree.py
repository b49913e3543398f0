"""Files of the work tree: read and replaced without ever following a link or writing through one.

- Every folder on the way is opened without following links; a link, FIFO, device or folder in place of a
  file, and a file with several names (hard links), refuse with the path. Nothing waits for a reader.
- A new file is written beside, in the git directory, fsynced, and renamed into place; then the folder is.
- A file that changed since it was looked at is not replaced.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeVar

from itil_cli.errors import GitTrouble
from itil_cli.store.git.objects import write_new

_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


Asked = TypeVar("Asked")


class Found(NamedTuple):
    """A file as it was looked at; `data` is None where there is none."""

    data: bytes | None
    state: tuple[int, ...] = ()
    executable: bool = False


def look(root: Path, path: str) -> Found:
    """The file at `path`. Raises GitTrouble where something else stands in its place."""
    try:
        with _folder(root, path) as handle:
            return _read(handle, path)
    except FileNotFoundError:
        return Found(None)
    except OSError as wrong:
        raise _trouble(path, wrong) from None


def read_many(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, Found]]:
    """Many files, folder by folder; what is absent or no plain file, which `look` tells apart, has no data."""
    yield from _by_folder(root, paths, _read, Found(None))


def states(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What the file system says of many files, without opening them: as `Found.state`, empty where there is none."""
    nothing: tuple[int, ...] = ()
    yield from _by_folder(root, paths, _look_at, nothing)


def _by_folder(
    root: Path, paths: Iterable[str], ask: Callable[[int, str], Asked], nothing: Asked
) -> Iterator[tuple[str, Asked]]:
    for folder, group in groupby(sorted(paths), key=lambda path: path.rpartition("/")[0]):
        here = list(group)
        try:
            with _folder(root, f"{folder}/" if folder else "") as handle:
                found = [(path, _answer(handle, path, ask, nothing)) for path in here]
        except OSError:
            found = [(path, nothing) for path in here]
        yield from found


def _answer(handle: int, path: str, ask: Callable[[int, str], Asked], nothing: Asked) -> Asked:
    try:
        return ask(handle, path)
    except (OSError, GitTrouble):
        return nothing


def _look_at(handle: int, path: str) -> tuple[int, ...]:
    return _state(os.stat(path.rpartition("/")[2], dir_fd=handle, follow_symlinks=False))


def put(root: Path, path: str, data: bytes, seen: Found, aside: Path) -> None:
    """Replace the file, unless it is no longer as `seen`. `aside` is the temporary file. Raises GitTrouble."""
    mode = 0o777 if seen.executable else 0o666
    try:
        with _folder(root, path, make=True) as handle:
            name = path.rpartition("/")[2]
            write_new(str(aside), data, mode)
            _refuse_changed(handle, path, seen)
            try:
                os.rename(aside, name, dst_dir_fd=handle)
            except OSError as wrong:
                if wrong.errno != errno.EXDEV:
                    raise
                _put_from_here(handle, name, data, mode)
            os.fsync(handle)
    except OSError as wrong:
        raise _trouble(path, wrong) from None


def remove(root: Path, path: str, seen: Found) -> None:
    """Remove the file, unless it is no longer as `seen`. Raises GitTrouble."""
    try:
        with _folder(root, path) as handle:
            _refuse_changed(handle, path, seen)
            os.unlink(path.rpartition("/")[2], dir_fd=handle)
            os.fsync(handle)
    except FileNotFoundError:
        return
    except OSError as wrong:
        raise _trouble(path, wrong) from None


@contextmanager
def _folder(root: Path, path: str, make: bool = False) -> Iterator[int]:
    """The folder of `path`, opened step by step from the root; missing ones are made if asked."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in path.split("/")[:-1]:
            if make:
                _make(handle, name)
            inner = os.open(name, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def _make(handle: int, name: str) -> None:
    try:
        os.mkdir(name, dir_fd=handle)
        os.fsync(handle)
    except FileExistsError:
        pass


def _read(handle: int, path: str) -> Found:
    name = path.rpartition("/")[2]
    _check(os.stat(name, dir_fd=handle, follow_symlinks=False), path)
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    with os.fdopen(file, "rb") as stream:
        status = os.fstat(file)
        _check(status, path)
        return Found(stream.read(), _state(status), bool(status.st_mode & stat.S_IXUSR))


def _check(status: os.stat_result, path: str) -> None:
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    if kind is None and status.st_nlink > 1:
        kind = "a file with several names (hard links)"
    if kind:
        raise GitTrouble(
            f"{path} is {kind}, where a plain file belongs.",
            code="file-kind",
            remedy=f"Remove it, then `git checkout -- {path}`.",
        )


def _state(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _refuse_changed(handle: int, path: str, seen: Found) -> None:
    try:
        state = _state(os.stat(path.rpartition("/")[2], dir_fd=handle, follow_symlinks=False))
    except FileNotFoundError:
        state = ()
    if state != seen.state:
        raise GitTrouble(f"{path} changed meanwhile.", remedy="It was left as it is.")


def _put_from_here(handle: int, name: str, data: bytes, mode: int) -> None:
    """For a git directory on another file system, from which nothing can be renamed."""
    aside = f".{name}.itil-tmp"
    write_new(aside, data, mode, handle)
    os.rename(aside, name, src_dir_fd=handle, dst_dir_fd=handle)


def _trouble(path: str, wrong: OSError) -> GitTrouble:
    if wrong.errno in (errno.ELOOP, errno.ENOTDIR):
        return GitTrouble(
            f"{path}: a folder on the way is a link or a file.",
            code="file-kind",
            remedy="Put a plain folder in its place.",
        )
    return GitTrouble(f"{path}: {wrong.strerror}.")
