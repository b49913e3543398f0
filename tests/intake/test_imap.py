"""A mailbox on a real IMAP server: what is unseen is taken, and seen once it is safe."""

from __future__ import annotations

import base64
import imaplib
import mailbox
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from shell import Shell

from itil_cli.cli.tokens import xoauth2
from itil_cli.errors import GitTrouble, ItilError, Malformed
from itil_cli.intake.mail.boxes import Letter
from itil_cli.intake.mail.configuration import FILE, PASSWORD, configured
from itil_cli.intake.mail.imap import mailbox as of_url
from itil_cli.intake.mail.imap import unseen
from itil_cli.render.failure import failure_text
from tests.certificates import Certificate, certified
from tests.cli.test_receive_mail import BOT, desk

__all__ = ["desk"]

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
NOBODY = 65534
PASSWORD_OF_ALL = "secret"


class Dovecot(NamedTuple):
    """A server on loopback: its ports, the Maildir behind it, and the authority of its certificate."""

    port: int
    tls_port: int
    box: mailbox.Maildir
    authority: Path


Start = Callable[..., Dovecot]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts dovecot with one mailbox, with TLS or without."""
    if DOVECOT is None or os.geteuid() != 0:
        pytest.skip("dovecot-imapd is not installed, or this is not root, whom it wants")
    home = Path(tempfile.mkdtemp())  # its login process is another user, who may not look into ours
    home.chmod(0o755)
    running = []

    def begin(*, tls: bool = True, oauth2: bytes | None = None) -> Dovecot:
        port, tls_port = free_port(), free_port()
        box = mailbox.Maildir(home / "Maildir")
        give_away(home / "Maildir")
        files = certified(tmp_path / "certificates", "127.0.0.1", "127.0.0.2")
        said = configuration(home, tmp_path / "log", port, tls_port, files, tls)
        (tmp_path / "dovecot.conf").write_text(said + (with_tokens(home, oauth2) if oauth2 else ""))
        running.append(subprocess.Popen([str(DOVECOT), "-F", "-c", str(tmp_path / "dovecot.conf")]))
        _wait(port, tmp_path / "log")
        return Dovecot(port, tls_port, box, files.authority)

    yield begin
    for process in running:
        process.terminate()
        process.wait(10)
    shutil.rmtree(home)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def configuration(home: Path, log: Path, port: int, tls_port: int, files: Certificate, tls: bool) -> str:
    return f"""
base_dir = {home}
state_dir = {home}
log_path = {log}
protocols = imap
listen = 127.0.0.1, 127.0.0.2
ssl = {"yes" if tls else "no"}
ssl_cert = <{files.certificate}
ssl_key = <{files.key}
disable_plaintext_auth = no
mail_location = maildir:{home}/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port if tls else 0}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={PASSWORD_OF_ALL}
}}
userdb {{
  driver = static
  args = uid={NOBODY} gid={NOBODY} home={home}/Maildir
}}
"""


def with_tokens(home: Path, key: bytes) -> str:
    """Tokens that are signed with this key are taken; dovecot looks for keys by algorithm and name."""
    keys = home / "keys/default/HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(key))
    for path in ((home / "keys"), *(home / "keys").rglob("*")):
        path.chmod(0o755)
    (home / "oauth2.conf").write_text(
        f"introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={home}/keys/\nusername_attribute = email\n"
    )
    return f"""
auth_mechanisms = plain xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
"""


def fetched(url: str, limit: int = 1 << 20) -> list[Letter]:
    """What is unseen; nothing is marked."""
    return list(unseen(of_url(url, os.environ.get(PASSWORD)), limit, xoauth2))


def give_away(folder: Path) -> None:
    """The server's mail process is nobody's, and wants to own the mailbox."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


def _wait(port: int, log: Path) -> None:
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else "dovecot does not listen")


@pytest.mark.slow  # a real server
def test_what_is_unseen_is_given_once_and_a_refused_one_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    port, _, box, _ = start(tls=False)
    monkeypatch.setenv(PASSWORD, PASSWORD_OF_ALL)
    for number in range(3):
        box.add(f"From: alice@example.com\nSubject: Number {number}\n\nHello\n".encode())
    give_away(Path(box._path))  # type: ignore[attr-defined]
    url = f"imap://helpdesk@127.0.0.1:{port}/INBOX"
    subjects = []
    for letter in unseen(of_url(url, PASSWORD_OF_ALL), 1 << 20, xoauth2):
        subjects.append(letter.raw.split(b"Subject: ")[1].split(b"\r\n")[0])
        if letter.place != "INBOX, message 2":
            letter.done()
    assert sorted(subjects) == [b"Number 0", b"Number 1", b"Number 2"]
    assert [letter.place for letter in fetched(url)] == ["INBOX, message 2"]
    assert [len(letter.raw) for letter in fetched(url, 10)] == [11]  # enough to see that it is too large


@pytest.mark.slow  # a real server
def test_what_a_mail_program_has_listed_lies_in_cur_and_is_taken_from_the_maildir_once(
    start: Start, desk: Shell
) -> None:
    """Dovecot moves new mail as soon as somebody selects the folder; what he reads meanwhile is his."""
    server = start(tls=False)
    folder = Path(server.box._path)  # type: ignore[attr-defined]
    for number in (1, 2):
        server.box.add(
            f"From: alice@example.com\nSubject: Number {number}\nMessage-ID: <c{number}@x>\n\nHello\n".encode()
        )
    give_away(folder)
    with imaplib.IMAP4("127.0.0.1", server.port) as program:
        program.login("helpdesk", PASSWORD_OF_ALL)
        assert program.select() == ("OK", [b"2"])
        assert program.store("1", "+FLAGS", r"(\Seen)")[0] == "OK"
        assert list((folder / "new").iterdir()) == []
        answer = desk("receive", "mail", str(folder), "--json", who=BOT)
        assert [one["words"] for one in answer.json["mails"]] == ["a new incident"], answer.err
        program.noop()
        assert program.search(None, "UNSEEN") == ("OK", [b""])
    assert desk("receive", "mail", str(folder), who=BOT).out == "No mail.\n"


@pytest.mark.slow  # a real server
def test_a_wrong_password_and_a_folder_that_is_none_are_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    port = start(tls=False).port
    monkeypatch.setenv(PASSWORD, PASSWORD_OF_ALL)
    with pytest.raises(GitTrouble) as found:
        fetched(f"imap://helpdesk@127.0.0.1:{port}/Nowhere")
    assert str(found.value) == "the mailbox at 127.0.0.1 fails: there is no folder Nowhere."
    monkeypatch.setenv(PASSWORD, "wrong")
    with pytest.raises(GitTrouble) as found:
        fetched(f"imap://helpdesk@127.0.0.1:{port}/INBOX")
    said = "127.0.0.1 does not take the login of helpdesk: [AUTHENTICATIONFAILED] Authentication failed."
    assert str(found.value) == said


@pytest.mark.slow  # a real server
@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_mail_comes_in_under_tls_and_the_mailbox_stands_in_the_users_own_file(
    start: Start, desk: Shell, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """STARTTLS for `imap://`: 127.0.0.2 stands for another machine, to which nothing goes in the clear."""
    server = start()
    server.box.add(b"From: alice@example.com\nSubject: Printer jams\nMessage-ID: <m1@x>\n\nHello\n")
    give_away(Path(server.box._path))  # type: ignore[attr-defined]
    port = server.tls_port if scheme == "imaps" else server.port
    path = desk.store.parent / "receive.toml"
    path.write_text(
        f'[imap]\nurl = "{scheme}://helpdesk@127.0.0.2:{port}"\n'
        f'password = "{PASSWORD_OF_ALL}"\nca = "{server.authority}"\n'
    )
    monkeypatch.setenv(FILE, str(path))
    answer = desk("receive", "mail", "--imap", "--json", who=BOT)
    assert [one["words"] for one in answer.json["mails"]] == ["a new incident"], answer.err
    assert desk("receive", "mail", "--imap", who=BOT).out == "No mail.\n"


@pytest.mark.slow  # a real server
@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_certificate_that_is_not_trusted_is_told(
    start: Start, desk: Shell, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    server = start()
    monkeypatch.setenv(PASSWORD, PASSWORD_OF_ALL)
    port = server.tls_port if scheme == "imaps" else server.port
    answer = desk("receive", "mail", "--imap", f"{scheme}://helpdesk@127.0.0.2:{port}", who=BOT)
    assert (answer.code, answer.err) == (
        75,
        "error[imap]: the certificate of 127.0.0.2 is not trusted: unable to get local issuer certificate. "
        "`ca` in receive.toml names the file of an authority of your own.\n",
    )


@pytest.mark.slow  # a real server
def test_without_starttls_no_password_goes_to_another_machine(
    start: Start, desk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start(tls=False)
    monkeypatch.setenv(PASSWORD, PASSWORD_OF_ALL)
    for url, said in (
        (
            f"imap://helpdesk@127.0.0.2:{server.port}",
            "offers no STARTTLS; no password is sent in the clear. Write imaps://.",
        ),
        (f"imaps://helpdesk@127.0.0.2:{server.port}", f"speaks no TLS at port {server.port}: "),
    ):
        answer = desk("receive", "mail", "--imap", url, who=BOT)
        assert answer.code == 75 and answer.err.startswith(f"error[imap]: 127.0.0.2 {said}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://x/", "'http://x/' is no mailbox. Write imaps://USER@HOST/FOLDER."),
        (
            "imaps://mail.example.com/INBOX",
            "'imaps://mail.example.com/INBOX' is no mailbox. Write imaps://USER@HOST/FOLDER.",
        ),
        ("imaps://a@x:99999/", "'imaps://a@x:99999/' is no mailbox. Write imaps://USER@HOST/FOLDER."),
        ("imaps://a:b@x/", "a password in a URL is seen by everybody. Put it into ITIL_IMAP_PASSWORD."),
        ("imaps://a@mail.example.com/", "there is no password for the mailbox. Put it into ITIL_IMAP_PASSWORD."),
    ],
)
def test_a_mailbox_that_will_not_do_is_told(url: str, said: str) -> None:
    with pytest.raises(Malformed) as found:
        of_url(url, None)
    assert str(found.value) == said


def test_how_it_is_spoken_to_follows_from_the_url() -> None:
    spoken = {
        url: of_url(url, "p")[1:3] for url in ("imaps://a@x", "imap://a@x", "imap://a@localhost", "imap://a@x:99")
    }
    assert list(spoken.values()) == [(993, "tls"), (143, "starttls"), (143, "none"), (99, "starttls")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[imap", "{path}: it is no TOML: Expected ']' at the end of a table declaration (at end of document). docs/mail.md says what it holds."),
        ("[smtp]", "{path}: its only section is [imap], not smtp. docs/mail.md says what it holds."),
        ('[imap]\nurls = "x"', "{path}: there is no imap.urls. Did you mean url?"),
        ("[imap]\nca = 1", "{path}: imap.ca is no str. docs/mail.md says what it holds."),
        ('[imap]\nca = "/none.pem"', "{path}: imap.ca: /none.pem holds no certificate. Name a PEM file."),
        ("[imap]", "{path} names no mailbox. Give --imap URL, or write `url` into its [imap]."),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "receive.toml"
    path.write_text(text)
    with pytest.raises(ItilError) as found:
        configured("", path)
    assert failure_text(found.value).partition("]: ")[2] == said.format(path=path)
