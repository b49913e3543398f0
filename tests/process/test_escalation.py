"""What the clock demands, sentence by sentence of S13, and of S9 about the sweep (P02, P11, P13, D6, S3, S4).

Times are in Paris, Monday 2026-03-09 and after; P3 is 4 h / 8 h of Monday to Friday 09:00-17:00, P1 15 m / 4 h.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from swept import BOSS, CHAIN, LED, Swept
from timed import P1, P3, P4, paris, said

from itil_cli.process.clock import clocks
from itil_cli.process.demands.chain import Chain, chain
from itil_cli.process.escalation import Times, due
from itil_cli.process.majors.major import communication
from itil_cli.process.messages.informing import next_message

IM, BOB, LEA = "incident-manager", "bob@example.com", "lea@example.com"
QUIET: dict[str, Any] = {"acknowledge-within": {"P1": "off", "P2": "off", "P3": "off"}}


def chain_of(world: Swept, incident_id: str) -> Chain:
    return chain(world.see(incident_id), world.policy, world.people, world.now)


# thresholds: which, when, whom


def test_the_default_policy_records_75_for_the_assignee_and_100_for_the_end() -> None:
    world = Swept(escalation={"chain": CHAIN[:3]})
    incident_id = world.taken("03-09 09:00")
    assert world.sweep("03-09 14:59", incident_id) == []
    assert world.sweep("03-09 15:00", incident_id) == [f"resolution at 75 %: {BOB} is told"]
    assert world.sweep("03-09 17:00", incident_id) == [f"resolution breached: {IM} is told"]
    assert world.told(incident_id) == [("resolution", 75, BOB), ("resolution", 100, IM)]


def test_a_threshold_is_recorded_with_trigger_level_to_promise_and_due() -> None:
    world = Swept()
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:30", incident_id)
    promise = world.events(incident_id, "classified")[0].n
    assert world.event(incident_id) == {
        "do": "escalated", "by": "dana@example.com", "rule": "threshold", "trigger": "threshold", "level": "assignee",
        "to": BOB, "clock": "resolution", "threshold": 75, "promise": promise, "due": "2026-03-09T14:00:00Z",
    }  # fmt: skip


def test_a_threshold_fires_once_for_each_clock_and_promise() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.log("03-09 09:00")
    world.sweep("03-09 17:00", incident_id)
    assert sorted(world.told(incident_id)) == [
        ("resolution", 75, IM), ("resolution", 100, BOSS), ("response", 75, IM), ("response", 100, BOSS),
    ]  # fmt: skip
    assert world.sweep("03-12 17:00", incident_id) == []


def test_a_retarget_fires_anew() -> None:
    world = Swept(escalation={"chain": CHAIN[:3], **QUIET})
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    world.classify("03-09 15:30", incident_id, **P1)
    assert world.sweep("03-09 15:30", incident_id) == [
        f"resolution at 75 %: {BOB} is told", f"resolution breached: {IM} is told",
    ]  # fmt: skip
    assert [event.get("due") for event in world.events(incident_id, "escalated")[-2:]] == ["2026-03-09T14:30:00Z"] * 2
    assert world.sweep("03-09 15:31", incident_id) == []


def test_a_classification_that_keeps_the_target_does_not_fire_anew() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    world.do("dana", "classify", incident_id, category="network")
    assert world.sweep("03-09 16:00", incident_id) == []


def test_thresholds_below_100_go_up_the_lower_levels_in_order() -> None:
    world = Swept(thresholds={"record": [90, 50, 75, 100, 150]}, escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-11 17:00", incident_id)
    assert [(percent, to) for _, percent, to in world.told(incident_id)] == [
        (50, BOB), (75, LEA), (90, IM), (100, BOSS), (150, BOSS),
    ]  # fmt: skip


def test_more_thresholds_than_levels_stay_below_the_end() -> None:
    world = Swept(thresholds={"record": [50, 75, 90, 100]}, escalation={"chain": ["assignee", IM], **QUIET})
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-11 17:00", incident_id)
    assert [to for _, _, to in world.told(incident_id)] == [BOB, BOB, BOB, IM]


def test_a_paused_clock_still_tells_of_what_was_crossed_before() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 16:00", incident_id)
    assert world.sweep("03-09 16:30", incident_id) == [f"resolution at 75 %: {BOB} is told"]
    assert "resolution breached" not in " ".join(world.sweep("03-10 12:00", incident_id))


def test_a_stopped_clock_tells_nothing() -> None:
    world = Swept()
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 16:59", incident_id)
    assert world.sweep("03-09 18:00", incident_id) == []


def test_what_is_forgotten_in_new_escalates_too() -> None:
    world = Swept()
    incident_id = world.unclassified("03-09 09:00")
    assert world.sweep("03-09 13:00", incident_id) == [
        f"response at 75 %: {IM} is told", f"response breached: {BOSS} is told",
    ]  # fmt: skip


def test_a_clock_of_the_policy_escalates_like_the_others() -> None:
    clock = {"start": "logged", "stop": "closed", "calendar": "business", "targets": {"P3": "10h"}}
    world = Swept(clocks={"closure": clock}, escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 10:00", incident_id)
    assert world.sweep("03-10 08:59", incident_id) == [f"closure at 75 %: {BOB} is told"]


# the chain


def test_a_level_that_nobody_holds_is_passed_by() -> None:
    world = Swept(groups={**LED, "support": {"level": 2}}, escalation={"chain": CHAIN, **QUIET})
    assert [one.to for one in chain_of(world, world.log("03-09 09:00")).levels] == [IM, BOSS]


def test_a_role_that_nobody_has_is_passed_by_except_the_last() -> None:
    nobody = {"email": "ines@example.com", "name": "Ines", "roles": []}
    world = Swept(people=[nobody], escalation={"chain": CHAIN[:3]})
    incident_id = world.taken("03-09 09:00")
    assert [one.to for one in chain_of(world, incident_id).levels] == [BOB, LEA, IM]
    world = Swept(people=[nobody])
    incident_id = world.taken("03-09 09:00")
    assert [one.to for one in chain_of(world, incident_id).levels] == [BOB, LEA, BOSS]
    up = world.do("bob", "escalate", incident_id, up=True, reason="cannot-resolve", message="x")
    assert up.escalations[-1].to == LEA
    up = world.do("bob", "escalate", incident_id, up=True, reason="cannot-resolve", message="x")
    assert (up.escalations[-1].to, up.escalations[-1].level) == (BOSS, BOSS)


def test_a_role_of_somebody_retired_is_held_by_nobody() -> None:
    gone = {"email": "ines@example.com", "name": "Ines", "roles": [IM], "retired": "2026-03-01"}
    world = Swept(people=[gone])
    assert [one.to for one in chain_of(world, world.log("03-09 09:00")).levels] == [BOSS]


def test_where_nobody_holds_any_level_it_is_the_incident_manager() -> None:
    world = Swept(groups={**LED, "support": {"level": 2}}, escalation={"chain": ["assignee", "group-lead"]})
    assert [one.to for one in chain_of(world, world.log("03-09 09:00")).levels] == [IM]


def test_levels_held_by_one_person_collapse() -> None:
    led_by_bob = {**LED, "support": {"level": 2, "lead": BOB}}
    world = Swept(groups=led_by_bob, thresholds={"record": [50, 75, 100]}, escalation={"chain": CHAIN[:3], **QUIET})
    incident_id = world.taken("03-09 09:00")
    assert [one.to for one in chain_of(world, incident_id).lower] == [BOB]
    world.sweep("03-11 09:00", incident_id)
    assert [to for _, _, to in world.told(incident_id)] == [BOB, BOB, IM]


def test_a_level_of_several_people_does_not_collapse_with_one_of_them() -> None:
    second = {"email": "bob@example.com", "name": "Bob", "roles": ["support", IM], "groups": ["support"]}
    world = Swept(people=[second], escalation={"chain": ["assignee", IM], "acknowledge-within": {"P3": "1h"}})
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    assert world.sweep("03-09 16:00", incident_id) == [f"not acknowledged by {BOB}: {IM} is told"]


def test_a_team_of_one_is_not_told_twice() -> None:
    all_in_one = {"email": "bob@example.com", "name": "Bob", "roles": ["support", IM], "groups": ["support"]}
    nobody = {"email": "ines@example.com", "name": "Ines", "roles": []}
    world = Swept(people=[all_in_one, nobody], escalation={"chain": ["assignee", IM]})
    incident_id = world.taken("03-09 09:00")
    assert world.sweep("03-09 15:00", incident_id) == [f"resolution at 75 %: {BOB} is told"]
    assert world.sweep("03-09 16:59", incident_id) == []


# acknowledgement


def test_an_acknowledgement_ends_it() -> None:
    world = Swept()
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    world.at("03-09 15:10", "bob", "acknowledge", incident_id)
    assert world.sweep("03-09 16:59", incident_id) == []


def test_unacknowledged_goes_to_the_next_level_in_the_policys_time_on_the_resolutions_calendar() -> None:
    world = Swept(escalation={"acknowledge-within": {"P3": "4h"}})
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    world.pend("03-09 15:30", incident_id)
    # Two hours are left on Monday, two more on Tuesday.
    assert world.sweep("03-10 10:59", incident_id) == []
    assert world.sweep("03-10 11:00", incident_id) == [f"not acknowledged by {BOB}: {LEA} is told"]
    event = world.event(incident_id)
    assert (event["trigger"], event["level"], event["due"]) == ("unacknowledged", "group-lead", "2026-03-10T10:00:00Z")


def test_each_level_gets_its_time_and_the_end_is_the_end() -> None:
    world = Swept(escalation={"acknowledge-within": {"P3": "1h"}})
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    world.pend("03-09 15:30", incident_id)
    assert world.sweep("03-09 16:00", incident_id) == [f"not acknowledged by {BOB}: {LEA} is told"]
    assert world.sweep("03-09 17:00", incident_id) == [f"not acknowledged by {LEA}: {IM} is told"]
    assert world.sweep("03-10 10:00", incident_id) == [f"not acknowledged by {IM}: {BOSS} is told"]
    assert [one.split(" ")[0] for one in world.sweep("03-13 10:00", incident_id)] == ["reminded"]


def test_the_level_counts_even_when_the_assignee_changed() -> None:
    world = Swept(escalation={"acknowledge-within": {"P3": "1h"}})
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    world.at("03-09 15:10", "dana", "assign", incident_id, group="support", to="lea")
    assert f"not acknowledged by {BOB}: {LEA} is told" in world.sweep("03-09 16:00", incident_id)


def test_p11_goes_on_to_the_next_level_when_the_incident_manager_is_silent() -> None:
    world = Swept()
    incident_id = world.log("03-09 09:00", **P1)
    assert f"not acknowledged by {IM}: {BOSS} is told" in world.sweep("03-09 09:15", incident_id)
    assert world.told(incident_id, "unacknowledged") == [(None, None, BOSS)]


def test_a_functional_escalation_is_answered_by_the_groups_acceptance() -> None:
    world = Swept(escalation={"acknowledge-within": {"P3": "1h"}})
    first, second = world.taken("03-09 09:00"), world.taken("03-09 09:00")
    for one in (first, second):
        world.at("03-09 10:00", "bob", "escalate", one, to="network", reason="cannot-resolve", message="x")
    world.at("03-09 10:30", "nora", "accept", first)
    assert world.sweep("03-09 11:00") == [f"not acknowledged by network: {BOSS} is told"]


def test_a_priority_without_a_time_waits_for_ever() -> None:
    world = Swept()
    incident_id = world.taken("03-09 09:00", **P4)
    world.at("03-09 09:30", "bob", "escalate", incident_id, up=True, reason="cannot-resolve", message="x")
    assert [one for one in world.sweep("03-20 09:30", incident_id) if "acknowledged" in one] == []


def test_nobody_is_passed_by_for_not_answering_before_being_told() -> None:
    world = Swept(escalation={"acknowledge-within": {"P3": "1h"}})
    incident_id = world.taken("03-09 09:00")
    assert world.sweep("03-10 16:00", incident_id) == [
        f"resolution at 75 %: {BOB} is told", f"resolution breached: {BOSS} is told",
    ]  # fmt: skip
    assert world.sweep("03-10 16:59", incident_id) == []
    assert world.sweep("03-10 17:00", incident_id) == [f"not acknowledged by {BOB}: {LEA} is told"]


def test_a_reopening_starts_anew() -> None:
    world = Swept(escalation={"chain": CHAIN[:3], **QUIET})
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 15:00", incident_id)
    world.resolve("03-09 16:00", incident_id)
    world.at("03-10 09:00", "dana", "reopen", incident_id, message="Again")
    world.at("03-10 09:30", "bob", "take", incident_id)
    assert world.sweep("03-10 09:30", incident_id) == [f"resolution at 75 %: {BOB} is told"]
    assert world.event(incident_id)["due"] == "2026-03-10T08:00:00Z"  # the reopening, not the day before
    assert world.sweep("03-10 09:31", incident_id) == []


# OLA and contracts


def test_a_breached_ola_goes_to_the_groups_lead_once() -> None:
    world = Swept(ola={"support": {"P3": "2h", "calendar": "business"}}, escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    assert world.sweep("03-09 10:59", incident_id) == []
    assert world.sweep("03-09 11:00", incident_id) == [f"ola support breached: {LEA} is told"]
    assert world.told(incident_id) == [("ola", 100, LEA)]
    assert world.sweep("03-09 11:01", incident_id) == []


def test_a_group_without_a_lead_has_the_end_of_the_chain() -> None:
    world = Swept(ola={"network": {"P3": "2h", "calendar": "business"}}, escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 09:00", "dana", "assign", incident_id, group="network")
    assert f"ola network breached: {BOSS} is told" in world.sweep("03-09 12:00", incident_id)


def test_each_visit_of_a_group_has_its_own_breach() -> None:
    world = Swept(ola={"support": {"P3": "1h", "calendar": "business"}}, escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.sweep("03-09 10:00", incident_id)
    world.at("03-09 10:10", "bob", "return", incident_id, message="Not ours")
    world.at("03-09 10:20", "dana", "assign", incident_id, group="support")
    assert world.sweep("03-09 11:00", incident_id) == []
    assert world.sweep("03-09 11:20", incident_id) == [f"ola support breached: {LEA} is told"]


def test_a_breached_contract_goes_to_the_owner_once() -> None:
    world = Swept(vendors={"telco": {"contract": "2h", "calendar": "business"}}, escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 09:30", "bob", "vendor", incident_id, opened="telco", ticket="T1")
    assert world.sweep("03-09 11:29", incident_id) == []
    assert world.sweep("03-09 11:30", incident_id) == ["uc telco breached: dana@example.com is told"]
    assert world.told(incident_id) == [("uc", 100, "dana@example.com")]
    assert world.sweep("03-09 12:00", incident_id) == []


# what a rule owes, and is missing


def test_a_missing_p11_is_demanded() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.taken("03-09 09:00", **P1)
    assert world.sweep("03-09 09:01", incident_id) == []
    world.forget(incident_id, "escalated")
    assert world.sweep("03-09 09:02", incident_id) == [f"P1 was not escalated: {IM} is told"]
    event = world.event(incident_id)
    assert (event["rule"], event["trigger"], event["to"]) == ("P11", "P1", IM)
    assert world.sweep("03-09 09:03", incident_id) == []


def test_a_priority_set_by_hand_is_demanded_too() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.plant(incident_id, "classified", "03-09 09:10", by="dana", impact="high", urgency="high", priority="P2",
                response="30m", resolution="8h", calendar="always")  # fmt: skip
    assert world.sweep("03-09 09:11", incident_id) == [f"P2 was not escalated: {IM} is told"]


def test_p11_is_owed_once_for_each_change_to_it_and_not_again_after_a_reopening() -> None:
    world = Swept(escalation=QUIET, major={"propose": []})
    incident_id = world.taken("03-09 09:00", **P1)
    world.classify("03-09 09:05", incident_id, **P3)
    world.classify("03-09 09:10", incident_id, **P1)
    assert world.told(incident_id, "P1") == [(None, None, IM)] * 2
    world.resolve("03-09 09:20", incident_id)
    world.at("03-09 09:30", "dana", "reopen", incident_id, message="Again")
    assert [one for one in world.sweep("03-09 09:30", incident_id) if "P1" in one] == []


def test_repeat_contacts_that_a_merge_brought_together_are_demanded() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.plant(incident_id, "contacted", "03-09 09:10")
    assert world.sweep("03-09 09:15", incident_id) == []
    world.plant(incident_id, "contacted", "03-09 09:20")
    assert world.sweep("03-09 09:30", incident_id) == [f"repeat was not escalated: {IM} is told"]
    assert world.sweep("03-09 09:31", incident_id) == []


def test_a_demand_at_the_second_contact_answers_the_repeat_too() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 09:10", "alice", "contact", incident_id, message="And?")
    world.at("03-09 09:20", "alice", "contact", incident_id, message="Now!", escalate=True)
    assert world.sweep("03-09 09:30", incident_id) == []


# repeats of a machine


def recurring(**escalation: Any) -> tuple[Swept, str]:
    world = Swept(escalation={**QUIET, **escalation})
    return world, world.at("03-09 09:00", "ci", "log", title="x", dedup_key="k")


def test_repeats_of_a_machine_have_a_count_and_a_threshold_of_their_own() -> None:
    world, incident_id = recurring()
    for _ in range(4):
        world.do("ci", "contact", incident_id, message="again")
    assert world.told(incident_id, None) == []
    world.do("ci", "contact", incident_id, message="again")
    event = world.event(incident_id)
    assert (event["do"], event["rule"], event["trigger"], event["to"]) == ("escalated", "D6", "recurrences", IM)
    for _ in range(6):
        world.do("ci", "contact", incident_id, message="again")
    assert len(world.told(incident_id, None)) == 1


def test_the_threshold_of_recurrences_is_the_policys_and_may_be_off() -> None:
    world, incident_id = recurring(**{"repeat-recurrences": 1})
    assert world.do("ci", "contact", incident_id, message="again").escalations[-1].trigger == "recurrences"
    world, incident_id = recurring(**{"repeat-recurrences": "off"})
    for _ in range(9):
        world.do("ci", "contact", incident_id, message="again")
    assert world.told(incident_id, None) == []


def test_one_event_may_stand_for_several_recurrences() -> None:
    world, incident_id = recurring()
    world.plant(incident_id, "recurred", "03-09 09:05", by="ci", times=5)
    assert world.sweep("03-09 09:06", incident_id) == [f"recurrences was not escalated: {IM} is told"]


# closing


def test_the_sweep_closes_at_closes_at_and_not_before() -> None:
    world = Swept()
    incident_id = world.taken("03-06 09:00")
    world.resolve("03-06 17:00", incident_id)
    assert world.sweep("03-13 16:59", incident_id) == []
    assert world.sweep("03-13 18:30", incident_id) == ["closed: nobody reopened it"]
    event = world.records[incident_id].events[-1]
    assert (said(event.at), event.get("rule"), event.get("due")) == ("03-13 18:30:00", "F4", "2026-03-13T16:00:00Z")


def test_closing_counts_from_the_last_resolution() -> None:
    world = Swept()
    incident_id = world.taken("03-06 09:00")
    world.resolve("03-06 10:00", incident_id)
    world.at("03-09 09:00", "dana", "reopen", incident_id, message="Again")
    world.at("03-09 09:10", "bob", "accept", incident_id)
    world.resolve("03-09 10:00", incident_id)
    assert world.sweep("03-13 12:00", incident_id) == []
    assert world.sweep("03-16 10:00", incident_id) == ["closed: nobody reopened it"]


def test_an_unanswered_contact_stays_and_is_listed_with_why() -> None:
    world = Swept()
    incident_id = world.taken("03-06 09:00")
    world.resolve("03-06 10:00", incident_id)
    world.at("03-09 09:00", "alice", "contact", incident_id, message="Not quite")
    assert world.sweep("03-16 10:00", incident_id) == [
        "stays resolved since 2026-03-13T09:00:00Z: the requestor has an unanswered contact"
    ]
    world.at("03-16 10:10", "dana", "tell", incident_id, message="It is the new one")
    assert world.sweep("03-16 10:20", incident_id) == ["closed: nobody reopened it"]


def test_an_accepted_major_stays_and_is_listed_with_why() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.log("03-06 09:00", **P1)
    world.at("03-06 09:01", "max", "major accept", incident_id, criterion="security", message="All shops")
    world.at("03-06 09:02", "ines", "resolve", incident_id, code="fixed", message="x")
    notes = world.sweep("03-20 10:00", incident_id)
    assert notes[-1] == "stays resolved since 2026-03-13T08:02:00Z: it is an accepted major incident"


def test_auto_close_off_closes_by_hand_only() -> None:
    world = Swept(closure={"auto-close-after": "off"})
    incident_id = world.taken("03-06 09:00")
    world.resolve("03-06 10:00", incident_id)
    assert world.sweep("04-30 10:00", incident_id) == []


# dates and reminders


def test_a_wait_until_a_date_is_over_by_itself_then() -> None:
    world = Swept()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id, "scheduled", until="2026-03-11T09:00:00Z")
    assert world.sweep("03-11 09:59", incident_id) == []
    assert world.sweep("03-11 10:30", incident_id) == ["resumed: the agreed date is here"]
    assert world.event(incident_id)["due"] == "2026-03-11T09:00:00Z"
    assert world.clock(incident_id, "03-11 11:00").elapsed == 2 * 3600  # the clock went on at ten, not at the sweep


def test_reminders_are_sent_on_the_calendar_once_for_each_wait() -> None:
    world = Swept()
    incident_id = world.taken("03-05 15:00")
    world.pend("03-05 16:00", incident_id)
    reminded = "reminded alice@example.com after"
    assert world.sweep("03-09 15:59", incident_id) == []
    assert world.sweep("03-09 16:00", incident_id) == [f"{reminded} 2bd"]
    assert world.records[incident_id].events[-1].text == "Reminder: Waiting"
    assert world.sweep("03-10 12:00", incident_id) == []
    assert world.sweep("03-11 16:00", incident_id) == [f"{reminded} 4bd"]
    assert world.sweep("03-20 16:00", incident_id) == []
    world.at("03-20 16:10", "bob", "resume", incident_id)
    world.pend("03-20 16:20", incident_id)
    assert f"{reminded} 2bd" in world.sweep("03-24 16:20", incident_id)


def test_a_reminder_answers_no_contact() -> None:
    world = Swept(pending={"awaiting-vendor": {"pauses": ["ola"], "needs": [], "remind": ["1bd"]}})
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id, "awaiting-vendor")
    world.at("03-09 11:00", "alice", "contact", incident_id, message="When?")
    world.sweep("03-10 10:00", incident_id)
    assert world.see(incident_id).unanswered is not None


# lateness, order, and doing it again


@pytest.mark.parametrize(("when", "text"), [("15:00", ""), ("15:07", " (7m late)"), ("16:30", " (1h 30m late)")])
def test_what_is_late_says_how_late(when: str, text: str) -> None:
    world = Swept()
    incident_id = world.taken("03-09 09:00")
    world.sweep(f"03-09 {when}", incident_id)
    assert world.notes() == (f"{incident_id} resolution at 75 %: {BOB} is told{text}.",)


def test_a_missed_sweep_catches_up_the_oldest_first() -> None:
    world = Swept(escalation=QUIET)
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id, "scheduled", until="2026-03-10T09:00:00Z")
    assert world.sweep("03-13 09:00", incident_id) == [
        "resumed: the agreed date is here", f"resolution at 75 %: {BOB} is told", f"resolution breached: {BOSS} is told",
    ]  # fmt: skip


def test_a_short_clock_sweeps_as_of_the_last_event() -> None:
    world = Swept()
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 15:00", "bob", "note", incident_id, message="x")
    assert world.sweep("03-09 14:55", incident_id) == [f"resolution at 75 %: {BOB} is told"]
    assert said(world.records[incident_id].events[-1].at) == "03-09 15:00:00"


STEPS = st.lists(
    st.tuples(
        st.integers(1, 900),
        st.sampled_from(["contact", "P1", "P3", "pend", "until", "resume", "resolve", "reopen", "recur", "vendor"]),
    ),
    max_size=7,
)
RULED = {
    "ola": {"support": {"P1": "1h", "P3": "3h", "calendar": "business"}},
    "vendors": {"telco": {"contract": "2h", "calendar": "business"}},
}


def lived(steps: list[tuple[int, str]], **policy: Any) -> tuple[Swept, str]:
    """A world in which these things happened to an incident, each so many minutes after the former."""
    world = Swept(**RULED, **policy)
    incident_id = world.taken("03-09 09:00")
    for minutes, step in steps:
        world.now += minutes * 60
        try:
            _happen(world, incident_id, step)
        except Exception as refused:  # what the process refuses just did not happen
            assert type(refused).__module__ == "itil_cli.errors", refused
    return world, incident_id


def _happen(world: Swept, incident_id: str, step: str) -> None:
    text = {"message": "x"}
    if step in ("P1", "P3"):
        world.do("dana", "classify", incident_id, **text, **(P1 if step == "P1" else P3))
    elif step == "until":
        world.do("bob", "pend", incident_id, reason="scheduled", until="2026-03-12T10:00:00Z", **text)
    elif step == "pend":
        world.do("bob", "pend", incident_id, reason="awaiting-requestor", **text)
    elif step == "resolve":
        world.do("bob", "resolve", incident_id, code="fixed", **text)
    elif step == "vendor":
        world.do("bob", "vendor", incident_id, opened="telco", ticket="T1")
    elif step == "recur":
        world.plant(incident_id, "recurred", said(world.now + 60)[:11], by="ci", times=3)  # type: ignore[index]
    elif step == "contact":
        world.do("alice", "contact", incident_id, **text)
    else:
        world.do("bob", step, incident_id, **text)


def swept(world: Swept, incident_id: str, now: int) -> None:
    world.now = now - 60
    world.do("dana", "sweep", incident_id)


def test_s7_a_calendar_that_never_opens_makes_nothing_due_and_stops_no_sweep() -> None:
    never = {"zone": "Etc/UTC", "hours": [{"from": "2026-01-01"}]}
    p3 = {"response": "4h", "resolution": "8h", "calendar": "never"}
    world = Swept(
        calendars={"never": never}, targets={"P3": p3}, closure={"calendar": "never"}, inform_every={"P3": "1h"},
        major={"calendar": "never"},
    )  # fmt: skip
    waits, urgent, other = world.taken("03-09 09:00"), world.log("03-09 09:00", **P1), world.log("03-09 09:00", **P1)
    world.at("03-09 09:00", "alice", "contact", waits, message="We lose money", escalate=True)
    world.pend("03-09 09:00", waits)
    world.at("03-09 09:05", "max", "major accept", urgent, message="All tills")
    assert f"response breached: {BOSS} is told" in world.sweep("03-20 09:00", waits, other)
    assert world.told(waits) == world.told(waits, "unacknowledged") == []
    now = paris("03-20 09:00")
    seen = world.see(waits)
    assert next_message(seen, world.policy, world.calendars, now) is None
    assert communication(world.see(urgent), world.policy, world.calendars).owed is None
    world.resolve("03-20 09:00", waits)
    assert (world.see(waits).closes_at, world.see(waits).reopen_until) == (None, None)


@given(STEPS, st.integers(0, 20_000))
def test_a_sweep_after_a_sweep_finds_nothing(steps: list[tuple[int, str]], later: int) -> None:
    world, incident_id = lived(steps)
    now = world.now + later * 60
    swept(world, incident_id, now)
    seen = world.see(incident_id)
    assert seen.voids == {}
    times = Times(world.policy, world.people, world.calendars, now)
    assert list(due(seen, clocks(seen, world.calendars, now), times)) == []


@given(STEPS, st.integers(0, 10_000), st.integers(0, 10_000))
def test_two_sweeps_demand_what_one_does(steps: list[tuple[int, str]], first: int, second: int) -> None:
    """But for acknowledgements, which are counted from when somebody was told (nobody answers before)."""

    def demands(world: Swept, incident_id: str) -> set[tuple[Any, ...]]:
        found = [event for event in world.records[incident_id].events if event.get("due")]
        return {(event.do, *sorted((k, str(v)) for k, v in event.data.items() if k != "of")) for event in found}

    one, incident_id = lived(steps, escalation=QUIET)
    two, other = lived(steps, escalation=QUIET)
    end = one.now + (first + second) * 60
    swept(two, other, two.now + first * 60)
    swept(two, other, end)
    swept(one, incident_id, end)
    assert demands(one, incident_id) == demands(two, other)
