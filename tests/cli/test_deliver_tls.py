"""Mail leaves under TLS, to the server that it is for, with a login; what is wrong there is said in words."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from shell import Shell

from tests.certificates import Certificate, certified
from tests.cli.test_deliver import Server, configure, free_port
from tests.cli.test_receive_mail import BOT, desk, letter, taken

__all__ = ["desk"]

Start = Callable[..., Server]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certified(tmp_path_factory.mktemp("certificates"), "localhost")


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, certificate: Certificate) -> Iterator[Start]:
    """Starts a server that speaks `tls` ("tls", "starttls", "none"), and writes the configuration that names it."""
    running = []

    def begin(speaks: str, said: str, *, host: str = "localhost", logs_in: bool = True) -> Server:
        found = Server()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.certificate, certificate.key)
        more: dict[str, Any] = {
            "tls": {"ssl_context": context, "auth_require_tls": False},  # the library does not see that TLS is there
            "starttls": {"tls_context": context, "require_starttls": True},
            "none": {"auth_require_tls": False},
        }[speaks]

        def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
            found.logins.append(data.password)
            return AuthResult(handled=False, success=data.password == "gehe\xfcm".encode())

        if logs_in:
            more |= {"authenticator": login}
        else:
            more |= {"auth_exclude_mechanism": ["PLAIN", "LOGIN"]}
        port = free_port()
        running.append(Controller(found, hostname="127.0.0.1", port=port, server_hostname="localhost", **more))
        running[-1].start()
        configure(monkeypatch, tmp_path, f'[smtp]\nhost = "{host}"\nport = {port}\n{said}\n')
        return found

    yield begin
    for one in running:
        one.stop()


def failure(shell: Shell, incident: str) -> str:
    """What `deliver` says of the receipt that did not leave."""
    answer = shell("deliver", who=BOT)
    assert answer.code == 1
    head = f"{incident} receipt to alice@example.com failed: "
    assert answer.err.startswith(head), answer.err
    return answer.err.removeprefix(head).rstrip("\n")


LOGIN = 'user = "itil"\npassword = "gehe\xfcm"'


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_mail_leaves_under_tls_with_a_login(desk: Shell, start: Start, certificate: Certificate, tls: str) -> None:
    server = start(tls, f'tls = "{tls}"\nca = "{certificate.authority}"\n{LOGIN}')
    taken(desk, letter())
    answer = desk("deliver", who=BOT)
    assert (answer.out, answer.err) == ("1 message sent.\n", "")
    assert len(server.to("alice@example.com")) == 1 and server.logins == ["gehe\xfcm".encode()]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_of_an_authority_that_is_not_ours_is_refused(desk: Shell, start: Start, tls: str) -> None:
    server = start(tls, f'tls = "{tls}"\n{LOGIN}')
    assert failure(desk, taken(desk, letter())) == (
        "the certificate of localhost is not trusted: unable to get local issuer certificate"
        " (`smtp.ca` names the file of an authority of your own)"
    )
    assert server.taken == [] and server.logins == []


def test_a_certificate_of_another_host_is_refused(desk: Shell, start: Start, certificate: Certificate) -> None:
    server = start("starttls", f'ca = "{certificate.authority}"\n{LOGIN}', host="127.0.0.1")
    said = failure(desk, taken(desk, letter()))
    assert said.startswith("the certificate of 127.0.0.1 is not trusted: IP address mismatch")
    assert server.taken == [] and server.logins == []


def test_where_tls_is_wanted_and_not_offered_nothing_is_sent(desk: Shell, start: Start) -> None:
    server = start("none", LOGIN)
    assert failure(desk, taken(desk, letter())) == "localhost offers no STARTTLS; nothing is sent in the clear"
    assert server.taken == [] and server.logins == []


def test_a_port_without_tls_is_told(desk: Shell, start: Start) -> None:
    server = start("none", f'tls = "tls"\n{LOGIN}')
    said = failure(desk, taken(desk, letter()))
    assert said.startswith("localhost speaks no TLS at port ") and "(`smtp.tls` and `smtp.port` go together)" in said
    assert server.taken == [] and server.logins == []


def test_a_wrong_password_is_told_and_tried_again_later(desk: Shell, start: Start, certificate: Certificate) -> None:
    server = start("tls", f'tls = "tls"\nca = "{certificate.authority}"\nuser = "itil"\npassword = "wrong"')
    incident = taken(desk, letter())
    assert failure(desk, incident) == (
        "localhost does not take the login of itil: 535 5.7.8 Authentication credentials invalid"
    )
    assert server.taken == [] and set(server.logins) == {b"wrong"}
    assert "does not take the login of itil" in desk(who="dana").out


def test_a_server_without_a_login_is_told(desk: Shell, start: Start, certificate: Certificate) -> None:
    start("tls", f'tls = "tls"\nca = "{certificate.authority}"\n{LOGIN}', logs_in=False)
    assert failure(desk, taken(desk, letter())) == "localhost offers no login that we know"


def test_a_server_that_is_not_there_is_told(desk: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    port = free_port()
    configure(monkeypatch, tmp_path, f'[smtp]\nhost = "localhost"\nport = {port}\n')
    assert failure(desk, taken(desk, letter())) == f"localhost cannot be reached at port {port}: Connection refused"


def test_an_authority_that_is_no_certificate_is_told(
    desk: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    for name in ("none.pem", "missing.pem"):
        path = configure(monkeypatch, tmp_path, f'[smtp]\nhost = "localhost"\nca = "{tmp_path}/{name}"\n')
        answer = desk("deliver", who=BOT)
        assert (answer.code, answer.err) == (
            5, f"error[deliver-settings]: {path}: smtp.ca: {tmp_path}/{name} holds no certificate. Name a PEM file.\n",
        )  # fmt: skip
