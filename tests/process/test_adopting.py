"""Taking in what was edited by hand: each sentence of `lifecycle/adopting.py`, each refusal as it is printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from world import World

from itil_cli.errors import ItilError, NotYourRole, Refused
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Entry, Event, Record
from itil_cli.process.lifecycle import Command
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.verbs.adopting import adopt
from itil_cli.process.settings.services import Services
from itil_cli.process.time.instants import format_instant

WAIT: dict[str, Any] = {"reason": "awaiting-requestor", "pauses": ["sla", "ola"], "public": True}


def adopted(world: World, edited: Record, who: str = "bob") -> Record:
    """What becomes of an edited file, adopted a minute after the last command."""
    head = world.records[edited.id]
    actor = world.people.at(f"{who}@example.com", world.now + 60)
    case = Case(
        Command("adopt", (edited.id,)),
        world.records,
        world.policy,
        world.people,
        Services.none(),
        actor,
        world.now + 60,
        world.ids,
    )
    case.after[edited.id] = edited
    case.before[edited.id] = head
    adopt(case, head, edited)
    return case.changes()[edited.id][1]


def refusal(world: World, edited: Record, who: str = "bob") -> ItilError:
    with pytest.raises(ItilError) as found:
        adopted(world, edited, who)
    return found.value


def added(world: World, record: Record, do: str, by: str = "bob", text: str | None = None, **data: Any) -> Record:
    """The record with an event written by hand, and the summary that goes with it."""
    data = {name.replace("_", "-"): value for name, value in data.items()}
    event = Event(world.now + 30, f"{by}@example.com", "9-hand", do, data, text)
    whole = replace(record, events=(*record.events, event))
    return replace(whole, fields=fold(whole).fields())


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def record(world: World) -> Record:
    """An incident that Bob works on."""
    return world.records[world.accepted()]


def test_events_are_append_only(world: World, record: Record) -> None:
    n = record.events[1].n
    said = (
        f"event {n} (classified) of {record.id} was changed or taken out; events are append-only. "
        f"Put it back, or mend it: `itil correct {record.id} --event {n}`."
    )
    changed = replace(record.events[1], data={**record.events[1].data, "impact": "low"})
    for events in (
        (record.events[0], changed, *record.events[2:]),
        (record.events[0], *record.events[2:]),
        (record.events[0], record.events[2], record.events[1], *record.events[3:]),
    ):
        found = refusal(world, replace(record, events=events))
        assert (str(found), found.code) == (said, "S17")
    last = refusal(world, replace(record, events=record.events[:-1]))
    assert last.text.startswith(f"event {record.events[-1].n} (accepted) of {record.id} was changed or taken out")


def test_an_event_added_by_hand_is_taken_in(world: World, record: Record) -> None:
    whole = adopted(world, added(world, record, "pended", text="Which one?", **WAIT))
    assert whole.fields["status"] == "pending" and whole.events[-1].n == "9-hand"


def test_it_fits_the_status(world: World, record: Record) -> None:
    found = refusal(world, added(world, record, "closed"))
    assert (str(found), found.code) == (
        "event 9-hand does not fit: closed does not fit the status in-progress. Take it out of the file.",
        "S16",
    )


def test_it_is_the_actors_own(world: World, record: Record) -> None:
    found = refusal(world, added(world, record, "noted", by="dana"))
    assert (str(found), found.code) == (
        "event 9-hand says it is by dana@example.com; you are bob@example.com. "
        "Only what you did yourself is adopted (or `--as` that person).",
        "S17",
    )


def test_it_is_not_before_the_last_one_nor_in_the_future(world: World, record: Record) -> None:
    for at in (record.events[-1].at - 1, world.now + 60 + 601):
        late = added(world, record, "noted")
        late = replace(late, events=(*late.events[:-1], replace(late.events[-1], at=at)))
        found = refusal(world, late)
        assert (str(found), found.code) == (
            f"event 9-hand is of {format_instant(at)}, before the last one or in the future. "
            "Give it the time at which it happened.",
            "S1",
        )


def test_it_is_within_the_actors_role(world: World, record: Record) -> None:
    found = refusal(world, added(world, record, "classified", by="nora", impact="low"), who="nora")
    assert isinstance(found, NotYourRole)
    assert str(found) == (
        f"nora@example.com (roles: requestor, support) may not classify {record.id}. "
        "Who may: service-desk; support (own); incident-manager."
    )


def test_a_rules_event_is_nobodys_to_write_by_hand(world: World) -> None:
    record = world.records[world.logged()]
    found = refusal(world, added(world, record, "accepted", by="dana", rule="S4"), who="dana")
    assert isinstance(found, NotYourRole)


def test_it_says_what_the_policy_promises(world: World, record: Record) -> None:
    """The audit's judgement: another pause, a missing message, a link that has no other side."""
    for event, code in (
        (added(world, record, "pended", text="Which one?", **{**WAIT, "pauses": ["sla"]}), "S4"),
        (added(world, record, "pended", **WAIT), "P12"),
        (added(world, record, "linked", relation="problem", target="PRB-20260309-00009"), "P03"),
    ):
        found = refusal(world, event)
        assert (type(found), found.code) == (Refused, code)


def test_a_changed_title_or_description_becomes_an_edited_event(world: World, record: Record) -> None:
    edited = replace(record, description="More of it.", fields={**record.fields, "title": "Printer 3 jams"})
    whole = adopted(world, edited)
    assert (whole.events[-1].do, whole.events[-1].by) == ("edited", "bob@example.com")
    assert dict(whole.events[-1].data) == {"title": "Printer 3 jams", "description": True}
    assert (whole.fields["title"], whole.description) == ("Printer 3 jams", "More of it.")
    retitled = adopted(world, replace(edited, description=record.description))
    assert dict(retitled.events[-1].data) == {"title": "Printer 3 jams"}


def test_who_may_not_edit_may_not_do_it_by_hand(world: World, record: Record) -> None:
    found = refusal(world, replace(record, description="mine"), who="alice")
    assert isinstance(found, NotYourRole) and found.text.endswith(f"may not edit {record.id}.")


def test_a_summary_field_that_disagrees_is_refused(world: World, record: Record) -> None:
    found = refusal(world, replace(record, fields={**record.fields, "priority": "P1"}))
    assert isinstance(found, Refused)
    assert (str(found), found.code) == (
        "priority says 'P1', the events say 'P4'. "
        "The summary is derived: use the verb that changes it (`itil --help`).",
        "S2",
    )


def test_a_work_log_entry_without_an_event_is_refused(world: World, record: Record) -> None:
    stray = Entry("7-abcd", world.now, "bob@example.com", False, "By hand.")
    found = refusal(world, replace(record, strays=(stray,)))
    assert (str(found), found.code) == (
        f"the work log has an entry #7-abcd that no event knows. Write it with `itil note {record.id} -m TEXT`.",
        "I8",
    )


def test_what_the_program_does_not_know_is_taken_as_it_is(world: World, record: Record) -> None:
    edited = replace(record, fields={**record.fields, "x-seat": "B12"})
    whole = adopted(world, edited)
    assert whole.events == record.events and whole.fields["x-seat"] == "B12"
