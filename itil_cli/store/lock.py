"""One writer at a time: `flock` on a file in the common git directory, so that worktrees share it.

- The lock goes with the process that holds it; a killed one leaves nothing behind.
- It is for fairness; what is correct is made so by the compare-and-swap of the branch.
- The file says which process holds the lock, and since when. Whoever waits does so while it goes from hand to hand,
  however many others there are; given up is one holder that keeps it for too long.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from itil_cli.errors import GitTrouble
from itil_cli.store.git.sharing import share

WAIT = 60.0  # seconds
_PAUSE = 0.004  # seconds between two tries; the same for all, so that who waits long is not behind


@contextmanager
def lock(folder: Path, wait: float = WAIT, shared: int = 0) -> Iterator[None]:
    """Hold the lock of the store whose files lie in `folder`. Raises GitTrouble where one has it for `wait` seconds.

    `shared` are the permissions that `core.sharedRepository` adds."""
    handle = _open(folder, shared)
    try:
        _acquire(handle, folder / "lock", wait)
        _sign(handle)
        yield
    finally:
        os.close(handle)


def _open(folder: Path, shared: int) -> int:
    path = folder / "lock"
    try:
        folder.mkdir(exist_ok=True)
        share(str(folder), shared)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
        share(str(path), shared)
        return handle
    except OSError as wrong:
        raise GitTrouble(f"{path}: {wrong.strerror}.", remedy="Nothing has changed.") from None


def _acquire(handle: int, path: Path, wait: float) -> None:
    holder, deadline = b"", time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            now, seen = time.monotonic(), os.pread(handle, 60, 0)
            if seen != holder:
                holder, deadline = seen, now + wait
            if now >= deadline:
                raise _busy(holder, wait) from None
            time.sleep(_PAUSE)
        except OSError as wrong:
            raise GitTrouble(f"{path}: {wrong.strerror}.", remedy="Nothing has changed.") from None


def _busy(holder: bytes, wait: float) -> GitTrouble:
    number = holder.decode("ascii", "replace").partition(" ")[0].strip() or "unknown"
    return GitTrouble(
        f"process {number} has been writing to this store for more than {wait:g} s.",
        code="lock",
        remedy="Try again when it is done; if it hangs, end it: the lock goes with it.",
    )


def _sign(handle: int) -> None:
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {time.time_ns()}\n".encode("ascii"), 0)
    except OSError:
        pass  # a full disk: the lock holds all the same
