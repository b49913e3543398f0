"""The life cycle by its rules: each test is named after what it shows, with the rule's code."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.errors import ItilError, NotFound, NotYourRole, Refused


def refused(code: str, error: type[ItilError] = Refused) -> pytest.RaisesExc[ItilError]:
    return pytest.raises(error, check=lambda found: found.code == code)


def test_the_whole_life_from_log_to_close() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("dana", "close", incident_id, confirmed_by="alice")
    assert world.does(incident_id) == ["logged", "classified", "assigned", "accepted", "resolved", "closed"]
    seen = world.see(incident_id)
    assert (seen.status, seen.priority, seen.group, seen.assignee) == (
        "closed",
        "P4",
        "support",
        "bob@example.com",
    )
    assert seen.fields() == world.records[incident_id].fields


def test_c3_accept_from_new_is_refused_and_says_what_is_allowed() -> None:
    world = World()
    incident_id = world.logged()
    with refused("I1") as found:
        world.do("bob", "accept", incident_id)
    assert "classify" in found.value.allowed and "assign" in found.value.allowed
    assert str(found.value).startswith(f"{incident_id} is new; accept needs assigned. Allowed from here: contact,")


def test_p08_priority_comes_from_the_matrix() -> None:
    world = World()
    incident_id = world.do("dana", "log", title="Slow").id
    assert world.see(incident_id).priority is None
    assert world.do("dana", "classify", incident_id, impact="high", urgency="high").priority == "P2"


def test_p08_a_change_after_the_first_classification_needs_a_reason() -> None:
    world = World()
    incident_id = world.logged()
    with refused("P08"):
        world.do("dana", "classify", incident_id, impact="high")
    changed = world.do("dana", "classify", incident_id, impact="high", message="All of sales")
    assert (changed.priority, changed.highest_priority) == ("P3", "P3")


def test_p08_lowering_the_priority_informs_the_incident_manager() -> None:
    world = World()
    incident_id = world.logged()
    world.do("dana", "classify", incident_id, impact="low", urgency="low", message="One till")
    assert world.records[incident_id].events[-1].get("informs") == ["incident-manager"]
    assert world.see(incident_id).highest_priority == "P4"


def test_p11_p1_informs_the_incident_manager_and_proposes_a_major() -> None:
    world = World()
    incident_id = world.logged(impact="critical", urgency="critical")
    assert world.does(incident_id) == ["logged", "classified", "escalated", "major-proposed"]
    assert [event.get("rule") for event in world.records[incident_id].events][2:] == ["P11", "major.propose"]


def test_s5_events_carry_the_promise() -> None:
    world = World()
    logged, classified = world.records[world.logged()].events
    assert [logged.get(key) for key in ("response", "resolution", "calendar")] == ["4h", "24h", "business"]
    assert [classified.get(key) for key in ("response", "resolution", "calendar")] == [
        "8h",
        "40h",
        "business",
    ]


def test_p04_a_requestors_incident_enters_at_the_desk() -> None:
    world = World()
    seen = world.do("alice", "log", title="No mail")
    assert (seen.group, seen.requestor, seen.channel) == ("service-desk", "alice@example.com", "self-service")
    with refused("P04"):
        world.do("alice", "log", title="No mail", group="network")


def test_d2_a_machines_incident_goes_straight_to_its_group() -> None:
    world = World(
        routing=[
            {
                "channel": "ci",
                "group": "network",
                "impact": "medium",
                "urgency": "high",
                "category": "network",
            }
        ]
    )
    seen = world.do("ci", "log", title="Build 12 fails", channel="ci", dedup_key="k")
    assert (seen.group, seen.status, seen.priority) == ("network", "assigned", "P3")
    assert world.do("ci", "log", title="Disk full").group == "support"


def test_d8_support_logs_into_its_own_group_only() -> None:
    world = World()
    assert world.do("nora", "log", title="Link flaps", group="network", potential=True).group == "network"
    with refused("P09"):
        world.do("nora", "log", title="Link flaps", group="support")


def test_a_dedup_key_logs_once_while_the_incident_is_open() -> None:
    world = World()
    first = world.do("ci", "log", title="Build fails", dedup_key="k").id
    assert world.last is not None and world.last.keys == {"k": first}
    again = world.do("ci", "log", title="Build fails", dedup_key="k", existing=first)
    assert again.id == first and not world.last.changes
    world.do("ci", "resolve", first, code="recovered", message="green again")
    assert world.last.keys == {"k": None}


def test_mandatory_fields_are_asked_for_by_their_rule() -> None:
    world = World()
    incident_id = world.do("dana", "log", title="Slow").id
    with refused("C1"):
        world.do("dana", "assign", incident_id, group="support")
    with refused("C3"):
        world.do("dana", "classify", incident_id, category="network")
    with refused("D3"):
        world.do("dana", "log")


def test_p09_support_hands_over_only_after_agreeing() -> None:
    world = World()
    incident_id = world.accepted()
    with refused("P09"):
        world.do("bob", "assign", incident_id, group="network")
    with refused("P09"):
        world.do("bob", "assign", incident_id, group="network", agreed_with="alice")
    seen = world.do("bob", "assign", incident_id, group="network", agreed_with="nora")
    assert (seen.group, seen.assignee, seen.reassignments) == ("network", None, 1)


def test_c7_support_returns_to_the_desk_with_a_reason() -> None:
    world = World()
    incident_id = world.accepted()
    with refused("C7"):
        world.do("bob", "return", incident_id)
    assert world.do("bob", "return", incident_id, message="Not ours").group == "service-desk"


def test_s10_the_wrong_role_is_told_who_may() -> None:
    world = World()
    incident_id = world.logged()
    with refused("S10", NotYourRole) as found:
        world.do("alice", "classify", incident_id, impact="high", urgency="high")
    assert found.value.who == ("service-desk", "support", "incident-manager")
    assert found.value.exit_code == 7
    with refused("S10", NotYourRole):
        world.do("nora", "assign", incident_id, group="support", agreed_with="bob")


def test_take_assigns_and_accepts() -> None:
    world = World()
    incident_id = world.logged()
    world.do("dana", "take", incident_id)
    assert world.does(incident_id)[-2:] == ["assigned", "accepted"]
    assert world.see(incident_id).status == "in-progress"


def test_p12_pending_needs_reason_and_message() -> None:
    world = World()
    incident_id = world.accepted()
    with refused("P12"):
        world.do("bob", "pend", incident_id, message="Which one?")
    with refused("P12") as found:
        world.do("bob", "pend", incident_id, reason="awaiting-requestor")
    assert found.value.text == "pending needs a message to the requestor."
    seen = world.do("bob", "pend", incident_id, reason="awaiting-requestor", message="Which one?")
    assert (seen.status, seen.reason, seen.pauses) == ("pending", "awaiting-requestor", ("sla", "ola"))
    with refused("not-found", NotFound):
        world.do("bob", "pend", incident_id, reason="lunch", message="Back soon")


def test_s4_a_reason_asks_for_what_it_needs() -> None:
    world = World()
    incident_id = world.accepted()
    with refused("P12") as found:
        world.do("bob", "pend", incident_id, reason="awaiting-vendor", message="Telco looks")
    assert found.value.text == "pending for awaiting-vendor needs its vendor and vendor-ticket."
    world.do("bob", "pend", incident_id, reason="awaiting-vendor", message="x", vendor="telco", vendor_ticket="T-1")
    assert world.does(incident_id)[-2:] == ["vendor-opened", "pended"]
    world.do("bob", "vendor", incident_id, answered=True)
    with refused("I6"):
        world.do("bob", "vendor", incident_id, answered=True)


def test_s4_a_contact_by_the_requestor_resumes() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "pend", incident_id, reason="awaiting-requestor", message="Which one?")
    assert world.do("alice", "contact", incident_id, message="The left one").status == "in-progress"
    assert world.does(incident_id)[-2:] == ["contacted", "resumed"]


def test_d6_a_second_contact_escalates() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("alice", "contact", incident_id, message="Any news?")
    world.do("alice", "contact", incident_id, message="Still nothing?")
    world.do("alice", "contact", incident_id, message="Hello?")
    assert world.does(incident_id)[-4:] == ["contacted", "contacted", "escalated", "contacted"]
    world.do("ines", "acknowledge", incident_id)
    assert world.see(incident_id).escalations[0].acknowledged_by == "ines@example.com"
    with refused("P11"):
        world.do("ines", "acknowledge", incident_id)


def test_r4_resolving_needs_code_and_notes() -> None:
    world = World()
    incident_id = world.accepted()
    with refused("R4"):
        world.do("bob", "resolve", incident_id, message="x")
    with refused("R4"):
        world.do("bob", "resolve", incident_id, code="fixed")


def test_p07_the_category_is_confirmed_or_changed() -> None:
    world = World()
    incident_id = world.resolved()
    assert world.last is not None and world.last.notes == ("Category hardware is confirmed (P07).",)
    other = world.accepted()
    seen = world.do("bob", "resolve", other, code="fixed", message="x", category="network/dns")
    assert (seen.category, seen.category_opened) == ("network/dns", "hardware")
    assert world.see(incident_id).category == "hardware"


def test_p14_a_workaround_proposes_a_problem() -> None:
    world = World()
    incident_id = world.accepted()
    seen = world.do("bob", "resolve", incident_id, code="workaround", message="Restarted it")
    (problem_id,) = seen.linked("problem")
    problem = world.records[problem_id]
    assert problem.fields["status"] == "proposed"
    assert problem.events[1].n == world.records[incident_id].events[-1].n
    other = world.accepted()
    assert not world.do("bob", "resolve", other, code="workaround", message="x", no_problem="known").links


def test_s4_resolving_from_new_writes_accepted_too() -> None:
    world = World()
    incident_id = world.logged()
    world.do("dana", "resolve", incident_id, code="user-error", message="Paper was out")
    assert world.does(incident_id)[-2:] == ["accepted", "resolved"]


def test_s9_resolved_promises_when_it_closes() -> None:
    world = World()
    resolved = world.records[world.resolved()].events[-1]
    assert resolved.get("closes-at") == "2026-03-16T09:04:00Z"
    assert resolved.get("reopen-until") == "2026-03-16T09:04:00Z"


def test_s9_resolving_from_pending_resumes_first() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "pend", incident_id, reason="awaiting-requestor", message="Which?")
    world.do("bob", "resolve", incident_id, code="fixed", message="Found it")
    assert world.does(incident_id)[-2:] == ["resumed", "resolved"]


def test_f3_reopening_needs_a_reason_and_returns_to_the_resolving_group() -> None:
    world = World()
    incident_id = world.resolved()
    with refused("F3"):
        world.do("dana", "reopen", incident_id)
    seen = world.do("dana", "reopen", incident_id, message="Jams again", requested_by="alice")
    assert (seen.status, seen.group, seen.reopens, seen.assignee) == ("assigned", "support", 1, None)


def test_f2_the_desk_closes_with_the_confirmation() -> None:
    world = World()
    incident_id = world.resolved()
    with refused("F2"):
        world.do("dana", "close", incident_id)
    with refused("S10", NotYourRole):
        world.do("bob", "close", incident_id, confirmed_by="alice")
    assert world.do("alice", "close", incident_id).status == "closed"


def test_f1_the_requestor_confirms_or_rejects_by_contact() -> None:
    world = World()
    confirmed, rejected = world.resolved(), world.resolved()
    assert world.do("alice", "contact", confirmed, message="Thanks", confirms=True).status == "closed"
    seen = world.do("alice", "contact", rejected, message="No", rejects=True)
    assert (seen.status, seen.reopens) == ("assigned", 1)
    with refused("S10", NotYourRole):
        world.do("carl", "contact", rejected, message="No", rejects=True)


def test_s9_a_contact_after_closing_logs_a_new_one_that_follows() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("alice", "close", incident_id)
    seen = world.do("alice", "contact", incident_id, message="It is back")
    assert seen.id != incident_id and seen.linked("follows") == (incident_id,)
    assert world.see(incident_id).linked("followed-by") == (seen.id,)


def test_s9_canceling_follows_the_policy() -> None:
    world = World(cancel="off")
    incident_id = world.logged()
    with refused("S9"):
        world.do("dana", "cancel", incident_id, reason="withdrawn", message="x")
    seen = world.do("dana", "cancel", incident_id, reason="not-an-incident", message="A request")
    assert seen.status == "canceled"


def test_p03_no_grandchildren_no_cycle_no_second_parent() -> None:
    world = World()
    parent, child, other = world.logged(), world.logged(), world.logged()
    world.do("dana", "link", child, relation="child-of", target=parent)
    for bad in ((other, child), (parent, other), (child, other), (parent, parent)):
        with refused("P03"):
            world.do("dana", "link", bad[0], relation="child-of", target=bad[1])
    assert world.see(parent).children == (child,)
    assert world.records[parent].events[-1].n == world.records[child].events[-1].n


def test_p03_resolving_the_parent_resolves_open_children_on_record() -> None:
    world = World()
    parent, child, done = world.accepted(), world.logged(), world.resolved()
    world.do("dana", "link", child, relation="child-of", target=parent)
    world.do("bob", "resolve", parent, code="fixed", message="Rolled back")
    event = world.records[child].events[-1]
    assert (event.do, event.get("code"), event.n) == (
        "resolved",
        "by-parent",
        world.records[parent].events[-1].n,
    )
    world.do("bob", "reopen", parent, message="Back")
    assert (world.see(child).status, world.see(done).status) == ("assigned", "resolved")


def test_s11_a_duplicate_is_of_the_same_requestor_and_canceled() -> None:
    world = World()
    first, second, foreign = world.logged(), world.logged(), world.logged(requestor="carl")
    with refused("S11"):
        world.do("dana", "link", foreign, relation="duplicate-of", target=first)
    assert world.do("dana", "link", second, relation="duplicate-of", target=first).status == "canceled"


def test_p03_a_parent_is_not_canceled_over_open_children() -> None:
    world = World()
    parent, child = world.logged(), world.logged()
    world.do("dana", "link", child, relation="child-of", target=parent)
    with refused("P03"):
        world.do("dana", "cancel", parent, reason="withdrawn", message="x")


def test_r3_support_escalates_up_the_ladder_only() -> None:
    world = World()
    incident_id = world.accepted()
    with refused("P09"):
        world.do("bob", "escalate", incident_id, to="database", reason="cannot-resolve", message="x")
    seen = world.do("bob", "escalate", incident_id, to="network", reason="cannot-resolve", message="Routing")
    assert (seen.group, seen.status, seen.reassignments) == ("network", "assigned", 1)


def test_p11_a_decision_is_asked_for_and_recorded() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "escalate", incident_id, up=True, for_decision=True, message="Switch?")
    assert world.see(incident_id).escalations[0].to == "incident-manager"
    world.do("ines", "acknowledge", incident_id, decision="Yes", decided_by="ines")
    assert world.records[incident_id].events[-1].get("decided-by") == "ines@example.com"


def test_s5_only_the_incident_manager_corrects() -> None:
    world = World()
    incident_id = world.logged(impact="critical", urgency="critical")
    with refused("S10", NotYourRole):
        world.do("dana", "correct", incident_id, impact="low", message="One till")
    with refused("S5"):
        world.do("ines", "correct", incident_id, event="1", set=("at=2026-01-01T00:00:00Z",), message="x")
    seen = world.do("ines", "correct", incident_id, impact="low", urgency="low", message="One till")
    assert (seen.priority, seen.highest_priority, seen.resolution) == ("P5", "P5", "80h")


def test_s12_a_major_is_resolved_by_its_manager_and_closed_after_review() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    with refused("S10", NotYourRole):
        world.do("ines", "major accept", incident_id, message="No sales")
    seen = world.do("max", "major accept", incident_id, message="No sales")
    assert (seen.major, seen.owner, seen.resolution) == ("accepted", "max@example.com", "2h")
    with refused("S10", NotYourRole):
        world.do("bob", "resolve", incident_id, code="fixed", message="x")
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    with refused("M8"):
        world.do("max", "close", incident_id, confirmed_by="alice")
    world.do("max", "major review", incident_id, message="Watch certificates")
    assert world.do("max", "close", incident_id, confirmed_by="alice").status == "closed"


def test_s12_a_child_is_no_major() -> None:
    world = World()
    parent, child = world.logged(), world.logged()
    world.do("dana", "link", child, relation="child-of", target=parent)
    with refused("S12"):
        world.do("dana", "major propose", child, criterion="security")


def test_s1_a_clock_behind_the_record_is_refused_with_both_times() -> None:
    world = World()
    incident_id = world.logged()
    world.now -= 2000
    with refused("S1") as found:
        world.do("dana", "note", incident_id, message="x")
    assert "2026-03-09T08:28:40Z" in found.value.text and "2026-03-09T09:01:00Z" in found.value.text
    world.now += 1700
    assert world.do("dana", "note", incident_id, message="x").last_at == world.records[incident_id].events[0].at


def test_all_or_none_over_several_ids() -> None:
    world = World()
    first, second = world.logged(), world.accepted()
    before = dict(world.records)
    with refused("I1"):
        world.do("ines", "accept", second, first)
    assert world.records == before
