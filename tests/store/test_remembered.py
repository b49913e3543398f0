"""Settings kept as JSON beside the index: used when they are there, never needed, never a lie."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.store.remembered import recall, remember
from itil_cli.store.store import Store


def kept(shell: Shell) -> list[Path]:
    return sorted((shell.store / ".git/itil/settings").glob("*.json"))


def policy_blob(shell: Shell) -> str:
    return shell.git("rev-parse", "HEAD:itil.yaml").strip()


def test_what_was_read_is_kept_by_blob(company: Shell) -> None:
    assert company("people").code == 0
    assert any(file.name.startswith(policy_blob(company)) for file in kept(company))
    held = recall(Store.find(company.store).git, policy_blob(company))
    assert held["name"] == "shop"


def test_what_is_kept_needs_no_yaml(company: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    before = company("people", "--json").json
    monkeypatch.setitem(sys.modules, "itil_cli.store.yaml.yamlsafe", None)
    assert company("people", "--json").json == before


def test_another_policy_is_another_blob(company: Shell) -> None:
    company("list")
    policy = company.store / "itil.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("name: ", "name: 'new '  # was: ", 1), encoding="utf-8"
    )
    company.git("commit", "-qam", "Another name")
    assert company("report", "summary", "--json", "--period", "2026-03").json["store"] == "new "


@pytest.mark.parametrize("noise", [b"", b"\xff\x00", b'{"zone": 7}', b"[1]"])
def test_noise_is_read_anew(company: Shell, noise: bytes) -> None:
    before = company("people", "--json").json
    assert kept(company)
    for file in kept(company):
        file.write_bytes(noise)
    assert company("people", "--json").json == before


def test_what_json_would_change_is_not_kept(company: Shell) -> None:
    git = Store.find(company.store).git
    for value in ({1: "a"}, {"a": {2: 3}}, {"a": object()}):
        remember(git, "0" * 40, value)
        assert recall(git, "0" * 40) is None


def test_not_many_are_kept(company: Shell) -> None:
    git = Store.find(company.store).git
    for number in range(80):
        remember(git, f"{number:040}", {"a": number})
    assert len(kept(company)) <= 32
    assert recall(git, f"{79:040}") == {"a": 79}


def test_without_the_index_nothing_is_kept(company: Shell) -> None:
    for file in kept(company):
        file.unlink()
    assert company("people", "--no-index").code == 0
    assert kept(company) == []
