"""Runs a job's command: every byte is passed on as it comes, and the last of them are kept.

- Standard output and standard error stay two streams; standard input is the job's own.
- The exit code is the command's; a signal gives 128 + its number, as a shell says it. 127: there is no such program,
  126: it cannot be run.
- SIGTERM, SIGHUP and SIGINT are passed on to the command; what ends after one of them was canceled, and has not failed.
- What goes on running behind the command (a server, say) is not waited for.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

from itil_cli.intake.ci.masking import asked_for

KEPT = 65_536  # bytes of output that are kept
_PIECE = 65_536
_PIPES_HOLD = 32  # pieces; the largest pipe that a user may have is 1 MiB
_LINE = 8_192  # bytes of a line that may ask for a mask
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@dataclass(slots=True)
class Ended:
    """How a command ended: its exit code, the last of its output, what it asked to be masked."""

    code: int = 0
    output: bytes = b""
    masks: list[str] = field(default_factory=list)
    is_canceled: bool = False


class _Heard:
    """The last bytes of both streams in the order in which they came, and the masks that whole lines ask for."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._open: dict[int, bytes] = {}
        self.masks: list[str] = []

    def hear(self, stream: int, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)
        while self._size - len(self._pieces[0]) >= KEPT:
            self._size -= len(self._pieces.popleft())
        whole, _, rest = (self._open.get(stream, b"") + data).rpartition(b"\n")
        self._open[stream] = rest[-_LINE:]
        self._look_for_masks(whole)

    def end(self) -> bytes:
        """The output that is kept; a line whose beginning is lost is left out."""
        for rest in self._open.values():
            self._look_for_masks(rest)
        output = b"".join(self._pieces)
        return output if len(output) <= KEPT else output[-KEPT:].partition(b"\n")[2] or output[-KEPT:]

    def _look_for_masks(self, data: bytes) -> None:
        if b"mask" in data or b"secret" in data:
            self.masks.extend(asked_for(data.decode("utf-8", "replace")))


def run(words: Sequence[str]) -> Ended:
    """Run a command to its end, passing on what it prints."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as wrong:
        return _not_started(words[0], wrong)
    heard = _Heard()
    with _signals(running) as seen:
        _pass_on(running, heard)
    code = running.returncode if running.returncode >= 0 else 128 - running.returncode
    return Ended(code, heard.end(), heard.masks, is_canceled=bool(seen) and code != 0)


def _not_started(name: str, wrong: OSError) -> Ended:
    said = f"itil: {name}: {wrong.strerror}\n".encode()
    _write(2, said)
    return Ended(127 if isinstance(wrong, FileNotFoundError) else 126, said)


@contextmanager
def _signals(running: subprocess.Popen[bytes]) -> Iterator[list[int]]:
    """The signals that came meanwhile; each is passed on."""
    seen: list[int] = []

    def pass_on(number: int, frame: object) -> None:
        seen.append(number)
        if not (number == signal.SIGINT and os.isatty(0)):  # a terminal sends it to the command itself
            running.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pass_on(running: subprocess.Popen[bytes], heard: _Heard) -> None:
    """Until the command has ended and nothing of its own is left in the pipes."""
    assert running.stdout and running.stderr
    ended, end = os.pipe()
    waiter = Thread(target=_wait, args=(running, end), daemon=True)
    waiter.start()
    with selectors.DefaultSelector() as waiting, running.stdout, running.stderr:
        waiting.register(running.stdout, selectors.EVENT_READ, 1)
        waiting.register(running.stderr, selectors.EVENT_READ, 2)
        waiting.register(ended, selectors.EVENT_READ)
        left: int | None = None  # pieces that may still be the command's own, once it has ended
        while left is None or left > 0:
            ready = waiting.select(None if left is None else 0)
            if left is not None:
                left = left - 1 if ready else 0
            for key, _ in ready:
                if key.data is None:
                    waiting.unregister(ended)
                    left = _PIPES_HOLD
                elif not _copy(key.fd, key.data, heard.hear):
                    waiting.unregister(key.fileobj)
                    (running.stdout if key.data == 1 else running.stderr).close()  # its writer gets SIGPIPE
    waiter.join()
    os.close(ended)


def _wait(running: subprocess.Popen[bytes], end: int) -> None:
    running.wait()
    os.close(end)


def _copy(source: int, target: int, hear: Callable[[int, bytes], None]) -> bool:
    """Pass one piece on; False at the end of the stream, or where nobody reads ours any more."""
    data = os.read(source, _PIECE)
    if data:
        hear(target, data)
    return bool(data) and _write(target, data)


def _write(target: int, data: bytes) -> bool:
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(target, left) :]
        except BlockingIOError:
            with selectors.DefaultSelector() as waiting:
                waiting.register(target, selectors.EVENT_WRITE)
                waiting.select()
        except OSError:
            return False
    return True
