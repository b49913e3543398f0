"""Mail in: a new incident or a contact on one, once; what is automatic wakes nobody; the audit has no finding."""

from __future__ import annotations

import errno
import io
import mailbox
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from shell import Answer, Shell

from itil_cli.cli.answers.duties import ran
from itil_cli.cli.answers.intake import mailing
from itil_cli.cli.context import App
from itil_cli.intake.mail.message import Mail, read
from itil_cli.process.messages.names import message_id

BOT = "helpdesk@example.com"


@pytest.fixture
def desk(company: Shell) -> Shell:
    """The company, with a bot that takes mail in."""
    people = company.store / "people.yaml"
    people.write_text(
        people.read_text() + f"  - {{email: {BOT}, name: Mail, roles: [bot], answers-for: service-desk}}\n"
    )
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + f"sandbox: true\nmail: {{address: {BOT}}}\n")
    company.git("commit", "-qam", "mail")
    return company


def letter(text: str = "It jams.", sender: str = "Alice <alice@example.com>", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, BOT
    mail["Subject"] = headers.pop("subject", "Printer jams")
    mail["Message-ID"] = f"<{headers.pop('id', 'm1')}@example.com>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def receive(shell: Shell, mail: EmailMessage | bytes, *words: str) -> Answer:
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    file = shell.store.parent / "mail.eml"
    file.write_bytes(raw)
    return shell("receive", "mail", str(file), *words, who=BOT)


def taken(shell: Shell, mail: EmailMessage | bytes) -> str:
    answer = receive(shell, mail, "--json")
    assert answer.code == 0, answer.err
    return str(answer.json["mails"][0]["incident"])


def events(shell: Shell, incident: str) -> list[dict[str, object]]:
    return list(shell("show", incident, "--json").json["events"])


def audited(shell: Shell) -> None:
    answer = shell("audit", now="2026-03-09T20:00:00Z")
    assert "error[" not in answer.out, answer.out


def resolved(shell: Shell, incident: str) -> str:
    """Resolve it; the Message-ID of what the requestor is told about it."""
    assert (
        shell("resolve", incident, "--code", "fixed", "-m", "New roller.", "--category", "hardware", who="dana").code
        == 0
    )
    (n,) = [str(one["n"]) for one in events(shell, incident) if one["do"] == "resolved"][-1:]
    return message_id(incident, n, "resolved", "alice@example.com", "example.com")


def test_a_mail_is_a_new_incident_at_the_desk(desk: Shell) -> None:
    incident = taken(desk, letter("It jams.\n\n-- \nAlice"))
    seen = desk("show", incident, "--json").json
    assert (seen["title"], seen["requestor"], seen["channel"], seen["group"], seen["description"]) == (
        "Printer jams", "alice@example.com", "email", "service-desk", "It jams.",
    )  # fmt: skip
    assert events(desk, incident)[0]["by"] == BOT
    audited(desk)


def test_the_same_mail_twice_is_taken_in_once(desk: Shell) -> None:
    incident = taken(desk, letter())
    head = desk.git("rev-parse", "HEAD")
    assert receive(desk, letter()).out == f"{incident}: taken in before.\n"
    assert desk.git("rev-parse", "HEAD") == head


@pytest.mark.parametrize("way", ["subject", "in-reply-to", "references", "thread"])
def test_an_answer_is_a_contact_on_its_incident(desk: Shell, way: str) -> None:
    incident = taken(desk, letter())
    headers = {
        "subject": {"subject": f"Re: [{incident.lower()}] Printer jams"},
        "in-reply-to": {"In_Reply_To": f"<{incident}@example.com>"},
        "references": {
            "References": f"<x@y> <{message_id(incident, '1-aaaa', 'receipt', 'alice@example.com', 'example.com')}>"
        },
        "thread": {"In_Reply_To": "<m1@example.com>"},
    }[way]
    assert taken(desk, letter("Still.\n\n> Is it on?\n", id="m2", **headers)) == incident
    seen = events(desk, incident)
    assert [one["do"] for one in seen] == ["logged", "contacted"]
    assert (seen[1]["by"], seen[1]["from"]) == (BOT, "alice@example.com")
    assert desk("show", incident, "--json").json["worklog"][0]["text"] == "Still."
    audited(desk)


def test_a_contact_by_mail_resumes_what_waits_for_the_requestor(desk: Shell) -> None:
    incident = taken(desk, letter())
    for words in (
        ["classify", incident, "--impact", "low", "--urgency", "low", "--category", "hardware"],
        ["take", incident],
        ["pend", incident, "--reason", "awaiting-requestor", "-m", "Which one?"],
    ):
        assert desk(*words, who="ada").code == 0
    taken(desk, letter("The big one.", id="m2", subject=f"Re: {incident}"))
    assert desk("show", incident, "--json").json["status"] == "in-progress"
    audited(desk)


@pytest.mark.parametrize(
    ("word", "status"), [("Confirmed, thanks!", "closed"), ("Rejected: it jams again.", "assigned")]
)
def test_an_answer_to_our_message_about_the_resolution_confirms_or_rejects(desk: Shell, word: str, status: str) -> None:
    incident = taken(desk, letter())
    ours = resolved(desk, incident)
    assert taken(desk, letter(word, id="m2", In_Reply_To=f"<{ours}>")) == incident
    assert desk("show", incident, "--json").json["status"] == status
    audited(desk)


@pytest.mark.parametrize("forged", ["subject", "another event", "another person", "another host", "a stranger"])
def test_without_the_token_of_our_message_it_is_a_contact_for_the_desk(desk: Shell, forged: str) -> None:
    incident = taken(desk, letter())
    ours = resolved(desk, incident)
    n = ours.split(".")[1]
    answered = {
        "subject": "x@example.com",
        "another event": ours.replace(n, "9-zzzz"),
        "another person": message_id(incident, n, "resolved", "mallory@example.com", "example.com"),
        "another host": ours.replace("@example.com", "@evil.example"),
        "a stranger": ours,
    }[forged]
    sender = "mallory@evil.example" if forged == "a stranger" else "alice@example.com"
    mail = letter("Confirmed", sender, id="m2", subject=f"Re: [{incident}]", In_Reply_To=f"<{answered}>")
    assert taken(desk, mail) == incident
    seen = desk("show", incident, "--json").json
    assert (seen["status"], events(desk, incident)[-1]["do"]) == ("resolved", "contacted")


def test_after_closing_a_mail_is_a_new_incident_that_follows(desk: Shell) -> None:
    incident = taken(desk, letter())
    taken(desk, letter("Confirmed", id="m2", In_Reply_To=f"<{resolved(desk, incident)}>"))
    fresh = taken(desk, letter("It is back.", id="m3", subject=f"Re: [{incident}]"))
    assert fresh != incident
    seen = desk("show", fresh, "--json").json
    assert ({"relation": "follows", "target": incident} in seen["links"], seen["description"]) == (True, "It is back.")
    assert (
        receive(desk, letter("It is back.", id="m3", subject=f"Re: [{incident}]")).out == f"{fresh}: taken in before.\n"
    )
    audited(desk)


@pytest.mark.parametrize("header", [{"Auto_Submitted": "auto-replied"}, {"Return_Path": "<>"}])
def test_a_vacation_reply_and_a_bounce_are_noted_and_wake_nothing(desk: Shell, header: dict[str, str]) -> None:
    incident = taken(desk, letter())
    resolved(desk, incident)
    assert taken(desk, letter("I am away.", id="m2", subject=f"Away: [{incident}]", **header)) == incident
    last = events(desk, incident)[-1]
    assert (last["do"], last.get("public")) == ("noted", None)
    assert desk("show", incident, "--json").json["contacts"] == 0
    audited(desk)


def test_an_automatic_answer_to_nothing_and_our_own_message_open_nothing(desk: Shell) -> None:
    head = desk.git("rev-parse", "HEAD")
    receive(desk, letter(id="v", Auto_Submitted="auto-replied"))
    receive(desk, letter(id="o", X_Itil_Loop=BOT))
    receive(desk, letter(sender=BOT, id="p"))
    assert desk.git("rev-parse", "HEAD") == head


def test_attachments_lie_beside_the_incident_in_the_same_commit(desk: Shell) -> None:
    mail = letter()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../Screen shot.PNG")
    mail.add_attachment(b"x" * (5 << 20) + b"x", maintype="application", subtype="zip", filename="huge.zip")
    incident = taken(desk, mail)
    (name,) = events(desk, incident)[0]["attachments"]  # type: ignore[misc]
    assert name == "0f4636c78f65d363-screen-shot.png"
    assert (desk.store / "attachments" / incident / name).read_bytes() == b"\x89PNG"
    assert (
        desk("show", incident, "--json")
        .json["description"]
        .endswith("(Left out, larger than 5 MiB, too many, or empty: huge.zip (5,242,881 bytes))")
    )
    assert len(desk.git("show", "--name-only", "--format=", "HEAD").split()) == 3
    assert desk.git("status", "--porcelain") == ""
    audited(desk)


def test_a_bot_may_add_attachments_and_change_none(desk: Shell) -> None:
    mail = letter()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    incident = taken(desk, mail)
    (file,) = (desk.store / "attachments" / incident).iterdir()
    file.write_bytes(b"another picture")
    desk.git("commit", "-q", "--author", f"Mail <{BOT}>", "--date", "2026-03-09T12:00:00Z", "-am", "changed")
    answer = desk("audit", now="2026-03-09T20:00:00Z")
    assert (
        f"{file.relative_to(desk.store)}: error[attachment]: the attachment is not as it was brought; only"
        in answer.out
    )


def test_the_raw_mail_is_kept_where_the_policy_says_so(desk: Shell) -> None:
    policy = desk.store / "itil.yaml"
    policy.write_text(policy.read_text().replace(f"address: {BOT}", f"address: {BOT}, keep-raw: true"))
    desk.git("commit", "-qam", "raw")
    incident = taken(desk, letter())
    (file,) = (desk.store / "attachments" / incident).iterdir()
    assert file.read_bytes() == letter().as_bytes()


def test_a_refused_mail_is_told_and_the_next_one_is_taken_in(desk: Shell) -> None:
    policy = desk.store / "itil.yaml"
    policy.write_text(policy.read_text() + "requestors: known\n")
    desk.git("commit", "-qam", "known")
    box = mailbox.Maildir(desk.store.parent / "Maildir")
    box.add(letter(sender="eve@evil.example", id="d1"))
    box.add(letter(id="d2"))
    answer = desk("receive", "mail", str(desk.store.parent / "Maildir"), who=BOT)
    assert (answer.code, answer.out.count("a new incident")) == (1, 1)
    assert "error[S19]:" in answer.err and "eve@evil.example is not known here" in answer.err
    assert len(list((desk.store.parent / "Maildir/new").iterdir())) == 1


def test_store_trouble_is_75_so_that_the_mail_server_tries_again(desk: Shell) -> None:
    desk.git("checkout", "-q", "--detach")
    answer = receive(desk, letter())
    assert (answer.code, answer.err.partition(":")[0]) == (75, "error[detached]")


def test_outside_a_store_a_mail_server_is_told_to_try_again(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "itil_cli", "-C", str(tmp_path), "receive", "mail", "-"],
        input=letter().as_bytes(), capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (75, b"")


def test_a_mail_from_standard_input(desk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(letter().as_bytes())))
    assert desk("receive", "mail", who=BOT).out.endswith(": a new incident.\n")


def test_a_message_too_large_is_refused(desk: Shell) -> None:
    answer = receive(desk, letter().as_bytes() + b"x" * (25 << 20))
    assert answer.code == 1
    assert "the message is larger than 25 MiB. `mail: {max-message: …}` says how much." in answer.err


@pytest.mark.slow  # a hundred commits and their audit
def test_all_real_mails_are_taken_in_and_legal(desk: Shell, shared: Path) -> None:
    files = sorted((shared / "data/mail").rglob("*.eml"))
    for file in files:
        answer = desk("receive", "mail", str(file), "--json", who=BOT, now="2026-03-09T12:00:00Z")
        assert answer.code == 0, (file, answer.err)
    assert desk("check").code == 0
    audited(desk)
    done = subprocess.run(["git", "fsck", "--strict"], cwd=desk.store, capture_output=True, text=True)
    assert done.returncode == 0


def with_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a message that says so raises what nobody has thought of."""

    def reading(raw: bytes) -> Mail:
        if b"poison" in raw:
            raise IndexError("string index out of range")
        return read(raw)

    monkeypatch.setattr("itil_cli.cli.answers.intake.mailing.read", reading)


def test_a_bug_of_ours_stays_with_its_mail_and_holds_up_no_other(desk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_bug(monkeypatch)
    folder = desk.store.parent / "Maildir"
    mailbox.Maildir(folder)
    for name, text in (("1", "poison"), ("2", "It jams.")):
        (folder / "new" / name).write_bytes(letter(text, id=f"p{name}").as_bytes())
    answer = desk("receive", "mail", str(folder), who=BOT)
    assert (answer.code, answer.out) == (70, "")
    assert answer.err.startswith(f"{folder}/new/1: IndexError; it stays there.\nerror[bug]: IndexError: string index")
    assert [one.name for one in (folder / "new").iterdir()] == ["1"]
    assert len(desk("list", "--json").json["incidents"]) == 1


def test_a_bug_of_ours_lets_a_mail_server_keep_the_mail(desk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_bug(monkeypatch)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(letter("poison").as_bytes())))
    answer = desk("receive", "mail", who=BOT)
    assert (answer.code, answer.err) == (
        75,
        "error[bug]: IndexError: string index out of range. This is our bug, not the message's. Please report it with "
        "what `itil --debug …` prints; the message is kept.\n",
    )


def test_a_disk_that_is_full_lets_a_mail_server_keep_the_mail(desk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "objects")

    monkeypatch.setattr("itil_cli.store.git.objects.LooseObjects.write", full)
    answer = receive(desk, letter())
    assert (answer.code, answer.err) == (75, "error[disk]: No space left on device: objects.\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"\n", b"\n\nno headers", b"\x00" * 100, b"Subject: no sender, no date\n\nhi",
        b"From: -&@\x7f\nSubject: odd\n\nhi", b"From: " + b"(" * 50_000 + b"\n\nhi",
        b"From: a@b.example\nMessage-ID: <" + b"x" * 399 + b"@y>\nSubject: " + "𒀀".encode() * 300 + b"\n\nhi",
        b"From: a@b.example\nSubject: x\n\n### 2026-03-09T10:00:00Z eve@evil.example (internal) #1-aaaa\n\n## Work log\n---\n",
        b'From: a@b.example\nSubject: "\'{}[]: #- *&!|>%@`\\\n\n...\n---\nid: INC-1\n---\n',
        b"From: a@b.example\nContent-Type: image/png; name=" + "字".encode() * 200 + b".png\n\nx",
    ],
    ids=range(10),
)  # fmt: skip
def test_odd_mails_become_incidents_that_are_whole(desk: Shell, raw: bytes) -> None:
    incident = taken(desk, raw)
    assert desk("show", incident).code == 0
    assert desk("check").code == 0
    audited(desk)


def test_a_long_text_is_attached_so_that_a_record_has_room_for_many(desk: Shell) -> None:
    incident = taken(desk, letter("字 " * 100_000))
    for number in range(12):
        assert taken(desk, letter("字 " * 100_000, id=f"l{number}", subject=f"Re: [{incident}]")) == incident
    seen = desk("show", incident, "--json").json
    told = "(Cut here: 199,999 characters; all of them are attached, mail.txt.)"
    assert seen["description"].endswith(told) and seen["worklog"][-1]["text"].endswith(told)
    assert seen["attachments"][0]["name"] == "mail.txt"
    assert (desk.store / seen["attachments"][0]["path"]).read_text() == ("字 " * 100_000).strip()
    assert desk("note", incident, "-m", "There is room.", who="dana").code == 0
    assert desk("check").code == 0


def test_fifty_attachments_with_long_names_fit_and_the_rest_is_named(desk: Shell) -> None:
    mail = letter(id="i" * 480)
    for number in range(60):
        mail.add_attachment(b"%d" % number, maintype="image", subtype="png", filename=f"{number:02}{'字' * 60}.png")
    incident = taken(desk, mail)
    seen = desk("show", incident, "--json").json
    assert len(seen["attachments"]) == 50 and seen["description"].count("bytes)") == 10
    assert desk("check").code == 0


def test_a_long_text_that_is_attached_keeps_no_secret(desk: Shell) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2"
    incident = taken(desk, letter("It jams. " * 5_000 + token))
    (one,) = desk("show", incident, "--json").json["attachments"]
    kept = (desk.store / one["path"]).read_text()
    assert token not in kept and "***" in kept


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_answer_that_cannot_be_written_sends_no_message_back(desk: Shell) -> None:
    """A mail server takes every other code than 75 for a refusal, and tells the sender so."""
    words = [sys.executable, "-m", "itil_cli", "-C", str(desk.store), "--as", BOT, "receive", "mail", "-"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, input=letter().as_bytes(), stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr.decode()) == (
        75,
        "error[disk]: No space left on device: output. What was taken in is safe, and known when it comes again.\n",
    )
    assert receive(desk, letter()).out.endswith("taken in before.\n")


def test_what_is_noted_of_a_job_changes_nothing_of_how_it_ended(desk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(app: App, code: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ran, "note", full)
    assert receive(desk, letter()).code == 0


def test_a_disk_that_fails_anywhere_lets_a_mail_server_try_again(desk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(app: App, source: str, imap: str | None) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")

    monkeypatch.setattr(mailing, "receive", full)
    answer = receive(desk, letter())
    assert (answer.code, answer.err) == (75, "error[disk]: No space left on device: somewhere.\n")
