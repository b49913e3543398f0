"""The pointer files of dedup keys: what two open incidents with one key come to, and what `check` finds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.store.keys import key_path

POINTER = key_path("disk")


def logged(shell: Shell, *words: str) -> str:
    return shell.id("log", "-t", "disk full", "--dedup-key", "disk", *words)


def held(shell: Shell) -> str | None:
    """The id that the pointer names at HEAD."""
    done = subprocess.run(["git", "show", f"HEAD:{POINTER}"], cwd=shell.store, capture_output=True, text=True)
    return done.stdout.strip() or None


@pytest.fixture
def twice(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Shell, str, str]:
    """A clone that pulled, with plain git, an incident that has the same key as its own; and both, the earlier first."""
    subprocess.run(["git", "clone", "-q", str(shell.store), "other"], cwd=tmp_path, check=True)
    other = Shell(tmp_path / "other", capsys)
    ids = sorted((logged(shell), logged(other)))
    done = subprocess.run(
        ["git", "pull", "-q", "--no-rebase", "--no-edit"], cwd=other.store, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = f"{POINTER}: {ids[1]} has the dedup key of {ids[0]}: `itil link {ids[1]} duplicate-of {ids[0]}`.\n"
    assert said in done.stderr
    return other, ids[0], ids[1]


def test_one_key_in_both_clones_is_no_conflict_for_git(twice: tuple[Shell, str, str]) -> None:
    shell, first, second = twice
    assert held(shell) == first
    assert shell.git("status", "--porcelain") == ""
    found = shell("check", "--json").json["findings"]
    assert [(one["code"], one["severity"], one["text"]) for one in found] == [
        ("key", "warning", f"it has the dedup key of {first}: `itil link {second} duplicate-of {first}`.")
    ]


def test_the_one_that_is_a_double_entry_takes_no_key_along(twice: tuple[Shell, str, str]) -> None:
    shell, first, second = twice
    assert shell("note", second, "-m", "here, too").code == 0
    assert held(shell) == first
    assert shell("link", second, "duplicate-of", first).code == 0
    assert held(shell) == first
    assert shell("check", "--json").json["findings"] == []
    assert logged(shell) == first


def test_of_two_in_one_commit_the_open_one_keeps_the_key(twice: tuple[Shell, str, str]) -> None:
    shell, first, second = twice
    lines = shell.store.parent / "lines"
    lines.write_text(f"note {first} -m one\nlink {second} duplicate-of {first}\n")
    assert shell("batch", "--one-commit", str(lines)).code == 0
    assert held(shell) == first


def test_a_pointer_to_nothing_open_is_found(shell: Shell) -> None:
    (shell.store / "keys").mkdir()
    (shell.store / POINTER).write_text("../../etc/passwd\n")
    shell.git("add", "-A")
    shell.git("commit", "-qm", "x")
    (one,) = shell("check", "--json").json["findings"]
    assert (one["code"], one["severity"], one["path"]) == ("key", "error", POINTER)
    assert one["text"] == (
        "it names '../../etc/passwd', which is not open with that key. Remove it with git, or log the incident again."
    )


def test_an_open_incident_without_its_pointer_is_found_and_any_command_writes_it(shell: Shell) -> None:
    incident = logged(shell)
    shell.git("rm", "-q", POINTER)
    shell.git("commit", "-qm", "x")
    (one,) = shell("check", "--json").json["findings"]
    assert (one["code"], one["severity"]) == ("key", "error") and incident in one["path"]
    assert one["text"] == f"it is open, and its dedup key has no pointer ({POINTER}). Any command on it writes one."
    assert shell("note", incident, "-m", "on").code == 0
    assert held(shell) == incident
    assert shell("check", "--json").json["findings"] == []


def clone(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    subprocess.run(["git", "clone", "-q", str(shell.store), "other"], cwd=tmp_path, check=True)
    other = Shell(tmp_path / "other", capsys)
    assert other("setup").code == 0
    return other


def pull(shell: Shell) -> subprocess.CompletedProcess[str]:
    words = ["git", "pull", "-q", "--no-rebase", "--no-edit"]
    return subprocess.run(words, cwd=shell.store, capture_output=True, text=True)


def test_a_key_that_moved_on_here_and_ended_there_is_a_choice_that_git_asks_for(
    shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """git asks no merge driver where one side deleted; whichever is chosen, `check` says so and a command mends it."""
    first = logged(shell)
    other = clone(shell, tmp_path, capsys)
    for one in (shell, other):
        assert one("accept", first).code in (0, 3)
        assert one("cancel", first, "--reason", "withdrawn", "-m", "Gone.").code == 0
    second = logged(shell)
    done = pull(other)
    assert done.returncode != 0 and f"CONFLICT (modify/delete): {POINTER}" in done.stdout
    refused = other("note", first, "-m", "x")
    assert refused.code == 6 and "merge" in refused.err
    other.git("rm", "-q", "--cached", POINTER)
    (other.store / POINTER).unlink()
    other.git("commit", "-qm", "merge")
    (one,) = (found for found in other("check", "--json").json["findings"] if found["code"] == "key")
    assert one["text"] == f"it is open, and its dedup key has no pointer ({POINTER}). Any command on it writes one."
    assert other("note", second, "-m", "on").code == 0
    assert held(other) == second
    assert [found for found in other("check", "--json").json["findings"] if found["code"] == "key"] == []


# --- a store that is older than the line for its keys


@pytest.fixture
def older(shell: Shell) -> Shell:
    """Its `.gitattributes` has a line of its owner's, and none for what lies beside records."""
    file = shell.store / ".gitattributes"
    kept = [line for line in file.read_text().split("\n") if not line.startswith(("keys/", "mail/", "deliveries/"))]
    file.write_text("*.png binary\n" + "\n".join(kept))
    shell.git("commit", "-qam", "older")
    return shell


def test_doctor_says_what_is_missing_and_setup_adds_it(older: Shell) -> None:
    (one,) = (found for found in older("doctor", "--json").json["findings"] if found["code"] == "attributes")
    assert (one["severity"], one["path"]) == ("warning", ".gitattributes")
    assert one["text"] == (
        "it lacks `keys/* -text merge=itil`, `mail/** -text merge=itil`, `deliveries/** -text merge=itil`: "
        "git would make text conflicts of such files. `itil setup` adds what is missing."
    )
    before = (older.store / ".gitattributes").read_text()
    done = older("setup", "--json")
    assert [line for line in done.json["changed"] if line.startswith(".git")] == [
        ".gitattributes: keys/* -text merge=itil",
        ".gitattributes: mail/** -text merge=itil",
        ".gitattributes: deliveries/** -text merge=itil",
    ]
    assert (older.store / ".gitattributes").read_text() == before + (
        "keys/* -text merge=itil\nmail/** -text merge=itil\ndeliveries/** -text merge=itil\n"
    )
    assert older.git("status", "--porcelain") == ""
    assert [found for found in older("doctor", "--json").json["findings"] if found["code"] == "attributes"] == []
    assert older("setup", "--json").json["changed"] == []


def test_whoever_may_not_is_told_who_may(company: Shell) -> None:
    (company.store / ".gitattributes").write_text("incidents/** -text merge=itil\n")
    company.git("commit", "-qam", "older")
    head = company.git("rev-parse", "HEAD")
    done = company("setup", who="bob@example.com")
    assert done.code == 0
    assert done.err == ".gitattributes lacks 9 of its lines; an incident manager's `itil setup` adds them.\n"
    assert company.git("rev-parse", "HEAD") == head


# --- what else lies beside records


def test_one_mail_taken_in_by_two_clones_is_no_conflict(
    company: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = clone(company, tmp_path, capsys)
    mail = tmp_path / "mail.eml"
    mail.write_text("From: Alice <alice@example.com>\nSubject: Down\nMessage-ID: <1@x.example>\n\nIt is down.\n")
    ids = sorted(
        one("receive", "mail", str(mail), "--json", who="ci@example.com").json["mails"][0]["incident"]
        for one in (company, other)
    )
    done = pull(other)
    assert done.returncode == 0, done.stdout + done.stderr
    (pointer,) = (path for path in (other.store / "mail").rglob("*") if path.is_file())
    assert pointer.read_text() == f"{ids[0]}\n"
    said = f"{ids[1]} has the mail of {ids[0]}: `itil link {ids[1]} duplicate-of {ids[0]}`."
    assert said in done.stderr


def test_lines_about_messages_of_two_clones_are_united(
    company: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    incident = company.id("log", "-t", "Down", "--requestor", "alice@example.com")
    other = clone(company, tmp_path, capsys)
    lines = {
        company: "1-aaaa received alice@example.com sent 2026-03-09T10:00:00Z 1 AAAAAAAA\n",
        other: "2-bbbb told alice@example.com sent 2026-03-09T10:01:00Z 1 BBBBBBBB\n",
    }
    for one, line in lines.items():
        file = one.store / "deliveries" / one.file(incident).relative_to(one.store).with_suffix("")
        file.parent.mkdir(parents=True)
        file.write_text(line)
        one.git("add", "-A")
        one.git("commit", "-qm", "sent")
    assert pull(other).returncode == 0
    assert sorted(file.read_text().splitlines(keepends=True)) == sorted(lines.values())
