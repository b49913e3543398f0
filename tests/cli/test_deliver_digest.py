"""Digests through a real SMTP server: one letter with many messages, once, with the hours, and answered."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.message import Message

import pytest
from shell import Shell

from tests.cli.test_deliver import Server, answer_to, server
from tests.cli.test_receive_mail import BOT, audited, desk, events, letter, receive, taken

__all__ = ["desk", "server"]

BOB = "bob@example.com"
DIGEST = "messages: {digest: {at: ['09:00', '16:00'], to: [support]}}\n"  # the store's zone is UTC


@pytest.fixture
def digested(desk: Shell) -> Shell:
    """The desk, and two incidents of Bob's group, assigned at 09:0x."""
    set_policy(desk, DIGEST)
    return desk


def set_policy(desk: Shell, text: str) -> None:
    policy = desk.store / "itil.yaml"
    policy.write_text(policy.read_text() + text)
    desk.git("commit", "-qam", "messages")


def assigned(desk: Shell, *letters: int) -> list[str]:
    """Incidents of the desk that are assigned to support, whose people are Bob and Ada."""
    found = []
    for number in letters:
        incident = taken(desk, letter(id=f"m{number}", subject=f"Printer {number} jams"))
        said = ("--impact", "low", "--urgency", "low", "--category", "hardware")
        assert desk("classify", incident, *said, who="dana").code == 0
        assert desk("assign", incident, "--group", "support", who="dana").code == 0
        found.append(incident)
    return found


def text_of(mail: Message) -> str:
    return bytes(mail.get_payload(decode=True)).decode().replace("\r\n", "\n")  # type: ignore[arg-type]


def hashed(mail: Message) -> str:
    """What of a digest's Message-ID says which messages it holds."""
    return str(mail["Message-ID"]).split(".")[1]


def at(clock: str) -> str:
    return f"2026-03-09T{clock}:00Z"


def test_one_letter_with_many_messages_goes_once_at_its_time(digested: Shell, server: Server) -> None:
    first, second = assigned(digested, 1, 2)
    early = digested("deliver", who=BOT, now=at("15:59"))
    assert early.out == "2 messages sent. 4 messages wait for the hours or a digest.\n"  # the receipts of Alice
    assert server.to(BOB) == []
    assert digested("deliver", who=BOT, now=at("16:00")).out == "4 messages sent.\n"
    (mail,) = server.to(BOB)
    assert mail["Subject"].endswith("] 2 messages about 2 incidents")
    assert mail["Message-ID"].startswith("<digest.") and mail["In-Reply-To"] == mail["References"]
    text = text_of(mail)
    assert f"{first}: Printer 1 jams\n" in text and f"    {second} is yours: P5, assigned." in text
    assert len(server.to("ada@example.com")) == 1
    assert digested("deliver", who=BOT, now=at("16:01")).out == "0 messages sent.\n"
    audited(digested)


def test_a_dry_run_prints_the_letter_and_claims_nothing(digested: Shell) -> None:
    first, second = assigned(digested, 1, 2)
    head = digested.git("rev-parse", "HEAD")
    early = digested("deliver", "--dry-run", who=BOT, now=at("10:00"))
    assert early.out.endswith("2 messages; nothing is sent (--dry-run). 4 messages wait for the hours or a digest.\n")
    said = digested("deliver", "--dry-run", "--json", who=BOT, now=at("16:00")).json
    assert said["waiting"] == 0 and len(said["messages"]) == 6
    bobs = [one for one in said["messages"] if one["to"] == BOB]
    assert [one["record"] for one in bobs] == sorted([first, second]) and bobs[0]["text"] == bobs[1]["text"]
    assert digested.git("rev-parse", "HEAD") == head


def test_one_message_alone_is_no_digest(digested: Shell, server: Server) -> None:
    (incident,) = assigned(digested, 1)
    digested("deliver", who=BOT, now=at("16:00"))
    (mail,) = server.to(BOB)
    assert mail["Subject"] == f"[{incident}] Printer 1 jams"


def test_several_messages_of_one_incident_stay_in_its_thread(digested: Shell, server: Server) -> None:
    (incident,) = assigned(digested, 1)
    receive(digested, letter("And?", id="m9", subject=f"Re: [{incident}] Printer 1 jams"))
    digested("deliver", who=BOT, now=at("16:00"))
    (mail,) = server.to(BOB)
    assert mail["Subject"] == f"[{incident}] 2 messages: Printer 1 jams"
    assert mail["References"] == f"<m1@example.com> <{incident}@example.com>"
    assert taken(digested, answer_to(mail, "On my way.", id="a9")) == incident


def test_who_wants_none_gets_each_and_who_wants_one_gets_it(digested: Shell, server: Server) -> None:
    for person, wanted in (("bob", "off"), ("alice", "on")):
        assert digested("people", "digest", person, wanted, who="ines").code == 0
    policy = digested.store / "itil.yaml"
    policy.write_text(policy.read_text().replace("to: [support]", "to: [support], what: [assigned, receipt]"))
    digested.git("commit", "-qam", "receipts, too")
    assigned(digested, 1, 2)
    digested("deliver", who=BOT, now=at("12:00"))
    assert (len(server.to(BOB)), len(server.to("alice@example.com"))) == (2, 0)
    digested("deliver", who=BOT, now=at("16:00"))
    assert (len(server.to(BOB)), len(server.to("alice@example.com"))) == (2, 1)


def test_in_quiet_hours_a_digest_waits_too_and_then_goes_as_one(desk: Shell, server: Server) -> None:
    set_policy(desk, "messages: {hours: business, digest: {at: ['20:00'], to: [support]}}\n")
    assigned(desk, 1, 2)
    desk("deliver", who=BOT, now=at("10:00"))
    waits = desk("deliver", who=BOT, now=at("20:00"))  # the digest's time, in nobody's hours
    assert waits.out == "0 messages sent. 4 messages wait for the hours or a digest.\n"
    assert desk("deliver", who=BOT, now="2026-03-10T09:00:00Z").out == "4 messages sent.\n"
    assert len(server.to(BOB)) == 1


def test_a_digest_that_fails_is_tried_again_as_the_same_one(digested: Shell, server: Server) -> None:
    assigned(digested, 1, 2)
    digested("deliver", who=BOT, now=at("10:00"))
    server.refuses[BOB] = "451 later"
    failed = digested("deliver", who=BOT, now=at("16:00"))
    assert failed.code == 1 and failed.err.count(f"assigned to {BOB} failed: 451 later") == 2
    assigned(digested, 3)
    server.refuses.clear()
    digested("deliver", who=BOT, now=at("16:05"))
    again, new = sorted(server.to(BOB), key=lambda one: "Printer 3 jams" in one["Subject"])
    assert [hashed(again)] == [hashed(one) for one in server.to("ada@example.com")][:1], "the same two messages"
    assert "Printer 3 jams" in new["Subject"], "which is no part of it"


def test_an_answer_to_a_digest_goes_to_the_incident_that_it_names(digested: Shell, server: Server) -> None:
    first, second = assigned(digested, 1, 2)
    digested("deliver", who=BOT, now=at("16:00"))
    (mail,) = server.to(BOB)
    named = answer_to(mail, f"{second.lower()}: it is in room 7.\n\n> {first}: Printer 1 jams\n", id="a7")
    assert taken(digested, named) == second
    assert events(digested, second)[-1]["do"] == "contacted"
    other = taken(digested, answer_to(mail, "Thank you.", id="a8"))
    assert other not in (first, second)  # the desk sees it; nothing is guessed
    away = answer_to(mail, "I am away.", id="a6", Auto_Submitted="auto-replied")
    assert receive(digested, away).out.endswith("nothing is recorded: an automatic answer to nothing of ours.\n")


def bounce(mail: Message, action: str = "failed", id: str = "bounce") -> bytes:
    """What a mail server gives back (RFC 3464), with the headers of what it could not deliver."""
    given = "\n".join(f"{name}: {value}" for name, value in mail.items())
    return (
        f"From: Mail Delivery System <mailer-daemon@mail.example.com>\nTo: {BOT}\nMessage-ID: <{id}@mail.example.com>\n"
        "Subject: Mail delivery failed\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{mail['To']}: 550 no such user\n\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: {action}\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{given}\n\n--b--\n"
    ).encode()


def notes(shell: Shell, incident: str) -> list[str]:
    """The notes in its work log, which begin with what did not arrive."""
    found = [str(one["text"]) for one in shell("show", incident, "--json").json["worklog"]]
    return [one for one in found if one.startswith("Mail ")]


def test_a_digest_that_bounces_is_noted_once_on_each_of_its_incidents(digested: Shell, server: Server) -> None:
    first, second = assigned(digested, 1, 2)
    (third,) = assigned(digested, 3)
    digested("deliver", who=BOT, now=at("16:00"))
    (mail,) = server.to(BOB)
    (other,) = assigned(digested, 4)  # not in it
    answer = receive(digested, bounce(mail), "--json")
    assert answer.json["mails"][0]["words"] == "noted on 3: bounce"
    for incident in (first, second, third):
        (note,) = notes(digested, incident)
        assert note == (
            f"Mail could not be delivered: a digest to {BOB} that told of this one (mailer-daemon@mail.example.com):\n\n"
            f"{BOB}: 550 no such user"
        )
    assert notes(digested, other) == []
    assert receive(digested, bounce(mail), "--json").json["mails"][0]["words"] == "taken in before"
    forged = bounce(mail).replace(str(mail["Message-ID"])[8:24].encode(), b"0" * 16).replace(b"<bounce@", b"<forged@")
    assert receive(digested, forged, "--json").json["mails"][0]["words"] == (
        "nothing is recorded: a bounce of nothing of ours"
    )
    audited(digested)


def test_a_digest_of_one_incident_that_is_delayed_is_noted_as_that(digested: Shell, server: Server) -> None:
    (incident,) = assigned(digested, 1)
    assert digested("contact", incident, "-m", "Still.", who="dana").code == 0
    digested("deliver", who=BOT, now=at("16:00"))
    (mail,) = server.to(BOB)
    assert "2 messages" in mail["Subject"]
    assert receive(digested, bounce(mail, "delayed"), "--json").json["mails"][0]["words"] == "noted: bounce"
    assert notes(digested, incident)[0].startswith(f"Mail is delayed: a digest to {BOB} that told of this one (")


def test_a_single_message_that_bounces_or_is_delayed_is_noted_too(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    desk("deliver", who=BOT, now=at("10:00"))
    (mail,) = server.to("alice@example.com")
    assert receive(desk, bounce(mail, "delayed", "b1"), "--json").json["mails"][0]["words"] == "noted: bounce"
    assert receive(desk, bounce(mail, "failed", "b2"), "--json").json["mails"][0]["words"] == "noted: bounce"
    assert [one.partition(" (")[0] for one in notes(desk, incident)] == [
        "Mail is delayed", "Mail could not be delivered"
    ]  # fmt: skip


def test_a_digest_has_the_policys_words(desk: Shell, server: Server) -> None:
    template = "templates: {digest: {subject: '{count} Nachrichten zu {records} Vorgängen', text: \"Guten Tag.\\n\\n{messages}\"}}"
    set_policy(desk, f"messages: {{digest: {{at: ['16:00'], to: [support]}}, {template}}}\n")
    first, _ = assigned(desk, 1, 2)
    desk("deliver", who=BOT, now=at("16:00"))
    (mail,) = server.to(BOB)
    assert str(make_header(decode_header(mail["Subject"]))).endswith("] 2 Nachrichten zu 2 Vorgängen")
    text = text_of(mail)
    assert text.startswith(f"Guten Tag.\n\n{first}: Printer 1 jams\n") and "answer and begin" not in text


def test_a_digest_whose_incidents_differ_in_urgency_is_tried_again_as_the_same_one(
    digested: Shell, server: Server
) -> None:
    (low,) = assigned(digested, 1)
    high = taken(digested, letter(id="m2", subject="All printers jam"))
    said = ("--impact", "critical", "--urgency", "critical", "--category", "hardware")
    assert digested("classify", high, *said, who="dana").code == 0
    assert digested("assign", high, "--group", "support", who="dana").code == 0
    server.refuses[BOB] = "451 later"
    for clock in ("16:00", "16:05", "16:25"):
        assert digested("deliver", who=BOT, now=at(clock)).code == 1
    server.refuses.clear()
    assert digested("deliver", who=BOT, now=at("17:44")).code == 0 and server.to(BOB) == [
        one for one in server.to(BOB) if "escalated" in str(one["Message-ID"])
    ]
    digested("deliver", who=BOT, now=at("17:45"))
    assert [one["Subject"].endswith("2 messages about 2 incidents") for one in server.to(BOB)][-1:] == [True]
    assert low in text_of(server.to(BOB)[-1])


def test_a_bounce_as_qmail_writes_it_without_a_name_of_its_own_is_noted(desk: Shell, server: Server) -> None:
    incident = taken(desk, letter())
    desk("deliver", who=BOT, now=at("10:00"))
    (mail,) = server.to("alice@example.com")
    raw = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mail.example.com\nTo: {BOT}\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mail.example.com.\n<alice@example.com>:\nno mailbox here by that name.\n\n"
        f"--- Below this line is a copy of the message.\n\nReturn-Path: <{BOT}>\nMessage-ID: {mail['Message-ID']}\n"
    ).encode()
    answer = receive(desk, raw, "--json").json["mails"][0]
    assert (answer["incident"], answer["words"]) == (incident, "noted: bounce")
    assert receive(desk, raw, "--json").json["mails"][0]["words"] == "taken in before"
