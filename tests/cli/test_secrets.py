"""Promise 10: the listed kinds of secrets never reach an object, whichever way they come."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from shell import Shell

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7Zq\n-----END RSA PRIVATE KEY-----"
SAID = "Masked as ***: a GitHub token. It was written here, so others may have read it: change it.\n"


def objects(shell: Shell) -> bytes:
    """The content of every object that there is, reachable or not."""
    words = ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"]
    return subprocess.run(words, cwd=shell.store, capture_output=True, check=True).stdout


def secret_words(shell: Shell) -> bytes:
    """All objects and files of the store: nothing of a secret may be in them."""
    files = b"".join(
        path.read_bytes() for path in shell.store.rglob("*") if path.is_file() and ".git/objects" not in str(path)
    )
    return objects(shell) + files  # fmt: skip


def test_what_people_write_is_masked_and_they_are_told(shell: Shell) -> None:
    done = shell(
        "log",
        "-t",
        f"Push fails with {TOKEN}",
        "-d",
        f"The key:\n{KEY}\nand https://bob:pa55word@git.example.com",
        "--json",
    )
    assert done.code == 0
    assert done.json["title"] == "Push fails with ***"
    assert done.json["description"] == "The key:\n***\nand https://bob:***@git.example.com"
    assert done.err == (
        "Masked as ***: a GitHub token, a private key and a password in a URL. "
        "It was written here, so others may have read it: change it.\n"
    )
    incident = done.json["id"]
    for words in (
        ("note", incident, "-m", f"It is {TOKEN}."),
        ("tell", incident, "-m", f"Use {TOKEN}."),
        ("edit", incident, "-d", f"Now {TOKEN}."),
        ("contact", incident, "-m", f"Says {TOKEN}."),
        ("classify", incident, "--impact", "low", "--urgency", "low", "--category", "access", "-m", TOKEN),
        ("resolve", incident, "--code", "fixed", "-m", f"Took {TOKEN} away."),
    ):
        said = shell(*words)
        assert (said.code, said.err) == (0, SAID), words
    held = secret_words(shell)
    for part in (TOKEN[4:], "pa55word", "MIIEpAIBAAKCAQEA7Zq"):
        assert part.encode() not in held


def test_quiet_says_nothing_of_it(shell: Shell) -> None:
    assert shell("log", "-q", "-t", f"Push fails with {TOKEN}").err == ""
    assert TOKEN.encode() not in secret_words(shell)


def test_prose_about_secrets_is_left_as_it_is(shell: Shell) -> None:
    done = shell("log", "-t", "Password reset: the token expired", "-d", "password: cannot be changed", "--json")
    assert (done.json["title"], done.json["description"], done.err) == (
        "Password reset: the token expired", "password: cannot be changed", ""
    )  # fmt: skip


def test_a_dedup_key_is_refused(shell: Shell) -> None:
    done = shell("log", "-t", "Push fails", "--dedup-key", f"ci/{TOKEN}")
    assert done.code == 3
    assert done.err == (
        "error[secret]: the dedup key holds a GitHub token. Name it by something that is none; and change the secret.\n"
    )
    assert TOKEN.encode() not in objects(shell)


def test_a_batch_masks_each_of_its_lines(shell: Shell) -> None:
    lines = shell.store.parent / "lines"
    lines.write_text(f"log -t 'One {TOKEN}'\nlog -t Two\n")
    assert shell("batch", "--one-commit", str(lines)).code == 0
    assert TOKEN.encode() not in secret_words(shell)
    assert sorted(one["title"] for one in shell("list", "--json").json["incidents"]) == ["One ***", "Two"]


def test_a_problem_a_known_error_and_an_article_are_masked(shell: Shell) -> None:
    assert shell("problem", "new", "-t", f"Leak of {TOKEN}", "-d", f"See {TOKEN}").code == 0
    assert shell("article", "new", "-t", f"How to use {TOKEN}", "-d", f"See {TOKEN}").code == 0
    assert TOKEN.encode() not in secret_words(shell)


def test_an_edited_file_is_refused_and_stays_as_it_is(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Push fails")
    file = shell.file(incident)
    file.write_text(f"{file.read_text()}\nIt says {TOKEN}.\n")
    done = shell("adopt", incident)
    assert done.code == 3
    path = file.relative_to(shell.store)
    assert done.err == (
        f"error[secret]: {path} holds a GitHub token, and history keeps what it gets. "
        "Write *** in its place; and change it, if others may have read it.\n"
    )
    assert TOKEN.encode() not in objects(shell) and TOKEN in file.read_text()
    file.write_text(file.read_text().replace(TOKEN, "***"))
    assert shell("adopt", incident).code == 0


@pytest.mark.parametrize("history", ["single", "events"])
def test_an_import_is_masked_and_says_how_often(shell: Shell, history: str) -> None:
    rows = [
        {"number": "J-1", "at": "2026-01-05T09:00:00Z", "title": f"Push {TOKEN}", "description": f"See {TOKEN}"},
        {"number": "J-1", "at": "2026-01-05T10:00:00Z", "status": "in-progress", "text": f"Tried {TOKEN}", "x": {"a": [TOKEN]}},
        {"number": "J-2", "at": "2026-01-05T11:00:00Z", "title": "Nothing"},
    ]  # fmt: skip
    log = shell.store.parent / "log.jsonl"
    log.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    done = shell("import", "jsonl", str(log), "--history", history, "--json")
    assert done.json["masked"] == [{"kind": "GitHub token", "count": 1}]
    assert TOKEN.encode() not in secret_words(shell)
    assert shell("check", "--json").code == 0


def test_a_mail_is_masked_with_its_texts_and_its_raw_copy_is_not_kept(company: Shell) -> None:
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + "mail: {address: desk@example.com, keep-raw: true}\n")
    company.git("commit", "-qam", "mail")
    mail = company.store.parent / "mail.eml"
    mail.write_text(
        f"From: Alice <alice@example.com>\nTo: desk@example.com\nSubject: No push with {TOKEN}\nMessage-ID: <1@x.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        f"The password is Winter2026!\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\n"
        f"token {TOKEN}\nall quiet\n--b--\n"
    )
    done = company("receive", "mail", str(mail), who="ci@example.com")
    assert done.code == 0, done.err
    held = secret_words(company)
    assert TOKEN.encode() not in held and b"Winter2026" not in held
    (kept,) = (path for path in (company.store / "attachments").rglob("*") if path.is_file())
    assert kept.read_text().startswith("token ***\nall quiet")
    (one,) = company("list", "--json").json["incidents"]
    assert one["title"] == "No push with ***"
    text = company("show", one["id"], "--json").json["description"]
    assert text.endswith("(Masked as ***, log.txt: a GitHub token; the mail as it came is not kept)")


def test_an_alert_is_masked(company: Shell, tmp_path: Path) -> None:
    body = {
        "alerts": [
            {
                "status": "firing", "fingerprint": "f1", "startsAt": "2026-03-09T09:00:00Z",
                "labels": {"alertname": "Backup", "severity": "warning"},
                "annotations": {"summary": "Backup fails", "description": f"curl -H 'Authorization: Bearer {TOKEN}'"},
            }
        ],
        "version": "4", "groupKey": "g", "status": "firing", "receiver": "itil", "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "http://am.example.com",
    }  # fmt: skip
    file = tmp_path / "alert.json"
    file.write_text(json.dumps(body))
    done = company("receive", "alertmanager", str(file), who="ci@example.com")
    assert done.code == 0, done.err
    assert TOKEN.encode() not in secret_words(company)


def test_a_file_with_a_secret_is_not_attached(company: Shell, tmp_path: Path) -> None:
    company("log", "-t", "Deploy fails")
    file = tmp_path / "deploy.log"
    file.write_text("token " + "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2\n")
    done = company("note", "INC", "-m", "See it.", "--attach", str(file))
    assert done.code == 3 and done.err == (
        f"error[secret]: {file} holds a GitHub token, and history keeps what it gets. "
        "Write *** in its place; and change it, if others may have read it.\n"
    )
    assert not (company.store / "attachments").exists()
