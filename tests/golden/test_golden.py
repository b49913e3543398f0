"""Transcripts as tests: what a user types, and exactly what comes back.

- A transcript is a text file here; the sessions of README.md are transcripts too (```console blocks).
- It begins in an empty folder. A command starts with `$ `; its answer follows, remarks of stderr first.
- `[exit N]` ends the answer of a command that does not end with 0. Lines that begin with `# ` are remarks.
- `# store NAME` makes the store of that name in stores/ and enters it (on New Year's
  Day 2026); `# zone Z` is the user's time zone.
- The clock starts at Monday 2026-03-09 09:00 UTC and goes on by a minute with each command, or to the time
  that a line `# at 2026-03-10 14:00` names; ids follow from the transcript's name.
- `make golden` writes what the program answers; the diff is reviewed like code.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pendulum.tz import set_local_timezone
from pendulum.tz.timezone import Timezone

from itil_cli.cli.context import App
from itil_cli.cli.main import run
from itil_cli.process.time.instants import parse_instant
from itil_cli.store.ids import SeededIds
from itil_cli.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent
WRITE = os.environ.get("ITIL_GOLDEN") == "write"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
FOUNDED = parse_instant("2026-01-01T00:00:00Z")
_AT = re.compile(r"# at ([0-9-]{10} [0-9:]{5,8})")
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


class Clock:
    """The machine's clock as the transcript has it."""

    def __init__(self) -> None:
        self.now = parse_instant("2026-03-09T08:59:00Z")

    def __call__(self, app: App) -> int:
        return self.now


class Player:
    """Plays a transcript in an empty folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.clock = Clock()
        monkeypatch.chdir(folder)
        self.setenv = monkeypatch.setenv
        self.zone("UTC")
        monkeypatch.setattr(App, "clock", lambda app: self.clock.now)
        monkeypatch.setattr("itil_cli.cli.answers.reports.reporting.tzdata_version", lambda: "2026a")
        self.chdir = monkeypatch.chdir
        self.patch = monkeypatch.setattr

    def seed(self, name: str) -> None:
        """Ids follow from the transcript's name alone, so that they stay when a policy's text changes."""
        self.patch(Store, "ids", SeededIds(name, lambda: ""))

    def play(self, script: str) -> str:
        """The transcript with today's answers."""
        return "".join(self._lines(script))

    def _lines(self, script: str) -> Iterator[str]:
        for line in script.split("\n"):
            self._direct(line)
            if line.startswith("$ "):
                yield f"{line}\n{self._answer(line[2:])}"
            elif line.startswith("# "):
                yield f"{line}\n"

    def zone(self, name: str) -> None:
        """Be a user in this zone; pendulum keeps the one that it saw first."""
        self.setenv("TZ", name)
        time.tzset()
        set_local_timezone(Timezone(name))

    def _direct(self, line: str) -> None:
        if at := _AT.fullmatch(line):
            self.clock.now = int(datetime.fromisoformat(at[1]).timestamp()) - 60
        elif line.startswith("# zone "):
            self.zone(line.removeprefix("# zone "))
        elif line.startswith("# store "):
            shutil.copytree(FOLDER / "stores" / line.removeprefix("# store "), "shop")
            begun, self.clock.now = self.clock.now, FOUNDED
            assert run(["init", "shop", "-q"]) == 0
            self.clock.now = begun
            self.chdir("shop")

    def _answer(self, command: str) -> str:
        self.clock.now += 60
        words = shlex.split(command)
        self.capsys.readouterr()
        if words[0] == "cd":
            self.chdir(words[1])
            return ""
        if words[0] != "itil":
            dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{self.clock.now} +0000")
            done = subprocess.run(command, shell=True, capture_output=True, text=True, env=os.environ | dates)
            return done.stderr + done.stdout
        code = run(words[1:])
        out, err = self.capsys.readouterr()
        return err + out + (f"[exit {code}]\n" if code else "")

    def unlawful(self) -> list[str]:
        """What the audit says against the history that the transcript left, if it left one."""
        here = Path.cwd()
        if not any((folder / ".git").exists() for folder in (here, *here.parents)):
            return []
        self.capsys.readouterr()
        run(["audit", "--json"])
        findings = json.loads(self.capsys.readouterr().out)["findings"]
        return [f"{one['path']}: {one['code']}: {one['text']}" for one in findings if one["severity"] == "error"]


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Player]:
    yield Player(tmp_path, monkeypatch, capsys)
    monkeypatch.undo()
    time.tzset()
    set_local_timezone(None)


def _script(text: str) -> str:
    return text.rstrip("\n")


@pytest.mark.parametrize("file", TRANSCRIPTS, ids=lambda file: file.stem)
def test_transcript(file: Path, player: Player) -> None:
    player.seed(file.stem)
    said = player.play(_script(file.read_text(encoding="utf-8")))
    if WRITE:
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")
    assert "\n".join(player.unlawful()) == ""


def test_the_sessions_of_the_readme_hold_word_for_word(player: Player) -> None:
    player.seed("readme")
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    said = _BLOCK.sub(lambda block: player.play(_script(block[0])), text)
    if WRITE:
        readme.write_text(said, encoding="utf-8")
    assert said == readme.read_text(encoding="utf-8")
    assert "\n".join(player.unlawful()) == ""


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS
