"""`itil serve`: where it listens, whose keys it takes, and a real one that is posted to and stopped."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import re
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from served import ITIL, Served, git, incidents, new_store, until, webhook
from shell import Shell

from itil_cli.cli.answers.intake.serving import ARRIVING, MOST_WAITING, Doors, Slow, Writer, address
from itil_cli.cli.answers.intake.taking import Body, Taken
from itil_cli.cli.context import App
from itil_cli.errors import GitTrouble, ItilError, Malformed
from itil_cli.intake.monitoring.doors import Keys
from itil_cli.intake.monitoring.receiver import Post


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("[::1]:0", ("::1", 0)),
        (":80", ("0.0.0.0", 80)),
        ("localhost:1", None),
    ],
)
def test_an_address_is_a_host_and_a_port(given: str, wanted: tuple[str, int] | None) -> None:
    found = address(given)
    assert found == wanted if wanted else found[0] in ("127.0.0.1", "::1")


@pytest.mark.parametrize("given", ["8080", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1"])
def test_what_is_no_address_is_said(given: str) -> None:
    with pytest.raises(Malformed, match="is not HOST:PORT"):
        address(given)


def test_a_host_that_does_not_exist_is_said() -> None:
    with pytest.raises(Malformed, match=r"--bind 'no host:80': there is no host 'no host'\."):
        address("no host:80")


def test_keys_come_from_the_environment_before_gits_configuration() -> None:
    settings = {"itil.serve.token": "all", "itil.github.secret": "gh", "itil.json/sentry.secret": "se"}
    doors = Doors({"ITIL_SERVE_GITHUB_SECRET": "env", "ITIL_SERVE_JSON_A_B_TOKEN": "ab"}, settings)
    assert doors("") == Keys("all") == doors("alertmanager") == doors("json/x")
    assert doors("github") == Keys(None, "env")  # its own, instead of those of all
    assert doors("json/sentry") == Keys(None, "se") and doors("json/a.b") == Keys("ab")
    assert Doors({"ITIL_SERVE_TOKEN": ""}, {})("github").is_open


def test_it_listens_to_others_only_with_a_token_or_a_secret(company: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for bind in ("0.0.0.0:0", "[::]:0", ":0"):
        answer = company("serve", "--bind", bind)
        assert answer.code == 2 and answer.err == (
            f"error[usage]: {bind} is open to others, and there is no token and no secret. "
            "Set ITIL_SERVE_TOKEN or ITIL_SERVE_SECRET, or listen on 127.0.0.1.\n"
        )


def test_a_borrowed_store_is_not_served(company: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = company("serve", "--store", str(company.store))
    assert answer.code == 2 and "error[usage]: serve needs a clone of its own." in answer.err


def test_a_port_that_is_taken_is_said(company: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = company("serve", "--bind", f"127.0.0.1:{port}")
    assert answer.code == 2
    assert answer.err == f"error[usage]: --bind 127.0.0.1:{port}: Address already in use. Give another address.\n"


def test_without_a_bot_it_does_not_start(shell: Shell) -> None:
    answer = shell("serve", "--bind", "127.0.0.1:0")
    assert answer.code == 7 and "only a bot takes alerts in" in answer.err


def test_a_body_that_brings_out_a_bug_holds_up_nobody_else(
    company: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first body waits until two more do, so that the writer takes these together."""
    sizes: list[int] = []

    def take(app: App, bodies: list[Body]) -> list[Any]:
        sizes.append(len(bodies))
        until("two more bodies", lambda: len(sizes) > 1 or writer.waiting() == 2)
        if any(body.value == "poison" for body in bodies):
            raise RuntimeError("no\x1b such thing")
        return [[Taken("opened", "INC-1", str(body.value))] for body in bodies]

    monkeypatch.setattr("itil_cli.cli.answers.intake.serving.take", take)
    app = App()
    app.directory = str(company.store)
    writer = Writer(app)
    writer.start()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(writer.take, Post("json", "x", "first"))
        until("the first body", lambda: sizes)
        poison, good = (pool.submit(writer.take, Post("json", "x", name)) for name in ("poison", "good"))
        assert [one.result()["results"][0]["title"] for one in (first, good)] == ["first", "good"]
        wrong = poison.exception()
    writer.stop()
    assert sizes == [1, 2, 1, 1] and isinstance(wrong, ItilError) and str(wrong) == "RuntimeError: no\x1b such thing."
    assert capsys.readouterr().err == "not taken: RuntimeError: no such thing.\n"


def test_when_too_many_wait_the_sender_is_told_to_send_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itil_cli.cli.answers.intake.serving.PATIENCE", 0)
    writer = Writer(App())  # which nobody starts
    for _ in range(MOST_WAITING + 1):
        with pytest.raises(GitTrouble, match="too many alerts wait"):
            writer.take(Post("github", None, {}))
    assert writer.waiting() == MOST_WAITING


def test_a_writer_that_is_stuck_or_has_ended_is_not_healthy(company: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def take(app: App, bodies: list[Body]) -> list[Any]:
        assert go_on.wait(60)
        return [[Taken("opened", "INC-1", "x")] for _ in bodies]

    monkeypatch.setattr("itil_cli.cli.answers.intake.serving.take", take)
    monkeypatch.setattr("itil_cli.cli.answers.intake.serving.STUCK", 0.0)
    app = App()
    app.directory = str(company.store)
    writer = Writer(app)
    assert writer.health().troubles == ("the writer has ended",)
    writer.start()
    with ThreadPoolExecutor() as pool:
        held = pool.submit(writer.take, Post("json", "x", "first"))
        (trouble,) = until("a writer at its batch", lambda: writer.health().troubles)
        assert re.fullmatch(r"the writer has been at it for [0-9]+ s", trouble) and writer.health().busy > 0
        go_on.set()
        held.result()
    assert until("a writer with nothing to do", lambda: writer.health().busy == 0.0)
    assert writer.health().troubles == ()
    writer.stop()
    assert writer.health().troubles == ("the writer has ended",)


def test_with_nothing_to_do_the_writer_sees_that_the_store_cannot_be_written(
    company: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("itil_cli.cli.answers.intake.serving.IDLE", 0.02)
    app = App()
    app.directory = str(company.store)
    writer = Writer(app)
    writer.start()
    merge = company.store / ".git" / "MERGE_HEAD"
    merge.write_text(company.git("rev-parse", "HEAD"))
    assert until("trouble", lambda: writer.health().troubles) == ("the store cannot be written: under-way",)
    merge.unlink()
    until("no trouble", lambda: not writer.health().troubles)
    writer.stop()
    assert capsys.readouterr().err == ("the store cannot be written: under-way\nthe store can be written again\n")
    assert company.git("status", "--porcelain") == ""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return new_store(tmp_path / "shop")


def test_a_real_one_takes_answers_and_stops(store: Path) -> None:
    before = int(git(store, "rev-list", "--count", "HEAD"))
    with Served(store) as server:
        status, document = server.post("/alertmanager", webhook("A", "B"))
        assert status == 200 and [one["result"] for one in document["results"]] == ["opened", "opened"]
        assert int(git(store, "rev-list", "--count", "HEAD")) == before + 1
        assert {one.id for one in incidents(store)} == {one["incident"] for one in document["results"]}
        assert git(store, "status", "--porcelain") == ""
        status, document = server.post("/alertmanager", b'{"alerts": [')
        assert status == 400
        assert document["error"]["text"] == "body: not JSON: Expecting value (line 1, column 13)."
        status, document = server.post("/alertmanager", {"version": "4", "alerts": [{}]})
        assert (status, document["error"]["text"]) == (400, "alerts[0].status: it is missing.")
        status, document = server.post("/github", b" " * (1 << 20) + b"  ")
        assert (status, document["error"]["text"]) == (413, "the body has 1048578 bytes; the limit is 1024 KiB.")
        assert server.post("/json/x", {})[0] == 404
        assert json.loads(server.get("/health")) == {"status": "ok"}
        metrics = server.get("/metrics")
        assert 'itil_serve_alerts_total{result="opened"} 2\n' in metrics and "itil_serve_commits_total 1\n" in metrics


def test_a_real_one_with_a_token_and_a_secret(store: Path) -> None:
    git(store, "config", "itil.github.secret", "s3")
    body = json.dumps({"zen": "x", "hook_id": 1}).encode()
    right = "sha256=" + hmac.new(b"s3", body, hashlib.sha256).hexdigest()
    with Served(store, ITIL_SERVE_TOKEN="t1") as server:
        assert server.post("/alertmanager", webhook("A"))[0] == 401
        assert server.post("/alertmanager", webhook("A"), Authorization="Bearer t2")[0] == 401
        assert server.post("/alertmanager", webhook("A"), Authorization="Bearer t1")[0] == 200
        assert server.post("/github", body, X_Hub_Signature_256=right, X_GitHub_Event="ping") == (
            200,
            {"schema": "itil/1", "kind": "received", "results": []},
        )
        assert server.post("/github", body + b" ", X_Hub_Signature_256=right)[0] == 401
        assert server.post("/github", body, Authorization="Bearer t1")[0] == 401  # its own key instead
    assert len(incidents(store)) == 1


def test_a_request_that_does_not_come_whole_in_time_is_cut_off() -> None:
    """A byte now and then does not help; another request on the same connection has its own time."""

    class Channel:
        request: object | None = None
        will_close = False

    slow, idle, next_one, channel = Slow(), Channel(), Channel(), Channel()
    channel.request, next_one.request = "a part", "a part"
    slow.cut_off([channel, idle, next_one], 100.0)
    next_one.request = "a part of the next"
    slow.cut_off([channel, idle, next_one], 100.0 + ARRIVING)
    assert [channel.will_close, idle.will_close, next_one.will_close] == [True, False, False]


def test_a_real_one_speaks_to_old_and_odd_senders(store: Path) -> None:
    """HTTP/1.0, two requests on one connection, chunks, gzip, a wrong content type, a HEAD: each has its answer."""
    body = json.dumps(webhook("A")).encode()
    packed = gzip.compress(body)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    with Served(store) as server:

        def says(head: bytes, content: bytes = b"", version: bytes = b"1.1") -> bytes:
            with socket.create_connection(("127.0.0.1", server.port), 60) as line:
                line.sendall(head + b" HTTP/" + version + b"\r\nHost: x\r\n" + content)
                line.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: line.recv(65536), b""))

        length = b"Content-Length: %d\r\n" % len(body)
        post = b"POST /alertmanager"
        close = b"Connection: close\r\n"
        for content, version in (
            (length + b"\r\n" + body, b"1.0"),
            (close + b"Transfer-Encoding: chunked\r\n\r\n" + chunks, b"1.1"),
            (close + length + b"Content-Type: text/xml\r\n\r\n" + body, b"1.1"),
            (close + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed, b"1.1"),
        ):
            assert b" 200 OK\r\n" in says(post, content, version).partition(b"\r\n")[0] + b"\r\n"
        again = post + b" HTTP/1.1\r\nHost: x\r\n" + close + length + b"\r\n" + body
        assert says(post, length + b"\r\n" + body + again).count(b"HTTP/1.1 200 OK\r\n") == 2
        head = says(b"HEAD /health", close + b"\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n") and head.endswith(b"\r\n\r\n")
    assert len(incidents(store)) == 1


def test_a_real_one_listens_to_ipv6(store: Path) -> None:
    with Served(store, host="[::1]") as server:
        assert server.post("/alertmanager", webhook("A"))[0] == 200


def test_503_while_the_store_cannot_be_written_and_then_it_goes_on(store: Path) -> None:
    """A merge under way: nothing is written, the sender hears why, and sends it again later."""
    with Served(store) as server:
        (store / ".git" / "MERGE_HEAD").write_text(git(store, "rev-parse", "HEAD"))
        status, document = server.post("/alertmanager", webhook("A"))
        assert status == 503 and document["error"]["text"].startswith("under-way: a merge is under way")
        (store / ".git" / "MERGE_HEAD").unlink()
        assert server.health() == (503, {"status": "failing", "why": ["the store cannot be written: under-way"]})
        assert server.post("/alertmanager", webhook("A"))[0] == 200
        assert server.health() == (200, {"status": "ok"})
        said = server.stopped("the store cannot be written: under-way\nnot taken: a merge is under way; nothing is ")
        assert said.endswith("\nthe store can be written again\n")
    assert [one.title for one in incidents(store)] == ["A fires"]


def test_the_policy_is_read_anew_for_each_batch(store: Path) -> None:
    def priority(answer: tuple[int, Any]) -> list[str | None]:
        return [one.priority for one in incidents(store) if one.id == answer[1]["results"][0]["incident"]]

    with Served(store) as server:
        assert priority(server.post("/alertmanager", webhook("A"))) == ["P4"]
        with (store / "itil.yaml").open("a") as policy:
            policy.write("monitoring: {severities: {warning: {impact: low, urgency: low}}}\n")
        git(store, "commit", "-qam", "warnings are low")
        assert priority(server.post("/alertmanager", webhook("B"))) == ["P5"]


def test_a_clone_that_syncs_by_itself_publishes_what_was_taken(store: Path, tmp_path: Path) -> None:
    hub = tmp_path / "hub.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(store), str(hub)], check=True)
    git(store, "remote", "add", "origin", str(hub))
    git(store, "fetch", "-q")
    git(store, "branch", "-q", "--set-upstream-to=origin/main")
    subprocess.run([*ITIL, "-C", str(store), "sync", "--auto", "on"], check=True, capture_output=True)
    with Served(store) as server:
        assert server.post("/alertmanager", webhook("A"))[0] == 200
        server.stopped("")
    assert git(hub, "rev-parse", "main") == git(store, "rev-parse", "HEAD")
