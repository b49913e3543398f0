"""What stands between a command and its commit: the branch that moves under it."""

from __future__ import annotations

import pytest
from shell import Shell

from itil_cli.store.git.repository import Git


def test_a_branch_that_git_moves_meanwhile_is_decided_on_anew(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    swap, moves = Git.swap, iter(range(2))

    def raced(git: Git, ref: str, new: str, old: str | None, reason: str = "itil") -> None:
        if next(moves, None) is not None:
            shell.git("commit", "-q", "--allow-empty", "-m", "somebody else")
        swap(git, ref, new, old, reason)

    monkeypatch.setattr(Git, "swap", raced)
    assert shell("note", incident, "-m", "x").code == 0
    subjects = shell.git("log", "--format=%s").splitlines()
    assert subjects[:3] == [f"{incident} note: Printer jams", "somebody else", "somebody else"]
    assert [entry["text"] for entry in shell("show", incident, "--json").json["worklog"]] == ["x"]


def test_one_that_always_moves_is_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    swap = Git.swap

    def raced(git: Git, ref: str, new: str, old: str | None, reason: str = "itil") -> None:
        shell.git("commit", "-q", "--allow-empty", "-m", "somebody else")
        swap(git, ref, new, old, reason)

    monkeypatch.setattr(Git, "swap", raced)
    refused = shell("note", incident, "-m", "x")
    head = shell.git("rev-parse", "HEAD")[:10]
    assert refused.code == 6
    assert refused.err == (
        f"error[moved]: main moved to {head} meanwhile; nothing has changed. Run the command again.\n"
    )
