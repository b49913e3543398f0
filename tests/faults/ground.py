"""What the fault tests share: a store made by real processes, and what must hold of it whatever happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ITIL = [sys.executable, "-m", "itil_cli"]
NOW = "2026-03-09T10:00:00Z"


def itil(store: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own."""
    done = subprocess.run([*ITIL, "-C", str(store), "--now", NOW, *words], capture_output=True, text=True)
    if check and done.returncode:
        raise AssertionError(f"itil {' '.join(words)}: {done.returncode}\n{done.stderr}")
    return done


def git(store: Path, *words: str, check: bool = True) -> str:
    """Run git in the store."""
    return subprocess.run(["git", *words], cwd=store, capture_output=True, text=True, check=check).stdout


def new_store(folder: Path) -> tuple[Path, str]:
    """A store with one incident, and work of the user's that nobody may touch; gives the incident's id."""
    subprocess.run([*ITIL, "init", str(folder), "--now", NOW], check=True, capture_output=True)
    answer = itil(folder, "log", "-t", "Printer jams", "--json")
    (folder / "staged.txt").write_text("staged\n")
    git(folder, "add", "staged.txt")
    (folder / "loose.txt").write_text("loose\n")
    (folder / "itil.yaml").write_text((folder / "itil.yaml").read_text() + "# a thought\n")
    return folder, str(json.loads(answer.stdout)["id"])


USERS_OWN = " M itil.yaml\nA  staged.txt\n?? loose.txt\n"


def users_own(store: Path) -> str:
    """The user's own work as git sees it: staged, unstaged and untracked."""
    return git(store, "status", "--porcelain")


def notes(store: Path, incident: str) -> list[str]:
    """The texts of the incident's work log at HEAD."""
    return [entry["text"] for entry in json.loads(itil(store, "show", incident, "--json").stdout)["worklog"]]


def clean_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of a child process."""
    return {**os.environ, **(extra or {})}


def under(words: Sequence[str], store: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run the program under another one, such as strace or prlimit."""
    full = [*words, *ITIL, "-C", str(store), "--now", NOW, *command]
    return subprocess.run(full, capture_output=True, text=True, errors="replace")
