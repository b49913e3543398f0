"""Taking a text out (S17): what stays, who may, and what each refusal says."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.errors import ItilError
from itil_cli.process.incident import REDACTED


@pytest.fixture
def world() -> World:
    return World()


def noted(world: World) -> tuple[str, str]:
    """An incident, and the name of the entry that should not be there."""
    incident = world.logged()
    world.do("dana", "note", incident, message="The password is 123.")
    return incident, world.records[incident].events[-1].n


def test_the_text_goes_and_the_event_stays(world: World) -> None:
    incident, n = noted(world)
    before = world.records[incident].events
    world.do("ines", "redact", incident, event=n, message="A password.")
    *after, last = world.records[incident].events
    assert [event.text for event in after] == [*(event.text for event in before[:-1]), REDACTED]
    assert [(event.n, event.at, event.by, event.do, event.data) for event in after] == [
        (event.n, event.at, event.by, event.do, event.data) for event in before
    ]
    assert (last.do, last.get("event"), last.text) == ("redacted", n, "A password.")


def test_the_description_goes(world: World) -> None:
    incident, _ = noted(world)
    world.do("ines", "redact", incident, description=True, message="Private.")
    assert world.records[incident].description == REDACTED
    assert world.records[incident].events[-1].get("description") is True


@pytest.mark.parametrize(
    "who, options, text",
    [
        ("dana", {"event": "2", "message": "x"}, "may not redact"),
        ("ines", {"event": "2"}, "a redaction needs a reason."),
        ("ines", {"message": "x"}, "say what is to go."),
        ("ines", {"event": "2", "description": True, "message": "x"}, "say what is to go."),
        ("ines", {"event": "1", "message": "x"}, "has no text."),
        ("ines", {"event": "77", "message": "x"}, "has no event '77'."),
    ],
)
def test_refusals(who: str, options: dict[str, object], text: str, world: World) -> None:
    incident, _ = noted(world)
    with pytest.raises(ItilError) as refusal:
        world.do(who, "redact", incident, **options)
    assert text in refusal.value.text
