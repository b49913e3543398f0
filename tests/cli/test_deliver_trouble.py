"""A mail server that refuses, hangs or breaks off: what was not taken is tried again, what was taken is not."""

from __future__ import annotations

import asyncio
import mailbox
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from shell import Shell

from itil_cli.cli.answers.duties.delivering import MOST
from itil_cli.cli.context import App
from itil_cli.deliver import sending
from itil_cli.process.messages.claims import STALE
from tests.cli.test_deliver import Server, configure, free_port
from tests.cli.test_receive_mail import BOT, desk, letter, taken

__all__ = ["desk"]
NOW, LATER = "2026-03-09T10:00:00Z", "2026-03-09T10:05:00Z"


class Rude(Server):
    """A server that does with each message what `plan` says next; then it is kind."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: list[str] = []
        self.connections = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.plan and self.plan[0].startswith("MAIL "):
            return self.plan.pop(0).removeprefix("MAIL ")
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        what = self.plan.pop(0) if self.plan else "take"
        if what == "hang":
            await asyncio.sleep(3600)
        if what in ("take", "take and close"):
            await super().handle_DATA(server, session, envelope)
        if what in ("close", "take and close"):
            server.transport.abort()  # type: ignore[attr-defined]
        return what if what[0].isdigit() else "250 OK"


@pytest.fixture
def rude(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Rude]:
    found, port = Rude(), free_port()
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    configure(monkeypatch, tmp_path, f'[smtp]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n')
    yield found
    controller.stop()


def receipts(shell: Shell, count: int) -> list[str]:
    """So many incidents, each of which owes a receipt."""
    return [taken(shell, letter(subject=f"Number {number}", id=f"r{number}")) for number in range(count)]


@pytest.mark.parametrize(
    ("plan", "why", "again"),
    [
        ("451 4.3.0 later", "failed: 451 4.3.0 later", True),
        ("554 5.6.0 spam", "refused: 554 5.6.0 spam", False),
        ("MAIL 451 4.7.1 slow down", "failed: the server does not take us: 451 4.7.1 slow down", True),
        ("MAIL 553 5.7.1 not your address", "failed: the server does not take us: 553 5.7.1 not your address", True),
        ("close", "failed: the server broke off: Connection unexpectedly closed", True),
        ("hang", "failed: the server broke off: Connection unexpectedly closed: timed out", True),
    ],
)
def test_one_message_is_not_taken_and_the_others_are(
    desk: Shell, rude: Rude, monkeypatch: pytest.MonkeyPatch, plan: str, why: str, again: bool
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 2)
    incidents = receipts(desk, 3)
    rude.plan = [plan]
    answer = desk("deliver", who=BOT, now=NOW)
    assert answer.code == 1 and len(rude.taken) == 2
    failed = answer.err.split(" ")[0]
    assert failed in incidents and answer.err.startswith(f"{failed} receipt to alice@example.com {why}")
    assert answer.out == "2 messages sent.\n"
    desk("deliver", who=BOT, now=LATER)
    assert len(rude.taken) == (3 if again else 2)
    assert len({one["Message-ID"] for one in rude.taken}) == len(rude.taken)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("550 5.1.1 no such user", "refused"),
        ("554 5.7.1 relay access denied", "failed"),
        ("450 4.2.0 greylisted", "failed"),
    ],
)
def test_whether_an_address_is_given_up(desk: Shell, rude: Rude, said: str, state: str) -> None:
    (incident,) = receipts(desk, 1)
    rude.refuses["alice@example.com"] = said
    assert desk("deliver", who=BOT, now=NOW).err == f"{incident} receipt to alice@example.com {state}: {said}\n"
    rude.refuses.clear()
    desk("deliver", who=BOT, now=LATER)
    assert len(rude.taken) == (state == "failed")


def test_what_was_taken_before_the_line_broke_goes_out_again_under_its_name(desk: Shell, rude: Rude) -> None:
    receipts(desk, 1)
    rude.plan = ["take and close"]
    assert desk("deliver", who=BOT, now=NOW).code == 1
    assert desk("deliver", who=BOT, now=LATER).out == "1 message sent.\n"
    assert len(rude.taken) == 2 and len({one["Message-ID"] for one in rude.taken}) == 1


def test_a_server_that_always_breaks_off_is_given_up(desk: Shell, rude: Rude) -> None:
    receipts(desk, 5)
    rude.plan = ["close"] * 3
    answer = desk("deliver", who=BOT, now=NOW)
    assert answer.err.count("the server broke off") == 5 and rude.connections == 3
    assert desk("deliver", who=BOT, now=LATER).out == "5 messages sent.\n"


def test_a_hostile_address_holds_nobody_up(desk: Shell, rude: Rude) -> None:
    """The library raises IndexError for this one; a message to it is refused, the others leave."""
    mail = letter(id="evil").as_bytes().replace(b"Alice <alice@example.com>", b"-&@\x7f")
    incident = taken(desk, mail)
    for old in (desk.file(incident),):  # as a store may have it that took it in before such addresses were refused
        old.write_text(old.read_text().replace("unknown@invalid", "-&@"))
    desk.git("commit", "-qam", "as it was once")
    receipts(desk, 1)
    answer = desk("deliver", who=BOT, now=NOW)
    assert answer.err == f"{incident} receipt to -&@ refused: '-&@' is no address that mail can be sent to\n"
    assert len(rude.taken) == 1


def test_more_than_a_handful_leave_in_pieces_each_safe_before_the_next(desk: Shell, rude: Rude) -> None:
    path = desk.store.parent / "box"
    box = mailbox.mbox(path)
    for number in range(MOST + 1):
        box.add(letter(id=f"b{number}"))
    box.close()
    assert desk("receive", "mail", str(path), who=BOT).code == 0
    before = int(desk.git("rev-list", "--count", "HEAD"))
    assert desk("deliver", who=BOT, now=NOW).out == f"{MOST + 1} messages sent.\n"
    assert len({one["Message-ID"] for one in rude.taken}) == len(rude.taken) == MOST + 1
    assert int(desk.git("rev-list", "--count", "HEAD")) - before == 4


def test_interrupted_what_has_left_is_on_record(desk: Shell, rude: Rude, monkeypatch: pytest.MonkeyPatch) -> None:
    receipts(desk, 3)
    send = sending._Line.send

    def interrupted(line: sending._Line, mail: EmailMessage) -> None:
        if rude.taken:
            raise KeyboardInterrupt
        send(line, mail)

    monkeypatch.setattr(sending._Line, "send", interrupted)
    assert desk("deliver", who=BOT, now=NOW).code == 130
    monkeypatch.setattr(sending._Line, "send", send)
    assert desk("deliver", who=BOT, now=LATER).out == "0 messages sent.\n"  # two are claimed still
    assert desk("deliver", who=BOT, now="2026-03-09T10:15:00Z").out == "2 messages sent.\n"
    assert len({one["Message-ID"] for one in rude.taken}) == len(rude.taken) == 3


def test_a_slow_server_is_left_before_others_take_the_claims_for_dead(
    desk: Shell, rude: Rude, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts(desk, 3)
    clock = App.clock
    monkeypatch.setattr(App, "clock", lambda app: clock(app) + (STALE if rude.taken else 0))
    answer = desk("deliver", who=BOT, now=NOW)
    assert answer.out == "1 message sent.\n"
    assert answer.err.count("there was no time left: the server is slow") == 2
