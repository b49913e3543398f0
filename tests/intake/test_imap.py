"""A mailbox on a real IMAP server: what is unseen is taken, and seen once it is safe."""

from __future__ import annotations

import mailbox
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from itil_cli.errors import GitTrouble, Malformed
from itil_cli.intake.mail.imap import PASSWORD, unseen

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
NOBODY = 65534


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, mailbox.Maildir]]:
    """Dovecot on loopback, with one mailbox; its port, and the Maildir behind it."""
    if DOVECOT is None or os.geteuid() != 0:
        pytest.skip("dovecot-imapd is not installed, or this is not root, whom it wants")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(tempfile.mkdtemp())  # its login process is another user, who may not look into ours
    home.chmod(0o755)
    box = mailbox.Maildir(home / "Maildir")
    give_away(home / "Maildir")
    (tmp_path / "dovecot.conf").write_text(
        f"""
base_dir = {home}
state_dir = {home}
log_path = {tmp_path}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{home}/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={NOBODY} gid={NOBODY} home={home}/Maildir
}}
"""
    )
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(tmp_path / "dovecot.conf")])
    try:
        _wait(port, tmp_path / "log")
        yield port, box
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home)


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
def test_what_is_unseen_is_given_once_and_a_refused_one_again(
    server: tuple[int, mailbox.Maildir], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, box = server
    monkeypatch.setenv(PASSWORD, "secret")
    for number in range(3):
        box.add(f"From: alice@example.com\nSubject: Number {number}\n\nHello\n".encode())
    give_away(Path(box._path))  # type: ignore[attr-defined]
    url = f"imap://helpdesk@127.0.0.1:{port}/INBOX"
    subjects = []
    for letter in unseen(url, 1 << 20):
        subjects.append(letter.raw.split(b"Subject: ")[1].split(b"\r\n")[0])
        if letter.place != "INBOX, message 2":
            letter.done()
    assert sorted(subjects) == [b"Number 0", b"Number 1", b"Number 2"]
    assert [letter.place for letter in unseen(url, 1 << 20)] == ["INBOX, message 2"]
    assert [len(letter.raw) for letter in unseen(url, 10)] == [11]  # enough to see that it is too large


@pytest.mark.slow  # a real server
def test_a_wrong_password_and_a_folder_that_is_none_are_told(
    server: tuple[int, mailbox.Maildir], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, _ = server
    monkeypatch.setenv(PASSWORD, "secret")
    with pytest.raises(GitTrouble, match="there is no folder Nowhere"):
        list(unseen(f"imap://helpdesk@127.0.0.1:{port}/Nowhere", 1))
    monkeypatch.setenv(PASSWORD, "wrong")
    with pytest.raises(GitTrouble, match=r"the mailbox at 127\.0\.0\.1 fails: .*AUTHENTICATIONFAILED"):
        list(unseen(f"imap://helpdesk@127.0.0.1:{port}/INBOX", 1))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://x/", "'http://x/' is no mailbox. Write imaps://USER@HOST/FOLDER."),
        (
            "imaps://mail.example.com/INBOX",
            "'imaps://mail.example.com/INBOX' is no mailbox. Write imaps://USER@HOST/FOLDER.",
        ),
        ("imap://a@mail.example.com/", "imap:// would send the password in the clear. Write imaps://."),
        ("imaps://a@mail.example.com/", "there is no password for the mailbox. Put it into ITIL_IMAP_PASSWORD."),
    ],
)
def test_a_mailbox_that_will_not_do_is_told(monkeypatch: pytest.MonkeyPatch, url: str, said: str) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    with pytest.raises(Malformed) as found:
        list(unseen(url, 1))
    assert str(found.value) == said
