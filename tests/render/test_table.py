"""A list on terminals of every width."""

from __future__ import annotations

import pytest

from itil_cli.render.table import table
from itil_cli.render.text import width

ROW = {
    "id": "INC-20261130-VWRVP", "status": "in-progress", "priority": "P5", "sla": "running 0.0 %", "due": 1797267600,
    "group": "support", "assignee": "ada@example.com", "title": "Postfächer voll: 受信箱がいっぱいです, since this morning",
}  # fmt: skip


@pytest.mark.parametrize(
    ("room", "headings"),
    [
        (200, "id status priority sla due group assignee title"),
        (121, "id status priority sla due group assignee title"),
        (120, "id status priority sla due assignee title"),
        (100, "id status priority sla due title"),
        (80, "id status priority due title"),
        (61, "id status priority title"),
    ],
)
def test_columns_give_way_and_no_line_is_longer_than_the_terminal(room: int, headings: str) -> None:
    lines = table([ROW], room=room).split("\n")
    assert lines[0].split() == headings.split()
    assert all(width(line) <= room for line in lines)


def test_on_a_telephone_it_is_as_short_as_it_can_be() -> None:
    assert table([ROW], room=40).split("\n")[0].split() == ["id", "status", "priority", "title"]


def test_columns_that_were_asked_for_stay() -> None:
    asked = ("id", "group", "assignee", "due", "title")
    assert table([ROW], asked, room=40).split("\n")[0].split() == list(asked)


def test_what_is_no_terminal_gets_everything() -> None:
    assert table([ROW]).split("\n")[1].endswith(ROW["title"])
