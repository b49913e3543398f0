"""Which event owes which message to whom: the list of the issue, line by line."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.process.events.fold import fold
from itil_cli.process.messages.owing import owed, owed_of_knowledge
from itil_cli.process.messages.words import words

ALICE, BOB, DANA, INES, MAX = (f"{name}@example.com" for name in ("alice", "bob", "dana", "ines", "max"))


def told(world: World, incident: str, now: int | None = None) -> list[tuple[str, str]]:
    """What is owed, as (message, address)."""
    return [
        (one.what, one.to) for one in owed(fold(world.records[incident]), world.policy, world.people, now or world.now)
    ]


def test_d1_the_requestor_gets_a_receipt_and_the_group_is_told() -> None:
    world = World()
    incident = world.logged()
    world.do("dana", "assign", incident, group="support")
    assert told(world, incident) == [("receipt", ALICE), ("assigned", BOB)]


def test_nobody_is_told_of_what_he_did_himself() -> None:
    world = World()
    incident = world.do("alice", "log", title="Printer").id
    assert told(world, incident) == []


def test_p12_f1_the_requestor_hears_of_waiting_and_of_the_resolution() -> None:
    world = World()
    incident = world.accepted()
    world.do("bob", "pend", incident, reason="awaiting-requestor", message="Which one?")
    world.do("bob", "note", incident, message="Odd.")
    world.do("bob", "note", incident, message="Nearly done.", public=True)
    world.do("bob", "resolve", incident, code="fixed", message="New roller.")
    assert [what for what, to in told(world, incident) if to == ALICE] == ["receipt", "pending", "told", "resolved"]


def test_p13_that_it_closes_soon_is_told_once_and_only_before() -> None:
    world = World()
    incident = world.resolved()
    seen = fold(world.records[incident])
    from itil_cli.process.time.instants import parse_instant

    closes = parse_instant(seen.closes_at or "")
    assert ("closing", ALICE) not in told(world, incident, closes - 86_401)
    assert ("closing", ALICE) in told(world, incident, closes - 86_400)
    assert ("closing", ALICE) in told(world, incident, closes - 1)
    assert ("closing", ALICE) not in told(world, incident, closes)


def test_m4_a_group_that_is_called_in_hears_of_it_and_m9_who_is_to_do_something() -> None:
    world = World()
    incident = world.accepted(impact="critical", urgency="critical")
    world.do("max", "major accept", incident, message="No sales")
    before = told(world, incident)
    world.do("max", "major inform", incident, group="network", message="Please look at the uplink.")
    world.do("max", "major bridge", incident, open="https://meet")
    world.do("max", "action add", incident, message="Watch certificates", owner="bob", due="2026-04-01")
    assert told(world, incident)[len(before) :] == [("called-in", "nora@example.com"), ("action", BOB)]
    assert "called-in" in world.policy.messages.any_time, "a group that is called in does not wait for the hours"
    called, action = list(owed(fold(world.records[incident]), world.policy, world.people, world.now))[-2:]
    assert words(called, world.policy).text == (
        f"max@example.com calls you in to the major incident {incident}: P1, in-progress.\n\n"
        "Printer jams\n\nPlease look at the uplink."
    )
    assert words(action, world.policy).text == (
        f"You are to do this until 2026-04-01, after {incident}:\n\nWatch certificates"
    )


def test_p11_p1_informs_the_incident_manager_and_s12_the_major_is_proposed() -> None:
    world = World()
    incident = world.logged(impact="critical", urgency="critical")
    assert told(world, incident)[1:] == [("escalated", INES), ("major-proposed", MAX)]


def test_p14_a_proposed_problem_is_told_to_the_problem_manager() -> None:
    world = World()
    incident = world.accepted()
    world.do("bob", "resolve", incident, code="workaround", message="Restarted.")
    (problem,) = [one for one in world.records if one.startswith("PRB-")]
    found = list(owed_of_knowledge(world.records[problem], world.policy, world.people, world.now))
    assert [(one.what, one.to) for one in found] == [("problem", INES)]


def test_a_contact_is_told_to_who_has_it() -> None:
    world = World()
    incident = world.accepted()
    world.do("alice", "contact", incident, message="And?")
    assert told(world, incident)[-1] == ("contacted", BOB)


def test_a_deputy_hears_instead_of_who_is_away() -> None:
    world = World(
        people=[
            {
                "email": BOB,
                "name": "Bob",
                "roles": ["support"],
                "groups": ["support"],
                "away": [{"from": "2026-03-01", "until": "2026-03-31", "deputy": DANA}],
            }
        ]
    )
    incident = world.logged()
    world.do("ines", "assign", incident, group="support")
    assert ("assigned", DANA) in told(world, incident)


def test_instead_of_an_assignee_who_is_away_without_a_deputy_the_group_is_told() -> None:
    away = {"from": "2026-03-09", "until": "2026-03-31"}
    bob = {"email": BOB, "name": "Bob", "roles": ["support"], "groups": ["support"]}
    sue = {**bob, "email": "sue@example.com", "name": "Sue"}
    nora = {"email": "nora@example.com", "roles": ["support"], "duty": [{"group": "support", **away}]}
    for people, told_of in (([sue], "sue@example.com"), ([sue, nora], "nora@example.com"), ([], BOB)):
        world = World(people=[{**bob, "away": [away]}, *people])
        incident = world.logged()
        world.do("ines", "assign", incident, group="support", to=BOB)
        world.do("alice", "contact", incident, message="And?")
        assert told(world, incident)[1:] == [("assigned", told_of), ("contacted", told_of)]


def test_what_a_machine_wrote_is_not_answered() -> None:
    world = World(
        people=[{"email": "mail@example.com", "name": "Mail", "roles": ["bot"], "answers-for": "service-desk"}]
    )
    incident = world.do(
        "mail", "log", title="Disk full", requestor="cron@host.example", channel="email", automatic=True
    ).id
    world.do("dana", "resolve", incident, code="fixed", message="Rotated.", category="data")
    assert told(world, incident) == []


def test_old_events_owe_nothing() -> None:
    world = World()
    incident = world.logged()
    logged = world.records[incident].events[0].at
    assert told(world, incident, logged + 168 * 3600) != []
    assert told(world, incident, logged + 168 * 3600 + 61) == []


@pytest.mark.parametrize("who", ["ci", "mail"])
def test_a_bots_incident_is_told_to_whom_it_answers_for(who: str) -> None:
    world = World(people=[{"email": "mail@example.com", "name": "Mail", "roles": ["bot"], "answers-for": DANA}])
    incident = world.do(who, "log", title="Job fails").id
    world.do("ines", "tell", incident, message="Known.")
    assert ("told", {"ci": BOB, "mail": DANA}[who]) in told(world, incident)
