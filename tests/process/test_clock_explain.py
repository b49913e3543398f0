"""Whose time, and why: explain and split (S8)."""

from __future__ import annotations

from itertools import pairwise

from timed import P1, Timed, paris, said

from itil_cli.process.clock import explain


def busy() -> tuple[Timed, str]:
    """Through three groups' hands, two waits and a reopening."""
    world = Timed(ola={"network": {"P3": "4h", "calendar": "business"}})
    incident_id = world.log("03-09 08:30")
    world.at("03-09 09:30", "dana", "assign", incident_id, group="support")
    world.at("03-09 10:00", "bob", "accept", incident_id)
    world.at("03-09 10:30", "bob", "note", incident_id, message="Looked at it")
    world.pend("03-09 11:00", incident_id)
    world.at("03-09 13:00", "bob", "resume", incident_id)
    world.at("03-09 14:00", "dana", "assign", incident_id, group="network")
    world.at("03-09 15:00", "nora", "accept", incident_id)
    world.at("03-09 16:00", "nora", "pend", incident_id, reason="awaiting-change", message="x", ref="CHG-1")
    world.at("03-10 10:00", "nora", "resume", incident_id)
    world.at("03-10 11:00", "nora", "resolve", incident_id, code="fixed", message="Patched")
    world.at("03-10 12:00", "nora", "reopen", incident_id, message="Not yet")
    return world, incident_id


def test_s8_every_interval_with_its_seconds_and_why() -> None:
    world, incident_id = busy()
    rows = [
        (said(one.start), said(one.end), one.status, one.group, one.seconds, one.counted, one.why)
        for one in world.life(incident_id, "03-10 13:00")
    ]
    runs = "It runs while the incident is {}.".format
    assert rows == [
        ("03-09 08:30:00", "03-09 09:30:00", "new", "service-desk", 1800, True, runs("new")),
        ("03-09 09:30:00", "03-09 10:00:00", "assigned", "support", 1800, True, runs("assigned")),
        ("03-09 10:00:00", "03-09 11:00:00", "in-progress", "support", 3600, True, runs("in-progress")),
        ("03-09 11:00:00", "03-09 13:00:00", "pending", "support", 7200, False, "Pending for awaiting-requestor pauses it."),
        ("03-09 13:00:00", "03-09 14:00:00", "in-progress", "support", 3600, True, runs("in-progress")),
        ("03-09 14:00:00", "03-09 15:00:00", "assigned", "network", 3600, True, runs("assigned")),
        ("03-09 15:00:00", "03-09 16:00:00", "in-progress", "network", 3600, True, runs("in-progress")),
        ("03-09 16:00:00", "03-10 10:00:00", "pending", "network", 7200, True, "Pending for awaiting-change does not pause it."),
        ("03-10 10:00:00", "03-10 11:00:00", "in-progress", "network", 3600, True, runs("in-progress")),
        ("03-10 11:00:00", "03-10 12:00:00", "resolved", "network", 3600, False, "Resolved is neither work nor pause."),
        ("03-10 12:00:00", "03-10 13:00:00", "assigned", "network", 3600, True, runs("assigned")),
    ]  # fmt: skip


def test_s8_the_intervals_have_no_gap_and_what_counted_sums_to_elapsed() -> None:
    world, incident_id = busy()
    for when in ("03-09 08:45", "03-09 12:00", "03-10 11:30", "03-12 18:00"):
        for clock, life in explain(world.see(incident_id), world.calendars, paris(when)):
            assert sum(one.seconds for one in life if one.counted) == clock.elapsed
            assert life[0].start == clock.started_at and life[-1].end == (clock.stopped_at or paris(when))
            assert all(one.end == following.start for one, following in pairwise(life))


def test_s8_an_interval_is_named_after_the_event_that_began_it() -> None:
    world, incident_id = busy()
    named = {event.n: event.do for event in world.see(incident_id).events}
    assert [named[one.event] for one in world.life(incident_id, "03-09 13:30")] == [
        "classified", "assigned", "accepted", "pended", "resumed",
    ]  # fmt: skip


def test_s8_a_closed_calendar_is_a_reason() -> None:
    world = Timed()
    incident_id = world.taken("03-06 17:00")
    (seen,) = world.life(incident_id, "03-08 12:00")
    assert (seen.seconds, seen.counted, seen.why) == (0, True, "The calendar business is closed.")


def test_s8_response_says_what_ends_it() -> None:
    world, incident_id = busy()
    assert {one.why for one in world.life(incident_id, "03-09 12:00", "response")} == {
        "Response runs until somebody accepts."
    }


def test_s8_a_leg_is_explained_like_the_sla() -> None:
    world, incident_id = busy()
    seen = [(one.seconds, one.counted) for one in world.life(incident_id, "03-10 13:00", "ola")]
    assert seen == [(3600, True), (3600, True), (7200, False), (3600, True)]


def test_s4_before_classification_the_calendar_is_the_classifications() -> None:
    world = Timed()
    incident_id = world.unclassified("03-09 06:00")
    world.classify("03-09 10:00", incident_id, **P1)
    assert [(one.calendar, one.seconds) for one in world.life(incident_id, "03-09 11:00")] == [("always", 18000)]


def test_s8_the_parts_by_group_assignee_status_and_reason_sum_to_elapsed() -> None:
    world, incident_id = busy()
    parts = world.split(incident_id, "03-10 13:00")
    assert parts == (
        ("service-desk", None, "new", None, 1800),
        ("support", None, "assigned", None, 1800),
        ("support", "bob@example.com", "in-progress", None, 7200),
        ("network", None, "assigned", None, 7200),
        ("network", "nora@example.com", "in-progress", None, 7200),
        ("network", "nora@example.com", "pending", "awaiting-change", 7200),
    )
    assert sum(part.seconds for part in parts) == world.clock(incident_id, "03-10 13:00").elapsed
