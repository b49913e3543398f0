"""Messages out: a real SMTP server gets them, once; its answer finds the incident; failures are tried again."""

from __future__ import annotations

import json
import socket
import socketserver
import stat
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from shell import Shell

from itil_cli.deliver.webhooks import body
from tests.cli.test_receive_mail import BOT, audited, desk, events, letter, receive, taken

__all__ = ["desk"]


class Server:
    """What the server took, and what it answers to an address."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.refuses: dict[str, str] = {}
        self.logins: list[bytes] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(message_from_bytes(envelope.content or b""))
        return "250 OK"

    def to(self, address: str) -> list[Message]:
        return [one for one in self.taken if one["To"] == address]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A server on loopback that wants a login, and the configuration that names it."""
    found = Server()

    def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        found.logins.append(data.password)  # type: ignore[attr-defined]
        return AuthResult(success=data.password == b"secret")  # type: ignore[attr-defined]

    port = free_port()
    controller = Controller(found, hostname="127.0.0.1", port=port, authenticator=login, auth_require_tls=False)
    controller.start()
    configure(monkeypatch, tmp_path, f'[smtp]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nuser = "itil"\n')
    monkeypatch.setenv("ITIL_SMTP_PASSWORD", "secret")
    yield found
    controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> Path:
    path = folder / "deliver.toml"
    path.write_text(text)
    monkeypatch.setenv("ITIL_DELIVER", str(path))
    return path


def answer_to(mail: Message, text: str, **headers: str) -> EmailMessage:
    """What a mail program makes of answering."""
    answer = letter(text, str(mail["To"]), id=headers.pop("id", "a1"), subject=f"Re: {mail['Subject']}", **headers)
    answer["In-Reply-To"] = mail["Message-ID"]
    answer["References"] = f"{mail['References']} {mail['Message-ID']}"
    return answer


def test_a_real_server_takes_the_receipt_once_and_its_answer_finds_the_incident(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    assert desk("deliver", who=BOT).out == "1 message sent.\n"
    (mail,) = server.to("alice@example.com")
    assert (mail["From"], mail["Subject"]) == (BOT, f"[{incident}] Printer jams")
    assert incident in mail.get_payload() and mail["In-Reply-To"] == "<m1@example.com>"
    assert server.logins == [b"secret"]
    assert desk("deliver", who=BOT).out == "0 messages sent.\n"
    answer = answer_to(mail, "It is the big one.")
    answer.replace_header("Subject", "about the printer")
    assert taken(desk, answer) == incident
    assert events(desk, incident)[-1]["do"] == "contacted"
    audited(desk)


def test_a_vacation_reply_starts_no_loop(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    desk("deliver", who=BOT)
    for turn in range(3):
        (mail,) = server.taken
        assert mail["Auto-Submitted"] == "auto-generated"
        assert taken(desk, answer_to(mail, "I am away.", id=f"v{turn}", Auto_Submitted="auto-replied")) == incident
        assert desk("deliver", who=BOT).out == "0 messages sent.\n"
    assert len(server.taken) == 1


def test_the_resolution_is_told_and_confirmed_by_an_answer(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    desk("resolve", incident, "--code", "fixed", "-m", "New roller.", "--category", "hardware", who="dana")
    desk("deliver", who=BOT)
    (mail,) = [one for one in server.to("alice@example.com") if "is resolved" in one.get_payload()]
    assert "New roller." in mail.get_payload() and "closes at 2026-03-16T" in mail.get_payload()
    taken(desk, answer_to(mail, "Confirmed, it prints."))
    assert desk("show", incident, "--json").json["status"] == "closed"
    desk("deliver", who=BOT)
    assert not [one for one in server.to("alice@example.com") if "is closed" in one.get_payload()]  # her own act
    audited(desk)


def test_the_internal_note_is_told_to_nobody(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    desk("note", incident, "-m", "Alice broke it herself.", who="dana")
    desk("tell", incident, "-m", "We are on it.", who="dana")
    desk("deliver", who=BOT)
    texts = [str(one.get_payload()) for one in server.taken]
    assert any("We are on it." in text for text in texts) and not any("herself" in text for text in texts)


def test_what_a_server_refuses_for_good_is_not_tried_again_and_shows(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    server.refuses["alice@example.com"] = "550 5.1.1 no such user"
    failed = desk("deliver", who=BOT, now="2026-03-09T10:00:00Z")
    assert (failed.code, failed.err) == (
        1, f"{incident} receipt to alice@example.com refused: 550 5.1.1 no such user\n",
    )  # fmt: skip
    assert "Not delivered at 2026-03-09T10:00:00Z (1)\n" in desk(now="2026-03-09T10:01:00Z").out
    server.refuses.clear()
    assert desk("deliver", who=BOT, now="2026-03-10T10:00:00Z").out == "0 messages sent.\n"
    assert "550 5.1.1 no such user" in desk(now="2026-03-10T10:01:00Z").out  # still


def test_what_fails_is_tried_again_after_a_while(desk: Shell, server: Server) -> None:
    taken(desk, letter())
    server.refuses["alice@example.com"] = "451 later"
    assert desk("deliver", who=BOT, now="2026-03-09T10:00:00Z").code == 1
    server.refuses.clear()
    assert desk("deliver", who=BOT, now="2026-03-09T10:04:59Z").out == "0 messages sent.\n"
    assert desk("deliver", who=BOT, now="2026-03-09T10:05:00Z").out == "1 message sent.\n"
    assert desk(now="2026-03-09T10:06:00Z").out.count("Not delivered") == 0


def test_a_dry_run_prints_and_writes_nothing(desk: Shell) -> None:
    incident = taken(desk, letter())
    head = desk.git("rev-parse", "HEAD")
    assert desk("deliver", "--dry-run", who=BOT).out == (
        f"To: alice@example.com\nSubject: [{incident}] Printer jams\n\n"
        f"We have your report, and call it {incident}. Answer this mail to add to it.\n\nPrinter jams\n\n"
        "1 message; nothing is sent (--dry-run).\n"
    )
    assert desk.git("rev-parse", "HEAD") == head


def test_a_program_of_the_senders_own_gets_the_whole_message(
    desk: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "send"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/sent\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    configure(monkeypatch, tmp_path, f'[command]\nrun = ["{program}"]\n')
    taken(desk, letter())
    assert desk("deliver", who=BOT).out == "1 message sent.\n"
    assert message_from_bytes((tmp_path / "sent").read_bytes())["To"] == "alice@example.com"


class Hook(BaseHTTPRequestHandler):
    """A webhook's receiver: keeps what it got, answers what the test wants."""

    got: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    answers: ClassVar[int] = 200

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Hook.got.append((self.headers["Idempotency-Key"], said))
        self.send_response(Hook.answers)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[type[Hook]]:
    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    Hook.got, Hook.answers = [], 200
    url = f"http://127.0.0.1:{server.server_port}/"
    configure(monkeypatch, tmp_path, f'[webhook]\nurl = "{url}"\nshape = "slack"\nwhat = ["assigned"]\n')
    yield Hook
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_the_messages_it_is_for_once_an_event(desk: Shell, hook: type[Hook]) -> None:
    incident = taken(desk, letter(subject="<!channel> jams"))
    desk("classify", incident, "--impact", "low", "--urgency", "low", "--category", "hardware", who="dana")
    assert desk("assign", incident, "--group", "support", who="dana").code == 0
    assert desk("deliver", who=BOT).out == "1 message sent.\n"
    ((name, said),) = hook.got
    assert name.startswith(f"<{incident}.") and ".assigned." in name
    assert said["text"].startswith(f"*[{incident}] &lt;!channel&gt; jams*\n{incident} is yours: P5, assigned.")
    assert desk("deliver", who=BOT).out == "0 messages sent.\n"


@pytest.mark.parametrize(
    ("status", "state"), [(500, "failed"), (400, "refused"), (403, "failed"), (404, "failed"), (302, "failed")]
)
def test_what_a_webhook_does_not_take_is_told(desk: Shell, hook: type[Hook], status: int, state: str) -> None:
    incident = taken(desk, letter())
    desk("classify", incident, "--impact", "low", "--urgency", "low", "--category", "hardware", who="dana")
    desk("assign", incident, "--group", "support", who="dana")
    hook.answers = status
    answer = desk("deliver", who=BOT)
    assert answer.code == 1
    assert answer.err.startswith(f"{incident} assigned to webhook {state}: the webhook answers {status} ")


def test_what_answers_and_is_no_webhook_holds_up_nobody(
    desk: Shell, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Greeter) as other:
        thread = Thread(target=other.serve_forever, args=(0.01,))
        thread.start()
        said = (tmp_path / "deliver.toml").read_text()
        url = f"http://127.0.0.1:{other.server_address[1]}/"
        configure(monkeypatch, tmp_path, f'{said}[webhook]\nurl = "{url}"\nwhat = ["receipt"]\n')
        incident = taken(desk, letter())
        answer = desk("deliver", who=BOT)
        other.shutdown()
        thread.join()
    assert (answer.code, answer.out) == (1, "1 message sent.\n") and len(server.to("alice@example.com")) == 1
    assert answer.err == f"{incident} receipt to webhook failed: the webhook: SSH-2.0-OpenSSH\n"


class Greeter(socketserver.StreamRequestHandler):
    """Speaks something else."""

    def handle(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n")
        self.rfile.readline()


@pytest.mark.parametrize("shape", ["slack", "teams", "generic"])
def test_a_webhooks_body_quotes_what_people_wrote(shape: str) -> None:
    said = body(shape, "[INC] a", "<https://evil.example|x> [y](https://evil.example) *b*", {"id": "INC"})
    text = json.dumps(said)
    assert {"slack": "&lt;https", "teams": "\\\\[y\\\\]\\\\(https", "generic": '"id": "INC"'}[shape] in text


def test_without_a_configuration_nothing_is_claimed(
    desk: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ITIL_DELIVER", str(tmp_path / "none.toml"))
    taken(desk, letter())
    head = desk.git("rev-parse", "HEAD")
    answer = desk("deliver", who=BOT)
    assert (answer.code, answer.err) == (
        4, f"error[not-found]: There is no {tmp_path}/none.toml. docs/mail.md says what it holds.\n",
    )  # fmt: skip
    assert desk.git("rev-parse", "HEAD") == head


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[smtp", "it is no TOML: "),
        (
            "",
            "its sections are [smtp] or [command], and [webhook] beside it or alone, not none. docs/mail.md says what it holds.",
        ),
        ('[smtp]\nhots = "x"', "there is no smtp.hots. Did you mean host?"),
        ('[smtp]\nport = "25"', "smtp.port is no int."),
        ("[smtp]\nport = 25", "smtp.host is missing."),
        (
            '[smtp]\nhost = "mail.example.com"\ntls = "none"',
            "without TLS mail goes to this machine only, not to mail.example.com.",
        ),
        ('[smtp]\nhost = "x"\ntls = "ssl"', "smtp.tls is one of starttls, tls, none."),
        ('[smtp]\nhost = "x"\nuser = "u"', "there is no password for u. Put it into ITIL_SMTP_PASSWORD."),
        (
            '[webhook]\nurl = "http://hooks.example.com/x"',
            "webhook.url begins with https:// (http:// is for this machine only).",
        ),
        (
            '[webhook]\nurl = "https://x"\nshape = "slak"',
            "webhook.shape is one of slack, teams, generic. Did you mean slack?",
        ),
        ('[webhook]\nurl = "https://x"\nwhat = ["news"]', "webhook.what is a list of messages: receipt, pending,"),
        ("[command]\nrun = []", "command.run is a list of words, the program first."),
    ],
)
def test_a_configuration_that_is_wrong_is_told(
    desk: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str
) -> None:
    path = configure(monkeypatch, tmp_path, text)
    answer = desk("deliver", who=BOT)
    assert answer.code == 5 and answer.err.startswith(f"error[deliver-settings]: {path}: {said}")


def test_two_clones_send_each_message_once(desk: Shell, server: Server, tmp_path: Path) -> None:
    taken(desk, letter())
    hub, other = tmp_path / "hub.git", tmp_path / "other"
    for words in (["clone", "-q", "--bare", str(desk.store), str(hub)], ["clone", "-q", str(hub), str(other)]):
        subprocess.run(["git", *words], check=True)
    desk.git("remote", "add", "origin", str(hub))
    desk.git("fetch", "-q", "origin")
    desk.git("branch", "-q", "--set-upstream-to=origin/main")
    clones = [desk, Shell(other, desk.capsys)]
    for clone in clones:
        clone.git("config", "itil.sync", "on")
    for clone in clones:
        assert clone("deliver", who=BOT, now="2026-03-09T10:00:00Z").code == 0
    assert len(server.taken) == 1


def test_a_claim_that_nothing_came_of_is_taken_over(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    path = desk.store / "deliveries/incidents" / incident[4:8] / incident[8:10] / incident[10:12] / incident
    path.parent.mkdir(parents=True)
    n = events(desk, incident)[0]["n"]
    path.write_text(f"{n} receipt alice@example.com claimed 2026-03-09T10:00:00Z 1 DEADRUN000\n")
    desk.git("add", "-A")
    desk.git("commit", "-qm", "a run that died")
    assert desk("deliver", who=BOT, now="2026-03-09T10:14:59Z").out == "0 messages sent.\n"
    assert desk("deliver", who=BOT, now="2026-03-09T10:15:00Z").out == "1 message sent.\n"


def test_a_template_of_the_policy_has_its_own_words(desk: Shell, server: Server) -> None:
    policy = desk.store / "itil.yaml"
    policy.write_text(
        policy.read_text()
        + "messages: {templates: {receipt: {subject: 'Bonjour: {title}', text: 'Merci. {nothing}{title.__class__}'}}}\n"
    )
    desk.git("commit", "-qam", "templates")
    incident = taken(desk, letter())
    desk("deliver", who=BOT)
    assert server.taken[0]["Subject"] == f"[{incident}] Bonjour: Printer jams"
    assert server.taken[0].get_payload() == "Merci. {title.__class__}\r\n"


def test_in_quiet_hours_only_what_may_not_wait_goes_out(desk: Shell, server: Server) -> None:
    policy = desk.store / "itil.yaml"
    policy.write_text(policy.read_text() + "messages: {hours: business}\n")
    desk.git("commit", "-qam", "hours")
    incident = taken(desk, letter())
    desk("classify", incident, "--impact", "critical", "--urgency", "critical", "--category", "hardware", who="dana")
    assert desk("deliver", who=BOT, now="2026-03-09T20:00:00Z").code == 0
    assert {one["To"] for one in server.taken} == {"ines@example.com", "ada@example.com", "max@example.com"}
    assert desk("deliver", who=BOT, now="2026-03-10T10:00:00Z").out == "1 message sent.\n"
    assert len(server.to("alice@example.com")) == 1


def test_hours_that_there_are_not_are_told(desk: Shell) -> None:
    policy = desk.store / "itil.yaml"
    policy.write_text(policy.read_text() + "messages: {hours: busines}\n")
    desk.git("commit", "-qam", "hours")
    answer = desk("policy", "validate")
    assert answer.code == 5 and "there is no calendar 'busines'. Did you mean business?" in answer.err


def test_a_subject_that_would_add_a_header_does_not(desk: Shell, server: Server) -> None:
    raw = letter().as_bytes().replace(b"Subject: Printer jams", b"Subject: =?utf-8?Q?x=0D=0ABcc:_eve=40evil.example?=")
    receive(desk, raw)
    assert desk("deliver", who=BOT).out == "1 message sent.\n"
    assert server.taken[0]["Bcc"] is None and server.taken[0]["Subject"].endswith("x Bcc: eve@evil.example")


def test_a_dry_run_shows_each_way_and_no_secret(desk: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hook = '[webhook]\nurl = "https://hooks.example.com/T0/SECRET"\nshape = "generic"\nwhat = ["receipt"]\n'
    configure(monkeypatch, tmp_path, f'[command]\nrun = ["/usr/sbin/sendmail", "-i", "-t"]\n{hook}')
    incident = taken(desk, letter())
    said = desk("deliver", "--dry-run", who=BOT).out
    assert said.startswith(
        "Mail goes to the program `/usr/sbin/sendmail -i -t`.\n\n"
        "The webhook at hooks.example.com (generic) gets receipt.\n\nTo: alice@example.com\n"
    )
    rest = said.partition("To: webhook\n")[2]
    posted = json.loads(rest[: rest.index("\n2 messages")])
    assert (posted["id"], posted["what"], posted["subject"]) == (incident, "receipt", f"[{incident}] Printer jams")
    assert said.endswith("2 messages; nothing is sent (--dry-run).\n") and "SECRET" not in said


def test_a_dry_run_names_the_server_and_a_configuration_that_is_wrong(
    desk: Shell, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert desk("deliver", "--dry-run", who=BOT).out.startswith("Mail goes through 127.0.0.1:")
    configure(monkeypatch, tmp_path, "[smtp]\nport = 25")
    answer = desk("deliver", "--dry-run", who=BOT)
    assert answer.code == 5 and "smtp.host is missing." in answer.err


def test_every_clone_tells_what_did_not_arrive_whoever_sent(desk: Shell, server: Server, tmp_path: Path) -> None:
    incident = taken(desk, letter())
    server.refuses["alice@example.com"] = "550 5.1.1 no such user"
    desk("deliver", who=BOT, now="2026-03-09T10:00:00Z")
    line = f"{incident} receipt to alice@example.com refused: 550 5.1.1 no such user"
    other = tmp_path / "other"
    desk.git("clone", "-q", str(desk.store), str(other))
    clone = Shell(other, desk.capsys)
    for _ in range(2):  # read, then kept
        assert clone("--json", now="2026-03-09T11:00:00Z").json["undelivered"] == [line]
    assert f"Not delivered at 2026-03-09T10:00:00Z (1)\n  {line}\n" in clone(now="2026-03-09T11:00:00Z").out
    (other / ".git/itil/undelivered").write_text("noise")
    assert clone("--json", now="2026-03-09T11:00:00Z").json["undelivered"] == [line]
    server.refuses["alice@example.com"] = "451 later"
    second = taken(desk, letter(id="m2"))
    desk("deliver", who=BOT, now="2026-03-09T12:00:00Z")
    clone.git("pull", "-q")
    assert len(clone("--json", now="2026-03-09T12:01:00Z").json["undelivered"]) == 2
    server.refuses.clear()
    desk("deliver", who=BOT, now="2026-03-09T13:00:00Z")
    clone.git("pull", "-q")
    assert second not in str(clone("--json", now="2026-03-09T13:01:00Z").json["undelivered"])
    assert clone("--json", now="2026-03-17T11:00:00Z").json["undelivered"] == []  # older than `messages.within`


def test_who_comes_on_duty_later_is_not_told_again_what_has_arrived(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    desk("classify", incident, "--impact", "low", "--urgency", "low", "--category", "hardware", who="dana")
    desk("assign", incident, "--group", "support", who="dana")
    desk("deliver", who=BOT, now="2026-03-09T12:00:00Z")
    assert len(server.to("bob@example.com")) == 1
    days = ("--from", "2026-03-09", "--until", "2026-03-20")
    assert desk("people", "duty", "nora", "--group", "support", *days, who="ines").code == 0
    assert desk("people", "away", "bob", *days, "--deputy", "nora", who="ines").code == 0
    assert desk("deliver", who=BOT, now="2026-03-09T13:00:00Z").out == "0 messages sent.\n"
    receive(desk, letter("And?", id="m2", subject=f"Re: [{incident}] Printer jams"))
    desk("deliver", who=BOT, now="2026-03-09T14:00:00Z")
    assert len(server.to("nora@example.com")) == 1 and len(server.to("bob@example.com")) == 1
