"""The package as a stranger installs it: a fresh virtual environment, `pip install .`, and a working `itil`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from itil_cli import __version__

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of a fresh environment that has the package and what it needs, no extras."""
    folder = tmp_path_factory.mktemp("fresh")
    source = folder / "source"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".git", ".venv", "demo", "build", "*.egg-info", ".*_cache")
    )
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    programs = folder / "venv" / "bin"
    subprocess.run([str(programs / "pip"), "install", "-q", "--disable-pip-version-check", str(source)], check=True)
    return programs


def run(programs: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run([str(programs / "itil"), *words], cwd=cwd, env=environment, capture_output=True, text=True)


def test_the_program_answers_its_version(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "--version", cwd=tmp_path).stdout == f"itil {__version__}\n"


def test_an_incident_lives_its_life_without_any_extra(installed: Path, tmp_path: Path) -> None:
    facts = ["--impact", "low", "--urgency", "low", "--category", "hardware", "--take"]
    for words in (
        ["init", "shop"],
        ["-C", "shop", "log", "-t", "Printer jams", *facts],
        ["-C", "shop", "resolve", "INC", "--code", "fixed", "-m", "New roller.", "--confirmed-by", "ada@example.com"],
        ["-C", "shop", "check"],
        ["-C", "shop", "sla", "--all"],
    ):
        done = run(installed, *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_only_the_cards_packages_come_along(installed: Path) -> None:
    listed = subprocess.run(
        [str(installed / "pip"), "list", "--format=freeze"], capture_output=True, text=True, check=True
    )
    names = {line.partition("==")[0].lower().replace("_", "-") for line in listed.stdout.split()}
    card = {"click", "pendulum", "python-frontmatter", "pyyaml", "tabulate"}
    beneath = {"python-dateutil", "six", "tzdata"}  # what pendulum needs
    assert names - {"pip", "setuptools", "itil-cli"} - beneath == card
