"""When the requestor is next to hear from us (S14): P1 every hour, P2 every four, on the resolution's calendar."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.process.demands.living import living
from itil_cli.process.demands.waiting import INFORM, waiting
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Record
from itil_cli.process.messages.informing import NextMessage, intervals, next_message, silences, too_long
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import format_instant, parse_instant

P1 = {"impact": "critical", "urgency": "critical"}


@pytest.fixture
def world() -> World:
    return World()


def owed(world: World, incident_id: str, at: str | None = None) -> NextMessage | None:
    now = parse_instant(at) if at else world.now
    return next_message(world.see(incident_id), world.policy, build(world.policy), now)


def due(world: World, incident_id: str) -> str | None:
    found = owed(world, incident_id)
    return format_instant(found.due) if found else None


def logged(world: World, at: str = "2026-03-09T10:00:00Z", **more: str) -> str:
    world.at(at)
    return world.logged(**{**P1, **more})


def test_the_first_message_is_due_an_interval_after_logging(world: World) -> None:
    assert due(world, logged(world)) == "2026-03-09T11:00:00Z"


def test_a_priority_without_an_interval_owes_none(world: World) -> None:
    assert due(world, logged(world, impact="low", urgency="low")) is None


def test_off_takes_an_interval_out() -> None:
    world = World(inform_every={"P1": "off"})
    assert due(world, logged(world)) is None


def test_any_public_message_resets_it(world: World) -> None:
    incident = logged(world)
    world.at("2026-03-09T10:20:00Z")
    world.do("dana", "tell", incident, message="We are looking.")
    assert due(world, incident) == "2026-03-09T11:20:00Z"
    world.do("bob", "note", incident, message="Restarted.", public=True)
    assert due(world, incident) == "2026-03-09T11:21:00Z"


def test_what_stays_inside_does_not(world: World) -> None:
    incident = logged(world)
    world.do("bob", "note", incident, message="A guess.")
    world.do("dana", "assign", incident, group="support")
    world.do("bob", "accept", incident)
    assert due(world, incident) == "2026-03-09T11:00:00Z"


def test_what_the_requestor_says_tells_him_nothing(world: World) -> None:
    incident = logged(world)
    world.do("alice", "contact", incident, message="Well?")
    assert due(world, incident) == "2026-03-09T11:00:00Z"


def test_a_new_priority_begins_anew_with_its_interval(world: World) -> None:
    incident = logged(world, impact="high", urgency="high")
    assert due(world, incident) == "2026-03-09T14:00:00Z"
    world.at("2026-03-09T12:30:00Z")
    world.do("dana", "classify", incident, message="All of them.", **P1)
    assert due(world, incident) == "2026-03-09T13:30:00Z"


def test_late_is_a_second_after_it_was_due(world: World) -> None:
    found = owed(world, logged(world))
    assert found is not None and not found.is_late(found.due) and found.is_late(found.due + 1)


def test_nothing_is_due_while_it_waits_for_the_requestor(world: World) -> None:
    incident = logged(world)
    world.do("dana", "assign", incident, group="support")
    world.do("bob", "accept", incident)
    world.at("2026-03-09T10:30:00Z")
    world.do("bob", "pend", incident, reason="awaiting-requestor", message="Which one?")
    assert due(world, incident) is None
    world.at("2026-03-09T15:00:00Z")
    world.do("bob", "resume", incident)
    assert due(world, incident) == "2026-03-09T16:00:00Z"


def test_it_goes_on_while_it_waits_for_somebody_else(world: World) -> None:
    incident = logged(world)
    world.do("dana", "assign", incident, group="support")
    world.do("bob", "accept", incident)
    world.at("2026-03-09T10:30:00Z")
    world.do("bob", "pend", incident, reason="awaiting-change", ref="CHG-1", message="Tonight.")
    assert due(world, incident) == "2026-03-09T11:30:00Z"


def test_a_date_agreed_with_him_is_when_it_counts_again(world: World) -> None:
    incident = logged(world)
    world.do("dana", "assign", incident, group="support")
    world.do("bob", "accept", incident)
    world.at("2026-03-09T10:30:00Z")
    until = "2026-03-10T09:00:00Z"
    world.do("bob", "pend", incident, reason="scheduled", until=until, message="Tomorrow at nine.")
    assert due(world, incident) is None
    assert owed(world, incident, "2026-03-10T09:00:00Z") == NextMessage(
        parse_instant(until), parse_instant("2026-03-10T10:00:00Z"), 3600, "always"
    )
    world.at("2026-03-10T09:10:00Z")
    world.do("bob", "resume", incident)
    assert due(world, incident) == "2026-03-10T10:00:00Z", "the sweep that comes late gives no time"


def test_what_is_resolved_owes_none_and_a_reopening_begins_anew(world: World) -> None:
    incident = logged(world)
    world.do("dana", "resolve", incident, code="fixed", message="Done.")
    assert due(world, incident) is None
    world.at("2026-03-10T08:00:00Z")
    world.do("dana", "reopen", incident, message="Again.", requested_by="alice")
    assert due(world, incident) == "2026-03-10T09:00:00Z"


def test_it_counts_on_the_calendar_of_the_resolution() -> None:
    """16:30 in Paris is half an hour before closing: the other half comes next morning from 09:00 on."""
    world = World(targets={"P1": {"response": "15m", "resolution": "4h", "calendar": "business"}})
    assert due(world, logged(world, "2026-03-09T15:30:00Z")) == "2026-03-10T08:30:00Z"


@pytest.mark.parametrize("more", [{"dedup_key": "disk-7"}, {"automatic": True}, {"requestor": "dana"}])
def test_nobody_waits_for_a_word_on_what_a_machine_opened_or_on_his_own(world: World, more: dict[str, object]) -> None:
    world.at("2026-03-09T10:00:00Z")
    assert due(world, world.logged(**{**P1, **more})) is None


def test_imported_rows_tell_of_no_messages() -> None:
    """Counting begins with the first event that is ours; an import writes `logged`, too."""
    world = World()
    rows = [Event(world.now - 900, "ines@example.com", "0-aaaa", "logged", {"title": "Down", "priority": "P1"}), Event(world.now, "ines@example.com", "1-aaaa", "imported", {
        "status": "in-progress", "priority": "P1", "calendar": "always", "requestor": "alice@example.com"})]  # fmt: skip
    assert silences(fold(Record("INC-20260309-AAAAA", {}, tuple(rows)))) == []
    rows.append(Event(world.now + 500, "bob@example.com", "2-aaaa", "noted", {}, "Ours now."))
    (silence,) = silences(fold(Record("INC-20260309-AAAAA", {}, tuple(rows))))
    assert (silence.start, silence.end) == (world.now + 500, None)


def test_a_silence_may_last_an_interval_and_no_second_more(world: World) -> None:
    incident = logged(world)
    world.at("2026-03-09T11:00:00Z")
    world.do("dana", "tell", incident, message="Still looking.")
    world.at("2026-03-09T12:00:01Z")
    world.do("dana", "resolve", incident, code="fixed", message="Done.")
    every, calendars = intervals(world.policy), build(world.policy)
    found = silences(world.see(incident))
    assert [too_long(one, every, calendars, world.now) for one in found] == [False, True]


def test_it_waits_for_whoever_of_the_desk_owns_it(world: World) -> None:
    incident = world.see(logged(world))
    dana, bob = world.people.get("dana@example.com"), world.people.get("bob@example.com")
    said = [section.wants for section in waiting([living(incident)], dana, world.policy, {incident.id})]
    assert said == ["Classify"], "that comes first"
    world.do("dana", "assign", incident.id, group="support")
    incident = world.see(incident.id)
    assert [one.wants for one in waiting([living(incident)], dana, world.policy, {incident.id})] == [INFORM]
    assert [one.wants for one in waiting([living(incident)], dana, world.policy)] == ["You own"]
    assert [one.wants for one in waiting([living(incident)], bob, world.policy, {incident.id})] == ["Accept"]
