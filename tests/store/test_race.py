"""Clones that push at once: when it is tried again, when it is given up, and the exact words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.errors import GitTrouble
from itil_cli.store.git import network
from itil_cli.store.git.repository import Git
from itil_cli.store.sync import race
from itil_cli.store.sync.race import Race


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that goes on by as much as is slept, and by what a test adds."""
    now = [0.0]
    monkeypatch.setattr(race.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(race.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    return now


def test_races_are_lost_without_end_while_others_are_faster(clock: list[float]) -> None:
    racing = Race("origin")
    for tip in range(1000):
        clock[0] += 1
        racing.lost(f"{tip:040x}")
    assert racing.tries == 1001


def test_a_remote_that_takes_nothing_while_nobody_is_faster_is_given_up(clock: list[float]) -> None:
    racing = Race("origin")
    with pytest.raises(GitTrouble) as caught:
        for _ in range(1000):
            clock[0] += 20
            racing.lost("a" * 40)
    assert caught.value.code == "stuck"
    waited = caught.value.text.partition("published for ")[2].partition(" s")[0]
    assert int(waited) >= 60
    assert caught.value.text == (
        f"origin takes nothing, though nobody else has published for {waited} s; nothing has changed here."
    )
    assert caught.value.remedy == "A lock may have been left behind on the server. Run it again later."


def test_a_pause_is_as_long_as_a_few_tries(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    longest: list[float] = []
    monkeypatch.setattr(race.random, "uniform", lambda low, high: longest.append(high) or 0.0)
    racing = Race("origin")
    for took in (0.5, 1.0, 60.0):
        clock[0] += took
        racing.lost(str(took))
    assert longest == [2.0, 4.0, 10.0]


@pytest.fixture
def hub(company: Shell, tmp_path: Path) -> Path:
    bare = tmp_path / "hub.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    company.git("remote", "add", "origin", str(bare))
    return bare


def test_the_first_sync_of_a_branch_makes_the_remote_its_own(company: Shell, hub: Path) -> None:
    assert company("sync").code == 0
    assert company.git("status", "-sb").splitlines()[0] == "## main...origin/main"


def test_a_lock_left_behind_on_the_server_is_named_and_nothing_is_lost(
    company: Shell, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(race, "PATIENCE", 0.0)
    assert company("sync").code == 0
    incident = company.id("log", "-t", "x")
    lock = hub / "refs/heads/main.lock"
    lock.touch()
    said = company("sync", "--json")
    assert (said.code, said.error["code"]) == (6, "stuck")
    lock.unlink()
    assert company("sync").code == 0
    assert incident in subprocess.run(["git", "log", "--format=%s"], cwd=hub, capture_output=True, text=True).stdout


def test_a_lock_left_behind_in_the_clone_is_named_with_its_age(
    company: Shell, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "WAIT", 0.0)
    assert company("sync").code == 0
    other = hub.parent / "other"
    subprocess.run(["git", "clone", "-q", str(hub), str(other)], check=True)
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=other, check=True)
    subprocess.run(["git", "push", "-q"], cwd=other, check=True)
    lock = company.store / ".git/refs/remotes/origin/main.lock"
    lock.touch()
    said = company("sync")
    assert said.code == 6 and f"{lock.resolve()} has been there for " in said.err
    assert said.err.endswith("Nothing waits here. If no git is at work, `itil doctor --break-locks` removes it.\n")
    assert company("doctor", "--break-locks").code == 0
    assert company("sync").code == 0


def test_a_hook_s_refusal_is_no_lost_race_whatever_it_says(company: Shell, hub: Path) -> None:
    assert company("sync").code == 0
    company.id("log", "-t", "x")
    hook = hub / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'it already exists: cannot lock it' >&2\nexit 1\n")
    hook.chmod(0o755)
    said = company("sync", "--json")
    assert (said.code, said.error["code"]) == (6, "refused")
    assert said.error["text"] == (
        "origin refuses it: [remote rejected] (pre-receive hook declined).\n  it already exists: cannot lock it\n"
        "1 commit waits here."
    )


def test_the_user_s_settings_for_his_own_pushes_send_nothing_else_along(company: Shell, hub: Path) -> None:
    company.git("config", "push.followTags", "true")
    company.git("config", "fetch.prune", "true")
    company.git("tag", "-a", "v1", "-m", "v1")
    assert company("sync").code == 0
    refs = subprocess.run(["git", "for-each-ref", "--format=%(refname)"], cwd=hub, capture_output=True, text=True)
    assert refs.stdout == "refs/heads/main\n"


def test_a_killed_git_is_named(company: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Git(company.store) as git:
        monkeypatch.setattr(network, "_QUIETLY", ("--upload-pack=kill -9 $PPID; sleep 1; true",))
        upstream = network.upstream_of(git, "refs/heads/main")
        with pytest.raises(GitTrouble) as caught:
            network.fetch(git, upstream)
    assert caught.value.text == "git fetch was killed by signal 9."


def test_the_user_s_way_to_the_server_is_taken(
    company: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\neval "exec $(eval echo \\$$#)"\n')
    ssh.chmod(0o755)
    company.git("remote", "set-url", "origin", f"ssh://server{hub}")
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("GIT_SSH_VARIANT", "simple")
    assert company("sync").code == 0
    assert "server git-receive-pack" in (tmp_path / "called").read_text()
