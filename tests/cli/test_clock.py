"""A machine's clock that is behind the last commit: time only goes on, so nothing is written (S1)."""

from __future__ import annotations

import os
import re
import subprocess
import time

import pytest
from shell import Shell


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
