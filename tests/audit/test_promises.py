"""Every promise of docs/reliability.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/reliability.md").read_text(encoding="utf-8"))


def test_all_promises_are_there() -> None:
    assert len(NAMED) >= 10


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_the_test_exists(file: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_kind_of_secret_that_is_looked_for_stands_on_the_page() -> None:
    from itil_cli.process.masking.kinds import EVERY

    page = " ".join((ROOT / "docs/reliability.md").read_text(encoding="utf-8").split())
    listed = page.partition("The kinds, by their shape: ")[2].partition(". Of a password")[0].split(", ")
    assert listed == list(dict.fromkeys(kind.name for kind in EVERY))
