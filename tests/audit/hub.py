"""A bare repository that `itil server setup` prepared, a clone of it, and hands that write with plain git."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from itil_cli.cli.main import run
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Record, kind_of
from itil_cli.process.time.instants import format_instant
from itil_cli.store.files import codec
from itil_cli.store.gate.server import setup
from itil_cli.store.git.repository import Git
from tests.conftest import GROUPS, PEOPLE

FUTURE = 30 * 86400


def git(folder: Path, *words: str, data: bytes | None = None, check: bool = True, **env: str) -> str:
    """Plain git, as anybody has it."""
    done = subprocess.run(["git", *words], cwd=folder, input=data, capture_output=True, env={**os.environ, **env})
    assert not check or done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


class Hub:
    """`store.git` is the server, `work` a clone with a legal history; `jam` is Bob's incident in work, `lan` is new."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bare, self.work = folder / "store.git", folder / "work"

    @classmethod
    def build(cls, folder: Path) -> Hub:
        """The legal history, made through the program and pushed through the gate."""
        hub = cls(folder)
        assert run(["init", str(hub.work)]) == 0
        git(hub.work, "config", "gc.auto", "0")
        git(folder, "init", "-q", "--bare", "-b", "main", str(hub.bare))
        hub.protect(trust=git(hub.work, "rev-parse", "HEAD"))
        policy = hub.work / "itil.yaml"
        policy.write_text(policy.read_text().replace("version: 1", "version: 2") + GROUPS)
        (hub.work / "people.yaml").write_text(PEOPLE)
        git(hub.work, "commit", "-qam", "people")
        git(hub.work, "remote", "add", "origin", str(hub.bare))
        facts = (
            "--category",
            "hardware",
            "--impact",
            "medium",
            "--urgency",
            "medium",
            "--requestor",
            "alice@example.com",
        )
        jam = hub.itil("dana", "log", "-t", "Printer jams", "-d", "It eats the paper.", *facts)["id"]
        hub.itil("dana", "assign", jam, "--group", "support")
        hub.itil("bob", "accept", jam)
        hub.itil("bob", "note", jam, "-m", "Looked at the roller.")
        hub.itil("dana", "log", "-t", "Network is slow", "--requestor", "carl@example.com")
        assert hub.push() == "", hub.push()
        return hub

    def copy(self, folder: Path) -> Hub:
        """The same once more, to be tampered with."""
        hub = Hub(folder)
        shutil.copytree(self.bare, hub.bare)
        shutil.copytree(self.work, hub.work)
        git(hub.work, "remote", "set-url", "origin", str(hub.bare))
        hub.protect()
        return hub

    def protect(self, *, trust: str | None = None, signed: bool | None = None) -> None:
        """`itil server setup`."""
        with Git(self.bare) as bare:
            setup(bare, branch="main", trust=trust, signed=signed)

    def itil(self, who: str, *words: str, code: int = 0) -> Any:
        """Run a command as somebody; its JSON."""
        import contextlib
        import io

        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            got = run(["-C", str(self.work), "--as", f"{who}@example.com", *words, "--json"])
        assert got == code, (words, got, out.getvalue())
        return json.loads(out.getvalue() or "null")

    def push(self, *refs: str) -> str:
        """Push; what the server said when it refused, else nothing."""
        words = ["git", "push", "-q", "origin", *(refs or ("HEAD:refs/heads/main",))]
        done = subprocess.run(words, cwd=self.work, capture_output=True, text=True, errors="surrogateescape")
        return done.stderr if done.returncode else ""

    def audit(self, *words: str, where: Path | None = None) -> Any:
        """`itil audit --json`."""
        import contextlib
        import io

        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = run(["-C", str(where or self.work), "audit", "--json", *words])
        return {"exit": code, **json.loads(out.getvalue() or "{}")}

    def ids(self) -> list[str]:
        """All incidents, as logged."""
        names = sorted(
            (self.work / "incidents").rglob("*.md"), key=lambda path: codec.parse(path.read_bytes(), "").events[0].at
        )
        by_title = sorted(names, key=lambda path: "Printer" not in path.read_text())
        return [path.stem for path in by_title]

    @property
    def jam(self) -> Path:
        """Bob's incident, in work."""
        return next(path for path in (self.work / "incidents").rglob("*.md") if "Printer jams" in path.read_text())

    @property
    def lan(self) -> Path:
        """Carl's incident, new."""
        return next(path for path in (self.work / "incidents").rglob("*.md") if "Network is slow" in path.read_text())

    def record(self, path: Path) -> Record:
        """What a file says."""
        return codec.parse(path.read_bytes(), str(path))

    def write(self, path: Path, record: Record, *, summary: bool = True) -> None:
        """Write a file as the program would, with the summary that its events give."""
        if summary and kind_of(record.id) == "INC":
            foreign = {key: value for key, value in record.fields.items() if key.startswith("x-")}
            record = replace(record, fields={**fold(record).fields(), **foreign})
        path.write_bytes(codec.write(record))

    def add(
        self, path: Path, do: str, by: str = "bob", at: int | None = None, text: str | None = None, **data: Any
    ) -> Event:
        """Append an event by hand, and fold the summary."""
        record = self.record(path)
        last = record.events[-1].at
        said = {key.replace("_", "-"): value for key, value in data.items()}
        moment = max(last, int(time.time())) if at is None else at
        event = Event(moment, f"{by}@example.com", f"{len(record.events) + 1}-hand", do, said, text)
        self.write(path, replace(record, events=(*record.events, event)))
        return event

    def alter(self, path: Path, place: int, change: Callable[[Event], Event]) -> None:
        """Change one event that is there."""
        record = self.record(path)
        events = list(record.events)
        events[place] = change(events[place])
        self.write(path, replace(record, events=tuple(events)))

    def commit(
        self,
        by: str = "bob",
        at: int | None = None,
        committed: int | None = None,
        message: str = "x",
        committer: str = "ada",
    ) -> str:
        """Commit the whole work tree as somebody; by default at the time of the newest event."""
        git(self.work, "add", "-A")
        env = self.stamp(by, at if at is not None else self._newest(), committed, committer)
        git(self.work, "commit", "-q", "--allow-empty", "-m", message, **env)
        return git(self.work, "rev-parse", "HEAD")

    def stamp(self, by: str, at: int, committed: int | None = None, committer: str = "ada") -> dict[str, str]:
        """What git takes author and committer from."""
        return {
            "GIT_AUTHOR_NAME": by.title(),
            "GIT_AUTHOR_EMAIL": f"{by}@example.com",
            "GIT_AUTHOR_DATE": f"{at} +0000",
            "GIT_COMMITTER_NAME": committer.title(),
            "GIT_COMMITTER_EMAIL": f"{committer}@example.com",
            "GIT_COMMITTER_DATE": f"{committed if committed is not None else int(time.time())} +0000",
        }

    def _newest(self) -> int:
        """The last event's time in what is staged, else now."""
        changed = git(self.work, "diff", "--cached", "--name-only", "-z").split("\0")
        times = [
            self.record(self.work / name).events[-1].at
            for name in changed
            if name.endswith(".md") and (self.work / name).is_file() and not (self.work / name).is_symlink()
            and b"\nevents:\n" in (self.work / name).read_bytes()
        ]  # fmt: skip
        return max(times, default=int(time.time()))


def when(seconds: int) -> str:
    """An instant as files write it."""
    return format_instant(seconds)


def codes(findings: Sequence[Any], commit: str | None = None) -> set[str]:
    """The codes of the errors, of one commit if given."""
    return {one["code"] for one in findings if one["severity"] == "error" and commit in (None, one["commit"])}
