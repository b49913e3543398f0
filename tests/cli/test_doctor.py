"""`itil doctor`: each trouble has its words, and says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from shell import Answer, Shell

from itil_cli.store.health import locks


@pytest.fixture
def well(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A store of which there is nothing to say."""
    assert shell("setup").code == 0
    assert shell("doctor").out == "All is well.\n"
    return shell


def lines(answer: Answer) -> list[str]:
    return answer.out.splitlines()


def test_nothing_to_say_is_exit_0_and_an_empty_list(well: Shell) -> None:
    done = well("doctor", "--json")
    assert (done.code, done.json["kind"], done.json["findings"]) == (0, "findings", [])


def test_findings_are_json_too(well: Shell) -> None:
    well.git("config", "gc.pruneExpire", "now")
    (found,) = well("doctor", "--json").json["findings"]
    assert (found["code"], found["severity"]) == ("prune-grace", "error")


@pytest.mark.parametrize("grace", ["now", "20.minutes.ago"])
def test_a_short_prune_grace_is_an_error(well: Shell, grace: str) -> None:
    well.git("config", "gc.pruneExpire", grace)
    done = well("doctor")
    assert done.code == 1
    assert lines(done) == [
        f"store: error[prune-grace]: gc.pruneExpire is {grace}: a `git gc` beside a write destroys what is being written. "
        "`git config gc.pruneExpire 2.weeks.ago`."
    ]


@pytest.mark.parametrize("grace", ["never", "2.weeks.ago", "2.hours.ago"])
def test_a_long_one_is_not(well: Shell, grace: str) -> None:
    well.git("config", "gc.pruneExpire", grace)
    assert well("doctor").out == "All is well.\n"


def test_no_identity_is_an_error(well: Shell) -> None:
    Path(os.environ["HOME"], ".gitconfig").write_text("")
    done = well("doctor")
    assert done.code == 1
    assert lines(done) == [
        'store: error[identity]: git does not know who you are. Run `git config --global user.name "Your Name"` and '
        "`git config --global user.email you@example.com`."
    ]


def test_an_unknown_merge_driver_is_a_note(shell: Shell) -> None:
    shell.git("config", "--unset", "merge.itil.driver")
    done = shell("doctor")
    assert done.code == 0
    assert lines(done) == [
        ".gitattributes: note[merge-driver]: .gitattributes names the merge driver itil, which git does not know here. "
        "`itil setup` tells it."
    ]


@pytest.mark.parametrize("place", [".git/hooks", "their/hooks"])
def test_hooks_that_do_not_run_are_a_note(well: Shell, place: str) -> None:
    hook = well.store / place / "pre-commit"
    hook.parent.mkdir(parents=True, exist_ok=True)
    if place != ".git/hooks":
        well.git("config", "core.hooksPath", place)
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    done = well("doctor")
    assert done.code == 0
    assert lines(done) == [
        f"store: note[hooks]: pre-commit in {hook.parent}: hooks do not run when itil commits. "
        "Run what they check in CI, too."
    ]


def test_a_commit_from_the_future_is_an_error(well: Shell) -> None:
    later = {**os.environ, "GIT_COMMITTER_DATE": "2090-01-01T00:00:00Z"}
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=well.store, env=later, check=True)
    done = well("doctor")
    assert done.code == 1
    assert lines(done)[0].startswith(
        "store: error[clock]: the last commit is from 2090-01-01T00:00:00Z, and here it is "
    )
    assert lines(done)[0].endswith("Z. Set this machine's clock, or that of who committed it.")


def test_a_shallow_clone_is_a_warning(well: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    well.git("commit", "-q", "--allow-empty", "-m", "x")
    well.git("clone", "-q", "--depth", "1", well.store.as_uri(), str(tmp_path / "clone"))
    clone = Shell(tmp_path / "clone", capsys)
    assert clone("setup").code == 0
    done = clone("doctor")
    assert done.code == 0
    assert lines(done) == [
        "store: warning[shallow]: this clone is shallow: its history is not whole. `git fetch --unshallow` brings the rest."
    ]


def test_a_partial_clone_is_a_warning(well: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    well.git("config", "uploadpack.allowFilter", "true")
    well.git("clone", "-q", "--filter=blob:none", well.store.as_uri(), str(tmp_path / "clone"))
    clone = Shell(tmp_path / "clone", capsys)
    assert clone("setup").code == 0
    done = clone("doctor")
    assert done.code == 0
    assert lines(done) == [
        "store: warning[partial]: this clone is partial: what it lacks is fetched when it is read, and `itil audit` refuses it. "
        "Clone again without --filter."
    ]


def test_many_loose_objects_are_a_note(well: Shell) -> None:
    folder = well.store / ".git/objects/17"
    folder.mkdir(exist_ok=True)
    for place in range(30):
        (folder / f"{place:038x}").touch()
    done = well("doctor")
    assert done.code == 0
    assert lines(done) == [
        "store: note[loose-objects]: some 7,680 objects lie in files of their own. `git gc` packs them; git is faster then."
    ]


# --- the index


def test_a_damaged_index_is_a_warning_until_it_is_built_again(well: Shell) -> None:
    well("list")
    file = well.store / ".git/itil/index.sqlite"
    data = file.read_bytes()
    file.write_bytes(data[:4096] + bytes(len(data) - 4096))
    done = well("doctor")
    assert done.code == 0
    assert lines(done) == [f"store: warning[index]: {file} is damaged. The next `itil list` builds it again."]
    well("list")
    assert well("doctor").out == "All is well.\n"


def test_an_index_of_another_version_is_a_note(well: Shell) -> None:
    import sqlite3

    well("list")
    file = well.store / ".git/itil/index.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert lines(well("doctor")) == [
        f"store: note[index]: {file} is of another version. The next `itil list` builds it again."
    ]


# --- locks


def old(path: Path, seconds: int) -> Path:
    path.touch()
    at = time.time() - seconds
    os.utime(path, (at, at))
    return path


@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock", "packed-refs.lock", "refs/heads/main.lock"])
def test_a_stale_lock_is_an_error_and_is_removed_when_asked_for(well: Shell, name: str) -> None:
    lock = old(well.store / ".git" / name, 7200)
    done = well("doctor")
    assert done.code == 1
    (line,) = lines(done)
    assert line.startswith(f"store: error[lock]: {lock} has been there for 720")
    assert line.endswith(" s, and no git is at work. `itil doctor --break-locks` removes it.")
    assert lock.exists()
    done = well("doctor", "--break-locks")
    assert (done.code, done.out, done.err) == (0, "All is well.\n", f"Removed {lock}.\n")
    assert not lock.exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes cannot be looked at here")
def test_a_lock_beside_a_git_at_work_stays(well: Shell) -> None:
    lock = old(well.store / ".git/index.lock", 7200)
    working = subprocess.Popen(
        ["sh", "-c", "exec git cat-file --batch"], cwd=well.store, stdin=subprocess.PIPE, start_new_session=True
    )
    # Not a child of this process, as far as the doctor can see: he runs in a process of his own.
    doctor = [sys.executable, "-m", "itil_cli", "-C", str(well.store), "doctor", "--break-locks"]
    try:
        _until(lambda: Path(f"/proc/{working.pid}/comm").read_text().startswith("git"))
        done = subprocess.run(doctor, capture_output=True, text=True)
    finally:
        working.communicate()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"store: note[lock]: {lock} has been there for 720")
    assert done.stdout.endswith(f" s; git (process {working.pid}) is at work. Wait for it.\n")
    assert lock.exists()


def _until(said: Any) -> None:
    for _ in range(500):
        if said():
            return
        time.sleep(0.01)


def test_where_processes_cannot_be_looked_at_an_hour_decides(well: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PROC", Path("/nowhere"))
    lock = old(well.store / ".git/index.lock", 60)
    assert "a git may be at work. Wait for it." in well("doctor", "--break-locks").out
    assert lock.exists()
    old(lock, 3700)
    assert well("doctor", "--break-locks").err == f"Removed {lock}.\n"


# --- large trees


def test_a_large_tree_gets_recommendations(well: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from itil_cli.store.health import doctor

    monkeypatch.setattr(doctor, "MANY_FILES", 3)
    well.git("update-index", "--index-version", "4")
    said = [line.removeprefix("store: note") for line in lines(well("doctor"))]
    assert said == [
        "[untracked-cache]: with 3 files git is faster after `git config core.untrackedCache true`.",
        "[index-version]: with 3 files itil writes faster after `git update-index --index-version 2` and "
        "`git config index.version 2`.",
        "[commit-graph]: with 3 files history is faster after `git commit-graph write --reachable`.",
        "[maintenance]: with 3 files `git maintenance start` keeps the repository fast.",
    ]
    well.git("config", "core.untrackedCache", "true")
    well.git("update-index", "--index-version", "2")
    well.git("commit-graph", "write", "--reachable")
    well.git("config", "maintenance.strategy", "incremental")
    assert well("doctor").out == "All is well.\n"
