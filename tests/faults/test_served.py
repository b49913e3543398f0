"""`itil serve` under load, killed, and stopped: every answer of 200 has its event in git, and nothing is there twice."""

from __future__ import annotations

import http.client
import json
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Served, free_port, git, incidents, new_store, until, webhook

from tests.faults.test_surroundings import fill, mounted

pytestmark = pytest.mark.slow

TOKEN = "right"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return new_store(tmp_path / "shop")


def in_parallel(count: int, work: Any) -> None:
    """Run `work` in so many threads; what one of them raises is raised here."""
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as trouble:
            wrong.append(trouble)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


class Shared:
    """An iterator that many threads may take from."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items, self._lock = items, threading.Lock()

    def __iter__(self) -> Shared:
        return self

    def __next__(self) -> Any:
        with self._lock:
            return next(self._items)


def marks(store: Path) -> Counter[tuple[str, str]]:
    """How often each occurrence stands in each incident."""
    return Counter(
        (one.id, event.str("alert") or "") for one in incidents(store) for event in one.events if event.get("alert")
    )


def test_2000_posted_alerts(store: Path) -> None:
    """1,500 alerts, 500 of them sent twice, and between them what is not to be taken."""
    posts = [("alert", f"A{number}") for number in range(1500)] + [("alert", f"A{number}") for number in range(500)]
    others = ["forged", "unsigned", "huge", "broken"]
    mixed = [
        post
        for place, post in enumerate(posts)
        for post in ([post, (others[place // 50 % 4], "")] if place % 50 == 0 else [post])
    ]
    answers: list[tuple[str, str, int, Any]] = []
    before = int(git(store, "rev-list", "--count", "HEAD"))

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        for kind, name in todo:
            body, headers = webhook(name), dict(HEADERS)
            if kind == "forged":
                headers = {"Authorization": "Bearer wrong"}
            elif kind == "unsigned":
                headers = {}
            data = {"huge": b" " * (1 << 20) + b"1", "broken": b'{"alerts": ['}.get(kind, json.dumps(body).encode())
            answers.append((kind, name, *server.post("/alertmanager", data, connection, **headers)))
        connection.close()

    with Served(store, ITIL_SERVE_TOKEN=TOKEN) as server:
        todo = Shared(iter(mixed))
        in_parallel(24, client)
    statuses = {kind: {status for what, _, status, _ in answers if what == kind} for kind in ["alert", *others]}
    assert statuses == {"alert": {200}, "forged": {401}, "unsigned": {401}, "huge": {413}, "broken": {400}}
    assert {said["error"]["text"] for kind, *_, said in answers if kind == "broken"} == {
        "body: not JSON: Expecting value (line 1, column 13)."
    }
    there = marks(store)
    assert len(there) == 1500 and set(there.values()) == {1}
    for kind, name, _, said in answers:
        if kind == "alert":
            (result,) = said["results"]
            assert (result["incident"], f"{name.lower()}@2026-11-25T06:00:00.000Z") in there
    results = Counter(said["results"][0]["result"] for kind, *_, said in answers if kind == "alert")
    assert results == {"opened": 1500, "known": 500}
    commits = int(git(store, "rev-list", "--count", "HEAD")) - before
    assert commits < 750, "batches under load"
    assert git(store, "status", "--porcelain") == "" and git(store, "fsck", "--no-dangling") == ""


def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(store: Path) -> None:
    """Senders try until they hear 200, as they do; the server is killed with bodies in its hands, five times."""
    port, names, done = free_port(), [f"A{number}" for number in range(400)], []

    def client() -> None:
        for name in todo:
            until(f"an answer to {name}", lambda name=name: posted(name))
            done.append(name)

    def posted(name: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            connection.request("POST", "/alertmanager", json.dumps(webhook(name)).encode())
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    todo = Shared(iter(names))
    server = Served(store, port)
    clients = threading.Thread(target=in_parallel, args=(16, client))
    clients.start()
    for kill in range(5):
        until("some answers", lambda kill=kill: len(done) > 40 * (kill + 1))
        server.kill()
        server = Served(store, port)
    with server:
        clients.join()
    there = marks(store)
    assert Counter(mark.partition("@")[0] for _, mark in there) == Counter(name.lower() for name in names)
    assert set(there.values()) == {1}
    assert git(store, "status", "--porcelain") == ""


def test_stopped_in_order_every_body_that_was_let_in_is_answered(store: Path) -> None:
    """SIGTERM while 24 wait: each gets 200 and is there, or was never let in."""
    heard: list[tuple[str, int | None]] = []

    def client() -> None:
        for name in todo:
            try:
                status, _ = server.post("/alertmanager", webhook(name))
            except (OSError, http.client.HTTPException):
                status = None
            heard.append((name, status))
            if len(heard) == 60:
                server.process.terminate()

    with Served(store) as server:
        todo = Shared(f"A{number}" for number in range(300))
        in_parallel(24, client)
        assert server.process.wait(120) == 0
    there = {mark.partition("@")[0] for _, mark in marks(store)}
    assert {status for _, status in heard} == {200, None}
    assert {name.lower() for name, status in heard if status == 200} <= there


def test_on_a_full_disk_senders_are_told_to_send_again_and_health_says_so(tmp_path: Path) -> None:
    """Nothing that was answered with 503 is there, and everything is once there is room again."""
    place = tmp_path / "small"
    with mounted(place, "-t", "tmpfs", "-o", "size=6m", "tmpfs"):
        store = new_store(place / "shop")
        with Served(store) as server:
            assert server.post("/alertmanager", webhook("A"))[0] == 200
            fill(place / "fill", 0)
            status, said = server.post("/alertmanager", webhook("B"))
            assert status == 503 and said["error"]["text"].startswith("git: "), said
            assert server.health()[0] == 503
            (place / "fill").unlink()
            assert until("a store that can be written", lambda: server.health()[0] == 200)  # it looks by itself
            assert server.post("/alertmanager", webhook("B", "C"))[0] == 200
            assert "the store can be written again\n" in server.stopped("the store cannot be written: ")
        assert sorted(one.title for one in incidents(store)) == ["A fires", "B fires", "C fires"]
        assert git(store, "status", "--porcelain") == "" and git(store, "fsck", "--no-dangling") == ""


def test_on_a_disk_that_becomes_read_only_the_server_is_not_healthy(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    with mounted(place, "-t", "tmpfs", "-o", "size=6m", "tmpfs"):
        store = new_store(place / "shop")
        with Served(store) as server:
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
            assert until("that it sees so by itself", lambda: server.health()[0] == 503)
            assert server.post("/alertmanager", webhook("A"))[0] == 503
            subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
            assert server.post("/alertmanager", webhook("A"))[0] == 200 and server.health()[0] == 200
            server.stopped("the store cannot be written: ")
        assert [one.title for one in incidents(store)] == ["A fires"]
