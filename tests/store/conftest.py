"""What the store's tests share: an empty repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from repo import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository without a commit."""
    return Repo(tmp_path / "repo")
