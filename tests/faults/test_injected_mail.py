"""SIGKILL, a full disk and a broken line at the moments of `receive mail` and of `deliver`.

- No mail is lost: it lies in the Maildir until its commit is safe, and is taken in once.
- No message is lost, and none is sent twice by a run that came to its end; after a crash each goes out once more at
  most, under the same name.
"""

from __future__ import annotations

import mailbox
import os
import random
import shutil
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.ground import NOW, USERS_OWN, answer, git, new_store, shown, users_own
from tests.faults.injecting import CHILD_CALLS, FILE_CALLS, FULL, KILL, Injector, Moment, can_trace

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")]
SEED = 20_260_310
ALL = os.environ.get("ITIL_FAULTS") == "all"
SOME = {KILL: 40, FULL: 20}
BOT = "helpdesk@example.com"
LATER = "2026-03-10T11:00:00Z"
AFTER = "2026-03-09T10:16:00Z"  # when a claim that nothing came of is anybody's again
NET_CALLS = ("connect", "sendto", "recvfrom")
RESET = "error=ECONNRESET"
LETTERS = 3


class Desk:
    """A store with a bot, a Maildir with letters, and copies of both for each try."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.box = folder, folder / "desk", folder / "box"
        _, self.incident = new_store(folder / "clean")
        (folder / "clean/people.yaml").write_text(
            (folder / "clean/people.yaml").read_text()
            + f"  - {{email: {BOT}, name: Mail, roles: [bot], answers-for: service-desk}}\n"
        )
        git(folder / "clean", "commit", "-q", "-m", "bot", "people.yaml")
        mailbox.Maildir(folder / "clean-box")
        for number in range(LETTERS):
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "alice@example.com", BOT, f"Number {number}"
            mail["Message-ID"] = f"<n{number}@example.com>"
            mail.set_content("It jams.")
            mail.add_attachment(b"picture", maintype="image", subtype="png", filename="jam.png")
            (folder / "clean-box/new" / f"{number}.test").write_bytes(mail.as_bytes())

    def copy(self) -> Path:
        """A fresh store, and a fresh Maildir."""
        for there, fresh in ((self.store, "clean"), (self.box, "clean-box")):
            shutil.rmtree(there, ignore_errors=True)
            shutil.copytree(self.folder / fresh, there, symlinks=True)
        return self.store

    def run(self, *words: str, now: str = NOW) -> tuple[int, str]:
        """A command without a fault; a lock that a killed git has left is broken first, as its error says."""
        code, said = answer(self.store, "--now", now, "--as", BOT, *words)
        if "--break-locks" in said:
            assert answer(self.store, "doctor", "--break-locks")[0] == 0
            code, said = answer(self.store, "--now", now, "--as", BOT, *words)
        return code, said

    def names(self) -> Counter[str]:
        """How often each file lies in the Maildir, read or not."""
        return Counter(one.name.partition(":")[0] for part in ("new", "cur") for one in (self.box / part).iterdir())

    def taken(self) -> Counter[str]:
        """How often each letter was taken in."""
        paths = git(self.store, "ls-tree", "-r", "--name-only", "HEAD", "incidents").split()
        shows = [shown(self.store, Path(path).stem) for path in paths]
        return Counter(one["title"] for one in shows if one["channel"] == "email")

    def whole(self, where: str) -> None:
        """The next command that writes completes what is owed; nothing is broken, nothing of the user's is touched."""
        code, said = self.run("note", self.incident, "-m", "And on.", now=LATER)
        assert code == 0, f"{where}\n{said}"
        assert users_own(self.store) == USERS_OWN, where
        assert answer(self.store, "check")[0] == 0, where
        assert git(self.store, "fsck", "--strict", "--no-dangling") == "", where


def some(every: Sequence[Moment], fault: str) -> list[Moment]:
    """Those to be tried."""
    return list(every) if ALL else sorted(random.Random(SEED).sample(every, min(len(every), SOME.get(fault, 20))))


@pytest.mark.parametrize("fault", [KILL, FULL])
def test_no_mail_is_lost_and_each_is_taken_in_once(tmp_path: Path, fault: str) -> None:
    desk = Desk(tmp_path)
    injector = Injector(tmp_path, "--now", NOW, "--as", BOT, "receive", "mail", str(desk.box))
    letters = Counter(f"{number}.test" for number in range(LETTERS))
    codes: Counter[int] = Counter()
    for moment in some(injector.moments(desk.copy(), fault), fault):
        done = injector.run(desk.copy(), moment, fault)
        codes[done.returncode] += 1
        where = f"{moment} {fault}: exit {done.returncode}\n{done.stderr}"
        told = done.returncode == 1 and "taken in, but not marked as seen" in done.stderr
        assert fault == KILL or told or done.returncode in (0, 75), where  # a mail server keeps it, and tries again
        assert desk.names() == letters, where
        unread = len(list((desk.box / "new").iterdir()))
        assert LETTERS - unread <= sum(desk.taken().values()), where  # what is read is safe
        code, said = desk.run("receive", "mail", str(desk.box))
        assert code == 0, f"{where}\n{said}"
        assert desk.names() == letters and not list((desk.box / "new").iterdir()), where
        assert desk.taken() == Counter(f"Number {number}" for number in range(LETTERS)), where
        desk.whole(where)
    print(f"seed {SEED}: exit codes {codes}")
    assert len(codes) > 1, "no fault arrived"


class Taken:
    """A server that takes everything, and how often it took each message."""

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        head = (envelope.content or b"").split(b"\r\n\r\n")[0].decode()
        self.names[head.split("Message-ID: ")[1].split("\r\n")[0]] += 1
        return "250 OK"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Taken]:
    found = Taken()
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    path = tmp_path / "deliver.toml"
    path.write_text(f'[smtp]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n')
    monkeypatch.setenv("ITIL_DELIVER", str(path))
    yield found
    controller.stop()


@pytest.mark.parametrize(
    ("fault", "calls"), [(KILL, (*FILE_CALLS, *CHILD_CALLS, *NET_CALLS)), (FULL, ()), (RESET, NET_CALLS)]
)
def test_no_message_is_lost_and_none_sent_again_but_after_a_crash(
    tmp_path: Path, server: Taken, fault: str, calls: tuple[str, ...]
) -> None:
    desk = Desk(tmp_path)
    desk.copy()
    assert desk.run("receive", "mail", str(desk.box)) == (0, "")
    shutil.rmtree(desk.folder / "clean")
    desk.store.rename(desk.folder / "clean")
    injector = Injector(tmp_path, "--now", NOW, "--as", BOT, "deliver")
    every = [
        one for one in injector.moments(desk.copy(), fault, calls) if one.call not in NET_CALLS or one.program == "itil"
    ]
    codes: Counter[int] = Counter()
    again = 0
    for moment in some(every, fault):
        server.names.clear()
        done = injector.run(desk.copy(), moment, fault)
        codes[done.returncode] += 1
        where = f"{moment} {fault}: exit {done.returncode}\n{done.stderr}"
        assert "Traceback" not in done.stderr and "our bug" not in done.stderr, where
        assert all(count == 1 for count in server.names.values()), where
        if done.returncode == 0:
            assert len(server.names) == LETTERS, where
        code, said = desk.run("deliver", now=AFTER)
        assert code == 0, f"{where}\n{said}"
        assert len(server.names) == LETTERS and max(server.names.values()) <= 2, where
        assert done.returncode or max(server.names.values()) == 1, where
        again += sum(count - 1 for count in server.names.values())
        before = server.names.copy()
        assert desk.run("deliver", now="2026-03-10T10:00:00Z") == (0, ""), where
        assert server.names == before, where
        desk.whole(where)
    print(f"seed {SEED}: exit codes {codes}; {again} messages went out twice after a crash")
    assert len(codes) > 1, "no fault arrived"
