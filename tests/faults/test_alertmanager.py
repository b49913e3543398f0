"""Debian's Alertmanager fires and resolves alerts through its webhook into `itil serve`; the server is killed meanwhile."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from served import ITIL, Served, free_port, incidents, new_store, until

from itil_cli.process.incident import Incident
from itil_cli.store.lock import lock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("prometheus-alertmanager") is None,
        reason="prometheus-alertmanager is not here (Debian's package of that name)",
    ),
]
CONFIGURATION = """\
route: {{receiver: itil, group_by: [alertname], group_wait: 50ms, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: itil
    webhook_configs:
      - url: http://127.0.0.1:{port}/alertmanager
        send_resolved: true
        http_config: {{authorization: {{credentials: right}}}}
"""


class Alertmanager:
    """A real one, on loopback; alerts are posted to its API as Prometheus does."""

    def __init__(self, folder: Path, webhook: int) -> None:
        self.port = free_port()
        (folder / "alertmanager.yml").write_text(CONFIGURATION.format(port=webhook))
        self.process = subprocess.Popen(
            [
                "prometheus-alertmanager",
                f"--config.file={folder}/alertmanager.yml",
                f"--storage.path={folder}/data",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until("Alertmanager", self._is_ready)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def post(self, *names: str, start: datetime, end: datetime | None = None) -> None:
        """Alerts that fire from `start` on; with an end in the past they are resolved."""
        alerts = [
            {
                "labels": {"alertname": name, "severity": "critical", "instance": f"{name.lower()}:9100"},
                "annotations": {"summary": f"{name} is down"},
                "startsAt": _text(start),
                "endsAt": _text(end or start + timedelta(hours=1)),
            }
            for name in names
        ]
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v2/alerts",
            json.dumps(alerts).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return new_store(tmp_path / "shop")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def alertmanager(tmp_path: Path, port: int) -> Iterator[Alertmanager]:
    running = Alertmanager(tmp_path, port)
    yield running
    running.stop()


def titled(store: Path, title: str) -> Incident | None:
    """The incident with the title; there is never more than one."""
    found = [one for one in incidents(store) if one.title == title]
    assert len(found) <= 1
    return found[0] if found else None


def does(store: Path, name: str) -> list[str]:
    found = titled(store, f"{name} is down")
    return [event.do for event in found.events] if found else []


def run(store: Path, *words: str) -> Any:
    return subprocess.run([*ITIL, "-C", str(store), *words], capture_output=True, text=True, check=True)


def test_alerts_open_repeat_and_resolve_incidents(store: Path, port: int, alertmanager: Alertmanager) -> None:
    with Served(store, port, ITIL_SERVE_TOKEN="right"):
        start = now()
        alertmanager.post("Database", "Web", start=start)
        for name in ("Database", "Web"):
            until(f"the incident of {name}", lambda name=name: titled(store, f"{name} is down"))
        database = titled(store, "Database is down")
        assert database is not None and (database.group, database.channel) == ("support", "monitoring")
        assert database.cis == ("database:9100",) and database.priority == "P2"

        run(store, "classify", database.id, "--category", "network")
        run(store, "take", database.id)
        alertmanager.post("Database", "Web", start=start, end=now())
        until("the resolution", lambda: "resolved" in does(store, "Web"))
        until("the note", lambda: "noted" in does(store, "Database"))  # somebody has accepted it

        alertmanager.post("Database", start=now())
        until("the repetition", lambda: "recurred" in does(store, "Database"))
        again = titled(store, "Database is down")
        assert again is not None and (again.status, again.recurrences) == ("in-progress", 1)
    audit = json.loads(run(store, "audit", "--json").stdout)
    assert [one for one in audit["findings"] if one["severity"] != "note"] == []


def test_killed_in_the_middle_of_a_batch_none_is_lost_and_none_doubled(
    store: Path, port: int, alertmanager: Alertmanager
) -> None:
    """Alertmanager tries each group again until it hears 200. The server dies with bodies in its hands that wait for
    the store's lock, and again when it has committed some of the 40."""
    names = [f"Node{number}" for number in range(40)]
    start = now()
    server = Served(store, port, ITIL_SERVE_TOKEN="right")
    with lock(store / ".git" / "itil"):
        alertmanager.post(*names, start=start)
        until("bodies that wait", lambda: "itil_serve_waiting 0\n" not in server.get("/metrics"))
        server.kill()
        assert incidents(store) == []
    server = Served(store, port, ITIL_SERVE_TOKEN="right")
    until("the first incidents", lambda: incidents(store))
    server.kill()
    server = Served(store, port, ITIL_SERVE_TOKEN="right")
    with server:
        until("every incident", lambda: len(incidents(store)) >= 40)
        alertmanager.post(*names, start=start, end=now())
        until("every resolution", lambda: all(one.status == "resolved" for one in incidents(store)))
    found = incidents(store)
    assert sorted(one.title for one in found) == sorted(f"{name} is down" for name in names)
    for one in found:
        assert [event.do for event in one.events if event.get("alert") or event.get("recovered")] == [
            "logged",
            "resolved",
        ]
