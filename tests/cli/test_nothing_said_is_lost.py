"""What `-m` says is kept by every command that takes it, and the audit finds such commits legal."""

from __future__ import annotations

import pytest
from shell import Shell

PLAIN = ("--impact", "low", "--urgency", "low", "--category", "network")


@pytest.mark.parametrize(
    "words",
    [
        ("vendor", "ONE", "--opened", "telco", "--ticket", "T-1"),
        ("link", "ONE", "related", "TWO"),
        ("link", "ONE", "follows", "TWO"),
        ("link", "ONE", "child-of", "TWO"),
        ("link", "ONE", "duplicate-of", "TWO"),
        ("link", "ONE", "change", "CHG-1"),
    ],
)
def test_a_message_stands_in_the_work_log(shell: Shell, words: tuple[str, ...]) -> None:
    """Those of `vendor --opened` and `link` were dropped without a word."""
    policy = shell.store / "itil.yaml"
    policy.write_text(policy.read_text() + "sandbox: true\n")
    shell.git("commit", "-qam", "sandbox")
    ids = {name: shell.id("log", "-t", name, *PLAIN) for name in ("ONE", "TWO")}
    done = shell(*(ids.get(word, word) for word in words), "-m", "as agreed")
    assert done.code == 0, done.err
    seen = shell("show", ids["ONE"], "--json").json
    assert [entry["text"] for entry in seen["worklog"]] == ["as agreed"]
    assert [one for one in shell("audit", "--json").json["findings"] if one["severity"] == "error"] == []
    assert shell("check").code == 0


def test_a_vendor_of_the_policy_is_told_with_its_contact_and_a_slip_is_said(shell: Shell) -> None:
    policy = shell.store / "itil.yaml"
    policy.write_text(
        policy.read_text() + "vendors: {telco: {contract: 4h, calendar: business, contact: noc@telco.example}}\n"
    )
    shell.git("commit", "-qam", "vendors")
    shell("log", "-t", "Line down", *PLAIN, "--take")
    done = shell("vendor", "INC", "--opened", "telco", "--ticket", "T-1")
    assert done.out.splitlines()[-1] == "  telco is reached at noc@telco.example."
    done = shell("vendor", "INC", "--opened", "telko", "--ticket", "T-1")
    assert done.out.splitlines()[-1] == "  The policy knows no vendor telko: no contract counts. Did you mean telco?"


def test_the_desk_is_told_of_a_vip(shell: Shell) -> None:
    people = shell.store / "people.yaml"
    people.write_text(
        people.read_text() + "  - {email: alice@example.com, name: Alice, roles: [requestor], vip: true}\n"
    )
    shell.git("commit", "-qam", "a VIP")
    assert "  alice@example.com is a VIP.\n" in shell("log", "-t", "X", "--requestor", "alice@example.com").out
    assert "VIP" not in shell("log", "-t", "Y").out
