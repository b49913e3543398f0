"""`itil serve`: a WSGI server whose requests wait for one writer, which takes all that wait into one commit.

- Only the writer's thread touches the store: git's processes and the index are its own.
- A request is answered when its commit is safe, or refused with 503 when that takes too long or too many wait.
- The writer is healthy while it can write: with nothing to do it looks every few seconds whether it could, and a
  batch that takes too long, or that the store did not take, is trouble until the next one is safe.
- A request that has not come whole within half a minute is cut off, and so is a connection that is idle for a minute:
  whoever only holds connections shuts nobody out for long.
- On SIGTERM or SIGINT nothing new is let in, what is held is finished and answered, then it ends.
- Tokens and secrets come from the environment and git's configuration, never from the store or the command line.
"""

from __future__ import annotations

import logging
import os
import queue
import re
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from itil_cli.cli.answers.intake.taking import Body, acting_bot, document, take
from itil_cli.cli.context import App
from itil_cli.errors import GitTrouble, ItilError, Malformed
from itil_cli.intake.monitoring.alert import one_line
from itil_cli.intake.monitoring.counts import Counts, Health
from itil_cli.intake.monitoring.doors import Keys
from itil_cli.intake.monitoring.receiver import Post, Receiver, refused
from itil_cli.store.transaction import refuse_under_way

THREADS, CONNECTIONS = 32, 1000
AT_ONCE = 200  # bodies in one commit
MOST_WAITING = 1000
PROBE = 65_536  # bytes
PATIENCE = 50.0  # seconds that a request waits for its commit
LOOK = 0.2  # seconds between two looks at whether it is to stop
IDLE = 5.0  # seconds without a body until the writer looks whether it could write
STUCK = 30.0  # seconds at one batch, or at one look
ARRIVING = 30.0  # seconds within which a request is to come whole
SILENT = 60  # seconds after which an idle connection is closed
LAST_WORDS = 60.0  # seconds for what is held when it is to stop
EXTRA = "Install it: pip install 'itil-cli[serve]'."


def serve(app: App, bind: str, max_body: int) -> None:
    """Listen until a signal says to stop. Raises Malformed for an address that is not to be had."""
    host, port = address(bind)
    if app.store_url or (os.environ.get("ITIL_STORE") and not app.directory):
        raise Malformed("serve needs a clone of its own.", remedy="Clone the store, and `itil sync --auto on` there.")
    keys = Doors(os.environ, app.store.git.settings)
    local = ip_address(host).is_loopback
    if not local and keys("").is_open:
        raise Malformed(
            f"{bind} is open to others, and there is no token and no secret.",
            remedy="Set ITIL_SERVE_TOKEN or ITIL_SERVE_SECRET, or listen on 127.0.0.1.",
        )
    acting_bot(app)
    writer = Writer(app)
    receiver = Receiver(keys, writer.take, writer.health, max_body=max_body, open_to_all=local)
    writer.counts = receiver.counts
    _run(app, writer, receiver, (host, port), max_body)


def address(bind: str) -> tuple[str, int]:
    """The IP address and the port of `HOST:PORT`. Raises Malformed."""
    host, colon, port = bind.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise Malformed(f"--bind {bind!r} is not HOST:PORT.", remedy="Write 127.0.0.1:8080, or [::1]:8080.")
    try:
        found = socket.getaddrinfo(host.strip("[]") or "0.0.0.0", int(port), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Malformed(f"--bind {bind!r}: there is no host {host!r}.", remedy="Write an address.") from None
    return str(found[0][4][0]), int(port)


class Doors:
    """The keys of each door: those of its own, else those of all."""

    def __init__(self, environment: Mapping[str, str], settings: Mapping[str, str]) -> None:
        self._environment, self._settings = environment, settings

    def __call__(self, door: str) -> Keys:
        """By `alertmanager`, `github` or `json/NAME`; the empty name: those of all."""
        own = Keys(self._said(door, "token"), self._said(door, "secret")) if door else Keys()
        return Keys(self._said("serve", "token"), self._said("serve", "secret")) if own.is_open else own

    def _said(self, door: str, what: str) -> str | None:
        middle = "" if door == "serve" else re.sub(r"[^A-Z0-9]", "_", door.upper()) + "_"
        named = self._environment.get(f"ITIL_SERVE_{middle}{what.upper()}")
        return named or self._settings.get(f"itil.{door}.{what}") or None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A body that waits for its commit, and where its request hears of it."""

    body: Body
    answer: Future[Mapping[str, Any]]


class Writer:
    """The one thread that writes. `take` is called by the requests' threads."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._queue: queue.Queue[Waiting | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="writer")
        self._began: float | None = None  # when the batch, or the look, that is under way began
        self._trouble: str | None = None  # why the store could not be written the last time
        self.counts = Counts()

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits, and end."""
        self._queue.put(None)
        self._thread.join()

    def waiting(self) -> int:
        """How many bodies wait."""
        return self._queue.qsize()

    def health(self) -> Health:
        """How it is; asked by the requests' threads, so it waits for nothing."""
        began = self._began
        busy = time.monotonic() - began if began is not None else 0.0
        troubles = [f"the store cannot be written: {self._trouble}"] if self._trouble else []
        if busy > STUCK:
            troubles.append(f"the writer has been at it for {busy:.0f} s")
        if not self._thread.is_alive():
            troubles.append("the writer has ended")
        return Health(tuple(troubles), self.waiting(), busy)

    def take(self, post: Post) -> Mapping[str, Any]:
        """What became of a post, once it is safe. Raises what refused it, or GitTrouble where it takes too long."""
        one = Waiting(Body(post.sender, post.value, post.name), Future())
        try:
            self._queue.put_nowait(one)
            return one.answer.result(PATIENCE)
        except (queue.Full, Late):
            raise GitTrouble("too many alerts wait.", code="busy", remedy="Send it again.") from None

    def _work(self) -> None:
        try:
            while (first := self._next()) is not None:
                batch, last = [first], False
                while len(batch) < AT_ONCE and not last:
                    try:
                        following = self._queue.get_nowait()
                    except queue.Empty:
                        break
                    last = following is None
                    batch += [following] if following else []
                with self._at_it():
                    self._write(batch)
                if last:
                    return
        finally:
            self._app.store.close()

    def _next(self) -> Waiting | None:
        """What comes next; None at the end. Meanwhile it looks after the store."""
        while True:
            try:
                return self._queue.get(timeout=IDLE)
            except queue.Empty:
                with self._at_it():
                    self._look()

    @contextmanager
    def _at_it(self) -> Iterator[None]:
        self._began = time.monotonic()
        try:
            yield
        finally:
            self._began = None

    def _look(self) -> None:
        """Could it write now? The lock is taken, and some bytes are written where the lock lies, and taken away."""
        try:
            self._app.tick()
            with self._app.store.writing():
                refuse_under_way(self._app.store.git)
                with tempfile.TemporaryFile(dir=self._app.store.folder) as probe:
                    probe.write(b" " * PROBE)
                    probe.flush()
                    os.fsync(probe.fileno())
        except ItilError as trouble:
            self._note(trouble.code)
        except OSError as trouble:
            self._note(str(trouble.strerror))
        except Exception as bug:  # which must not end the writer
            self._note(f"{type(bug).__name__}: {bug}")
        else:
            self._note(None)

    def _note(self, trouble: str | None) -> None:
        """The state of the store, which is said when it changes."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._app.say(f"the store cannot be written: {trouble}" if trouble else "the store can be written again")

    def _write(self, batch: list[Waiting]) -> None:
        """One commit for all of them; each hears what became of its own."""
        try:
            self._app.tick()
            outcomes = take(self._app, [one.body for one in batch])
            self._note(None)
        except ItilError as trouble:
            outcomes = [trouble] * len(batch)
            self._note(trouble.code)
        except Exception as bug:
            self._after_a_bug(batch, bug)
            return
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, ItilError):
                self._refused(one, outcome)
            else:
                self.counts.took((each.result for each in outcome), 0)
                one.answer.set_result(document(outcome))
        self._publish()

    def _refused(self, one: Waiting, why: ItilError) -> None:
        """What is no fault of the sender's is told here, too."""
        if refused(why).status >= 500:
            self._app.say(f"not taken: {one_line(str(why))}")
        one.answer.set_exception(why)

    def _after_a_bug(self, batch: list[Waiting], bug: Exception) -> None:
        """Nothing was written. Each is tried alone, so that the one that brings it out holds up nobody else."""
        if len(batch) > 1:
            for one in batch:
                self._write([one])
        else:
            self._refused(batch[0], ItilError(f"{type(bug).__name__}: {bug}.", code="bug"))

    def _publish(self) -> None:
        """On to the remote, where this clone syncs by itself; what was taken is safe here already."""
        if not self._app.store.committed:
            return
        from itil_cli.cli.answers.reports.publishing import publish

        self.counts.took((), 1)
        self._app.store.committed = False
        try:
            publish(self._app)
        except Exception as trouble:
            self._app.say(f"not published: {trouble}")


def _run(app: App, writer: Writer, receiver: Receiver, at: tuple[str, int], max_body: int) -> None:
    sockets: dict[int, Any] = {}
    server = _server(receiver, sockets, at, max_body)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: _asked(stopping, number))
    writer.start()
    host = f"[{at[0]}]" if ":" in at[0] else at[0]
    app.say(f"itil serve: http://{host}:{server.effective_port} as {app.actor}")
    try:
        _loop(server, sockets, stopping)
    finally:
        writer.stop()


def _server(receiver: Receiver, sockets: dict[int, Any], at: tuple[str, int], max_body: int) -> Any:
    """A waitress that listens. Its own limit is wider than ours, which answers in JSON."""
    try:
        from waitress.server import create_server
    except ImportError:
        raise Malformed("serve needs waitress.", remedy=EXTRA) from None
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that many wait is no news
    try:
        return create_server(
            receiver,
            map=sockets,
            host=at[0],
            port=at[1],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=SILENT,
            cleanup_interval=SILENT // 6,
            max_request_body_size=2 * max_body,
            asyncore_use_poll=True,
            ident="itil",
        )
    except OSError as wrong:
        raise Malformed(f"--bind {at[0]}:{at[1]}: {wrong.strerror}.", remedy="Give another address.") from None


def _asked(stopping: threading.Event, number: int) -> None:
    """The first signal stops it in order, a second one at once."""
    stopping.set()
    signal.signal(number, signal.SIG_DFL)


def _loop(server: Any, sockets: dict[int, Any], stopping: threading.Event) -> None:
    """Serve until it is to stop; then listen no more, and go on until everything held is answered."""
    loop, slow = server.asyncore.loop, Slow()
    while not stopping.is_set():
        loop(timeout=LOOK, map=sockets, use_poll=True, count=1)
        slow.cut_off(list(server.active_channels.values()), time.monotonic())
    server.asyncore.dispatcher.close(server)
    deadline = time.monotonic() + LAST_WORDS
    while time.monotonic() < deadline and any(map(_is_busy, list(server.active_channels.values()))):
        loop(timeout=LOOK, map=sockets, use_poll=True, count=1)


class Slow:
    """The requests of which only a part has come, and since when; a byte now and then does not begin anew."""

    def __init__(self) -> None:
        self._since: dict[tuple[Any, Any], float] = {}

    def cut_off(self, channels: Iterable[Any], now: float) -> None:
        """Have the connections closed on which a request has been coming for ARRIVING seconds at `now`."""
        coming = [(one, one.request) for one in channels if one.request is not None]
        self._since = {one: self._since.get(one, now) for one in coming}
        for (channel, _), since in self._since.items():
            if now - since >= ARRIVING:
                channel.will_close = True  # as waitress does with those on which nothing comes


def _is_busy(channel: Any) -> bool:
    """Whether a connection has a request in work, or an answer not yet sent."""
    return bool(channel.requests or channel.total_outbufs_len)
