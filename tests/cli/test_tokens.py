"""OAuth: a program of the user's own gives an access token, which is shown to SMTP and IMAP as XOAUTH2 has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, SMTP
from shell import Shell

from itil_cli.cli import tokens
from itil_cli.cli.tokens import xoauth2
from itil_cli.errors import GitTrouble
from itil_cli.intake.mail.configuration import FILE
from tests.cli.test_deliver import Server, configure, free_port
from tests.cli.test_deliver_tls import failure
from tests.cli.test_receive_mail import BOT, desk, letter, taken
from tests.intake.test_imap import Start, give_away, start
from tests.intake.test_imap_faults import Server as Imap
from tests.intake.test_imap_faults import server as imap

__all__ = ["desk", "imap", "start"]
TOKEN = "ya29.a0Af-planted_token"
RIGHT = f"user=itil\1auth=Bearer {TOKEN}\1\1"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that prints a token."""
    return script(tmp_path, f"echo {TOKEN}")


def script(folder: Path, text: str) -> Path:
    path = folder / "give-token"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_what_is_said_first_is_of_user_and_token(program: Path) -> None:
    assert xoauth2("itil", [str(program)]) == RIGHT


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("echo 'no account' >&2; exit 3", "it exits with 3: no account"),
        ("exit 1", "it exits with 1"),
        ("echo", "what it prints is no token"),
        ("echo a b", "what it prints is no token"),
        ("printf 'a\\001b'", "what it prints is no token"),  # \1 would end the field
        ("head -c 70000 /dev/zero | tr '\\0' a", "what it prints is no token"),
    ],
)
def test_a_program_that_gives_no_token_is_told(tmp_path: Path, text: str, why: str) -> None:
    path = script(tmp_path, text)
    with pytest.raises(GitTrouble) as found:
        xoauth2("itil", [str(path)])
    said = f"`{path}` gives no token: {why}. `token-command` prints an access token and nothing else (docs/mail.md)."
    assert str(found.value) == said


def test_a_program_that_is_not_there_or_says_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GitTrouble, match="`no-such-program` gives no token: No such file or directory"):
        xoauth2("itil", ["no-such-program"])
    monkeypatch.setattr(tokens, "SECONDS", 0.1)
    with pytest.raises(GitTrouble, match=r"gives no token: it says nothing for 0\.1 seconds\."):
        xoauth2("itil", ["sleep", "60"])


# SMTP


class Takes(Server):
    """Takes the token, or says why not in the way of Google's server: a challenge that is answered first."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> object:
        self.said.append(base64.b64decode(args[1]).decode())
        if self.said[-1] == RIGHT:
            return "itil"
        assert await server.challenge_auth('{"status":"400"}') == b""
        await server.push("535 5.7.8 Username and Password not accepted.")
        return MISSING


@pytest.fixture
def smtp() -> Iterator[tuple[Takes, int]]:
    found, port = Takes(), free_port()
    controller = Controller(found, hostname="127.0.0.1", port=port, auth_require_tls=False)
    controller.start()
    yield found, port
    controller.stop()


def smtp_settings(port: int, program: Path, more: str = "") -> str:
    return (
        f'[smtp]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nuser = "itil"\ntoken-command = ["{program}"]\n{more}'
    )


def test_mail_leaves_with_a_token(
    desk: Shell, smtp: tuple[Takes, int], program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = smtp
    configure(monkeypatch, tmp_path, smtp_settings(port, program))
    taken(desk, letter())
    assert desk("deliver", who=BOT).out == "1 message sent.\n"
    assert server.said == [RIGHT] and len(server.taken) == 1
    assert TOKEN not in desk("deliver", "--dry-run", who=BOT).out


def test_a_token_that_a_server_does_not_take_is_told_and_tried_again(
    desk: Shell, smtp: tuple[Takes, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = smtp
    configure(monkeypatch, tmp_path, smtp_settings(port, script(tmp_path, "echo expired")))
    said = failure(desk, taken(desk, letter()))
    assert said == "127.0.0.1 does not take the login of itil: 535 5.7.8 Username and Password not accepted."
    assert server.taken == []


def test_without_a_token_nothing_is_sent_and_the_program_is_named(
    desk: Shell, smtp: tuple[Takes, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = script(tmp_path, "echo 'log in first' >&2; exit 2")
    configure(monkeypatch, tmp_path, smtp_settings(smtp[1], path))
    assert failure(desk, taken(desk, letter())) == f"`{path}` gives no token: it exits with 2: log in first"


def test_a_server_that_takes_no_tokens_is_told(
    desk: Shell, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    controller = Controller(Server(), hostname="127.0.0.1", port=port, auth_require_tls=False)
    controller.start()
    try:
        configure(monkeypatch, tmp_path, smtp_settings(port, program))
        assert failure(desk, taken(desk, letter())) == "127.0.0.1 takes no tokens (XOAUTH2)"
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("token-command = []", "smtp.token-command is a list of words, the program first."),
        ("token-command = [1]", "smtp.token-command is a list of words, the program first."),
        ('token-command = "x"', "smtp.token-command is no list."),
        (
            'token-command = ["x"]\npassword = "p"',
            "smtp.token-command goes with smtp.user, and instead of smtp.password.",
        ),
    ],
)
def test_a_configuration_of_tokens_that_is_wrong_is_told(
    desk: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, why: str
) -> None:
    path = configure(monkeypatch, tmp_path, f'[smtp]\nhost = "localhost"\nuser = "itil"\n{said}\n')
    answer = desk("deliver", who=BOT)
    assert (answer.code, answer.err.partition("]: ")[2]) == (5, f"{path}: {why} docs/mail.md says what it holds.\n")


# IMAP


def imap_settings(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> Path:
    path = folder / "receive.toml"
    path.write_text(text)
    monkeypatch.setenv(FILE, str(path))
    return path


def test_mail_comes_in_with_a_token_and_a_wrong_one_is_told(
    desk: Shell, imap: Imap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"imap://itil@127.0.0.1:{imap.server_address[1]}"
    said = f'[imap]\nurl = "{url}"\ntoken-command = ["{script(tmp_path, "echo expired")}"]\n'
    imap_settings(monkeypatch, tmp_path, said)
    answer = desk("receive", "mail", "--imap", who=BOT)
    assert (answer.code, answer.err) == (
        75,
        "error[imap]: 127.0.0.1 takes no tokens (XOAUTH2). See `token-command` in docs/mail.md.\n",
    )
    imap.token = RIGHT
    answer = desk("receive", "mail", "--imap", who=BOT)
    assert (answer.code, answer.err) == (75, "error[imap]: 127.0.0.1 does not take the login of itil: no such token.\n")
    script(tmp_path, "exit 1")
    answer = desk("receive", "mail", "--imap", who=BOT)
    assert answer.code == 75 and "give-token` gives no token: it exits with 1." in answer.err
    script(tmp_path, f"echo {TOKEN}")
    assert desk("receive", "mail", "--imap", who=BOT).out.count(": a new incident.") == 3


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('token-command = "x"', "imap.token-command is a list of words, the program first."),
        ('token-command = ["x"]\npassword = "p"', "imap.token-command stands instead of imap.password."),
    ],
)
def test_a_mailbox_with_tokens_that_is_wrong_is_told(
    desk: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, why: str
) -> None:
    path = imap_settings(monkeypatch, tmp_path, f'[imap]\nurl = "imaps://itil@x"\n{said}\n')
    answer = desk("receive", "mail", "--imap", who=BOT)
    assert answer.err.partition("]: ")[2] == f"{path}: {why} docs/mail.md says what it holds.\n"


def json_web_token(key: bytes, **claims: object) -> str:
    """As an identity provider signs it (RFC 7515, HS256)."""
    parts = ({"typ": "JWT", "alg": "HS256"}, claims)
    said = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.new(key, said, hashlib.sha256).digest()).rstrip(b"=")
    return (said + b"." + signature).decode()


@pytest.mark.slow  # a real server
def test_dovecot_takes_a_token_that_is_signed_and_no_other(
    start: Start, desk: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = b"a key of 32 bytes, for one test."
    server = start(tls=False, oauth2=key)
    server.box.add(b"From: alice@example.com\nSubject: Printer jams\nMessage-ID: <m1@x>\n\nHello\n")
    give_away(Path(server.box._path))  # type: ignore[attr-defined]
    claims = {"email": "helpdesk", "sub": "helpdesk", "exp": 4_000_000_000, "iat": 1_700_000_000}
    url = f"imap://helpdesk@127.0.0.1:{server.port}"
    said = f'[imap]\nurl = "{url}"\ntoken-command = ["{tmp_path}/give-token"]\n'
    imap_settings(monkeypatch, tmp_path, said)
    script(tmp_path, f"echo {json_web_token(b'another key', **claims)}")
    answer = desk("receive", "mail", "--imap", who=BOT)
    assert answer.code == 75 and answer.err.startswith("error[imap]: 127.0.0.1 does not take the login of helpdesk: ")
    script(tmp_path, f"echo {json_web_token(key, **claims)}")
    answer = desk("receive", "mail", "--imap", who=BOT)
    assert (answer.code, answer.err) == (0, "") and answer.out.endswith(": a new incident.\n")
