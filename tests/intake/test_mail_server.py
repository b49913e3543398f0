"""A real mail server: Debian's exim4 on loopback hands mail to `itil receive mail` by a `.forward`, and takes what
`itil deliver` sends. Alice writes, is answered, confirms; what cannot be taken in now waits in the server's queue."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow  # a real server
EXIM = shutil.which("exim4", path="/usr/sbin:/usr/local/sbin")
ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534  # exim runs no program as root
DESK, ALICE = "helpdesk@example.com", "alice@example.com"

CONFIGURATION = """
primary_hostname = mail.example.com
exim_user = nobody
exim_group = nogroup
spool_directory = {home}/spool
log_file_path = {home}/spool/%slog
pid_file_path = {home}/spool/pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts =
keep_environment =
add_environment = PATH=/usr/local/bin:/usr/bin:/bin
acl_smtp_rcpt = accept
domainlist local = example.com
begin routers
forward:
  driver = redirect
  domains = +local
  local_parts = helpdesk
  file = {home}/.forward
  user = nobody
  group = nogroup
  pipe_transport = pipe
box:
  driver = accept
  domains = +local
  local_parts = alice
  transport = box
others:
  driver = redirect
  data = :blackhole:
begin transports
pipe:
  driver = pipe
  return_fail_output
  home_directory = {home}
  environment = HOME={home}
box:
  driver = appendfile
  directory = {home}/box
  maildir_format
  create_directory
  user = nobody
begin retry
* * F,1h,1s
"""


class Office:
    """A mail server, a clone that takes in what it hands over, and Alice's mailbox."""

    def __init__(self, home: Path) -> None:
        self.home, self.store = home, home / "desk"
        self.program = home / "itil"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    def run(self, *words: str) -> str:
        """A command as the user who owns the clone."""
        done = subprocess.run(
            words, capture_output=True, text=True, user=NOBODY, group=NOBODY, extra_groups=[], cwd=self.home,
            env={"HOME": str(self.home), "PATH": os.environ["PATH"] if os.geteuid() else "/usr/local/bin:/usr/bin:/bin"},
        )  # fmt: skip
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def itil(self, *words: str) -> Any:
        """A command of the program in the clone; its JSON."""
        return json.loads(self.run(str(self.program), "-C", str(self.store), *words, "--json") or "null")

    def prepare(self) -> None:
        """The store, its bot, the `.forward`, and the configuration of mail that leaves."""
        for key, value in (("name", "Desk"), ("email", "dana@example.com")):
            self.run("git", "config", "--global", f"user.{key}", value)
        self.run(str(self.program), "init", str(self.store))
        (self.store / "people.yaml").open("a").write(
            f"  - {{email: {DESK}, name: Mail, roles: [bot], answers-for: service-desk}}\n"
        )
        (self.store / "itil.yaml").open("a").write(f"mail: {{address: {DESK}}}\n")
        self.run("git", "-C", str(self.store), "commit", "-qam", "mail")
        line = f'"|{self.program} -C {self.store} --as {DESK} receive mail -"\n'
        (self.home / ".forward").write_text(line)
        (self.home / "exim.conf").write_text(CONFIGURATION.format(home=self.home, port=self.port))
        settings = self.home / ".config/itil/deliver.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f'[smtp]\nhost = "127.0.0.1"\nport = {self.port}\ntls = "none"\n')

    def send(self, text: str, name: str, *, sender: str = ALICE, **headers: str) -> None:
        """Mail to the help desk."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Message-ID"] = sender, DESK, f"<{name}@example.com>"
        mail["Subject"] = headers.pop("subject", "Printer jams")
        for key, value in headers.items():
            mail[key.replace("_", "-")] = value
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as server:
            server.send_message(mail)

    def incidents(self) -> list[Any]:
        """What the store has, oldest first."""
        return sorted(self.itil("list", "--all")["incidents"], key=lambda one: str(one["id"]))

    def letters(self) -> list[EmailMessage]:
        """What lies in Alice's mailbox."""
        return [
            message_from_bytes(file.read_bytes(), policy=policy.default)  # type: ignore[arg-type]
            for file in sorted((self.home / "box/new").glob("*"), key=lambda file: file.stat().st_mtime_ns)
        ]

    def listens(self) -> bool:
        """Whether the server takes mail."""
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self) -> str:
        """What the server says."""
        paths = (self.home / "spool/mainlog", self.home / "exits")
        return "".join(path.read_text() for path in paths if path.exists())

    def until(self, what: str, there: Callable[[], Any]) -> Any:
        """What `there` gives once it gives anything; mail takes its time."""
        for _ in range(600):
            if found := there():
                return found
            time.sleep(0.1)
        raise AssertionError(f"{what} never came\n{self.log()}")


@pytest.fixture
def office() -> Iterator[Office]:
    if EXIM is None or os.geteuid() != 0:
        pytest.skip("exim4-daemon-light is not installed, or this is not root, whom it wants")
    home = Path(tempfile.mkdtemp())  # another user's programs look into it
    try:
        home.chmod(0o755)
        found = Office(home)
        _install(found)
        (home / "spool").mkdir()
        for path in (home, home / "spool"):
            os.chown(path, NOBODY, NOBODY)
        found.prepare()
        for path in home.rglob("*"):
            os.chown(path, NOBODY, NOBODY)
        os.chown(home / "exim.conf", 0, 0)  # or the server does not trust it
        with subprocess.Popen(
            [EXIM, "-C", str(home / "exim.conf"), "-bdf", "-q1s"], stderr=subprocess.DEVNULL
        ) as server:
            try:
                found.until("the server", found.listens)
                yield found
            finally:
                server.terminate()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _install(office: Office) -> None:
    """A program that nobody may run: this interpreter may lie where only root looks, the system's does not."""
    paths = f"{ROOT}:{sysconfig.get_paths()['purelib']}"
    for python in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        office.program.write_text(
            f'#!/bin/sh\nPYTHONPATH={paths} PYTHONDONTWRITEBYTECODE=1 {python} -m itil_cli "$@"\ncode=$?\n'
            'echo "$* $code" >> "$HOME/exits"\nexit $code\n'
        )
        office.program.chmod(0o755)
        done = subprocess.run(
            [office.program, "--version"],
            capture_output=True,
            user=NOBODY,
            group=NOBODY,
            cwd="/",
            env={"HOME": str(office.home)},
        )
        if done.returncode == 0:
            return
    pytest.skip(f"no Python that {pwd.getpwuid(NOBODY).pw_name} may run sees the program")


def test_alice_writes_is_answered_and_confirms(office: Office) -> None:
    office.send("It jams.", "m1")
    (incident,) = office.until("the incident", office.incidents)
    assert (incident["title"], incident["requestor"], incident["channel"]) == ("Printer jams", ALICE, "email")
    office.itil("--as", DESK, "deliver")
    (receipt,) = office.until("the receipt", office.letters)
    assert (receipt["In-Reply-To"], receipt["From"]) == ("<m1@example.com>", DESK)

    office.send("Still.", "m2", subject=f"Re: {receipt['Subject']}", In_Reply_To=receipt["Message-ID"])
    office.until("her answer", lambda: office.itil("show", incident["id"])["contacts"])
    office.itil("resolve", incident["id"], "--code", "fixed", "-m", "New roller.", "--category", "hardware")
    office.itil("--as", DESK, "deliver")
    office.until("the resolution", lambda: len(office.letters()) == 2)
    told = office.letters()[-1]
    assert "New roller." in told.get_content()

    office.send("Confirmed, thanks!", "m3", subject=f"Re: {told['Subject']}", In_Reply_To=told["Message-ID"])
    office.until("the end", lambda: office.itil("show", incident["id"])["status"] == "closed")
    assert len(office.incidents()) == 1
    assert office.itil("check")["findings"] == []


def test_what_cannot_be_taken_in_now_waits_in_the_servers_queue(office: Office) -> None:
    office.run("git", "-C", str(office.store), "checkout", "-q", "--detach")
    office.send("It jams.", "m1")
    office.until("a first try", lambda: "receive mail - 75\n" in (office.home / "exits").read_text())
    assert office.incidents() == [] and office.letters() == []
    office.run("git", "-C", str(office.store), "checkout", "-q", "main")
    (incident,) = office.until("the incident", office.incidents)
    assert incident["title"] == "Printer jams" and office.letters() == []


def test_whoever_is_refused_hears_of_it_from_the_server(office: Office) -> None:
    (office.store / "itil.yaml").open("a").write("requestors: known\n")
    office.run("git", "-C", str(office.store), "commit", "-qam", "known")
    office.send("It jams.", "m1")
    (bounce,) = office.until("the bounce", office.letters)
    said = bounce.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"error[S19]: standard input: {ALICE} is not known here, and the policy says requestors: known." in said
    assert office.incidents() == []
