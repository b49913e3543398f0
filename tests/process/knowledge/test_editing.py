"""Editing problems, known errors and articles, by a command and by hand: who may, what becomes of it, each refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from world import World

from itil_cli.errors import ItilError, NotYourRole
from itil_cli.process.incident import Event, Record
from itil_cli.process.knowledge.body import changed
from itil_cli.process.lifecycle import Command
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.verbs.adopting import adopt
from itil_cli.process.settings.services import Services

NEW: dict[str, tuple[str, dict[str, Any]]] = {
    "problem": ("problem new", {"title": "Locked index"}),
    "known-error": ("known-error new", {"title": "Locked index", "workaround": "Restart it", "description": "Empty."}),
    "article": ("article new", {"title": "Locked index", "description": "Restart it"}),
}


def drafted(world: World, noun: str, *steps: str) -> str:
    verb, options = NEW[noun]
    record_id = world.do("bob", verb, **options).id
    for step in steps:
        world.do("ines", f"{noun} {step}", record_id, message="x")
    return record_id


def adopted(world: World, edited: Record, who: str = "bob") -> Record:
    """What becomes of a file edited by hand, a minute after the last command."""
    head, now = world.records[edited.id], world.now + 60
    person = world.people.at(f"{who}@example.com", now)
    command = Command("adopt", (edited.id,))
    case = Case(command, world.records, world.policy, world.people, Services.none(), person, now, world.ids)
    case.after[edited.id], case.before[edited.id] = edited, head
    adopt(case, head, edited)
    return case.changes()[edited.id][1]


def refused(world: World, edited: Record, who: str = "bob") -> str:
    with pytest.raises(ItilError) as found:
        adopted(world, edited, who)
    return f"{found.value.code}: {found.value}"


def by_hand(record: Record, **fields: Any) -> Record:
    return replace(record, fields={**record.fields, **fields})


@pytest.mark.parametrize("noun", NEW)
def test_what_is_given_is_changed_and_told(noun: str) -> None:
    world = World()
    record_id = drafted(world, noun)
    before = world.records[record_id]
    world.do("dana", f"{noun} edit", record_id, title="Lock left behind", category="network/vpn")
    after = world.records[record_id]
    assert (after.title, after.fields["category"]) == ("Lock left behind", "network/vpn")
    assert (after.description, after.fields["status"]) == (before.description, before.fields["status"])
    event = after.events[-1]
    assert (event.do, event.by) == ("edited", "dana@example.com")
    assert event.data == {"title": "Lock left behind", "category": "network/vpn"}


def test_a_known_error_is_edited_section_by_section() -> None:
    world = World()
    known = drafted(world, "known-error")
    world.do("bob", "known-error edit", known, fix="Release the lock")
    assert world.records[known].description == (
        "Empty.\n\n## Workaround\n\nRestart it\n\n## Permanent fix\n\nRelease the lock"
    )
    world.do("bob", "known-error edit", known, workaround="Wait", description="No hits.")
    assert world.records[known].description == (
        "No hits.\n\n## Workaround\n\nWait\n\n## Permanent fix\n\nRelease the lock"
    )
    assert world.records[known].events[-1].data == {"description": True}


def test_other_sections_and_their_headings_stay() -> None:
    body = "Lead\n\n## workaround\n\nOld\n\n## Seen on\n\nBoth"
    assert changed(body, None, {"Workaround": "New"}) == "Lead\n\n## Workaround\n\nNew\n\n## Seen on\n\nBoth"
    assert changed("", "Lead", {}) == "Lead" and changed(body, None, {"Workaround": None}) == body


@pytest.mark.parametrize(
    ("noun", "steps", "verb"),
    [
        ("problem", ("accept",), "problem edit"),
        ("known-error", ("publish",), "known-error edit"),
        ("article", ("review", "publish"), "article edit"),
    ],
)
def test_what_is_decided_the_problem_manager_alone_edits(noun: str, steps: tuple[str, ...], verb: str) -> None:
    world = World()
    record_id = drafted(world, noun, *steps)
    status = world.records[record_id].fields["status"]
    error = world.refusal("bob", verb, record_id, title="Other")
    assert isinstance(error, NotYourRole)
    assert str(error).endswith(f"may not edit {record_id}. Who may: problem-manager.")
    world.do("ines", verb, record_id, title="Other")
    assert (world.records[record_id].title, world.records[record_id].fields["status"]) == ("Other", status)


def test_a_reviewed_article_is_a_draft_again() -> None:
    world = World()
    article = drafted(world, "article", "review")
    world.do("bob", "article edit", article, description="Restart both")
    assert world.records[article].fields["status"] == "draft"
    assert world.refusal("ines", "article publish", article).code == "F5"


def test_what_cannot_be_edited() -> None:
    world = World()
    known = drafted(world, "known-error", "retire")
    error = world.refusal("ines", "known-error edit", known, title="Other")
    assert error.text == f"{known} is retired; known-error edit needs draft or published."
    other = drafted(world, "known-error")
    assert str(world.refusal("bob", "known-error edit", other)) == (
        "there is nothing to edit. Give -t TITLE or -d TEXT."
    )
    assert world.refusal("bob", "known-error edit", other, category="netwrok").text == "There is no category 'netwrok'."


@pytest.mark.parametrize("noun", NEW)
def test_adopt_tells_what_a_hand_has_changed(noun: str) -> None:
    world = World()
    record_id = drafted(world, noun)
    edited = replace(by_hand(world.records[record_id], title="Lock", x_floor=3), description="By hand")
    after = adopted(world, edited)
    assert (after.events[-1].do, after.events[-1].data) == ("edited", {"title": "Lock", "description": True})
    assert (after.title, after.fields["x_floor"], after.description) == ("Lock", 3, "By hand")


def test_adopt_of_what_means_nothing_adds_nothing() -> None:
    world = World()
    known = world.records[drafted(world, "known-error")]
    assert adopted(world, by_hand(known, x_floor=3)).events == known.events


def test_adopt_refuses_what_no_command_could_do() -> None:
    world = World()
    known = drafted(world, "known-error")
    record = world.records[known]
    assert refused(world, by_hand(record, status="published")) == (
        "S2: status says 'published', the events say 'draft'. "
        "The status is derived: use the verb that changes it (`itil --help`)."
    )
    assert refused(world, by_hand(record, title="")) == (
        f"S2: title of {known} is no text any more. Write another one, or put back what was there."
    )
    assert refused(world, by_hand(record, title="Lock"), who="alice").startswith(
        f"S10: alice@example.com (roles: requestor) may not edit {known}"
    )
    event = Event(world.now + 30, "bob@example.com", "9-hand", "published", {})
    by_bob = replace(by_hand(record, status="published"), events=(*record.events, event))
    assert refused(world, by_bob).startswith("S10: The event 9-hand (published)")
    twice = replace(event, do="drafted")
    assert refused(world, replace(record, events=(*record.events, twice))) == (
        "S16: event 9-hand does not fit: drafted does not fit the status draft. Take it out of the file."
    )
