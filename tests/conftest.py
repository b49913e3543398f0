"""What all tests share: fixed randomness, a clean git identity, and the shared data's place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
for _room in ("cli", "process"):  # shell.py and world.py, which several tests share
    sys.path.insert(0, str(ROOT / "tests" / _room))

from shell import Shell  # noqa: E402

from itil_cli.cli.main import run  # noqa: E402

settings.register_profile(
    "itil", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("itil")


@pytest.fixture(autouse=True)
def clean_git(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """git with a known identity and without the machine's configuration."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada Test\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def shared() -> Path:
    """The folder of shared data; the test is skipped where it is not there."""
    folder = Path(os.environ.get("ITIL_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the shared data (ITIL_SHARED, default ../shared) is not on this machine")
    return folder


PEOPLE = """\
people:
  - {email: ada@example.com, name: Ada Test, roles: [service-desk, support, incident-manager, major-incident-manager, problem-manager], groups: [service-desk, support]}
  - {email: dana@example.com, name: Dana Desk, roles: [service-desk], groups: [service-desk]}
  - {email: bob@example.com, name: Bob Baker, roles: [support], groups: [support]}
  - {email: nora@example.com, name: Nora Net, roles: [support], groups: [network]}
  - {email: ines@example.com, name: Ines Ito, roles: [incident-manager]}
  - {email: max@example.com, name: Max Major, roles: [major-incident-manager]}
  - {email: ci@example.com, name: CI, roles: [bot], answers-for: support}
  - {email: alice@example.com, name: Alice, roles: [requestor]}
  - {email: carl@example.com, name: Carl, roles: [requestor]}
"""
GROUPS = """
groups:
  service-desk: {level: 1, escalates-to: support, desk: true}
  support: {level: 2, escalates-to: network}
  network: {level: 3}
"""


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A new store `shop` of a team of one, Ada."""
    store = tmp_path / "shop"
    assert run(["init", str(store)]) == 0
    return Shell(store, capsys)


@pytest.fixture
def company(shell: Shell) -> Shell:
    """The same with people in every role and a third group, network."""
    policy = shell.store / "itil.yaml"
    policy.write_text(policy.read_text() + GROUPS)
    (shell.store / "people.yaml").write_text(PEOPLE)
    shell.git("commit", "-qam", "people")
    return shell
