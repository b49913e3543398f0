"""What the fault tests share: a store made by real processes, and what must hold of it whatever happens."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from itil_cli.cli.main import run

ITIL = [sys.executable, "-m", "itil_cli"]
NOW = "2026-03-09T10:00:00Z"
FACTS = ("--category", "hardware", "--impact", "low", "--urgency", "low")


def itil(store: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, at one time for all."""
    return itil_now(store, "--now", NOW, *words, check=check)


def itil_now(store: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, by the machine's clock."""
    done = subprocess.run([*ITIL, "-C", str(store), *words], capture_output=True, text=True)
    if check and done.returncode:
        raise AssertionError(f"itil {' '.join(words)}: {done.returncode}\n{done.stderr}")
    return done


def git(store: Path, *words: str, check: bool = True) -> str:
    """Run git in the store."""
    return subprocess.run(["git", *words], cwd=store, capture_output=True, text=True, check=check).stdout


def new_store(folder: Path) -> tuple[Path, str]:
    """A store with one incident, and work of the user's that nobody may touch; gives the incident's id."""
    subprocess.run([*ITIL, "init", str(folder), "--now", NOW], check=True, capture_output=True)
    answer = itil(folder, "log", "-t", "Printer jams", *FACTS, "--json")
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


def answer(store: Path, *words: str) -> tuple[int, str]:
    """Exit code and stderr of a command that runs in this process."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        code = run(["-q", "-C", str(store), *words])
    return code, said.getvalue()


def shown(store: Path, incident: str) -> Any:
    """The incident as HEAD has it."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run(["-C", str(store), "show", incident, "--json"]) == 0
    return json.loads(out.getvalue())


class Shop:
    """A store with an incident at work, copied for each try of `resolve`, and what must hold after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clean, self.incident = new_store(folder / "clean")
        assert answer(self.clean, "--now", NOW, "take", self.incident) == (0, "")
        self.resolve = ("resolve", self.incident, "--code", "fixed", "-m", "New roller.")
        self.head = git(self.clean, "rev-parse", "HEAD").strip()

    def copy(self, store: Path | None = None) -> Path:
        """A fresh copy; `store` is where it goes."""
        store = store or self.folder / "shop"
        shutil.rmtree(store, ignore_errors=True)
        return shutil.copytree(self.clean, store, symlinks=True)

    def judge(self, store: Path, where: str) -> bool:
        """The old or the new state, a next command that works, and nothing touched; whether it is the new one."""
        there = shown(store, self.incident)
        commits = git(store, "rev-list", f"{self.head}..HEAD").split()
        resolved = bool(commits)
        assert len(commits) == resolved, where
        assert there["status"] == ("resolved" if resolved else "in-progress"), where
        note = ("--now", NOW, "note", self.incident, "-m", "And on.")
        code, said = answer(store, *note)
        if code == 6 and "--break-locks" in said:  # a git that was killed leaves its lock; it is named with the way out
            assert answer(store, "doctor", "--break-locks")[0] == 0, where
            code, said = answer(store, *note)
        assert code == 0, f"{where}\n{said}"
        after = shown(store, self.incident)
        assert after["events"][:-1] == there["events"] and after["events"][-1]["do"] == "noted", where
        assert users_own(store) == USERS_OWN, where
        assert answer(store, "check")[0] == 0, where
        assert git(store, "fsck", "--strict", "--no-dangling") == "", where
        return resolved
