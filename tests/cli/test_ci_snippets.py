"""The snippets of docs/ci.md, followed to the letter: the schema of each CI system takes them, and their commands run
under the system's variables fail twice and succeed once: one incident with one recurrence, resolved."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from shell import Shell

from tests.cli.test_ci import ROUTING
from tests.cli.test_ci_docs import PAGE, ROOT, act
from tests.intake.ci.test_ci_environments import HERE

pytestmark = pytest.mark.slow

SCHEMAS = {
    "GitHub Actions": "github-workflows",
    "GitLab CI": "gitlab-ci",
    "Azure Pipelines": "azure-pipelines",
    "Bitbucket Pipelines": "bitbucket-pipelines",
    "CircleCI": "circle-ci",
    "Buildkite": "buildkite",
    "Drone": "drone-ci",
    "Woodpecker": "woodpecker-ci",
}
CHECKER = Path(sys.executable).with_name("check-jsonschema")


class Snippet(NamedTuple):
    """One snippet of a system's section."""

    system: str
    language: str
    text: str

    @property
    def steps(self) -> Iterator[tuple[str, str]]:
        """Each step's condition and script, in order, without what only a runner of that system can do."""
        if self.language == "groovy":
            yield from (("", script) for script in re.findall(r"sh '([^']*)'", self.text))
            return
        yield from _steps(yaml.safe_load(self.text), "")


def _steps(value: Any, when: str) -> Iterator[tuple[str, str]]:
    """What a document of a CI system runs: texts under run, script, commands, however deep."""
    if isinstance(value, list):
        for one in value:
            yield from _steps(one, when)
    elif isinstance(value, dict):
        condition = str(value.get("if", when))
        for name, said in value.items():
            if name in ("run", "script", "commands", "before_script"):
                yield from ((condition, one) for one in ([said] if isinstance(said, str) else said))
            elif name != "with":
                yield from _steps(said, condition)


def snippets() -> Iterator[Snippet]:
    for system in HERE:
        (section,) = re.findall(rf"^## {system}\n(.*?)(?=^## )", PAGE, re.DOTALL | re.MULTILINE)
        for language, text in re.findall(r"^```(\w+)\n(.*?)^```", section, re.DOTALL | re.MULTILINE):
            yield Snippet(system, language, text)


ALL = list(snippets())


@pytest.mark.skipif(not CHECKER.exists(), reason='check-jsonschema is not installed: pip install -e ".[schemas]"')
@pytest.mark.parametrize("place", [place for place, one in enumerate(ALL) if one.language == "yaml"])
def test_the_schema_of_its_system_takes_it(place: int, tmp_path: Path) -> None:
    file = tmp_path / "ci.yml"
    file.write_text(ALL[place].text)
    checked(f"vendor.{SCHEMAS[ALL[place].system]}", file)


@pytest.mark.skipif(not CHECKER.exists(), reason='check-jsonschema is not installed: pip install -e ".[schemas]"')
def test_githubs_schema_takes_the_action() -> None:
    checked("vendor.github-actions", ROOT / "action.yml")


def checked(schema: str, file: Path) -> None:
    done = subprocess.run([str(CHECKER), "--builtin-schema", schema, str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


class Machine:
    """Where jobs run: a folder with the code, and a home; `make test` ends as the test wants."""

    def __init__(self, folder: Path, hub: Path) -> None:
        self.folder, self.hub = folder / "code", hub
        self.folder.mkdir()

    def job(self, snippet: Snippet, succeeds: bool) -> int:
        """What the runner does: each step while none has failed, and those whose condition says so."""
        (self.folder / "Makefile").write_text(f"test:\n\t@echo running; {'true' if succeeds else 'false'}\n")
        if "uses: acme/itil@" in snippet.text:
            (given,) = [
                step["with"] for step in yaml.safe_load(snippet.text)["jobs"]["test"]["steps"] if "with" in step
            ]
            assert "secrets.ITIL_TOKEN" in given["store"]
            return act(self.folder, **{**given, "store": str(self.hub)}).returncode
        code = 0
        for when, script in snippet.steps:
            if script.startswith("pip install") or when not in ("", "success()" if code == 0 else "failure()"):
                continue
            if code == 0 or when:
                code = self._step(snippet.system, script) or code
        return code

    def _step(self, system: str, script: str) -> int:
        variables = {**HERE[system][0], "ITIL_STORE": str(self.hub)}
        words = script.replace("${{ github.job }}", variables.get("GITHUB_JOB", ""))
        assert "${{" not in words
        own = {"HOME": os.environ["HOME"], "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        state = {"XDG_STATE_HOME": str(self.folder / ".state"), "XDG_CACHE_HOME": str(self.folder / ".cache")}
        return subprocess.run(["sh", "-ec", words], cwd=self.folder, env={**own, **state, **variables}).returncode


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")
@pytest.mark.parametrize("place", range(len(ALL)))
def test_followed_to_the_letter_it_does_what_the_page_says(place: int, company: Shell, tmp_path: Path) -> None:
    snippet = ALL[place]
    assert "ITIL_STORE" in snippet.text or "store:" in snippet.text or snippet.system == "GitLab CI"
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + ROUTING)
    company.git("commit", "-qam", "what CI's incidents are")
    hub = tmp_path / "hub.git"
    company.git("clone", "-q", "--bare", ".", str(hub))
    machine = Machine(tmp_path, hub)
    assert [bool(machine.job(snippet, succeeds)) for succeeds in (False, False, True)] == [True, True, False]
    company.git("pull", "-q", str(hub), "main")
    listed = company("list", "--all", "--json", now="2100-01-01T00:00:00Z").json["incidents"]
    assert [(one["status"], one["recurrences"], one["channel"]) for one in listed] == [("resolved", 1, "ci")]
    assert snippet.system in company("show", listed[0]["id"], now="2100-01-01T00:00:00Z").out
