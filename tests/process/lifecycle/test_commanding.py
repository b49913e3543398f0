"""Running an accepted major incident (M3 to M10, S12), sentence by sentence, and the text of each refusal."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.errors import Malformed, NotFound, NotYourRole
from itil_cli.process.majors import major
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import format_instant


def accepted(world: World) -> str:
    incident_id = world.accepted(impact="critical", urgency="critical")
    world.do("max", "major accept", incident_id, message="No sales")
    return incident_id


VERBS = ["bridge", "stakeholder", "plan", "inform", "rca", "milestone", "handover"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_step_is_the_mims_and_of_an_accepted_major_incident(verb: str) -> None:
    world = World()
    plain = world.logged()
    error = world.refusal("max", f"major {verb}", plain, message="x")
    said = f"{plain} is no accepted major incident."
    remedy = f"First `itil major accept {plain} -m IMPACT --criterion C` (major incident manager)."
    assert (str(error), error.code) == (f"{said} {remedy}", "S12")
    for who in ("dana", "bob", "ines", "alice"):
        refused = world.refusal(who, f"major {verb}", accepted(world), message="x")
        assert isinstance(refused, NotYourRole) and f"may not major {verb}" in refused.text


REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("bridge", {}, "M3", "a bridge is opened or closed. Add --open URL, or --close."),
    ("bridge", {"open": "u", "close": True}, "M3", "a bridge is opened or closed. Add --open URL, or --close."),
    ("stakeholder", {}, "M5", "adding stakeholders needs their names. Name people or groups."),
    ("plan", {}, "M5", "a plan says something. Add --audience, --channel or --interval."),
    ("rca", {}, "M8", "a call about the cause names who attended. Add --attended P."),
    ("milestone", {"name": "began"}, "S12", 'a milestone needs its time and how it is known. Add --at TIME -m "…".'),
    (
        "milestone",
        {"name": "began", "at": "2027-01-01T00:00:00Z", "message": "x"},
        "S12",
        "2027-01-01T00:00:00Z is after now, 2026-03-09T09:05:00Z. Give an earlier --at.",
    ),
    ("handover", {}, "M10", 'a handover needs its synopsis. Add -m "…".'),
]


@pytest.mark.parametrize(("verb", "options", "code", "text"), REFUSALS)
def test_what_is_missing_is_said(verb: str, options: dict[str, Any], code: str, text: str) -> None:
    world = World()
    error = world.refusal("max", f"major {verb}", accepted(world), **options)
    assert (error.code, str(error)) == (code, text)


def test_names_are_those_of_the_store() -> None:
    world = World()
    incident_id = accepted(world)
    error = world.refusal("max", "major inform", incident_id, group="netwrok")
    assert isinstance(error, NotFound) and str(error) == "There is no group 'netwrok'. Did you mean network?"
    error = world.refusal("max", "major milestone", incident_id, name="fixed", at="x", message="x")
    assert error.text == "There is no milestone 'fixed'."
    for interval in ("soon", "2bd", "0m"):
        error = world.refusal("max", "major plan", incident_id, interval=interval)
        assert isinstance(error, Malformed) and str(error) == f"'{interval}' is no interval. Write 30m or 1h."


def test_m3_a_bridge_is_open_until_it_is_closed() -> None:
    world = World()
    incident_id = accepted(world)
    error = world.refusal("max", "major bridge", incident_id, close=True)
    assert error.text == f"{incident_id} has no open bridge."
    assert major.bridge(world.do("max", "major bridge", incident_id, open="https://meet")) == "https://meet"
    assert major.bridge(world.do("max", "major bridge", incident_id, close=True)) is None


def test_m4_m5_groups_stakeholders_and_plan_add_up() -> None:
    world = World()
    incident_id = accepted(world)
    world.do("max", "major stakeholder", incident_id, people=("alice", "network"))
    seen = world.do("max", "major stakeholder", incident_id, people=("network", "carl"))
    assert major.stakeholders(seen) == ("alice@example.com", "network", "carl@example.com")
    world.do("max", "major plan", incident_id, audience="all shops", interval="20m")
    assert major.plan(world.do("max", "major plan", incident_id, channel="mail")) == {
        "audience": "all shops",
        "interval": "20m",
        "channel": "mail",
    }
    seen = world.do("max", "major inform", incident_id, group="network", message="Look")
    assert (major.informed(seen), seen.group) == (("network",), "support")


def test_nothing_is_said_twice() -> None:
    world = World()
    incident_id = accepted(world)
    world.do("max", "major bridge", incident_id, open="https://meet")
    error = world.refusal("max", "major bridge", incident_id, open="https://meet")
    said = f"https://meet is the open bridge of {incident_id} already. Add --close to close it."
    assert (error.code, str(error)) == ("M3", said)
    world.do("max", "major bridge", incident_id, open="https://other")
    world.do("max", "major stakeholder", incident_id, people=("alice", "network", "alice"))
    assert world.event(incident_id)["stakeholders"] == ["alice@example.com", "network"]
    lists = f"`itil major stakeholder {incident_id}` lists them."
    error = world.refusal("max", "major stakeholder", incident_id, people=("alice",))
    assert (error.code, str(error)) == ("M5", f"alice@example.com is a stakeholder already. {lists}")
    error = world.refusal("max", "major stakeholder", incident_id, people=("network", "alice"))
    assert str(error) == f"network, alice@example.com are stakeholders already. {lists}"
    world.do("max", "major stakeholder", incident_id, people=("alice", "carl"))
    assert world.event(incident_id)["stakeholders"] == ["carl@example.com"]


OVER: list[tuple[str, dict[str, Any]]] = [
    ("bridge", {"open": "https://meet"}),
    ("stakeholder", {"people": ("alice",)}),
    ("plan", {"interval": "20m"}),
    ("inform", {"group": "network"}),
    ("update", {}),
]


@pytest.mark.parametrize(("verb", "options"), OVER)
def test_s12_what_runs_it_ends_with_it_and_the_rest_may_follow(verb: str, options: dict[str, Any]) -> None:
    world = World(major={"review-before-close": False})
    incident_id = accepted(world)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    world.do("max", f"major {verb}", incident_id, message="All is well", **options)
    world.do("max", "close", incident_id, confirmed_by="alice")
    error = world.refusal("max", f"major {verb}", incident_id, message="x", **options)
    said = f"{incident_id} is closed; major {verb} is for one under way."
    remedy = "What may follow: rca, review, handover, milestone, and actions (`itil action`)."
    assert (error.code, str(error)) == ("S12", f"{said} {remedy}")
    world.do("max", "major rca", incident_id, attended=("bob",), message="Nobody owned it")
    world.do("max", "major review", incident_id, step="finish", message="Watch it")
    world.do("max", "major milestone", incident_id, name="began", at="2026-03-09T08:00:00Z", message="Log")
    world.do("max", "major handover", incident_id, message="No owner")
    canceled = accepted(world)
    world.do("ines", "cancel", canceled, reason="gone", message="x")
    assert world.refusal("max", f"major {verb}", canceled, message="x", **options).code == "S12"


def test_m6_the_card_says_when_the_next_update_is_due() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    assert world.notes() == (
        "max@example.com is its manager now.",
        "The next update is due 2026-03-09T10:15:00Z.",
    )
    at(world, "10:10").do("max", "major update", incident_id, message="Looking")
    assert world.notes() == ("The next update is due 2026-03-09T10:40:00Z.",)
    late = {"message": "Found", "next_update": "2026-03-09T12:00:00Z"}
    at(world, "10:20").do("max", "major update", incident_id, **late)
    assert world.notes() == ("The next update is due 2026-03-09T10:50:00Z; 2026-03-09T12:00:00Z is announced.",)
    at(world, "10:30").do("max", "major plan", incident_id, interval="15m")
    assert world.notes() == ("The next update is due 2026-03-09T10:35:00Z.",)
    world.at("2026-03-09T10:31:00Z")
    error = world.refusal("max", "major update", incident_id, message="x", next_update="2026-03-09T10:31:00Z")
    said = "the next update, 2026-03-09T10:31:00Z, is not after now, 2026-03-09T10:31:00Z."
    assert (error.code, str(error)) == ("M6", f"{said} Give a later --next-update.")


# The communication clock (S12, M6)


def told(world: World, incident_id: str) -> tuple[list[tuple[str | None, str, int]], str | None]:
    """Due, sent and late of each update; and when the next one is due (the hour of the day)."""
    found = major.communication(world.see(incident_id), world.policy, build(world.policy))
    sent = [(_hour(one.due), str(_hour(one.sent)), one.late) for one in found.sent]
    return sent, _hour(found.owed.due) if found.owed else None


def _hour(at: int | None) -> str | None:
    return None if at is None else format_instant(at)[11:16]


def at(world: World, hour: str) -> World:
    world.at(f"2026-03-09T{hour}:00Z")
    return world


def test_m6_first_update_then_last_sent_plus_the_interval_of_the_priority() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    assert told(world, incident_id) == ([], "10:15")
    at(world, "10:18").do("max", "major update", incident_id, message="Looking")
    assert told(world, incident_id) == ([("10:15", "10:18", 180)], "10:48")
    at(world, "10:48").do("max", "major update", incident_id, message="Found")
    assert told(world, incident_id)[0][1] == ("10:48", "10:48", 0)
    at(world, "10:50").do("ines", "classify", incident_id, impact="high", urgency="high", message="Less")
    assert told(world, incident_id)[1] == "11:48"  # P2: an hour
    at(world, "10:55").do("max", "major plan", incident_id, interval="20m")
    assert told(world, incident_id)[1] == "11:08"
    at(world, "10:56").do("ines", "classify", incident_id, impact="critical", urgency="high", message="More")
    assert told(world, incident_id)[1] == "11:08"  # the plan holds


def test_m6_a_plan_before_the_first_update_leaves_that_where_it_is() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    world.do("max", "major plan", incident_id, interval="2h")
    assert told(world, incident_id)[1] == "10:15"
    at(world, "10:10").do("max", "major update", incident_id, message="Looking")
    assert told(world, incident_id)[1] == "12:10"


def test_m6_it_stops_at_the_resolution_and_a_reopening_starts_the_interval_anew() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    at(world, "10:10").do("max", "resolve", incident_id, code="fixed", message="x")
    assert told(world, incident_id) == ([], None)
    world.do("max", "major update", incident_id, message="All is well")
    assert told(world, incident_id) == ([(None, "10:11", 0)], None)
    at(world, "11:00").do("max", "reopen", incident_id, message="Back")
    assert told(world, incident_id)[1] == "11:30"
    world.do("max", "major demote", incident_id, message="One shop")
    assert told(world, incident_id)[1] is None


def test_s5_the_interval_is_promised_at_acceptance() -> None:
    world = World()
    incident_id = accepted(world)
    event = world.event(incident_id)
    assert {name: event[name] for name in ("first-update", "update-every", "update-calendar")} == {
        "first-update": "15m",
        "update-every": "30m",
        "update-calendar": "always",
    }
    world.policy = World(major={"first-update": "1m", "update-every": {"P1": "1m"}}).policy
    assert told(world, incident_id)[1] == _hour(world.now + 15 * 60)


def test_m6_the_sweep_tells_the_manager_once_of_each_update_that_is_overdue() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    world.do("ines", "acknowledge", incident_id)
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    at(world, "10:15").do("max", "sweep", incident_id)
    assert world.notes() == ()  # due, and not over
    at(world, "10:18").do("max", "sweep", incident_id)
    said = f"{incident_id} an update of the major incident is overdue: major-incident-manager is told (3m late)."
    assert world.notes() == (said,)
    event = world.event(incident_id)
    assert (event["to"], event["trigger"], event["rule"], event["due"]) == (
        "major-incident-manager",
        "major-update",
        "M6",
        "2026-03-09T10:15:00Z",
    )
    at(world, "10:20").do("max", "sweep", incident_id)
    assert not any("update" in note for note in world.notes())
    seen = at(world, "10:21").do("max", "major update", incident_id, message="Looking")
    assert [one.acknowledged_by for one in seen.escalations if one.trigger == "major-update"] == ["max@example.com"]


# Milestones, review, handover


def test_s12_milestones_come_from_events_and_are_corrected_by_a_later_one_only() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    seen = world.see(incident_id)
    assert list(major.milestones(seen)) == ["detected", "proposed", "accepted"]
    at(world, "10:30").do("max", "major update", incident_id, message="Old gateway", status="mitigated")
    at(world, "11:00").do("max", "resolve", incident_id, code="fixed", message="x")
    began = {"name": "began", "at": "2026-03-09T08:50:00Z", "message": "First 502"}
    seen = world.do("max", "major milestone", incident_id, **began)
    assert major.durations(seen) == {
        "detect": 660, "propose": 0, "accept": 59 * 60, "mitigate": 89 * 60, "resolve": 119 * 60,
    }  # fmt: skip
    seen = world.do("max", "major milestone", incident_id, name="mitigated", at="2026-03-09T10:20:00Z", message="Log")
    found = major.milestones(seen)["mitigated"]
    assert (_hour(found.at), found.corrected) == ("10:20", True)
    assert any(event.do == "major-updated" for event in seen.events)  # what was said stays


@pytest.mark.parametrize(
    ("name", "hour", "text"),
    [
        ("began", "10:00", "began cannot be after detected, which was at 2026-03-09T09:01:00Z."),
        ("detected", "09:02", "detected cannot be after proposed, which was at 2026-03-09T09:01:00Z."),
        ("proposed", "10:30", "proposed cannot be after accepted, which was at 2026-03-09T10:00:00Z."),
        ("accepted", "09:00", "accepted cannot be before proposed, which was at 2026-03-09T09:01:00Z."),
        ("mitigated", "09:00", "mitigated cannot be before detected, which was at 2026-03-09T09:01:00Z."),
        ("resolved", "10:30", "{id} is not resolved yet."),
    ],
)
def test_s12_a_milestone_stays_in_its_order(name: str, hour: str, text: str) -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    at(world, "11:00")
    when = f"2026-03-09T{hour}:00Z"
    error = world.refusal("max", "major milestone", incident_id, name=name, at=when, message="x")
    said = text.format(id=incident_id)
    assert (error.code, str(error)) == ("S12", f"{said} `itil major report {incident_id}` lists the milestones.")


def test_s12_mitigated_is_resolved_where_nobody_said_more_even_when_that_is_corrected() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    at(world, "10:00").do("max", "major accept", incident_id, message="No sales")
    at(world, "11:00").do("max", "resolve", incident_id, code="fixed", message="x")
    earlier = {"name": "resolved", "at": "2026-03-09T10:40:00Z", "message": "First payment in the log"}
    found = major.milestones(world.do("max", "major milestone", incident_id, **earlier))
    assert (_hour(found["mitigated"].at), _hour(found["resolved"].at)) == ("10:40", "10:40")
    error = world.refusal(
        "max", "major milestone", incident_id, name="mitigated", at="2026-03-09T10:50:00Z", message="x"
    )
    assert error.text == "mitigated cannot be after resolved, which was at 2026-03-09T10:40:00Z."


def test_m8_a_review_begins_and_is_held_once_and_may_be_presented_later() -> None:
    world = World()
    incident_id = accepted(world)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    world.do("max", "major review", incident_id, step="start")
    error = world.refusal("max", "major review", incident_id, step="start")
    remedy = f'`itil major review {incident_id} finish -m "…"` ends it.'
    assert (error.code, str(error)) == ("M8", f"the review of {incident_id} has begun already. {remedy}")
    world.do("max", "major review", incident_id, step="finish", message="Watch it")
    remedy = "Add --presented-to P to say who has seen it since, or `itil note`."
    for step in ("finish", "waive"):
        error = world.refusal("max", "major review", incident_id, step=step, message="x")
        assert (error.code, str(error)) == ("M8", f"the review of {incident_id} was held already. {remedy}")
    world.do("max", "close", incident_id, confirmed_by="alice")
    world.do("max", "major review", incident_id, step="finish", message="Seen", presented_to=("ines",))
    assert world.event(incident_id)["presented-to"] == ["ines@example.com"]


def test_m8_a_waived_review_may_be_held_after_all_and_a_reopened_incident_reviewed_anew() -> None:
    world = World()
    incident_id = accepted(world)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    world.do("max", "major review", incident_id, step="waive", message="Ten minutes")
    error = world.refusal("max", "major review", incident_id, step="waive", message="x")
    assert error.text == f"the review of {incident_id} was waived already."
    world.do("max", "major review", incident_id, step="finish", message="Held after all")
    world.do("max", "reopen", incident_id, message="Back")
    world.do("max", "accept", incident_id)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    assert world.do("max", "major review", incident_id, step="start").status == "resolved"


def test_m8_a_started_review_is_not_a_held_one_and_a_waived_one_needs_a_reason() -> None:
    world = World()
    incident_id = accepted(world)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    world.do("max", "major review", incident_id, step="start")
    assert world.refusal("max", "close", incident_id, confirmed_by="alice").code == "M8"
    error = world.refusal("max", "major review", incident_id, step="waive")
    assert str(error) == 'waiving a review needs a text. Add -m "…".'
    world.do("max", "major review", incident_id, step="waive", message="Ten minutes")
    assert world.do("max", "close", incident_id, confirmed_by="alice").status == "closed"


def test_m8_review_of_a_major_incident_by_the_common_verb_is_its_review() -> None:
    world = World()
    incident_id = accepted(world)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    assert isinstance(world.refusal("ines", "review", incident_id, step="finish", message="x"), NotYourRole)
    assert world.do("max", "review", incident_id, step="finish", message="x").reviewed


def test_m10_a_handover_proposes_a_problem_where_none_is_linked_and_may_follow_closure() -> None:
    world = World(major={"review-before-close": False})
    incident_id = accepted(world)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    world.do("max", "close", incident_id, confirmed_by="alice")
    seen = world.do("max", "major handover", incident_id, message="No owner")
    (problem,) = seen.linked("problem")
    assert world.records[problem].fields["status"] == "proposed"
    assert world.event(incident_id)["problem"] == problem
    again = world.do("max", "major handover", incident_id, message="More")
    assert again.linked("problem") == (problem,)
    other = world.do("dana", "problem new", title="Certificates").id
    assert world.do("max", "major handover", incident_id, problem=other, message="x").linked("problem") == (
        problem,
        other,
    )
    error = world.refusal("max", "major handover", incident_id, problem="PRB-20260309-ZZZZZ", message="x")
    assert isinstance(error, NotFound)
