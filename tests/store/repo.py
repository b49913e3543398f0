"""A git repository for the store's tests, worked on with git itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from itil_cli.store.git.commits import Stamp
from itil_cli.store.git.repository import Git

ADA = Stamp("Ada Test", "ada@example.com", 1_795_511_700)


class Repo:
    """A folder with a repository, or one that is to have it."""

    def __init__(self, path: Path, *words: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", *words)

    def git(self, *words: str, data: bytes | None = None, check: bool = True) -> str:
        """What git says, without the last line's end."""
        done = subprocess.run(["git", *words], cwd=self.path, input=data, capture_output=True)
        assert not check or done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, path: str, data: bytes | str = b"x\n") -> Path:
        """Write a file of the work tree."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return file

    def commit(self, message: str = "x", **files: bytes | str) -> str:
        """Commit the whole work tree; the commit's id."""
        for path, data in files.items():
            self.write(path, data)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def blob(self, data: bytes) -> str:
        """A blob that git has written."""
        return self.git("hash-object", "-w", "--stdin", data=data)

    def open(self, below: str = "") -> Git:
        """Our view of it."""
        return Git(self.path / below)

    def clean(self) -> bool:
        """Nothing staged, nothing changed, nothing untracked."""
        return self.git("status", "--porcelain") == ""


def sound(repo: Repo) -> str:
    """What fsck complains of; dangling objects are no complaint."""
    return repo.git("fsck", "--strict", "--no-dangling", "--no-progress")


def age(path: Path, seconds: int) -> None:
    """Make a file look old."""
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))
