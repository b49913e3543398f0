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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("contact",), ("-m", "Still down")),
        (("escalate",), ("--up", "--reason", "decision", "-m", "Which one?")),
        (("vendor",), ("--opened", "telco", "--ticket", "T-1")),
        (("link",), ("child-of", "MUM")),
        (("link",), ("change", "CHG-1")),
    ],
)
def test_every_verb_takes_several_ids_all_or_none(
    shell: Shell, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """DESIGN.md: verbs take several ids; these took one."""
    named = ("--impact", "low", "--urgency", "low", "--category", "network")
    one, two, mum = (shell.id("log", "-t", title, *named) for title in ("Printer jams", "No mail", "VPN down"))
    words = [mum if word == "MUM" else word for word in after]
    refused = shell(*before, one, "nope", *words)
    assert (refused.code, refused.err) == (
        4,
        "error[not-found]: There is no incident 'nope'. `itil list --all` shows what there is.\n",
    )
    assert len(shell("timeline", one, "--json").json["events"]) == 2
    found = shell(*before, one, two, *words, "--json").json
    assert [answer["id"] for answer in found["incidents"]] == [one, two]
    assert [len(shell("timeline", name, "--json").json["events"]) > 2 for name in (one, two)] == [True, True]
    assert shell.git("log", "-2", "--format=%s").splitlines()[0].startswith(f"{one} (+1) {before[0]}: ")
