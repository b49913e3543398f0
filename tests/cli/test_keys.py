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
