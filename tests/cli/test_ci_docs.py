"""docs/ci.md has a snippet for every CI system, and action.yml runs as GitHub would run it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from shell import Shell

from itil_cli.intake.ci.environments import SYSTEMS
from itil_cli.process.settings.monitoring import MONITORING
from tests.intake.ci.test_ci_environments import GITHUB

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("system", [system.name for system in SYSTEMS])
def test_each_system_has_a_snippet(system: str) -> None:
    (section,) = re.findall(rf"^## {system}\n(.*?)(?=^## )", PAGE, re.DOTALL | re.MULTILINE)
    snippets = re.findall(r"^```(\w+)\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    assert snippets and "itil ci run" in section
    for language, text in snippets:
        assert language in ("yaml", "groovy") and (language == "groovy" or yaml.safe_load(text))


def test_the_rule_about_pull_requests_is_the_defaults() -> None:
    rule = {"match": {"event": "pull_request"}, "ignore": True}
    assert rule in MONITORING.fields["rules"].default
    assert "- {match: {event: pull_request}, ignore: true}" in PAGE


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's step with these inputs, as GitHub's runner does: variables, then the script by bash."""
    (step,) = ACTION["runs"]["steps"]
    given: dict[str, Any] = {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()} | inputs
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1].replace("_", "-")], value)
        for name, value in step["env"].items()
    }
    assert "${{" not in step["run"]  # no input becomes a part of the script
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    state = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env={"PATH": path, "HOME": os.environ["HOME"], "GIT_CONFIG_NOSYSTEM": "1", **state, **GITHUB, **variables},
        capture_output=True,
        text=True,
        cwd=folder,
    )


def test_every_input_of_the_action_is_used() -> None:
    (step,) = ACTION["runs"]["steps"]
    used = re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", " ".join(step["env"].values()))
    assert sorted(used) == sorted(ACTION["inputs"])
    assert all(f"${name}" in step["run"] or name == "ITIL_STORE" for name in step["env"])


def test_the_action_records_a_failure_and_its_end(company: Shell, tmp_path: Path) -> None:
    hub = tmp_path / "hub.git"
    company.git("clone", "-q", "--bare", ".", str(hub))
    folder = tmp_path / "code"
    folder.mkdir()
    script = 'echo "it\'s $0"\nfalse | cat\necho not reached'
    failed = act(folder, run=script, store=str(hub), impact="high", urgency="high", job="unit tests")
    assert (failed.returncode, failed.stdout) == (1, "it's bash\n")
    assert failed.stderr.endswith("opened: acme/shop: build / unit tests on main: failed\n")
    done = act(folder, run="echo fine", store=str(hub), job="unit tests")
    assert (done.returncode, done.stdout) == (0, "fine\n") and " resolved: " in done.stderr


def test_the_action_without_a_store_runs_the_script_all_the_same(tmp_path: Path) -> None:
    done = act(tmp_path, run="echo $((6 * 7)); exit 3")
    assert (done.returncode, done.stdout) == (3, "42\n") and "there is no store here" in done.stderr
    assert act(tmp_path, run="true", strict="true").returncode == 4
