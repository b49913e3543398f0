"""The receiver as a WSGI application: doors, limits, and what each answer says."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import io
import json
import shutil
import subprocess
import threading
from collections.abc import Mapping
from typing import Any
from wsgiref.validate import validator

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from itil_cli.errors import GitTrouble, Malformed, NotFound, Refused
from itil_cli.intake.monitoring.counts import Health
from itil_cli.intake.monitoring.doors import Keys, may_enter
from itil_cli.intake.monitoring.receiver import Post, Receiver

SECRET, TOKEN, BODY = "it's a secret", "tok-1", b'{"a": 1}'
OPEN = Keys()


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Desk:
    """Takes every post, or raises `wrong`."""

    def __init__(self, wrong: Exception | None = None) -> None:
        self.posts: list[Post] = []
        self.wrong = wrong

    def __call__(self, post: Post) -> Mapping[str, Any]:
        if self.wrong:
            raise self.wrong
        self.posts.append(post)
        return {"taken": True}


def ask(
    receiver: Receiver, path: str, body: bytes = BODY, method: str = "POST", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request, through a validator of WSGI."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
    said: list[Any] = []
    answer = validator(receiver)(environ, lambda status, given, trouble=None: said.extend((status, given)))
    data = b"".join(answer)
    answer.close()
    return int(said[0].split()[0]), dict(said[1]), data


def receiver(keys: Keys = OPEN, desk: Any = None, *, open_to_all: bool = True, max_body: int = 1024) -> Receiver:
    return Receiver(
        lambda door: keys, desk or Desk(), lambda: Health((), 3), max_body=max_body, open_to_all=open_to_all
    )


def error_of(data: bytes) -> Any:
    return json.loads(data)["error"]


def test_a_body_is_taken_and_answered() -> None:
    desk = Desk()
    status, headers, data = ask(receiver(desk=desk), "/json/graf.1", HTTP_X_GITHUB_EVENT="x")
    assert (status, json.loads(data)) == (200, {"taken": True})
    assert headers["Content-Type"] == "application/json" and headers["Content-Length"] == str(len(data))
    assert desk.posts == [Post("json", "graf.1", {"a": 1})]


def test_githubs_event_comes_with_the_post() -> None:
    desk = Desk()
    ask(receiver(desk=desk), "/github/", HTTP_X_GITHUB_EVENT="workflow_run")
    assert desk.posts == [Post("github", "workflow_run", {"a": 1})]


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/json", "/json/", "/json/a/b", "/json/../x", "/alertmanager/x", "/health/x"]
)
def test_there_is_nothing_elsewhere(path: str) -> None:
    status, _, data = ask(receiver(), path)
    assert status == 404 and error_of(data)["remedy"] == "Post to /alertmanager, /github or /json/NAME."


def test_another_method_is_told_which_is_allowed() -> None:
    assert ask(receiver(), "/github", b"", "GET")[:2][1]["Allow"] == "POST"
    status, headers, data = ask(receiver(), "/health", b"", "PUT")
    assert (status, headers["Allow"]) == (405, "GET")
    assert error_of(data) == {"status": 405, "text": "PUT is not for /health.", "remedy": "Use GET."}


def test_too_long_a_body_is_not_read() -> None:
    status, _, data = ask(receiver(), "/github", b"x" * 1025)
    assert status == 413 and error_of(data)["text"] == "the body has 1025 bytes; the limit is 1 KiB."


@pytest.mark.parametrize("length", ["", "-1", "1e3", "x"])
def test_the_length_must_be_told(length: str) -> None:
    if length == "":
        status, _, data = ask(receiver(), "/github", CONTENT_LENGTH="")
        assert status == 411 and error_of(data)["remedy"] == "Send Content-Length."
    else:
        environ = {"PATH_INFO": "/github", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": length}
        said: list[str] = []
        receiver()(environ, lambda status, headers: said.append(status))
        assert said == ["411 Length Required"]


def test_a_body_in_gzip_is_unpacked_and_signed_as_it_comes() -> None:
    desk, packed = Desk(), gzip.compress(BODY)
    with_secret = receiver(Keys(None, SECRET), desk)
    given = {"HTTP_CONTENT_ENCODING": "GZip", "HTTP_X_HUB_SIGNATURE_256": f"sha256={signed(packed)}"}
    assert ask(with_secret, "/json/x", packed, **given)[0] == 200
    assert [post.value for post in desk.posts] == [{"a": 1}]


@pytest.mark.parametrize(
    ("body", "encoding", "status", "text"),
    [
        (BODY, "gzip", 400, "body: no gzip: Error -3 while decompressing data: incorrect header check."),
        (gzip.compress(BODY, mtime=0)[:-9], "gzip", 400, "body: no gzip: its end is missing."),
        (
            gzip.compress(b" " * 1_000_000, mtime=0),
            "gzip",
            413,
            "the body has more bytes, unpacked; the limit is 1 KiB.",
        ),
        (BODY, "br", 415, "a body in 'br' is not read here."),
    ],
    ids=["plain", "cut off", "a bomb", "another"],
)
def test_a_packed_body_that_will_not_do_says_why(body: bytes, encoding: str, status: int, text: str) -> None:
    answered, _, data = ask(receiver(max_body=1024), "/json/x", body, HTTP_CONTENT_ENCODING=encoding)
    assert (answered, error_of(data)["text"]) == (status, text)
    if status in (400, 415):
        assert error_of(data)["remedy"] == "Send it plain, or as gzip."


def test_githubs_other_content_type_is_a_form() -> None:
    desk = Desk()
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8"}
    assert ask(receiver(desk=desk), "/github", b"payload=%7B%22a%22%3A+%22%C3%A4%22%7D", **form)[0] == 200
    assert ask(receiver(desk=desk), "/alertmanager", BODY, **form)[0] == 200  # what curl -d says of any body
    assert ask(receiver(desk=desk), "/alertmanager", b"payload=%7B%7D", **form)[0] == 400
    assert [post.value for post in desk.posts] == [{"a": "ä"}, {"a": 1}]


def test_a_password_that_is_no_ascii_is_wrong_and_no_bug_of_ours() -> None:
    for said in ("Basic \xff\xe9", "Basic YQ=", "Basic /w==", "Bearer \xff"):
        assert ask(receiver(Keys(TOKEN)), "/github", HTTP_AUTHORIZATION=said)[0] == 401


def test_a_balancer_may_ask_for_the_head_of_health() -> None:
    assert ask(receiver(), "/health", b"", "GET")[0] == 200
    environ = {"PATH_INFO": "/health", "REQUEST_METHOD": "HEAD"}
    said: list[str] = []
    receiver()(environ, lambda status, headers: said.append(status))
    assert said == ["200 OK"]


def test_a_broken_body_says_what_is_wrong() -> None:
    status, _, data = ask(receiver(), "/github", b'{"a": ')
    assert status == 400
    assert error_of(data)["text"] == "body: not JSON: Expecting value (line 1, column 7)."


@pytest.mark.parametrize(
    ("wrong", "status", "text"),
    [
        (Malformed("alerts: there is no list."), 400, "alerts: there is no list."),
        (NotFound("no such sender.", code="sender"), 404, "no such sender."),
        (Refused("it lacks a category.", code="C1"), 503, "C1: it lacks a category."),
        (GitTrouble("the disk is full."), 503, "git: the disk is full."),
    ],
)
def test_the_senders_fault_is_not_to_be_sent_again_and_ours_is(wrong: Exception, status: int, text: str) -> None:
    answered, headers, data = ask(receiver(desk=Desk(wrong)), "/alertmanager")
    assert (answered, error_of(data)["text"]) == (status, text)
    assert headers.get("Retry-After") == ("5" if status == 503 else None)


def test_the_right_token_or_signature_opens_and_nothing_else() -> None:
    both = receiver(Keys(TOKEN, SECRET))
    basic = base64.b64encode(f"user:{TOKEN}".encode()).decode()
    right = [
        {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"},
        {"HTTP_AUTHORIZATION": f"bearer  {TOKEN} "},
        {"HTTP_AUTHORIZATION": f"Basic {basic}"},
        {"HTTP_X_HUB_SIGNATURE_256": f"sha256={signed(BODY)}"},
        {"HTTP_X_PAGERDUTY_SIGNATURE": f"v1={signed(BODY, 'old')},v1={signed(BODY)}"},
        {"HTTP_SENTRY_HOOK_SIGNATURE": signed(BODY)},
        {"HTTP_X_GRAFANA_ALERTING_SIGNATURE": signed(BODY)},
    ]
    wrong = [
        {},
        {"HTTP_AUTHORIZATION": "Bearer tok-2"},
        {"HTTP_AUTHORIZATION": "Bearer"},
        {"HTTP_AUTHORIZATION": "Basic %%%"},
        {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
        {"HTTP_X_HUB_SIGNATURE_256": signed(BODY)},  # without its name
        {"HTTP_X_HUB_SIGNATURE_256": f"sha256={signed(BODY, 'another')}"},
        {"HTTP_X_HUB_SIGNATURE_256": f"sha256={signed(b'another body')}"},
        {"HTTP_X_HUB_SIGNATURE_256": f"sha1={signed(BODY)}"},
        {"HTTP_SENTRY_HOOK_SIGNATURE": "é" * 64},
    ]
    assert [ask(both, "/github", **headers)[0] for headers in right] == [200] * len(right)
    assert [ask(both, "/github", **headers)[0] for headers in wrong] == [401] * len(wrong)
    _, headers, data = ask(both, "/github")
    assert headers["WWW-Authenticate"] == "Bearer"
    assert error_of(data)["text"] == "no valid token or signature."


def test_a_token_is_no_secret_and_a_secret_no_token() -> None:
    assert not may_enter(Keys(token=TOKEN), {"HTTP_X_HUB_SIGNATURE_256": f"sha256={signed(BODY, TOKEN)}"}, BODY)
    assert not may_enter(Keys(secret=SECRET), {"HTTP_AUTHORIZATION": f"Bearer {SECRET}"}, BODY)


def test_a_door_without_keys_is_shut_where_others_can_reach_it() -> None:
    assert ask(receiver(open_to_all=False), "/github")[0] == 401


def test_health_and_metrics_tell_numbers_only() -> None:
    app = receiver(Keys(TOKEN))
    ask(app, "/github")
    ask(app, "/nothing")
    app.counts.took(["opened", "opened", "known"], 1)
    assert ask(app, "/health", b"", "GET")[2] == b'{"status": "ok"}\n'
    status, headers, data = ask(app, "/metrics", b"", "GET")
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = data.decode().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        'itil_serve_requests_total{sender="github",code="401"} 1',
        'itil_serve_requests_total{sender="none",code="404"} 1',
        'itil_serve_alerts_total{result="known"} 1',
        'itil_serve_alerts_total{result="opened"} 2',
        "itil_serve_commits_total 1",
        "itil_serve_waiting 3",
        "itil_serve_busy_seconds 0",
        "itil_serve_healthy 1",
    ]


def test_health_is_503_with_the_reasons_where_the_writer_cannot_write() -> None:
    app = Receiver(lambda door: OPEN, Desk(), lambda: Health(("the writer has ended",)), max_body=9, open_to_all=True)
    status, _, data = ask(app, "/health", b"", "GET")
    assert (status, json.loads(data)) == (503, {"status": "failing", "why": ["the writer has ended"]})
    assert b"itil_serve_healthy 0\n" in ask(app, "/metrics", b"", "GET")[2]


def test_counts_are_right_from_many_threads() -> None:
    app = receiver()
    threads = [threading.Thread(target=lambda: [ask(app, "/github") for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert app.counts.requests["github", 200] == 400


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not on this machine")
def test_promtool_finds_the_metrics_good() -> None:
    app = receiver()
    ask(app, "/github")
    app.counts.took(["opened"], 1)
    text = ask(app, "/metrics", b"", "GET")[2]
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_metrics_are_openmetrics_for_whom_asks_for_that() -> None:
    app = receiver()
    ask(app, "/github")
    app.counts.took(["opened"], 1)
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
    status, headers, data = ask(app, "/metrics", b"", "GET", HTTP_ACCEPT=accept)
    assert (status, headers["Content-Type"]) == (200, "application/openmetrics-text; version=1.0.0; charset=utf-8")
    families = text_string_to_metric_families(data.decode())
    assert {(family.name, family.type, len(family.samples)) for family in families} == {
        ("itil_serve_requests", "counter", 1),
        ("itil_serve_alerts", "counter", 1),
        ("itil_serve_commits", "counter", 1),
        ("itil_serve_waiting", "gauge", 1),
        ("itil_serve_busy_seconds", "gauge", 1),
        ("itil_serve_healthy", "gauge", 1),
    }
