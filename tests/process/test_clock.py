"""Response, resolution and their promises: a test for each sentence of S3 to S6, every worked example to the second."""

from __future__ import annotations

import pytest
from timed import P1, P2, P3, P4, Timed, paris, said

from itil_cli.errors import Broken
from itil_cli.process.clock import clocks, unclassified_breaches
from itil_cli.process.clocks.reading import percent
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Record

DAY_P3 = {"P3": {"response": "4h", "resolution": "24h", "calendar": "always"}}


# --- S3 --------------------------------------------------------------------------------------------


def test_s3_example_due_and_thresholds() -> None:
    world = Timed()
    seen = world.clock(world.taken("03-06 16:00"), "03-06 16:00")
    assert said(seen.due) == "03-09 16:00:00"
    assert [(one.percent, said(one.at), one.crossed) for one in seen.thresholds] == [
        (50, "03-09 12:00:00", False),
        (75, "03-09 14:00:00", False),
        (90, "03-09 15:12:00", False),
        (100, "03-09 16:00:00", False),
    ]


@pytest.mark.parametrize(("when", "verdict"), [("03-09 16:00:00", "met"), ("03-09 16:00:01", "missed")])
def test_s3_equal_is_met_a_second_more_is_missed(when: str, verdict: str) -> None:
    world = Timed()
    incident_id = world.taken("03-06 16:00")
    world.resolve(when, incident_id)
    seen = world.clock(incident_id, "03-20 10:00")
    assert (seen.verdict, seen.first_verdict, said(seen.stopped_at)) == (verdict, verdict, when)
    assert said(seen.breached_at) == (None if verdict == "met" else "03-09 16:00:00")


def test_s3_a_running_clock_at_its_due_time_is_not_breached() -> None:
    world = Timed()
    incident_id = world.taken("03-06 16:00")
    at, later = world.clock(incident_id, "03-09 16:00"), world.clock(incident_id, "03-09 16:00:01")
    assert (at.breached_at, at.remaining, said(at.due)) == (None, 0, "03-09 16:00:00")
    assert (said(later.breached_at), later.remaining, later.verdict) == ("03-09 16:00:00", -1, None)


def test_s3_percent_is_cut_and_never_rounded_up() -> None:
    assert percent(23400, 28800) == 81.2
    assert percent(99_999, 100_000) == 99.9
    assert percent(100_000, 100_000) == 100.0
    assert percent(0, 0) == 100.0


def test_s3_once_past_due_stays_where_the_target_was_reached() -> None:
    world = Timed()
    incident_id = world.taken("03-06 16:00")
    for when in ("03-09 16:00:01", "03-10 11:00", "04-01 03:00"):
        assert said(world.clock(incident_id, when).due) == "03-09 16:00:00"


def test_s3_reached_at_closing_time_due_is_the_closing_time() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    assert said(world.clock(incident_id, "03-09 20:00").due) == "03-09 17:00:00"
    assert world.clock(incident_id, "03-10 09:00").breached_at is None
    assert said(world.clock(incident_id, "03-10 09:00:01").breached_at) == "03-09 17:00:00"


def test_s3_at_a_stop_due_is_what_it_would_be_if_it_ran_on() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    world.at("03-09 12:00", "alice", "contact", incident_id, message="The left one")
    world.resolve("03-09 13:00", incident_id)
    assert said(world.clock(incident_id, "03-30 09:00").due) == "03-10 11:00:00"


def test_s3_a_threshold_is_crossed_at_the_rounded_up_share() -> None:
    world = Timed(targets={"P3": {"response": "4h", "resolution": "10s", "calendar": "always"}})
    seen = world.clock(world.taken("03-09 09:00"), "03-09 09:00")
    assert [said(one.at) for one in seen.crossings((75, 81))] == ["03-09 09:00:08", "03-09 09:00:09"]


def test_s3_thresholds_of_a_stopped_clock_are_those_it_crossed() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 15:00", incident_id)
    seen = world.clock(incident_id, "03-30 09:00")
    assert [(one.percent, said(one.at)) for one in seen.thresholds] == [
        (50, "03-09 13:00:00"),
        (75, "03-09 15:00:00"),
        (90, None),
        (100, None),
    ]


# --- S4 --------------------------------------------------------------------------------------------


def test_s4_example_pending_shows_what_remains_and_no_due_time() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    seen = world.clock(incident_id, "03-09 15:00")
    assert (seen.state, seen.elapsed, seen.remaining, seen.due) == ("paused", 3600, 25200, None)
    assert said(seen.due_if_resumed_now) == "03-10 14:00:00"
    assert [one.at for one in seen.thresholds] == [None, None, None, None]


def test_s4_example_resumed_and_resolved() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    world.at("03-10 11:00", "bob", "resume", incident_id)
    assert said(world.clock(incident_id, "03-10 11:00").due) == "03-11 10:00:00"
    world.resolve("03-10 16:30", incident_id)
    seen = world.clock(incident_id, "03-12 10:00")
    assert (seen.elapsed, seen.percent, seen.verdict) == (23400, 81.2, "met")


def test_s4_example_asked_in_between_when_all_is_over() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    world.at("03-10 11:00", "bob", "resume", incident_id)
    world.resolve("03-10 16:30", incident_id)
    seen = world.clock(incident_id, "03-09 15:00")
    assert (seen.state, seen.elapsed, seen.remaining, seen.due) == ("paused", 3600, 25200, None)


def test_s4_response_runs_to_the_first_acceptance() -> None:
    world = Timed()
    incident_id = world.log("03-09 09:00")
    world.at("03-09 09:10", "dana", "assign", incident_id, group="support")
    world.at("03-09 09:30", "bob", "accept", incident_id)
    world.at("03-09 10:00", "dana", "assign", incident_id, group="network")
    world.at("03-09 16:00", "nora", "accept", incident_id)
    seen = world.clock(incident_id, "03-10 09:00", "response")
    assert (seen.elapsed, seen.verdict, seen.target) == (1800, "met", 14400)
    assert "response_2" not in world.clocks(incident_id, "03-10 09:00")


def test_s4_response_never_pauses() -> None:
    data = [{"status": "pending", "reason": "awaiting-requestor", "pauses": ["sla", "ola"]}, {"status": "in-progress"}]
    events = [
        Event(paris("03-09 09:00"), "ines@example.com", "1", "logged", logged()),
        Event(paris("03-09 09:30"), "ines@example.com", "2", "imported", data[0]),
        Event(paris("03-09 10:30"), "ines@example.com", "3", "imported", data[1]),
    ]
    found = {one.name: one for one in of(events, "03-09 12:00")}
    assert (found["response"].elapsed, found["response"].verdict) == (5400, "met")
    assert (found["resolution"].elapsed, found["resolution"].state) == (7200, "running")


def test_s4_canceled_without_acceptance_has_no_verdict() -> None:
    world = Timed()
    incident_id = world.log("03-09 09:00")
    world.at("03-10 12:00", "dana", "cancel", incident_id, reason="withdrawn", message="No more")
    for clock in world.clocks(incident_id, "03-11 09:00").values():
        assert (clock.state, clock.verdict, clock.first_verdict) == ("stopped", None, None)
    assert said(world.clock(incident_id, "03-11 09:00").breached_at) == "03-09 17:00:00"


def test_s4_by_parent_without_acceptance_has_no_response_verdict() -> None:
    world = Timed()
    parent, child = world.taken("03-09 09:00"), world.log("03-09 09:00")
    world.at("03-09 09:05", "dana", "link", child, relation="child-of", target=parent)
    world.resolve("03-09 10:00", parent)
    found = world.clocks(child, "03-10 09:00")
    assert (found["response"].state, found["response"].verdict) == ("stopped", None)
    assert found["resolution"].verdict == "met"


def test_s4_recovered_without_acceptance_has_no_response_verdict() -> None:
    world = Timed()
    incident_id = world.log("03-09 09:00")
    world.at("03-09 10:00", "dana", "resolve", incident_id, code="recovered", message="Gone by itself")
    found = world.clocks(incident_id, "03-10 09:00")
    assert (found["response"].state, found["response"].verdict) == ("stopped", None)
    assert found["resolution"].verdict == "met"


def test_s4_resolving_from_new_meets_the_response() -> None:
    world = Timed()
    incident_id = world.log("03-09 09:00")
    world.resolve("03-09 10:00", incident_id, who="dana")
    assert world.clock(incident_id, "03-10 09:00", "response").verdict == "met"


def test_s4_a_ticket_forgotten_in_new_breaches_the_provisional_promise() -> None:
    world = Timed()
    incident_id = world.unclassified("03-09 09:00")
    seen = world.clock(incident_id, "03-09 14:00", "response")
    assert (seen.target, seen.calendar, said(seen.breached_at)) == (14400, "business", "03-09 13:00:00")
    assert unclassified_breaches([seen]) == 1


def test_s4_the_first_classification_holds_from_logging_on() -> None:
    world = Timed()
    incident_id = world.unclassified("03-06 16:00")
    world.classify("03-06 16:30", incident_id, **P1)
    seen = world.clock(incident_id, "03-06 17:00")
    assert (seen.elapsed, seen.calendar, said(seen.due), seen.cause) == (3600, "always", "03-06 20:00:00", None)


def test_s4_what_was_used_up_is_a_breach_at_the_classification() -> None:
    world = Timed()
    incident_id = world.unclassified("03-09 09:00")
    world.classify("03-09 14:00", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 15:00")
    assert (said(seen.breached_at), seen.cause, seen.elapsed) == ("03-09 14:00:00", "late-classification", 21600)
    assert said(seen.due) == "03-09 14:00:00"
    assert {said(one.at) for one in seen.thresholds} == {"03-09 14:00:00"}


def test_s4_exactly_used_up_at_the_classification_is_no_breach_yet() -> None:
    world = Timed()
    incident_id = world.unclassified("03-09 09:00")
    world.classify("03-09 13:00", incident_id, **P1)
    assert world.clock(incident_id, "03-09 13:00").breached_at is None
    seen = world.clock(incident_id, "03-09 13:00:01")
    assert (said(seen.breached_at), seen.cause) == ("03-09 13:00:00", None)


def test_s4_a_provisional_breach_is_counted_and_not_latched() -> None:
    world = Timed()
    incident_id = world.unclassified("03-09 09:00")
    world.classify("03-09 14:00", incident_id, **P4)
    seen = world.clock(incident_id, "03-09 14:00", "response")
    assert (seen.target, seen.breached_at, seen.cause) == (28800, None, None)
    assert said(seen.unclassified_breached_at) == "03-09 13:00:00"
    assert unclassified_breaches(world.clocks(incident_id, "03-09 14:00").values()) == 1


def test_s4_a_response_given_before_classification_is_judged_by_it() -> None:
    world = Timed()
    incident_id = world.unclassified("03-09 09:00")
    world.at("03-09 09:30", "dana", "assign", incident_id, group="support")
    world.at("03-09 09:30", "bob", "accept", incident_id)
    assert world.clock(incident_id, "03-09 09:40", "response").verdict == "met"
    world.classify("03-09 10:00", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 11:00", "response")
    assert (seen.elapsed, seen.target, seen.verdict, seen.first_verdict) == (1800, 900, "missed", "missed")
    assert (said(seen.breached_at), seen.cause) == ("03-09 10:00:00", "late-classification")


@pytest.mark.parametrize(
    ("reason", "more", "runs"),
    [
        ("awaiting-requestor", {}, False),
        ("awaiting-vendor", {"vendor": "telco", "vendor_ticket": "T-1"}, True),
        ("awaiting-change", {"ref": "CHG-1"}, True),
        ("awaiting-problem", {"ref": "PRB-1"}, True),
        ("awaiting-parent", {}, True),
        ("awaiting-activity", {"ref": "Delivery"}, True),
        ("scheduled", {"until": "2026-03-12T09:00:00Z"}, False),
    ],
)
def test_s4_the_default_reasons_that_pause_the_resolution(reason: str, more: dict[str, str], runs: bool) -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id, reason, **more)
    seen = world.clock(incident_id, "03-09 12:00")
    assert (seen.state, seen.elapsed) == (("running", 10800) if runs else ("paused", 3600))


def test_s4_a_breach_reached_before_the_pause_stays() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-10 10:00", incident_id)
    seen = world.clock(incident_id, "03-12 10:00")
    assert (seen.state, said(seen.breached_at), seen.due) == ("paused", "03-09 17:00:00", None)


def test_s4_no_breach_comes_from_a_stale_due_time() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    assert world.clock(incident_id, "03-30 10:00").breached_at is None


def test_s4_from_one_pausing_reason_to_another_nothing_resumes() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    world.pend("03-09 11:00", incident_id, "scheduled", until="2026-03-12T09:00:00Z")
    assert [(one.counted, one.reason) for one in world.life(incident_id, "03-09 12:00")] == [
        (True, None),
        (False, "awaiting-requestor"),
        (False, "scheduled"),
    ]
    world.pend("03-09 12:00", incident_id, "awaiting-parent")
    assert world.clock(incident_id, "03-09 13:00").elapsed == 7200


def test_s4_a_contact_by_the_requestor_resumes_at_its_time() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    world.at("03-09 12:00", "alice", "contact", incident_id, message="The left one")
    assert (world.clock(incident_id, "03-09 13:00").elapsed, world.see(incident_id).status) == (7200, "in-progress")


def test_s4_scheduled_resumes_by_itself_at_the_date_agreed() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id, "scheduled", until="2026-03-10T09:00:00Z")
    assert world.clock(incident_id, "03-10 10:00").state == "running"
    seen = world.clock(incident_id, "03-10 12:00")
    assert (seen.state, seen.elapsed, said(seen.due)) == ("running", 10800, "03-10 17:00:00")
    world.at("03-10 13:00", "bob", "resume", incident_id)
    assert world.clock(incident_id, "03-10 14:00").elapsed == 18000
    assert [one.why for one in world.life(incident_id, "03-10 12:00")] == [
        "It runs while the incident is in-progress.",
        "Pending for scheduled pauses it.",
        "The time agreed has come.",
    ]


def test_s4_a_time_agreed_that_nobody_can_read_resumes_nothing() -> None:
    wait = {"status": "pending", "reason": "scheduled", "pauses": ["sla"], "until": "next week"}
    events = [
        Event(paris("03-09 09:00"), "ines@example.com", "1", "logged", logged()),
        Event(paris("03-09 10:00"), "ines@example.com", "2", "imported", wait),
    ]
    assert [one.state for one in of(events, "03-30 09:00")] == ["running", "paused"]


# --- S5 --------------------------------------------------------------------------------------------


def test_s5_a_later_edit_of_the_policy_changes_no_verdict() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    later = Timed(targets={"P3": {"response": "1m", "resolution": "2m", "calendar": "always"}})
    later.records = world.records
    later.resolve("03-09 16:00", incident_id)
    assert later.clock(incident_id, "03-10 10:00").verdict == "met"


def test_s5_example_a_change_at_13_00_leaves_an_hour() -> None:
    world = Timed(targets=DAY_P3)
    incident_id = world.log("03-09 10:00")
    world.classify("03-09 13:00", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 13:00")
    assert (seen.elapsed, seen.percent, said(seen.due)) == (10800, 75.0, "03-09 14:00:00")
    assert [(one.percent, said(one.at), one.crossed) for one in seen.thresholds] == [
        (50, "03-09 13:00:00", True),
        (75, "03-09 13:00:00", True),
        (90, "03-09 13:36:00", False),
        (100, "03-09 14:00:00", False),
    ]


def test_s5_example_a_change_at_15_30_is_a_breach_by_retarget() -> None:
    world = Timed(targets=DAY_P3)
    incident_id = world.log("03-09 10:00")
    world.classify("03-09 15:30", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 16:00")
    assert (said(seen.breached_at), seen.cause, said(seen.due)) == ("03-09 15:30:00", "retarget", "03-09 15:30:00")


def test_s5_example_a_downgrade_does_not_undo_a_breach() -> None:
    world = Timed(targets=DAY_P3)
    incident_id = world.taken("03-09 10:00", **P1)
    world.classify("03-09 15:00", incident_id, **P3)
    running = world.clock(incident_id, "03-09 15:00")
    assert (said(running.breached_at), said(running.due), running.downgraded) == (
        "03-09 14:00:00",
        "03-10 10:00:00",
        True,
    )
    world.resolve("03-09 16:00", incident_id)
    seen = world.clock(incident_id, "03-10 16:00")
    assert (seen.verdict, said(seen.breached_at), seen.cause, seen.downgraded) == (
        "missed",
        "03-09 14:00:00",
        None,
        True,
    )


def test_s5_past_time_keeps_its_old_calendar() -> None:
    world = Timed()
    incident_id = world.taken("03-06 16:00")
    world.classify("03-09 10:00", incident_id, **P2)
    seen = world.clock(incident_id, "03-09 10:00")
    assert (seen.elapsed, seen.calendar, said(seen.due)) == (7200, "always", "03-09 16:00:00")
    assert [(one.calendar, one.seconds) for one in world.life(incident_id, "03-09 11:00")] == [
        ("business", 7200),
        ("always", 3600),
    ]


def test_s5_elapsed_equal_to_the_new_target_is_no_breach() -> None:
    world = Timed(targets=DAY_P3)
    incident_id = world.log("03-09 10:00")
    world.classify("03-09 14:00", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 14:00")
    assert (seen.breached_at, said(seen.due)) == (None, "03-09 14:00:00")


def test_s5_pauses_stay_at_a_priority_change() -> None:
    world = Timed(targets=DAY_P3)
    incident_id = world.taken("03-09 10:00")
    world.pend("03-09 11:00", incident_id)
    world.classify("03-09 15:00", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 15:00")
    assert (seen.state, seen.elapsed, seen.breached_at) == ("paused", 3600, None)
    assert said(seen.due_if_resumed_now) == "03-09 18:00:00"


def test_s5_classifying_without_another_target_changes_no_promise() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    promised = world.clock(incident_id, "03-09 10:00").promised_by
    world.classify("03-09 11:00", incident_id, category="network")
    assert world.clock(incident_id, "03-09 12:00").promised_by == promised


def test_s5_from_change_counts_from_the_change() -> None:
    world = Timed(targets=DAY_P3, **{"on-priority-change": "from-change"})
    incident_id = world.log("03-09 10:00")
    world.classify("03-09 15:30", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 16:30")
    assert (seen.elapsed, said(seen.due), seen.breached_at) == (3600, "03-09 19:30:00", None)
    assert [(one.counted, one.why) for one in world.life(incident_id, "03-09 16:30")] == [
        (False, "Before the priority changed; the new target counts from the change."),
        (True, "It runs while the incident is new."),
    ]


@pytest.mark.parametrize(("first", "then", "elapsed"), [(P3, P1, 3600), (P1, P3, 10800)])
def test_s5_upgrade_from_change_does_so_for_an_upgrade_only(
    first: dict[str, str], then: dict[str, str], elapsed: int
) -> None:
    world = Timed(targets=DAY_P3, **{"on-priority-change": "upgrade-from-change"})
    incident_id = world.log("03-09 10:00", **first)
    world.classify("03-09 12:00", incident_id, **then)
    assert world.clock(incident_id, "03-09 13:00").elapsed == elapsed


def test_s5_from_change_does_not_undo_a_breach_either() -> None:
    world = Timed(targets=DAY_P3, **{"on-priority-change": "from-change"})
    incident_id = world.taken("03-09 10:00", **P1)
    world.classify("03-09 15:00", incident_id, **P3)
    world.resolve("03-09 16:00", incident_id)
    seen = world.clock(incident_id, "03-10 16:00")
    assert (seen.verdict, seen.elapsed, said(seen.breached_at), seen.downgraded) == (
        "missed",
        3600,
        "03-09 14:00:00",
        True,
    )


def test_s5_breached_before_a_shorter_target_due_is_the_breach() -> None:
    world = Timed()
    incident_id = world.taken("03-09 10:00", **P2)
    world.classify("03-09 19:00", incident_id, **P1)
    seen = world.clock(incident_id, "03-09 20:00")
    assert (said(seen.breached_at), said(seen.due), seen.cause) == ("03-09 18:00:00", "03-09 18:00:00", None)


def test_s5_only_the_incident_managers_correction_undoes_a_breach() -> None:
    world = Timed()
    incident_id = world.taken("03-09 10:00", **P1)
    world.at("03-09 15:00", "ines", "correct", incident_id, message="One till only", **P3)
    seen = world.clock(incident_id, "03-09 15:30")
    assert (seen.breached_at, seen.corrected, seen.target, said(seen.due)) == (None, True, 28800, "03-10 10:00:00")
    assert world.clock(incident_id, "03-09 15:30", "response").corrected is False
    world.resolve("03-09 16:00", incident_id)
    assert world.clock(incident_id, "03-10 10:00").verdict == "met"


def test_s5_a_correction_in_time_undoes_nothing() -> None:
    world = Timed()
    incident_id = world.taken("03-09 10:00", **P1)
    world.at("03-09 13:00", "ines", "correct", incident_id, message="One till only", **P3)
    assert world.clock(incident_id, "03-09 16:00").corrected is False


def test_s5_m11_an_accepted_major_has_shorter_targets_until_it_is_demoted() -> None:
    world = Timed()
    incident_id = world.log("03-09 10:00", **P1)
    world.at("03-09 10:02", "max", "major accept", incident_id, criterion="security", message="No sales")
    major = world.clocks(incident_id, "03-09 10:02")
    assert (said(major["resolution"].due), said(major["response"].due)) == ("03-09 12:00:00", "03-09 10:05:00")
    world.at("03-09 11:00", "max", "major demote", incident_id, message="One shop only")
    seen = world.clock(incident_id, "03-09 11:30")
    assert (seen.target, said(seen.due), seen.breached_at) == (14400, "03-09 14:00:00", None)
    response = world.clock(incident_id, "03-09 11:30", "response")
    assert (said(response.breached_at), response.downgraded) == ("03-09 10:05:00", True)


# --- S6 --------------------------------------------------------------------------------------------


def reopened(mode: str = "resume") -> tuple[Timed, str]:
    world = Timed(**{"on-reopen": mode})
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 13:00", incident_id)
    world.at("03-10 10:00", "bob", "reopen", incident_id, message="Jams again")
    return world, incident_id


def test_s6_example_the_same_clock_goes_on() -> None:
    world, incident_id = reopened()
    running = world.clock(incident_id, "03-10 10:00")
    assert (said(running.due), running.verdict, running.first_verdict) == ("03-10 14:00:00", None, "met")
    world.at("03-10 10:30", "bob", "accept", incident_id)
    world.resolve("03-10 15:00", incident_id)
    seen = world.clock(incident_id, "03-11 10:00")
    assert (seen.first_verdict, seen.verdict, seen.elapsed) == ("met", "missed", 32400)
    assert said(seen.breached_at) == "03-10 14:00:00"


def test_s6_the_first_resolution_as_it_was_seen_then() -> None:
    world, incident_id = reopened()
    seen = world.clock(incident_id, "03-09 14:00")
    assert (seen.first_verdict, seen.verdict, seen.elapsed) == ("met", "met", 14400)


def test_s6_the_time_resolved_is_neither_work_nor_pause() -> None:
    world, incident_id = reopened()
    assert [(one.status, one.counted, one.why) for one in world.life(incident_id, "03-10 11:00")][1:] == [
        ("resolved", False, "Resolved is neither work nor pause."),
        ("assigned", True, "It runs while the incident is assigned."),
    ]


def test_s6_restart_begins_anew() -> None:
    world, incident_id = reopened("restart")
    seen = world.clock(incident_id, "03-10 12:00")
    assert (seen.elapsed, said(seen.due), said(seen.started_at)) == (7200, "03-11 10:00:00", "03-10 10:00:00")
    assert (seen.first_verdict, seen.verdict) == ("met", None)
    assert world.life(incident_id, "03-10 12:00")[0].why == "Before the reopening, which started it anew."


def test_s6_restart_has_thresholds_of_its_own() -> None:
    world, incident_id = reopened("restart")
    seen = world.clock(incident_id, "03-10 12:00")
    assert seen.promised_by == world.see(incident_id).events[-1].n
    assert said(seen.thresholds[0].at) == "03-10 14:00:00"


def test_s6_restart_keeps_the_first_verdict_and_judges_anew() -> None:
    world = Timed(**{"on-reopen": "restart"})
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-10 11:00", incident_id)
    world.at("03-10 12:00", "bob", "reopen", incident_id, message="Jams again")
    world.at("03-10 12:00", "bob", "accept", incident_id)
    world.resolve("03-10 13:00", incident_id)
    seen = world.clock(incident_id, "03-11 10:00")
    assert (seen.first_verdict, seen.verdict, seen.breached_at) == ("missed", "met", None)


def test_s6_keep_keeps_the_due_time() -> None:
    world = Timed(**{"on-reopen": "keep"})
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 13:00", incident_id)
    world.at("03-09 14:00", "bob", "reopen", incident_id, message="Jams again")
    seen = world.clock(incident_id, "03-09 15:00")
    assert (seen.elapsed, said(seen.due)) == (21600, "03-09 17:00:00")
    assert [one.counted for one in world.life(incident_id, "03-09 15:00")] == [True, True, True]


def test_s6_keep_past_the_due_time_is_a_breach_at_the_reopening() -> None:
    world, incident_id = reopened("keep")
    seen = world.clock(incident_id, "03-10 11:00")
    assert (said(seen.due), said(seen.breached_at), seen.first_verdict) == ("03-09 17:00:00", "03-10 10:00:00", "met")


def test_s6_first_only_judges_the_first_resolution() -> None:
    world, incident_id = reopened("first-only")
    seen = world.clock(incident_id, "03-20 10:00")
    assert (seen.state, seen.elapsed, seen.verdict, said(seen.stopped_at)) == (
        "stopped",
        14400,
        "met",
        "03-09 13:00:00",
    )
    assert [one.status for one in world.life(incident_id, "03-20 10:00")] == ["in-progress"]


def test_s6_a_second_response_runs_to_the_next_acceptance() -> None:
    world, incident_id = reopened()
    assert world.clock(incident_id, "03-10 11:00", "response_2").state == "running"
    world.at("03-10 11:00", "bob", "accept", incident_id)
    found = world.clocks(incident_id, "03-10 12:00")
    assert (found["response_2"].elapsed, found["response_2"].verdict) == (3600, "met")
    assert (found["response"].elapsed, found["response"].verdict) == (0, "met")
    world.resolve("03-10 12:00", incident_id)
    world.at("03-10 13:00", "bob", "reopen", incident_id, message="Jams again")
    assert list(world.clocks(incident_id, "03-10 14:00")) == ["response", "resolution", "response_2", "response_3"]


def test_s6_a_child_reopened_gets_a_second_response_and_the_first_has_none() -> None:
    world = Timed()
    parent, child = world.taken("03-09 09:00"), world.log("03-09 09:00")
    world.at("03-09 09:05", "dana", "link", child, relation="child-of", target=parent)
    world.resolve("03-09 10:00", parent)
    world.at("03-09 11:00", "bob", "reopen", parent, message="Jams again")
    found = world.clocks(child, "03-09 12:00")
    assert (found["response"].state, found["response"].verdict) == ("stopped", None)
    assert (found["response_2"].state, found["response_2"].elapsed) == ("running", 3600)


def test_s6_a_breach_before_the_resolution_stays() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-10 10:00", incident_id)
    world.at("03-10 11:00", "bob", "reopen", incident_id, message="Jams again")
    seen = world.clock(incident_id, "03-10 12:00")
    assert (seen.first_verdict, said(seen.breached_at), said(seen.due)) == (
        "missed",
        "03-09 17:00:00",
        "03-09 17:00:00",
    )


# --- S2, S17: now, imports, what is broken ----------------------------------------------------------


def logged() -> dict[str, str]:
    return {"priority": "P3", "response": "4h", "resolution": "8h", "calendar": "business"}


def of(events: list[Event], when: str) -> list:
    return clocks(fold(Record("INC-20260309-00001", {}, tuple(events))), Timed().calendars, paris(when))


def test_an_event_later_than_now_has_not_happened() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 13:00", incident_id)
    assert world.clock(incident_id, "03-09 12:59:59").state == "running"
    assert world.clocks(incident_id, "03-09 08:59:59") == {}


def test_a_void_event_changes_no_clock() -> None:
    late = Event(paris("03-09 10:00"), "bob@example.com", "2", "resumed")
    events = [Event(paris("03-09 09:00"), "dana@example.com", "1", "logged", logged()), late]
    assert fold(Record("INC-20260309-00001", {}, tuple(events))).voids
    assert [one.elapsed for one in of(events, "03-09 11:00")] == [7200, 7200]


def test_an_event_dated_before_its_predecessor_happens_with_it() -> None:
    events = [
        Event(paris("03-09 09:00"), "ines@example.com", "1", "logged", logged()),
        Event(paris("03-09 12:00"), "ines@example.com", "2", "imported", {"status": "in-progress"}),
        Event(paris("03-09 11:00"), "ines@example.com", "3", "imported", {"status": "resolved"}),
    ]
    assert [(one.name, one.elapsed) for one in of(events, "03-10 09:00")] == [
        ("response", 10800),
        ("resolution", 10800),
    ]


def test_s17_of_an_imported_row_the_status_counts() -> None:
    rows = [
        ("09:30", {"status": "in-progress"}),
        ("10:00", {"status": "pending", "reason": "awaiting-requestor", "pauses": ["sla"]}),
        ("12:00", {"status": "resolved"}),
        ("13:00", {"status": "in-progress", **logged(), "priority": "P1", "resolution": "2h"}),
        ("14:00", {"status": "closed"}),
    ]
    events = [Event(paris("03-09 09:00"), "ines@example.com", "1", "logged", logged())]
    events += [
        Event(paris(f"03-09 {at}"), "ines@example.com", str(n), "imported", data)
        for n, (at, data) in enumerate(rows, 2)
    ]
    found = {one.name: one for one in of(events, "03-10 09:00")}
    assert [(name, one.elapsed, one.verdict) for name, one in found.items()] == [
        ("response", 1800, "met"),
        ("resolution", 7200, "met"),
        ("response_2", 0, "met"),
    ]
    assert (found["resolution"].target, found["resolution"].first_verdict) == (7200, "met")


def test_s17_an_import_resolved_unanswered_waits_for_its_answer() -> None:
    rows = [("10:00", "resolved"), ("11:00", "assigned"), ("12:00", "in-progress")]
    events = [Event(paris("03-09 09:00"), "ines@example.com", "1", "logged", logged())]
    events += [Event(paris(f"03-09 {at}"), "ines@example.com", at, "imported", {"status": to}) for at, to in rows]
    assert [(one.name, one.state, one.verdict) for one in of(events, "03-09 10:30")] == [
        ("response", "stopped", None),
        ("resolution", "stopped", "met"),
    ]
    assert [(one.name, one.elapsed, one.verdict) for one in of(events, "03-09 13:00") if "response" in one.name] == [
        ("response", 10800, "met"),
        ("response_2", 3600, "met"),
    ]


def test_s17_an_import_without_a_priority_is_promised_nothing_until_it_has_one() -> None:
    events = [Event(paris("03-09 09:00"), "ines@example.com", "1", "logged")]
    assert of(events, "03-09 12:00") == []
    events += [Event(paris("03-09 12:00"), "ines@example.com", "2", "imported", {"status": "assigned", **logged()})]
    assert [(one.name, one.elapsed) for one in of(events, "03-09 13:00")] == [
        ("response", 14400),
        ("resolution", 14400),
    ]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"calendar": "lunar"}, "it counts on the calendar 'lunar', which the policy does not know"),
        ({"resolution": "5bd"}, "'5bd' is in days; a target is in s, m or h of its calendar"),
        ({"response": "soon"}, "'soon' is not a duration such as 90s, 15m, 4h, 5bd or 7cd"),
    ],
)
def test_s5_a_promise_that_cannot_be_counted_breaks_the_record(change: dict[str, str], text: str) -> None:
    with pytest.raises(Broken) as found:
        of([Event(paris("03-09 09:00"), "dana@example.com", "1-7k3q", "logged", {**logged(), **change})], "03-09 10:00")
    assert found.value.text == f"INC-20260309-00001, event 1-7k3q (logged): {text}."
    assert (found.value.code, found.value.exit_code) == ("S5", 5) and found.value.remedy


def test_s5_a_target_without_a_calendar_breaks_the_record() -> None:
    said = {"priority": "P3", "response": "4h"}
    with pytest.raises(Broken, match="it names a target and no calendar"):
        of([Event(paris("03-09 09:00"), "dana@example.com", "1", "logged", said)], "03-09 10:00")


def test_s7_a_calendar_that_never_opens_again_gives_no_due_time() -> None:
    closed = {"zone": "Etc/UTC", "hours": [{"from": "2026-01-01", "mon": []}]}
    world = Timed(
        calendars={"never": closed}, targets={"P3": {"response": "1h", "resolution": "1h", "calendar": "never"}}
    )
    seen = world.clock(world.log("03-09 09:00"), "03-20 09:00")
    assert (seen.due, seen.elapsed, seen.state) == (None, 0, "running")
