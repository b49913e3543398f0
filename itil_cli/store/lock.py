"""One writer at a time: `flock` on a file in the common git directory, so that worktrees share it.

- The lock goes with the process that holds it; a killed one leaves nothing behind.
- It is for fairness; what is correct is made so by the compare-and-swap of the branch.
- The file holds the number of the process that holds the lock, for the message.
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
    """Hold the lock of the store whose files lie in `folder`. Raises GitTrouble after `wait` seconds.

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
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _busy(handle, wait) from None
            time.sleep(_PAUSE)
        except OSError as wrong:
            raise GitTrouble(f"{path}: {wrong.strerror}.", remedy="Nothing has changed.") from None


def _busy(handle: int, wait: float) -> GitTrouble:
    holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
    return GitTrouble(
        f"process {holder} has been writing to this store for more than {wait:g} s.",
        code="lock",
        remedy="Try again when it is done; if it hangs, end it: the lock goes with it.",
    )


def _sign(handle: int) -> None:
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
    except OSError:
        pass  # a full disk: the lock holds all the same
