"""Corrections by the incident manager (S5), sentence by sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from world import World

from itil_cli.errors import NotYourRole


def test_s5_only_the_incident_manager_corrects() -> None:
    world = World()
    error = world.refusal("dana", "correct", world.logged(), impact="low", message="x")
    assert isinstance(error, NotYourRole) and str(error).endswith("Who may: incident-manager.")


def test_s5_a_correction_needs_a_reason_and_what_is_right() -> None:
    world = World()
    incident_id = world.logged()
    error = world.refusal("ines", "correct", incident_id, impact="low")
    assert (str(error), error.code) == ('a correction needs a reason. Add -m "why".', "S5")
    error = world.refusal("ines", "correct", incident_id, message="x")
    assert (str(error), error.code) == ("a correction needs what is right. Add --set FIELD=VALUE.", "S5")
    for pair in ("impact", "=low"):
        error = world.refusal("ines", "correct", incident_id, set=(pair,), message="x")
        assert (str(error), error.code) == (f"{pair!r} is not FIELD=VALUE. Write --set impact=low.", "S5")


def test_s5_the_last_classification_is_meant_unless_an_event_is_named() -> None:
    world = World()
    plain = world.do("dana", "log", title="x").id
    error = world.refusal("ines", "correct", plain, impact="low", message="x")
    assert (str(error), error.code) == ("say which event is wrong. Add --event N (`itil timeline ID`).", "S5")
    incident_id = world.logged()
    error = world.refusal("ines", "correct", incident_id, event="99", impact="low", message="x")
    assert str(error) == f"{incident_id} has no event '99'. `itil timeline {incident_id}` lists them."
    seen = world.do("ines", "correct", incident_id, event="1", set=("requestor=carl@example.com",), message="Carl's")
    assert seen.requestor == "carl@example.com"
    assert world.event(incident_id)["event"] == world.records[incident_id].events[0].n


@pytest.mark.parametrize("field", ["at", "by", "n", "do"])
def test_s5_who_did_what_when_is_never_corrected(field: str) -> None:
    world = World()
    error = world.refusal("ines", "correct", world.logged(), set=(f"{field}=x",), message="x")
    assert (error.text, error.code) == (
        f"{field} of an event is never corrected; that would move history.",
        "S5",
    )


def test_p08_the_priority_is_not_set_but_follows() -> None:
    world = World()
    incident_id = world.logged(impact="critical", urgency="critical")
    error = world.refusal("ines", "correct", incident_id, set=("priority=P5",), message="x")
    assert (str(error), error.code) == ("the priority follows from impact and urgency. Set these instead.", "P08")
    seen = world.do("ines", "correct", incident_id, set=("impact=low",), message="One till")
    assert (seen.priority, seen.highest_priority, seen.resolution, seen.calendar) == ("P3", "P3", "24h", "business")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"impact": "lwo"}, "There is no impact 'lwo'. Did you mean low?"),
        ({"category": "netwrk"}, "There is no category 'netwrk'. Did you mean network?"),
    ],
)
def test_s5_what_is_right_is_a_known_name(given: dict[str, str], text: str) -> None:
    world = World()
    assert str(world.refusal("ines", "correct", world.logged(), message="x", **given)) == text


def test_s16_a_correction_makes_nothing_void() -> None:
    world = World()
    parent, child, other = world.logged(), world.logged(), world.logged()
    world.do("dana", "link", child, relation="child-of", target=parent)
    world.do("dana", "link", parent, relation="related", target=other)
    n = world.records[parent].events[-1].n
    error = world.refusal("ines", "correct", parent, event=n, set=("relation=child-of",), message="x")
    assert (str(error), error.code) == (f"this correction would make void: {n}. Correct those first.", "S16")


def test_s5_a_corrected_priority_corrects_what_a_major_incident_was_promised_by_it() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    accepted = world.do("max", "major accept", incident_id, message="All tills.")
    assert (accepted.resolution, world.event(incident_id)["update-every"]) == ("2h", "30m")
    seen = world.do("ines", "correct", incident_id, impact="high", urgency="high", message="It was P2")
    assert (seen.priority, seen.highest_priority, seen.resolution, seen.response) == ("P2", "P2", "4h", "15m")
    accepted_now = next(event for event in seen.events if event.do == "major-accepted")
    assert accepted_now.get("update-every") == "60m"
    world.do("dana", "classify", incident_id, impact="critical", urgency="critical", message="Worse")
    seen = world.do("ines", "correct", incident_id, impact="high", urgency="high", message="No, it was not")
    assert (seen.priority, seen.resolution, seen.major) == ("P2", "4h", "accepted")
    seen = world.do("max", "major demote", incident_id, message="One shop")
    seen = world.do("ines", "correct", incident_id, impact="medium", urgency="high", message="P3 all along")
    assert (seen.priority, seen.resolution, seen.calendar) == ("P3", "24h", "business")


def test_s16_what_a_rule_told_of_a_priority_that_never_was_may_be_void() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    world.do("dana", "classify", incident_id, impact="high", urgency="high", message="Less")
    world.do("dana", "classify", incident_id, impact="critical", urgency="critical", message="More")
    first = next(event.n for event in world.records[incident_id].events if event.do == "classified")
    world.do("ines", "correct", incident_id, event=first, impact="high", urgency="high", message="P2 from the start")
    seen = world.do("ines", "correct", incident_id, impact="high", urgency="high", message="P2 to the end")
    assert seen.priority == "P2"
    assert {event.do for event in seen.events if event.n in seen.voids} <= {"escalated"}


def test_a_number_that_fits_several_events_is_ambiguous() -> None:
    world = World()
    first, second, third = world.logged(), world.logged(), world.logged()
    world.do("dana", "link", second, relation="related", target=first)
    world.do("dana", "link", third, relation="related", target=first)
    record = world.records[first]
    one, other = "3-aaaa", "3-bbbb"  # as after a merge: either history had a third event
    last = tuple(replace(event, n=n) for event, n in zip(record.events[-2:], (one, other), strict=True))
    world.records[first] = replace(record, events=(*record.events[:-2], *last))
    error = world.refusal("ines", "correct", first, event="3", set=("relation=follows",), message="x")
    assert (str(error), error.exit_code) == (
        f"'3' fits several events: {one}, {other}. Name one of them whole.",
        4,
    )
    world.do("ines", "correct", first, event=other, set=("relation=followed-by",), message="x")
    assert world.see(first).linked("followed-by") == (third,)
