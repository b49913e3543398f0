"""Work divided over all cores by forked workers, the results in order; for pieces that take a while.

- Every worker has its share before it starts: of `n` workers the first takes pieces 0, n, 2n, …
- A worker waits until its result is taken, so that no more than a piece for each is in memory.
- A worker that dies costs time only: what it owes is done here. One whose parent dies ends with its next result.
- Results go through a pipe, so they are plain: tuples, lists, texts, bytes, numbers, None.
- A process with threads of its own does not fork, nor does a machine that cannot, nor one with a single core.
"""

from __future__ import annotations

import marshal
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import IO, Any, NoReturn, TypeVar

Piece = TypeVar("Piece")
MOST = 8  # workers


def cores() -> int:
    """How many workers are worth it."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(free, MOST)


def spread(work: Callable[[Piece], Any], pieces: Sequence[Piece], workers: int | None = None) -> Iterator[Any]:
    """`work` of each piece, in order. What `work` raises comes from here."""
    count = min(len(pieces), cores() if workers is None else workers)
    with ExitStack() as stack:
        pipes: list[IO[bytes]] = []
        for place in range(count if count > 1 else 0):
            pipes.append(stack.enter_context(_worker(work, pieces[place::count], pipes)))
        for place, piece in enumerate(pieces):
            found = _receive(pipes[place % count]) if pipes else None
            yield work(piece) if found is None else found[0]


class _worker:
    """A forked process that sends the results of its pieces; it is ended and waited for in any case."""

    def __init__(self, work: Callable[[Piece], Any], pieces: Sequence[Piece], others: Sequence[IO[bytes]]) -> None:
        reading, writing = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(reading)
            for pipe in others:
                os.close(pipe.fileno())
            _serve(work, pieces, writing)
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")

    def __enter__(self) -> IO[bytes]:
        return self._pipe

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        with suppress(OSError):
            os.kill(self._pid, signal.SIGTERM)
            os.waitpid(self._pid, 0)


def _serve(work: Callable[[Piece], Any], pieces: Sequence[Piece], writing: int) -> NoReturn:
    """The worker's life. It leaves without a word and without cleaning up what is its parent's."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with os.fdopen(writing, "wb") as pipe:
            for piece in pieces:
                data = marshal.dumps([work(piece)])
                pipe.write(len(data).to_bytes(8, "little") + data)
                pipe.flush()
    finally:
        os._exit(0)


def _receive(pipe: IO[bytes]) -> list[Any] | None:
    """One result, in a list; None where the worker is gone."""
    size = pipe.read(8)
    if len(size) < 8:
        return None
    data = pipe.read(int.from_bytes(size, "little"))
    return marshal.loads(data) if len(data) == int.from_bytes(size, "little") else None
