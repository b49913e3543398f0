"""A shell for tests: runs `itil` in this process, in a store of its own, at a fixed time."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from itil_cli.cli.main import run


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err.splitlines()[-1])


class Shell:
    """`shell("log", "-t", "X")` runs a command; every command is a minute after the last one."""

    def __init__(self, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = store
        self.capsys = capsys
        self.minute = 0

    def __call__(self, *words: str, now: str | None = None, who: str | None = None) -> Answer:
        self.minute += 1
        clock = now or f"2026-03-09T{9 + self.minute // 60:02d}:{self.minute % 60:02d}:00Z"
        acting = ["--as", who] if who else []
        self.capsys.readouterr()
        code = run(["-C", str(self.store), "--now", clock, *acting, *words])
        out, err = self.capsys.readouterr()
        return Answer(code, out, err)

    def id(self, *words: str, **more: Any) -> str:
        """The id that a command answers with."""
        answer = self(*words, "--json", **more)
        assert answer.code == 0, answer.err
        return str(answer.json["id"])

    def git(self, *words: str) -> str:
        """git in the store."""
        done = subprocess.run(["git", *words], cwd=self.store, capture_output=True, text=True, check=True)
        return done.stdout

    def file(self, incident_id: str) -> Path:
        """The work-tree file of a record."""
        (found,) = self.store.glob(f"*/**/{incident_id}.md")
        return found
