"""One hub for all, copied for each test that tampers with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.hub import Hub


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The legal history, pushed through the gate."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("hubhome")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada Test\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n"
    )
    patch.setenv("HOME", str(home))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    try:
        return Hub.build(tmp_path_factory.mktemp("hub"))
    finally:
        patch.undo()


@pytest.fixture
def hub(built: Hub, tmp_path: Path) -> Hub:
    """A copy to tamper with."""
    return built.copy(tmp_path / "hub")
