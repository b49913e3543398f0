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
from typing import Any, Self

from itil_cli.intake.ci.masking import asked_for

KEPT = 65_536  # bytes of output that are kept
_PIECE = 65_536
_PIPES_HOLD = 32  # pieces; the largest pipe that a user may have is 1 MiB
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@dataclass(slots=True)
class Ended:
    """How a command ended: its exit code, the last of its output, what it asked to be masked.

    `is_cut`: the output begins within a line, which may be within a secret."""

    code: int = 0
    output: bytes = b""
    masks: list[str] = field(default_factory=list)
    is_canceled: bool = False
    is_cut: bool = False


class _Heard:
    """The last whole lines of both streams in the order in which they ended, and the masks that they ask for.

    The beginning of a line waits for its end: what the other stream says meanwhile would stand in its middle, and in
    the middle of a secret."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._open: dict[int, bytes] = {}
        self.masks: list[str] = []
        self.is_cut = False

    def hear(self, stream: int, data: bytes) -> None:
        before, end, rest = data.rpartition(b"\n")
        if end:
            self._keep(self._open.get(stream, b"") + before + end)
            self._open[stream] = rest
        else:
            self._open[stream] = self._open.get(stream, b"") + data
        if len(self._open[stream]) > 2 * KEPT:  # a line that does not end
            self._open[stream] = self._open[stream][-KEPT - 1 :]  # one more than fits, so that it shows

    def end(self) -> bytes:
        """The output that is kept; a line whose beginning is lost is left out, unless it is all there is (`is_cut`)."""
        for rest in self._open.values():
            self._keep(rest)
        output = b"".join(self._pieces)
        if len(output) <= KEPT:
            return output
        whole = output[-KEPT:].partition(b"\n")[2]
        self.is_cut = not whole
        return whole or output[-KEPT:]

    def _keep(self, data: bytes) -> None:
        if b"mask" in data or b"secret" in data:
            self.masks.extend(asked_for(data.decode("utf-8", "replace")))
        self._pieces.append(data)
        self._size += len(data)
        while self._size - len(self._pieces[0]) >= KEPT:
            self._size -= len(self._pieces.popleft())


def run(words: Sequence[str]) -> Ended:
    """Run a command to its end, passing on what it prints."""
    sys.stdout.flush()
    sys.stderr.flush()
    heard = _Heard()
    with _Signals() as signals:
        try:
            running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as wrong:
            return _not_started(words[0], wrong)
        signals.pass_on_to(running)
        _pass_on(running, heard)
    code = running.returncode if running.returncode >= 0 else 128 - running.returncode
    output = heard.end()
    return Ended(code, output, heard.masks, is_canceled=bool(signals.seen) and code != 0, is_cut=heard.is_cut)


def _not_started(name: str, wrong: OSError) -> Ended:
    said = f"itil: {name}: {wrong.strerror}\n".encode()
    _write(2, said)
    return Ended(127 if isinstance(wrong, FileNotFoundError) else 126, said)


@contextmanager
def interrupting() -> Iterator[None]:
    """Any of these signals is a KeyboardInterrupt meanwhile; who started us with one ignored wants it ignored."""
    before = {one: signal.signal(one, signal.default_int_handler) for one in _heeded()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heeded() -> list[signal.Signals]:
    return [one for one in _PASSED_ON if signal.getsignal(one) != signal.SIG_IGN]


class _Signals:
    """The signals that come while the command runs; each is passed on, but for those that are ignored (`nohup`)."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self._running: subprocess.Popen[bytes] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._came) for number in _heeded()}
        return self

    def __exit__(self, *wrong: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def pass_on_to(self, running: subprocess.Popen[bytes]) -> None:
        """This is the command; it hears of what came before it was there, too."""
        self._running = running
        for number in list(self.seen):
            running.send_signal(number)

    def _came(self, number: int, frame: object) -> None:
        self.seen.append(number)
        if self._running is not None and not (number == signal.SIGINT and _at_a_terminal()):
            self._running.send_signal(number)


def _at_a_terminal() -> bool:
    """Whether a terminal sends its signals to the command itself, as to us: to whatever is in front there."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


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
