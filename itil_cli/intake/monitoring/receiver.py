"""The receiver of webhooks as a WSGI application: who may post what where, and what he is told.

- POST /alertmanager, /github and /json/NAME; GET /health (503 where the writer cannot write) and /metrics, which tell
  nothing that is in the store.
- 200 once what was posted is safe; 400 is the sender's fault; 503 is ours (the store, its lock, its policy), so that
  the sender tries again: what is sent twice is taken once.
- 401 wrong or no token or signature, 404 no such place, 405 wrong method, 411 and 413 no length, too long (a packed
  body also once it is unpacked), 415 packed in a way that is not known here.
- An answer is one JSON document, an error too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from itil_cli.errors import ItilError, Malformed, NotFound
from itil_cli.intake.monitoring.bodies import parse
from itil_cli.intake.monitoring.contents import UnknownEncoding, payload, unpacked
from itil_cli.intake.monitoring.counts import OPENMETRICS, PLAIN, Counts, Health
from itil_cli.intake.monitoring.doors import Keys, may_enter

SENDERS = ("alertmanager", "github", "json")
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
    411: "Length Required", 413: "Content Too Large", 415: "Unsupported Media Type", 503: "Service Unavailable",
}  # fmt: skip
RETRY_AFTER = "5"  # seconds
_JSON = "application/json"
_PATH = re.compile(r"/(alertmanager|github|json/([A-Za-z0-9_.-]{1,64}))/?")

Environ = Mapping[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, slots=True)
class Post:
    """What was posted, and where. `name` is the sender of JSON, or GitHub's kind of event."""

    sender: str
    name: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, its document, and headers beside those that every answer has."""

    status: int
    document: Mapping[str, Any]
    headers: tuple[tuple[str, str], ...] = ()


class Receiver:
    """The application. `take` gives the document of what became of a post, or raises why not; it may wait."""

    def __init__(
        self,
        keys: Callable[[str], Keys],
        take: Callable[[Post], Mapping[str, Any]],
        health: Callable[[], Health],
        *,
        max_body: int,
        open_to_all: bool,
    ) -> None:
        """`keys` gives a door's, by `github` or `json/NAME`; `max_body` is in bytes. A door without keys is shut
        unless it is `open_to_all`."""
        self._keys, self._take, self._health = keys, take, health
        self._max_body, self._open_to_all = max_body, open_to_all
        self.counts = Counts()

    def __call__(self, environ: Environ, start: Start) -> list[bytes]:
        path, method = str(environ.get("PATH_INFO", "")), str(environ.get("REQUEST_METHOD", ""))
        if path in ("/health", "/metrics") and method in ("GET", "HEAD"):
            said = self._metrics(environ, start) if path == "/metrics" else self._healthy(start)
            return said if method == "GET" else []
        answer = self._answer(path, method, environ)
        match = _PATH.fullmatch(path)
        self.counts.request(match[1].partition("/")[0] if match else "none", answer.status)
        return _send(start, answer.status, json.dumps(answer.document) + "\n", _JSON, answer.headers)

    def _metrics(self, environ: Environ, start: Start) -> list[bytes]:
        openmetrics = "application/openmetrics-text" in str(environ.get("HTTP_ACCEPT", ""))
        text = self.counts.text(self._health(), openmetrics=openmetrics)
        return _send(start, 200, text, OPENMETRICS if openmetrics else PLAIN)

    def _healthy(self, start: Start) -> list[bytes]:
        troubles = self._health().troubles
        said: dict[str, Any] = {"status": "failing", "why": list(troubles)} if troubles else {"status": "ok"}
        return _send(start, 503 if troubles else 200, json.dumps(said) + "\n", _JSON)

    def _answer(self, path: str, method: str, environ: Environ) -> Answer:
        match = _PATH.fullmatch(path)
        if match is None and path not in ("/health", "/metrics"):
            return refusal(404, f"there is nothing at {path[:80]!r}.", "Post to /alertmanager, /github or /json/NAME.")
        if match is None or method != "POST":
            allowed = "POST" if match else "GET"
            return refusal(405, f"{method} is not for {path[:80]}.", f"Use {allowed}.", ("Allow", allowed))
        return self._posted(match[1], match[2], environ)

    def _posted(self, door: str, name: str | None, environ: Environ) -> Answer:
        length = str(environ.get("CONTENT_LENGTH") or "")
        if not re.fullmatch(r"[0-9]{1,18}", length):
            return refusal(411, "the request does not say how long its body is.", "Send Content-Length.")
        if int(length) > self._max_body:
            return self._too_long(f"{length} bytes")
        data, keys = environ["wsgi.input"].read(int(length)), self._keys(door)
        if (keys.is_open and not self._open_to_all) or not may_enter(keys, environ, data):
            return refusal(
                401, "no valid token or signature.", "docs/monitoring.md says how.", ("WWW-Authenticate", "Bearer")
            )
        return self._taken(door, name, data, environ)

    def _taken(self, door: str, name: str | None, data: bytes, environ: Environ) -> Answer:
        sender = door.partition("/")[0]
        try:
            plain = unpacked(data, str(environ.get("HTTP_CONTENT_ENCODING", "")), self._max_body)
            if len(plain) > self._max_body:
                return self._too_long("more bytes, unpacked")
            value = parse(payload(plain, str(environ.get("CONTENT_TYPE", ""))) if sender == "github" else plain, "body")
            kind = name if sender == "json" else str(environ.get("HTTP_X_GITHUB_EVENT") or "") or None
            return Answer(200, self._take(Post(sender, kind, value)))
        except ItilError as error:
            return refused(error)

    def _too_long(self, size: str) -> Answer:
        limit = f"{self._max_body // 1024} KiB"
        return refusal(413, f"the body has {size}; the limit is {limit}.", "Send fewer alerts at once.")


def refused(error: ItilError) -> Answer:
    """The answer to what could not be taken: the sender's fault, or ours."""
    if isinstance(error, Malformed):
        return refusal(415 if isinstance(error, UnknownEncoding) else 400, error.text, error.remedy)
    if isinstance(error, NotFound) and error.code == "sender":
        return refusal(404, error.text, error.remedy)
    return refusal(503, f"{error.code}: {error.text}", error.remedy, ("Retry-After", RETRY_AFTER))


def refusal(status: int, text: str, remedy: str | None, *headers: tuple[str, str]) -> Answer:
    """An answer that says what is wrong and what to do."""
    return Answer(status, {"schema": "itil/1", "error": {"status": status, "text": text, "remedy": remedy}}, headers)


def _send(start: Start, status: int, text: str, kind: str, headers: Iterable[tuple[str, str]] = ()) -> list[bytes]:
    data = text.encode()
    always = [("Content-Type", kind), ("Content-Length", str(len(data))), ("X-Content-Type-Options", "nosniff")]
    start(f"{status} {REASONS[status]}", [*always, *headers])
    return [data]
