"""A store by URL, without clone and index: what was taken before is known from history, also when the incident is over."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.cli.answers.intake import spooling
from itil_cli.cli.main import run
from tests.cli.test_ci import ci, hub, no_system, pulled, shop
from tests.cli.test_receive import alert, group

__all__ = ["hub", "no_system", "shop"]


def forgetful(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """A run that is killed between the delivery of its event and forgetting it."""
    with monkeypatch.context() as killed:
        killed.setattr(spooling.Spool, "drop", lambda self, event: None)
        return ci(*words)


def on_another_machine(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> int:
    with monkeypatch.context() as other:
        other.setenv("XDG_STATE_HOME", str(folder / "other-state"))
        other.setenv("XDG_CACHE_HOME", str(folder / "other-cache"))
        return ci(*words)


def history(cache: Path) -> int:
    """How many commits the cached clone has."""
    (clone,) = [one for one in (cache / "itil").iterdir() if (one / ".git").is_dir()]
    done = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=clone, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_failure_sent_again_when_its_incident_is_over_opens_none(
    shop: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert forgetful(monkeypatch, "run", "--", "false") == 1
    assert on_another_machine(monkeypatch, tmp_path, "run", "--", "true") == 0
    (incident,) = pulled(shop, hub)
    assert incident["status"] == "resolved"
    shop.capsys.readouterr()
    assert ci("run", "--", "true") == 0  # which delivers the failure once more, and then a success
    assert shop.capsys.readouterr().err == ""
    (again,) = pulled(shop, hub)
    assert again["events"] == incident["events"]
    assert list((tmp_path / "state/itil/spool").rglob("*.json")) == []


def test_a_success_sent_again_does_not_resolve_the_next_incident(
    shop: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ci("run", "--", "false") == 1
    assert forgetful(monkeypatch, "run", "--", "true") == 0
    assert on_another_machine(monkeypatch, tmp_path, "run", "--", "false") == 1
    assert ci("open", "--dedup-key", "another") == 0  # delivers what waits
    found = {one["events"][0]["dedup_key"]: one["status"] for one in pulled(shop, hub) if one["status"] != "resolved"}
    assert len(found) == 2 and set(found.values()) == {"assigned"}


def test_what_nobody_has_sent_before_needs_no_history(shop: Shell, hub: Path, tmp_path: Path) -> None:
    assert [ci("run", "--", "sh", "-c", f"exit {code}") for code in (1, 1, 0, 1)] == [1, 1, 0, 1]
    assert len(pulled(shop, hub)) == 2
    assert history(tmp_path / "cache") == 2  # the remote's tip, and the last event


@pytest.mark.parametrize("over", ["resolved", "closed"])
def test_an_alert_sent_again_when_its_incident_is_over_changes_nothing(
    over: str, shop: Shell, hub: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def received(status: str, start: str) -> list[str]:
        body = tmp_path / "body.json"
        body.write_text(json.dumps(group(alert("A", status, start), status=status)))
        capsys.readouterr()
        assert run(["--now", "2026-03-09T09:30:00Z", "receive", "alertmanager", str(body), "--json"]) == 0
        return [one["result"] for one in json.loads(capsys.readouterr().out)["results"]]

    first, second = "2026-03-09T09:00:00Z", "2026-03-09T09:20:00Z"
    assert [received("firing", first), received("firing", first)] == [["opened"], ["known"]]
    shop.minute = 40  # after it
    if over == "closed":
        (incident,) = pulled(shop, hub)
        for name, said in (("user.name", "Ada Test"), ("user.email", "ada@example.com")):
            shop.git("config", name, said)
        end = ("resolve", "--code", "fixed", "-m", "Restarted.", "--category", "network", "--confirmed-by", "bob")
        for words in (("classify", "--category", "network"), ("take",), end):
            done = shop(words[0], incident["id"], *words[1:], who="ada@example.com")
            assert done.code == 0, done.err
        shop.git("push", "-q", str(hub), "main")
    else:
        assert received("resolved", first) == ["resolved"]
    assert received("firing", first) == ["known"]
    assert received("firing", second) == ["opened"]
    assert sorted(one["status"] for one in pulled(shop, hub)) == sorted([over, "new"])
