"""Records, ids, and the summary as plain values."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Record, kind_of, path_of, texts
from itil_cli.process.summary import DOCUMENTED, summary, summary_of


@pytest.mark.parametrize(
    ("record_id", "path"),
    [
        ("INC-20261124-7KQF2", "incidents/2026/11/24/INC-20261124-7KQF2.md"),
        ("PRB-20261124-7KQF2", "problems/PRB-20261124-7KQF2.md"),
        ("KE-20261124-7KQF2", "known-errors/KE-20261124-7KQF2.md"),
        ("KB-20261124-7KQF2", "knowledge/KB-20261124-7KQF2.md"),
    ],
)
def test_only_incidents_lie_in_a_folder_a_day(record_id: str, path: str) -> None:
    assert path_of(record_id) == path and kind_of(record_id) == path.rsplit("/", 1)[1].split("-")[0]


@pytest.mark.parametrize("text", ["INC-20261124-7KQFU", "INC-2026112-7KQF2", "inc-20261124-7KQF2", "../x", ""])
def test_what_is_no_id_has_no_path(text: str) -> None:
    with pytest.raises(ValueError) as found:
        path_of(text)
    assert str(found.value) == f"{text!r} is no id such as INC-20261124-7KQF2"


def test_an_events_text_value_is_text_or_none() -> None:
    event = Event(0, "a@x", "1-a", "noted", {"minutes": 5, "group": "support"})
    assert (event.str("group"), event.str("minutes"), event.get("minutes"), event.get("x", 1)) == (
        "support",
        None,
        5,
        1,
    )
    assert texts(["a", 1, "b"]) == ("a", "b") and texts("a") == ()


def test_the_summary_has_the_documented_fields_with_empty_ones_as_none_or_an_empty_list() -> None:
    world = World()
    incident_id = world.do("dana", "log", title="Slow", requestor="alice").id
    found = summary(world.see(incident_id))
    assert tuple(found)[: len(DOCUMENTED)] == DOCUMENTED
    assert (found["priority"], found["children"], found["links"], found["contacts"]) == (None, [], [], 0)
    assert summary_of(world.records[incident_id]) == found
    other = world.logged()
    world.do("dana", "link", other, relation="related", target=incident_id)
    assert summary(world.see(incident_id))["links"] == [{"relation": "related", "target": other}]


def test_the_summary_of_what_is_no_incident_is_its_header() -> None:
    problem = Record("PRB-20260309-00001", {"title": "t", "x-own": 1}, (Event(5, "a@x", "1-a", "proposed", {}),))
    assert summary_of(problem) == {
        "id": problem.id, "title": "t", "x_own": 1, "logged_at": 5, "last_at": 5, "action_due": None,
    }  # fmt: skip
    assert summary_of(Record(problem.id, {}, ())) == {
        "id": problem.id, "title": "", "logged_at": None, "last_at": 0, "action_due": None,
    }  # fmt: skip


def test_the_header_leaves_out_what_is_empty() -> None:
    world = World()
    fields = fold(world.records[world.do("alice", "log", title="Slow").id]).fields()
    assert fields == {
        "title": "Slow",
        "status": "new",
        "group": "service-desk",
        "requestor": "alice@example.com",
        "channel": "self-service",
        "owner": "service-desk",
    }
