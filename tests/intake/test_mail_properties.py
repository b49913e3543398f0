"""Whatever comes as mail: it is read, decided and answered without a crash, and nothing of it gets into our headers."""

from __future__ import annotations

from email import message_from_bytes
from email.utils import getaddresses

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from itil_cli.deliver.letters import letter
from itil_cli.intake.mail.message import Mail, read
from itil_cli.intake.mail.taking import NOBODY, take
from itil_cli.process.attachments import stored_name
from itil_cli.process.messages.names import is_address
from itil_cli.process.messages.owing import Message
from itil_cli.process.messages.words import Words
from itil_cli.process.settings.mailing import MAIL, MIB, MOST_FILES, MailPolicy

POLICY = MailPolicy("helpdesk@example.com", 25 * MIB, 5 * MIB, False, ("confirmed",), ("rejected",))
NAMES = (
    "From", "Sender", "Reply-To", "Return-Path", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "Precedence", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "List-Id", "Date", "X-Itil-Loop",
)  # fmt: skip
PIECES = (
    "a@b.example", "-&@", "a@", "@b", "<", ">", '"', "(", ")", ":", ";", ",", "\\", "\x00", "\x7f", "\x1b[31m", "\r", "\t",
    "=?utf-8?q?=0D=0ABcc:_eve=40evil.example?=", "=?utf-8?b?AAAA?=", "=?x?q?a?=", "=?utf-8?q?=E2=80=AE?=", "é", "漢", "\u202e",
    "multipart/mixed; boundary=x", "multipart/report", "message/rfc822", "text/html; charset=utf-7", "text/plain; name*=x''%00",
    "attachment; filename*0*=utf-8''%2e%2e%2f; filename*1=x", "base64", "x-uuencode", "quoted-printable", "auto-replied",
    "<INC-20260309-AAAAA.1-aaaa.resolved.00000000@example.com>", "[INC-20260309-AAAAA]", "\n ", "--x", "> q", "-- ", "0",
)  # fmt: skip
text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=8).map("".join)
bodies = st.lists(
    st.one_of(st.sampled_from([*PIECES, "--x\n", "--x--\n", "\n", "Content-Type: image/png\n"]), st.text(max_size=30)),
    max_size=12,
).map("\n".join)
headers = st.lists(st.tuples(st.sampled_from(NAMES), text), max_size=8)


def raw_of(head: list[tuple[str, str]], body: str, ending: str, charset: str) -> bytes:
    lines = [f"{name}: {value}" for name, value in head]
    return ending.join([*lines, "", body]).encode(charset, "replace")


mails = st.one_of(
    st.builds(raw_of, headers, bodies, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "cp1252", "utf-16"])),
    st.binary(max_size=400),
)


@given(mails)
@example(b"From: -&@\x7f\n\n")
@example(b"From: " + b"a:" * 5000 + b"\n\n")
@example(b"From: " + b"(" * 5000 + b"\n\n")
@settings(max_examples=200)
def test_it_is_read_decided_and_answered(raw: bytes) -> None:
    mail = read(raw)
    assert mail.sender == "" or is_address(mail.sender)
    for said in (mail.subject, mail.sender, mail.sender_name, mail.message_id, mail.text):
        assert not any((ord(one) < 32 and one not in "\n\t") or one in "\x7f\u202e\u200b" for one in said)
    taken = take(mail, None, None, POLICY)
    assert len(taken.files) <= MOST_FILES
    if taken.command is not None:
        check_answer(mail, str(taken.command.options["title"]), str(taken.command.options["requestor"]))


def check_answer(mail: Mail, title: str, requestor: str) -> None:
    """The receipt goes to the sender alone, and has the headers that we write."""
    if requestor == NOBODY:
        return
    answers = mail.message_id[:500]
    message = Message("INC-20260309-AAAAA", "1-aaaa", "receipt", requestor, 1, {}, answers)
    words = Words(" ".join(f"[INC-20260309-AAAAA] {title}".split())[:250], title)
    sent = message_from_bytes(letter([message], words, POLICY.address, 1).as_bytes())
    assert sent.keys().count("To") == 1 and sent["Bcc"] is None and sent["Cc"] is None
    assert set(sent.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "X-Auto-Response-Suppress", "X-Itil-Loop", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    if requestor.isascii():
        assert [one for _, one in getaddresses([sent["To"]])] == [requestor]


@given(st.text(max_size=300))
def test_a_stored_name_is_a_file_name(name: str) -> None:
    stored = stored_name(name, b"x")
    assert len(stored.encode()) <= 255 and not {"/", "\\", "\0", "\n"} & set(stored) and ".." not in stored[:19]


HOSTILE = {
    "messages in messages": b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 20_000 + b"x",
    "ten thousand recipients": b"From: a@b.example\nTo: " + b",\n ".join(b"u%d@b.example" % one for one in range(10_000)) + b"\n\nhi",
    "fifty thousand headers": b"From: a@b.example\n" + b"Received: x\n" * 50_000 + b"\nhi",
    "nothing but NUL": b"From: a@b.example\n\n" + b"\0" * 2_000_000,
    "a subject of many words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 70_000 + b"\n\nhi",
    "senders without end": b"From: " + b"a <a@b.example>, " * 60_000 + b"\n\nhi",
    "groups in groups": b"From: " + b"a:" * 500_000 + b"\n\nhi",
    "comments in comments": b"From: " + b"(" * 1_000_000 + b"\n\nhi",
    "parts without end": b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 100_000,
    "answers without end": b"From: a@b.example\nReferences: " + b"<a@b> " * 170_000 + b"\n\nhi",
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_no_mail_crashes_or_stalls_it(what: str) -> None:
    """No time is measured: what took minutes before would be seen."""
    mail = read(HOSTILE[what])
    assert mail.kind == "person" and len(mail.attached) <= 500


def test_the_settings_that_are_tried_are_those_of_the_policy() -> None:
    spec = {name: field.default for name, field in MAIL.fields.items()}
    assert (spec["max-message"], spec["max-attachment"]) == (POLICY.max_message // MIB, POLICY.max_attachment // MIB)
