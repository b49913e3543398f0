"""Legs of groups, vendors' answers, and the clocks that a policy adds: a test for each sentence (S5, S8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from timed import P1, P3, Timed, paris, said

from itil_cli.process.incident import Event
from itil_cli.process.settings.policy import problems

OLA = {"ola": {"network": {"P1": "1h", "P3": "4h", "calendar": "business"}}}
UC = {
    "vendors": {"telco": {"contract": "4h", "calendar": "business"}, "gasco": {"contract": "1h", "calendar": "always"}}
}


def closing(**more: Any) -> dict[str, Any]:
    """A policy with one clock of its own, from logging to closing."""
    spec = {"start": "logged", "stop": "closed", "calendar": "business", "targets": {"P3": "62h", "P1": "20h"}}
    return {"clocks": {"to-closure": {**spec, **more}}}


# --- OLA -------------------------------------------------------------------------------------------


def test_s8_a_leg_runs_while_the_group_holds_it() -> None:
    world = Timed(**OLA)
    incident_id = world.taken("03-09 09:00")
    assert world.legs(incident_id, "03-09 10:00") == []
    world.at("03-09 10:00", "dana", "assign", incident_id, group="network")
    (running,) = world.legs(incident_id, "03-09 12:00")
    assert (running.group, running.state, running.elapsed, said(running.due)) == (
        "network",
        "running",
        7200,
        "03-09 14:00:00",
    )
    world.at("03-09 13:00", "dana", "assign", incident_id, group="support")
    (seen,) = world.legs(incident_id, "03-10 12:00")
    assert (seen.state, seen.elapsed, seen.verdict, said(seen.stopped_at)) == (
        "stopped",
        10800,
        "met",
        "03-09 13:00:00",
    )


def test_s8_each_visit_is_a_leg() -> None:
    world = Timed(**OLA)
    incident_id = world.taken("03-09 09:00")
    for when, group in (("10:00", "network"), ("11:00", "support"), ("12:00", "network")):
        world.at(f"03-09 {when}", "dana", "assign", incident_id, group=group)
    assert [(one.elapsed, one.state, one.verdict) for one in world.legs(incident_id, "03-10 11:00")] == [
        (3600, "stopped", "met"),
        (25200, "running", None),
    ]


def test_s8_assigned_again_within_the_group_it_is_the_same_visit() -> None:
    world = Timed(**OLA)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "dana", "assign", incident_id, group="network")
    world.at("03-09 11:00", "dana", "assign", incident_id, group="network", to="nora")
    assert [one.elapsed for one in world.legs(incident_id, "03-09 12:00")] == [7200]


def test_s8_returned_or_escalated_ends_the_leg_too() -> None:
    world = Timed(ola={"support": OLA["ola"]["network"], "network": OLA["ola"]["network"]})
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "bob", "escalate", incident_id, to="network", reason="cannot-resolve", message="Routing")
    world.at("03-09 11:00", "nora", "return", incident_id, message="Not ours")
    assert [(one.group, one.elapsed, one.state) for one in world.legs(incident_id, "03-09 12:00")] == [
        ("support", 3600, "stopped"),
        ("network", 3600, "stopped"),
    ]


def test_s4_a_leg_pauses_for_every_default_reason() -> None:
    world = Timed(**OLA)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "dana", "assign", incident_id, group="network")
    world.at("03-09 10:00", "nora", "accept", incident_id)
    world.at("03-09 11:00", "nora", "pend", incident_id, reason="awaiting-change", message="x", ref="CHG-1")
    (leg,) = world.legs(incident_id, "03-09 16:00")
    assert (leg.state, leg.elapsed, leg.due) == ("paused", 3600, None)
    assert world.clock(incident_id, "03-09 16:00").state == "running"


def test_s8_resolving_judges_the_leg_and_reopening_begins_another() -> None:
    world = Timed(ola={"support": OLA["ola"]["network"]})
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 14:00", incident_id)
    world.at("03-09 15:00", "bob", "reopen", incident_id, message="Jams again")
    assert [(one.elapsed, one.verdict, one.state) for one in world.legs(incident_id, "03-09 16:00")] == [
        (18000, "missed", "stopped"),
        (3600, None, "running"),
    ]


def test_s8_what_a_rule_assigned_unclassified_has_its_leg_from_the_first_classification_on() -> None:
    world = Timed(**OLA, routing=[{"service": "vpn", "group": "network"}])
    incident_id = world.at("03-09 09:00", "alice", "log", title="No tunnel", service="vpn")
    assert (world.see(incident_id).group, world.legs(incident_id, "03-09 09:30")) == ("network", [])
    world.classify("03-09 10:00", incident_id, **P3)
    (leg,) = world.legs(incident_id, "03-09 11:00")
    assert (leg.group, leg.target, leg.elapsed, said(leg.due)) == ("network", 14400, 3600, "03-09 14:00:00")
    world.classify("03-09 11:00", incident_id, **P1)
    assert [one.target for one in world.legs(incident_id, "03-09 12:00")] == [14400]


def test_s8_a_leg_is_measured_by_what_its_event_says() -> None:
    world = Timed(**OLA)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "dana", "assign", incident_id, group="network")
    world.classify("03-09 11:00", incident_id, **P1)
    assert [one.target for one in world.legs(incident_id, "03-09 12:00")] == [14400]
    world.at("03-09 12:30", "dana", "assign", incident_id, group="network")
    (leg,) = world.legs(incident_id, "03-09 13:00")
    assert (leg.target, said(leg.breached_at), leg.cause) == (3600, "03-09 12:30:00", "retarget")


def test_s9_a_canceled_ones_legs_stop_without_verdict() -> None:
    world = Timed(**OLA, **UC)
    incident_id = world.log("03-09 09:00")
    world.at("03-09 10:00", "dana", "assign", incident_id, group="network")
    world.at("03-09 10:00", "dana", "vendor", incident_id, opened="telco", ticket="T-1")
    world.at("03-09 12:00", "dana", "cancel", incident_id, reason="withdrawn", message="No more")
    for name in ("ola", "uc"):
        assert [(one.state, one.verdict) for one in world.legs(incident_id, "03-10 12:00", name)] == [("stopped", None)]


# --- UC --------------------------------------------------------------------------------------------


def test_s8_the_vendors_clock_runs_from_opened_to_answered() -> None:
    world = Timed(**UC)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "bob", "vendor", incident_id, opened="telco", ticket="T-1")
    (running,) = world.legs(incident_id, "03-09 11:00", "uc")
    assert (running.vendor, running.elapsed, said(running.due)) == ("telco", 3600, "03-09 14:00:00")
    world.at("03-09 14:00", "bob", "vendor", incident_id, answered=True)
    assert [(one.elapsed, one.verdict) for one in world.legs(incident_id, "03-10 11:00", "uc")] == [(14400, "met")]


def test_s4_awaiting_the_vendor_runs_his_clock_and_not_the_groups() -> None:
    world = Timed(ola={"support": {"P3": "4h", "calendar": "business"}}, **UC)
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id, "awaiting-vendor", vendor="telco", vendor_ticket="T-1")
    found = world.clocks(incident_id, "03-09 13:00")
    assert (found["uc"].state, found["uc"].elapsed) == ("running", 10800)
    assert (found["ola"].state, found["ola"].elapsed) == ("paused", 3600)


def test_s4_a_reason_may_pause_the_vendor_too() -> None:
    world = Timed(pending={"scheduled": {"pauses": ["sla", "ola", "uc"], "needs": ["until"]}}, **UC)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "bob", "vendor", incident_id, opened="telco", ticket="T-1")
    world.pend("03-09 11:00", incident_id, "scheduled", until="2026-03-09T11:00:00Z")
    assert world.clock(incident_id, "03-09 11:30", "uc").elapsed == 3600
    assert world.clock(incident_id, "03-09 13:00", "uc").elapsed == 7200


def test_s8_each_vendor_has_his_own() -> None:
    world = Timed(**UC)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "bob", "vendor", incident_id, opened="telco", ticket="T-1")
    world.at("03-09 11:00", "bob", "vendor", incident_id, opened="gasco", ticket="G-1")
    world.at("03-09 13:00", "bob", "vendor", incident_id, answered=True)
    assert [(one.vendor, one.state, one.verdict) for one in world.legs(incident_id, "03-09 13:00", "uc")] == [
        ("telco", "running", None),
        ("gasco", "stopped", "missed"),
    ]


def test_s8_resolved_before_the_answer_there_is_no_verdict_unless_it_was_missed() -> None:
    for when, verdict in (("03-09 13:00", None), ("03-09 14:00", None), ("03-09 14:00:01", "missed")):
        world = Timed(**UC)
        incident_id = world.taken("03-09 09:00")
        world.at("03-09 10:00", "bob", "vendor", incident_id, opened="telco", ticket="T-1")
        world.resolve(when, incident_id)
        assert [one.verdict for one in world.legs(incident_id, "03-20 09:00", "uc")] == [verdict]


def test_s8_opened_again_while_it_runs_it_is_the_same() -> None:
    world = Timed(**UC)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "bob", "vendor", incident_id, opened="telco", ticket="T-1")
    world.at("03-09 11:00", "bob", "vendor", incident_id, opened="telco", ticket="T-2")
    assert [one.elapsed for one in world.legs(incident_id, "03-09 12:00", "uc")] == [7200]


def test_s8_a_vendor_without_a_contract_has_no_clock() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "bob", "vendor", incident_id, opened="telco", ticket="T-1")
    assert world.legs(incident_id, "03-09 12:00", "uc") == []


# --- what a policy adds ----------------------------------------------------------------------------


def test_s5_the_start_event_carries_the_clock_and_the_classification_its_target() -> None:
    world = Timed(**closing(pause=["scheduled"]))
    logged, classified = world.records[world.log("03-09 09:00")].events[:2]
    assert logged.get("clocks") == {"to-closure": {"stop": "closed", "pause": ["scheduled"]}}
    assert classified.get("clocks") == {"to-closure": {"target": "62h", "calendar": "business"}}


def test_s5_a_start_event_with_a_priority_carries_its_target() -> None:
    world = Timed(**closing(start="accepted", stop="resolved"))
    incident_id = world.taken("03-09 09:00")
    promised = {"stop": "resolved", "target": "62h", "calendar": "business"}
    assert [event.get("clocks") for event in world.records[incident_id].events] == [
        None,
        None,
        None,
        {"to-closure": promised},
    ]
    assert world.clock(incident_id, "03-09 10:00", "to-closure").elapsed == 3600


def test_s5_without_clocks_of_its_own_a_policy_adds_nothing() -> None:
    world = Timed()
    assert all(event.get("clocks") is None for event in world.records[world.taken("03-09 09:00")].events)


def test_s5_the_first_target_holds_from_the_start_event() -> None:
    world = Timed(**closing())
    incident_id = world.unclassified("03-09 09:00")
    assert "to-closure" not in world.clocks(incident_id, "03-09 10:00")
    world.classify("03-09 12:00", incident_id, **P3)
    seen = world.clock(incident_id, "03-09 13:00", "to-closure")
    assert (seen.elapsed, seen.target, said(seen.started_at)) == (14400, 223200, "03-09 09:00:00")


def test_s5_a_change_of_priority_replaces_the_target() -> None:
    world = Timed(**closing())
    incident_id = world.log("03-09 09:00")
    world.classify("03-12 12:00", incident_id, **P1)
    seen = world.clock(incident_id, "03-12 12:00", "to-closure")
    assert (seen.target, said(seen.breached_at), seen.cause) == (72000, "03-12 12:00:00", "retarget")


def test_s5_a_priority_without_a_target_leaves_the_promise() -> None:
    world = Timed(**closing(targets={"P3": "62h"}))
    incident_id = world.log("03-09 09:00")
    world.classify("03-09 12:00", incident_id, **P1)
    assert world.clock(incident_id, "03-09 12:00", "to-closure").target == 223200


def test_s5_it_runs_on_while_resolved_and_stops_at_its_event() -> None:
    world = Timed(**closing())
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 10:00", incident_id)
    assert world.clock(incident_id, "03-09 12:00", "to-closure").state == "running"
    world.at("03-09 13:00", "alice", "close", incident_id)
    seen = world.clock(incident_id, "03-20 12:00", "to-closure")
    assert (seen.elapsed, seen.verdict, seen.state) == (14400, "met", "stopped")


def test_s5_it_pauses_for_the_reasons_it_names_and_no_others() -> None:
    world = Timed(**closing(pause=["awaiting-change"]))
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id, "awaiting-change", ref="CHG-1")
    assert world.clock(incident_id, "03-09 12:00", "to-closure").state == "paused"
    world.pend("03-09 12:00", incident_id)
    found = world.clocks(incident_id, "03-09 14:00")
    assert (found["to-closure"].state, found["to-closure"].elapsed) == ("running", 10800)
    assert found["resolution"].state == "paused"


def test_s6_one_that_stops_at_resolved_is_reopened_like_the_resolution() -> None:
    world = Timed(**closing(stop="resolved"))
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 10:00", incident_id)
    world.at("03-09 12:00", "bob", "reopen", incident_id, message="Jams again")
    seen = world.clock(incident_id, "03-09 13:00", "to-closure")
    assert (seen.elapsed, seen.state, seen.first_verdict, seen.verdict) == (7200, "running", "met", None)
    world.classify("03-09 13:00", incident_id, **P1)
    assert world.clock(incident_id, "03-09 13:00", "to-closure").target == 72000


def test_s5_a_further_start_begins_it_anew_only_when_it_is_over() -> None:
    world = Timed(**closing(start="assigned", stop="accepted"))
    incident_id = world.log("03-09 09:00")
    world.at("03-09 10:00", "dana", "assign", incident_id, group="support")
    world.at("03-09 11:00", "dana", "assign", incident_id, group="network")
    assert world.records[incident_id].events[-1].get("clocks") is None
    world.at("03-09 12:00", "nora", "accept", incident_id)
    assert world.clock(incident_id, "03-09 13:00", "to-closure").elapsed == 7200
    world.at("03-09 14:00", "dana", "assign", incident_id, group="support")
    seen = world.clock(incident_id, "03-09 15:00", "to-closure")
    assert (seen.elapsed, seen.state, seen.first_verdict) == (3600, "running", "met")


def test_s5_closing_ends_one_that_waits_for_something_else() -> None:
    world = Timed(**closing(stop="reviewed"))
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 10:00", incident_id)
    world.at("03-09 13:00", "alice", "close", incident_id)
    seen = world.clock(incident_id, "03-20 12:00", "to-closure")
    assert (seen.state, seen.verdict, said(seen.stopped_at)) == ("stopped", None, "03-09 13:00:00")


def test_s9_canceling_ends_it_without_verdict() -> None:
    world = Timed(**closing(stop="canceled"))
    incident_id = world.log("03-09 09:00")
    world.at("03-09 13:00", "dana", "cancel", incident_id, reason="withdrawn", message="No more")
    assert world.clock(incident_id, "03-20 12:00", "to-closure").verdict is None


def test_s5_targets_by_service_or_tenant_the_first_rule_that_fits_counts() -> None:
    rules = [
        {"service": "payments", "tenant": "acme", "targets": {"P3": "1h"}},
        {"service": "payments", "targets": {"P3": "2h"}},
        {"tenant": "acme", "targets": {"P1": "3h"}},
    ]
    spec = Timed(**closing(rules=rules)).policy.clocks["to-closure"]
    assert [
        spec.target("P3", "payments", "acme"),
        spec.target("P3", "payments", None),
        spec.target("P3", None, "acme"),
        spec.target("P1", None, "acme"),
        spec.target(None, None, "acme"),
        spec.target("P5", None, None),
    ] == ["1h", "2h", "62h", "3h", None, None]


def test_s5_the_tenants_target_is_written() -> None:
    world = Timed(**closing(rules=[{"tenant": "acme", "targets": {"P3": "5h"}}]))
    incident_id = world.log("03-09 09:00", tenant="acme")
    assert world.clock(incident_id, "03-09 10:00", "to-closure").target == 18000


def test_a_rule_of_a_clock_needs_targets() -> None:
    policy = {"defaults": 1, **closing(rules=[{"tenant": "acme"}])}
    assert next(str(wrong) for wrong in problems(policy)).startswith("clocks.to-closure.rules[0]: ")


def test_s5_upgrades_from_change_hold_for_a_policys_clock_too() -> None:
    world = Timed(**closing(), **{"on-priority-change": "from-change"})
    incident_id = world.log("03-09 09:00")
    world.classify("03-09 12:00", incident_id, **P1)
    assert world.clock(incident_id, "03-09 13:00", "to-closure").elapsed == 3600


def test_s17_an_imported_status_stops_it_like_its_event() -> None:
    world = Timed(**closing(stop="resolved"))
    incident_id = world.log("03-09 09:00")
    row = Event(paris("03-09 11:00"), "ines@example.com", "9-row1", "imported", {"status": "resolved"})
    record = world.records[incident_id]
    world.records[incident_id] = replace(record, events=(*record.events, row))
    assert world.clock(incident_id, "03-09 12:00", "to-closure").verdict == "met"
