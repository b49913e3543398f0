"""A machine's clock that is behind the last commit: time only goes on, so nothing is written (S1)."""

from __future__ import annotations

import os
import re
import subprocess
import time

import pytest
from shell import Shell

from itil_cli.process.time.instants import format_instant


def commit_at(shell: Shell, instant: int) -> None:
    """Somebody's commit of that committer time, by git."""
    stamp = {"GIT_COMMITTER_DATE": f"{instant} +0000", "GIT_AUTHOR_DATE": f"{instant} +0000"}
    words = ["git", "commit", "-q", "--allow-empty", "-m", "Something else"]
    subprocess.run(words, cwd=shell.store, check=True, env=os.environ | stamp)


@pytest.mark.parametrize("words", [("log", "-t", "Printer jams"), ("people", "add", "bob@example.com")])
def test_more_than_the_slack_behind_the_last_commit_is_refused(shell: Shell, words: tuple[str, ...]) -> None:
    commit_at(shell, int(time.time()) + 7200)
    head = shell.git("rev-parse", "HEAD")
    refused = shell(*words)
    assert refused.code == 6
    said = r"error\[clock\]: The machine's clock says \S+Z, the last commit \S+Z\. Set the clock right, then run the command again\.\n"
    assert re.fullmatch(said, refused.err)
    assert shell.git("rev-parse", "HEAD") == head and shell.git("status", "--porcelain") == ""


def test_a_clock_a_little_behind_is_no_matter(shell: Shell) -> None:
    commit_at(shell, int(time.time()) + 300)
    assert shell("log", "-t", "Printer jams").code == 0


def test_a_now_ahead_of_the_clock_is_written_said_and_found_by_the_audit(shell: Shell) -> None:
    """S1: `--now` sets the event's time, the commit's is the machine's; S17: ten minutes ahead is too much."""
    done = shell("log", "-t", "Printer jams", now="2199-01-01T00:00:00Z")
    assert done.code == 0
    said = (
        r"2199-01-01T00:00:00Z is ahead of this machine's clock, \S+Z: "
        r"the audit finds it, and a server's gate refuses it\.\n"
    )
    assert re.fullmatch(said, done.err)
    found = shell("audit", "--json")
    assert found.code == 1
    assert {one["code"] for one in found.json["findings"] if one["severity"] == "error"} == {"future"}


def test_a_now_within_the_slack_is_not_spoken_of(shell: Shell) -> None:
    assert shell("log", "-t", "Printer jams", now=f"{format_instant(int(time.time()) + 300)}").err == ""


def test_in_a_sandbox_nothing_is_ahead(shell: Shell) -> None:
    policy = shell.store / "itil.yaml"
    policy.write_text(policy.read_text() + "sandbox: true\n")
    shell.git("commit", "-qam", "sandbox")
    done = shell("log", "-t", "Printer jams", now="2199-01-01T00:00:00Z")
    assert (done.code, done.err) == (0, "")
    assert shell("audit", "--json").code == 0
