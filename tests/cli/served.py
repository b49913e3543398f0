"""`itil serve` as a process of its own, on a free port of loopback, with a store to look into."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record
from itil_cli.store.store import Store

ITIL = [sys.executable, "-m", "itil_cli"]
BOT = "  - {email: mon@example.com, name: Monitoring, roles: [bot], answers-for: support}\n"
PATIENCE = 300.0  # seconds until a condition is given up


def until(what: str, condition: Callable[[], Any]) -> Any:
    """Wait until the condition gives something true, and return that."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.05)
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def new_store(folder: Path) -> Path:
    """A store of a team of one, with a bot."""
    subprocess.run([*ITIL, "init", str(folder)], check=True, capture_output=True)
    with (folder / "people.yaml").open("a") as people:
        people.write(BOT)
    git(folder, "commit", "-qam", "a bot")
    return folder


def git(store: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=store, capture_output=True, text=True, check=True).stdout


def incidents(store: Path) -> list[Incident]:
    """Every incident as HEAD has it."""
    found = Store.find(store)
    try:
        records = [record for _, record in found.snapshot().index.records()]
    finally:
        found.close()
    return [fold(record) for record in records if isinstance(record, Record)]


class Served:
    """A running server. Leaving the block stops it in order, and wants that to succeed."""

    def __init__(self, store: Path, port: int = 0, host: str = "127.0.0.1", **environment: str) -> None:
        self.store, self.host = store, host.strip("[]")
        words = [*ITIL, "-C", str(store), "serve", "--bind", f"{host}:{port}"]
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
        assert self.process.stderr is not None
        said = self.process.stderr.readline()
        found = re.fullmatch(rf"itil serve: http://{re.escape(host)}:([0-9]+) as mon@example\.com\n", said)
        assert found, said + self.process.stderr.read()
        self.port = int(found[1])

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, where: TracebackType | None
    ) -> None:
        if kind:
            self.kill()
        elif self.process.stderr is not None and not self.process.stderr.closed:
            assert self.stopped() == ""

    def stopped(self, beginning: str = "") -> str:
        """What it says until it has stopped in order; it must begin so."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0 and said.startswith(beginning), said
        return str(said)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.communicate()

    def post(self, path: str, body: Any, connection: http.client.HTTPConnection | None = None, **headers: str) -> Any:
        """Status and document; bytes are posted as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        own = connection or http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        own.request("POST", path, data, {name.replace("_", "-"): said for name, said in headers.items()})
        answer = own.getresponse()
        document = json.loads(answer.read())
        if connection is None:
            own.close()
        return answer.status, document

    def health(self) -> tuple[int, Any]:
        """Status and document of GET /health."""
        own = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        own.request("GET", "/health")
        answer = own.getresponse()
        found = answer.status, json.loads(answer.read())
        own.close()
        return found

    def get(self, path: str) -> str:
        """The text at a path."""
        own = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        own.request("GET", path)
        text = own.getresponse().read().decode()
        own.close()
        return text


def webhook(*names: str, status: str = "firing", start: str = "2026-11-25T06:00:00Z") -> dict[str, Any]:
    """A body of Alertmanager's webhook with an alert for each name."""
    alerts = [
        {
            "status": status,
            "labels": {"alertname": name, "severity": "warning"},
            "annotations": {"summary": f"{name} fires"},
            "startsAt": start,
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": name.lower(),
        }
        for name in names
    ]
    return {"version": "4", "groupKey": "{}:{}", "status": status, "groupLabels": {}, "alerts": alerts}
