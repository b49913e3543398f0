"""What an IMAP server may do to us: each mail is taken in once, none is lost, and the trouble is told.

A small scripted server, so that it fails in just the moment that is meant."""

from __future__ import annotations

import base64
import re
import socketserver
import threading
from collections.abc import Iterator

import pytest
from shell import Answer, Shell

from itil_cli.intake.mail.configuration import PASSWORD
from tests.cli.test_receive_mail import BOT, desk, letter

__all__ = ["desk"]


class Server(socketserver.ThreadingTCPServer):
    """Knows a handful of commands; `fault` is what it does wrong, at the second message where it is about one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Line)
        self.mails = {number: letter(f"Number {number}", id=f"i{number}").as_bytes() for number in (1, 2, 3)}
        self.seen: set[int] = set()
        self.fault = ""
        self.token: str | None = None  # what a client says first in XOAUTH2


class Line(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.say("* BYE busy" if self.server.fault == "greeting: bye" else "* OK ready")
        for line in self.rfile:
            tag, _, rest = line.decode().strip().partition(" ")
            try:
                self.answer(tag, rest)
            except EOFError:
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def answer(self, tag: str, rest: str) -> None:
        verb = rest.removeprefix("UID ").split(" ")[0].lower()
        fault = self.server.fault.partition(": ")[2] if self.server.fault.startswith(verb) else ""
        number = int(found[1]) if (found := re.match(r"UID \w+ ([0-9]+) ", rest)) else 0
        if fault and number in (0, 2):
            self.fail(tag, verb, fault)
            return
        if verb == "capability":
            self.say(f"* CAPABILITY IMAP4rev1{' AUTH=XOAUTH2' if self.server.token else ''}")
        elif verb == "authenticate":
            self.say("+ ")
            if base64.b64decode(self.rfile.readline()).decode() != self.server.token:
                self.say(f"+ {base64.b64encode(b'why not, as JSON').decode()}")
                assert self.rfile.readline() == b"\r\n"
                self.say(f"{tag} NO no such token")
                return
        elif verb == "select":
            self.say("* 3 EXISTS")
        elif verb == "search":
            self.say(" ".join(["* SEARCH", *(str(one) for one in self.server.mails if one not in self.server.seen)]))
        elif verb == "fetch":
            raw = self.server.mails[number]
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        elif verb == "store":
            self.server.seen.add(number)
        self.say(f"{tag} OK {verb} done")
        if verb == "logout":
            raise EOFError

    def fail(self, tag: str, verb: str, fault: str) -> None:
        if fault == "no":
            self.say(f"{tag} NO [SERVERBUG] Internal error.")
        elif fault == "bad":
            self.say(f"{tag} BAD Unknown command.")
        elif fault == "read-only":
            self.say("* 3 EXISTS")
            self.say("* OK [READ-ONLY] look only")
            self.say(f"{tag} OK [READ-ONLY] done")
        elif fault == "cut":
            if verb == "fetch":
                raw = self.server.mails[2]
                self.wfile.write(f"* 2 FETCH (UID 2 BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw[: len(raw) // 2])
            raise EOFError


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv(PASSWORD, "secret")
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever, args=(0.01,))
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def fetch(desk: Shell, server: Server, *words: str) -> Answer:
    url = f"imap://helpdesk@127.0.0.1:{server.server_address[1]}/INBOX"
    return desk("receive", "mail", "--imap", url, *words, who=BOT)


def subjects(desk: Shell) -> int:
    return len(desk("list", "--json").json["incidents"])


FAILS = "error[imap]: the mailbox at 127.0.0.1 fails: "


@pytest.mark.parametrize(
    ("fault", "taken", "said"),
    [
        ("greeting: bye", 0, FAILS),
        ("select: no", 0, f"{FAILS}there is no folder INBOX.\n"),
        ("select: read-only", 0, f"{FAILS}mailbox status changed to READ-ONLY.\n"),
        ("search: no", 0, f"{FAILS}[SERVERBUG] Internal error.\n"),
        ("search: cut", 0, FAILS),
        ("fetch: cut", 1, FAILS),
        ("fetch: bad", 1, f"{FAILS}UID command error: BAD [b'Unknown command.'].\n"),
    ],
)
def test_where_the_line_breaks_what_was_taken_stays_and_the_rest_comes_the_next_time(
    desk: Shell, server: Server, fault: str, taken: int, said: str
) -> None:
    server.fault = fault
    answer = fetch(desk, server)
    assert (answer.code, answer.out) == (75, "") and answer.err.startswith(said)
    assert (subjects(desk), server.seen) == (taken, set(range(1, taken + 1)))
    server.fault = ""
    assert fetch(desk, server).out.count(": a new incident.") == 3 - taken
    assert (subjects(desk), server.seen) == (3, {1, 2, 3})


@pytest.mark.parametrize(
    ("fault", "why"),
    [("store: no", "[SERVERBUG] Internal error"), ("store: bad", "UID command error: BAD [b'Unknown command.']")],
)
def test_a_mark_that_is_refused_is_told_and_the_mail_counts_once(
    desk: Shell, server: Server, fault: str, why: str
) -> None:
    server.fault = fault
    answer = fetch(desk, server)
    assert answer.code == 1 and answer.out.count(": a new incident.") == 3
    assert answer.err == (
        f"INBOX, message 2: taken in, but not marked as seen ({why}); it is known when it comes again.\n"
    )
    server.fault = ""
    assert re.fullmatch(r"INC-\S+: taken in before\.\n", fetch(desk, server).out)
    assert (subjects(desk), server.seen) == (3, {1, 2, 3})


def test_a_line_that_breaks_at_a_mark_is_told_and_no_bug_of_ours(desk: Shell, server: Server) -> None:
    server.fault = "store: cut"
    answer = fetch(desk, server)
    assert answer.code == 75
    first, second = answer.err.splitlines()
    assert first.startswith("INBOX, message 2: taken in, but not marked as seen (") and second.startswith(FAILS)
    server.fault = ""
    answer = fetch(desk, server)
    assert (answer.out.count(": taken in before."), answer.out.count(": a new incident.")) == (1, 1)
    assert (subjects(desk), server.seen) == (3, {1, 2, 3})


def test_a_message_that_the_server_does_not_give_now_is_given_the_next_time(desk: Shell, server: Server) -> None:
    server.fault = "fetch: no"
    assert fetch(desk, server).out.count(": a new incident.") == 2
    server.fault = ""
    assert fetch(desk, server).out.count(": a new incident.") == 1
