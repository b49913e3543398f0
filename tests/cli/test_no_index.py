"""Whatever hands and git do to a store, the answers with the index and without it are the same."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import Shell

QUESTIONS = (
    ("list", "--all", "--json"),
    ("list", "--all", "--json", "category:network", "printer"),
    ("search", "printer", "--json"),
    ("search", "link", "--json"),
    ("sla", "--all", "--json"),
    ("sla", "--json"),
    ("report", "summary", "--period", "all", "--json"),
    ("report", "flow", "--period", "all", "--json"),
    ("report", "summary", "--period", "2026-03-09", "--json"),
    ("list", "--all"),
    ("sla", "--all"),
    ("list", "--columns", "id,due,remaining,cis,title", "--sort", "-opened"),
    ("report", "--period", "all", "--json"),
    ("search", "printer"),
)
AFTER_EACH = (("list", "--all"), ("report", "--period", "all", "--json"), ("search", "printer"))
TITLES = ("Printer jams", "No link", "Printer offline", "Slow link", "Badge refused")
LATER = "2026-03-20T12:00:00Z"


class Scene:
    """A store to which random things happen, by commands, by hand and by git."""

    def __init__(self, shell: Shell, pick: random.Random, remote: Path) -> None:
        self.shell, self.pick, self.remote = shell, pick, remote
        shell.git("clone", "-q", "--bare", ".", str(remote))
        shell.git("remote", "add", "origin", str(remote))

    def git(self, *words: str) -> bool:
        done = subprocess.run(["git", *words], cwd=self.shell.store, capture_output=True)
        return done.returncode == 0

    def files(self) -> list[Path]:
        return sorted(self.shell.store.glob("incidents/**/*.md"))

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "by hand")

    # what happens

    def log(self) -> None:
        said = ["--impact", self.pick.choice(["high", "low"]), "--urgency", "medium", "--category", "network"]
        self.shell("log", "-t", self.pick.choice(TITLES), *said)

    def work(self) -> None:
        for file in self.pick.sample(self.files(), min(1, len(self.files()))):
            verb = self.pick.choice(
                [("take",), ("note", "-m", "printer seen"), ("resolve", "--code", "fixed", "-m", "x")]
            )
            self.shell(verb[0], file.stem, *verb[1:])

    def edit(self) -> None:
        for file in self.pick.sample(self.files(), min(2, len(self.files()))):
            old, new = self.pick.sample(["Printer", "link", "Badge", "high", "2026-03-09T", "2026-03-08T", "---"], 2)
            file.write_text(file.read_text().replace(old, new, self.pick.choice([1, 5])))
        if self.pick.random() < 0.8:
            self.commit()

    def copy(self) -> None:
        for file in self.pick.sample(self.files(), min(1, len(self.files()))):
            name = f"{file.stem[:-2]}{self.pick.choice('ABCD')}{self.pick.choice('0123')}"
            file.with_name(f"{name}.md").write_text(file.read_text().replace(file.stem, name))
        self.commit()

    def rename(self) -> None:
        for file in self.pick.sample(self.files(), min(1, len(self.files()))):
            file.rename(file.with_name(f"{file.stem[:-1]}{self.pick.choice('XYZ')}.md"))
        self.commit()

    def delete(self) -> None:
        for file in self.pick.sample(self.files(), min(1, len(self.files()))):
            file.unlink()
        self.commit()

    def branch(self) -> None:
        self.git("checkout", "-q", "-f", "-B", self.pick.choice("ab"))

    def back(self) -> None:
        self.git("checkout", "-q", "-f", self.pick.choice(["main", "a", "b"]))

    def rebase(self) -> None:
        if not self.git("rebase", "-q", "main"):
            self.git("rebase", "--abort")

    def reset(self) -> None:
        self.git("reset", "-q", "--hard", self.pick.choice(["HEAD~1", "HEAD@{1}", "main"]))

    def fetch(self) -> None:
        self.git("push", "-q", "-f", "origin", "HEAD:main")
        self.git("fetch", "-q", "origin")
        self.git("merge", "-q", "--no-edit", "origin/main") or self.git("merge", "--abort")

    def acts(self) -> list[Callable[[], None]]:
        return [
            self.log, self.log, self.log, self.log, self.work, self.work, self.edit, self.copy, self.rename, self.delete, self.branch,
            self.back, self.rebase, self.reset, self.fetch,
        ]  # fmt: skip


def check_same(shell: Shell, question: tuple[str, ...]) -> int:
    """Ask both ways; how many incidents they name."""
    with_index = shell(*question, now=LATER)
    without = shell(*question, "--no-index", now=LATER)
    assert (with_index.code, with_index.out, with_index.err) == (without.code, without.out, without.err)
    return without.out.count('"id": "INC-')


@pytest.mark.parametrize("seed", [1, *(pytest.param(one, marks=pytest.mark.slow) for one in range(2, 20))])
def test_answers_are_the_same_without_the_index(company: Shell, tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    scene = Scene(company, pick, tmp_path / "remote.git")
    for _ in range(3):
        scene.log()
    assert sum(check_same(company, question) for question in QUESTIONS) >= 3, "the questions name incidents"
    for turn in range(40):
        pick.choice(scene.acts())()
        for question in (*AFTER_EACH, QUESTIONS[turn % len(QUESTIONS)]):
            check_same(company, question)
    for question in QUESTIONS:
        check_same(company, question)
