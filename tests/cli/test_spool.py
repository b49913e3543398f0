"""Long answers: whole, in order, and in memory only as far as they are short."""

from __future__ import annotations

import pytest

from itil_cli.cli import spool as module
from itil_cli.cli.spool import Spool


@pytest.mark.parametrize("most", [0, 7, 1000])
def test_the_pieces_come_out_as_they_went_in(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", most)
    pieces = [f"{number} é\r\n\n" for number in range(50)]
    spool = Spool(iter(pieces))
    assert "".join(spool) == "".join(pieces)
    assert "".join(spool) == "".join(pieces)


def test_of_a_long_answer_no_more_than_a_part_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 100)
    spool = Spool("x" * 10 for _ in range(1000))
    assert sum(map(len, spool._held)) <= 110
