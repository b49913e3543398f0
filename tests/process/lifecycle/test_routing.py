"""Classification, assignment and escalation (C1–C8, P08–P11, S10, S13, S14), sentence by sentence."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.errors import NotFound, NotYourRole, Refused
from itil_cli.process.demands.living import living
from itil_cli.process.demands.waiting import waiting

GROUPS = {
    "service-desk": {"level": 1, "escalates-to": "support", "desk": True},
    "support": {"level": 2, "escalates-to": "network", "lead": "lea@example.com"},
    "network": {"level": 3},
    "database": {"level": 3},
}
LEA = {"email": "lea@example.com", "name": "Lea", "roles": ["support"], "groups": ["support"]}


# classify


def test_c3_classifying_needs_impact_and_urgency_once() -> None:
    world = World()
    incident_id = world.do("dana", "log", title="Slow").id
    for given, missing, options in (
        ({}, "impact and urgency", "--impact LEVEL --urgency LEVEL"),
        ({"impact": "low"}, "urgency", "--urgency LEVEL"),
    ):
        error = world.refusal("dana", "classify", incident_id, **given)
        assert (str(error), error.code) == (
            f"classifying {incident_id} needs its {missing}. Add {options} (levels: critical, high, medium, low).",
            "C3",
        )
    world.do("dana", "classify", incident_id, impact="low", urgency="low")
    assert world.do("dana", "classify", incident_id, category="network").category == "network"


def test_p08_a_change_needs_a_reason() -> None:
    world = World()
    error = world.refusal("dana", "classify", world.logged(), urgency="high")
    assert (str(error), error.code) == (
        'a change of impact or urgency after the first classification needs a reason. Add -m "why".',
        "P08",
    )


@pytest.mark.parametrize(("name", "value"), [("impact", "hihg"), ("urgency", "hihg")])
def test_p08_levels_are_the_four(name: str, value: str) -> None:
    world = World()
    incident_id = world.do("dana", "log", title="Slow").id
    error = world.refusal("dana", "classify", incident_id, **{"impact": "low", "urgency": "low", name: value})
    assert str(error) == f"There is no {name} 'hihg'. Did you mean high?" and isinstance(error, NotFound)


def test_s14_the_owner_is_the_desk_person_who_first_classified() -> None:
    world = World(people=[{"email": "dora@example.com", "name": "Dora", "roles": ["service-desk"]}])
    incident_id = world.do("alice", "log", title="Slow").id
    assert world.see(incident_id).owner == "service-desk"
    world.do("ines", "classify", incident_id, impact="low", urgency="low")
    assert world.see(incident_id).owner == "service-desk"
    world.do("dora", "classify", incident_id, impact="low", urgency="low", category="data")
    assert world.do("dana", "classify", incident_id, category="network").owner == "dora@example.com"


def test_s14_the_highest_priority_is_kept() -> None:
    world = World()
    incident_id = world.logged(impact="critical", urgency="high")
    seen = world.do("dana", "classify", incident_id, impact="low", urgency="low", message="One till")
    assert (seen.priority, seen.highest_priority) == ("P5", "P1")


def test_s14_lowering_the_priority_informs_the_im_and_raising_does_not() -> None:
    world = World()
    incident_id = world.logged()
    world.do("dana", "classify", incident_id, impact="high", message="More of them")
    assert "informs" not in world.event(incident_id)
    world.do("dana", "classify", incident_id, impact="low", message="Fewer of them")
    assert world.event(incident_id)["informs"] == ["incident-manager"]


def test_s5_the_classification_carries_the_promise_of_its_service() -> None:
    rules = [{"service": "payments", "P2": {"response": "15m", "resolution": "6h", "calendar": "always"}}]
    world = World(targets={"rules": rules})
    incident_id = world.do("dana", "log", title="x").id
    world.do("dana", "classify", incident_id, impact="high", urgency="high", service="payments")
    assert (world.see(incident_id).resolution, world.see(incident_id).service) == ("6h", "payments")


@pytest.mark.parametrize("switch", ["retroactive", "from-change", "upgrade-from-change"])
def test_s5_a_priority_change_carries_the_switch_where_it_is_not_the_default(switch: str) -> None:
    world = World(on_priority_change=switch)
    incident_id = world.logged()
    assert "on-change" not in world.event(incident_id)
    world.do("dana", "classify", incident_id, impact="high", message="More")
    assert world.event(incident_id).get("on-change") == (None if switch == "retroactive" else switch)


def test_p11_the_classification_that_gives_p1_or_p2_escalates_to_the_im_in_the_same_commit() -> None:
    world = World()
    incident_id = world.logged()
    world.do("dana", "classify", incident_id, impact="high", urgency="high", message="Worse")
    assert world.does(incident_id)[-2:] == ["classified", "escalated"]
    event = world.event(incident_id)
    assert (event["to"], event["trigger"], event["rule"]) == ("incident-manager", "P2", "P11")
    world.do("dana", "classify", incident_id, category="data")
    assert world.does(incident_id)[-1] == "classified"


def test_s12_a_priority_of_major_propose_proposes_once() -> None:
    world = World(major={"propose": ["P1", "P2"]})
    incident_id = world.logged(impact="high", urgency="high")
    assert world.event(incident_id)["do"] == "major-proposed"
    world.do("max", "major reject", incident_id, message="No")
    world.do("dana", "classify", incident_id, impact="critical", message="Worse")
    assert world.does(incident_id)[-1] == "escalated"


# assign


def test_c6_assigning_needs_a_group_or_a_person_of_one() -> None:
    world = World()
    incident_id = world.logged()
    error = world.refusal("dana", "assign", incident_id)
    assert (str(error), error.code) == ("assigning needs a group. Add --group G.", "C6")
    seen = world.do("dana", "assign", incident_id, to="bob")
    assert (seen.group, seen.assignee, seen.status) == ("support", "bob@example.com", "assigned")


def test_c6_the_person_is_in_the_group() -> None:
    world = World()
    error = world.refusal("dana", "assign", world.logged(), group="network", to="bob")
    assert (str(error), error.code) == (
        "bob@example.com is not in network. Members of network: nora@example.com.",
        "C6",
    )


def test_c6_an_unknown_group_is_told_with_the_nearest() -> None:
    world = World()
    error = world.refusal("dana", "assign", world.logged(), group="netwrok")
    assert (str(error), error.exit_code) == ("There is no group 'netwrok'. Did you mean network?", 4)


def test_c6_nothing_is_assigned_to_somebody_who_has_retired() -> None:
    world = World(
        people=[
            {
                "email": "old@example.com",
                "name": "Old",
                "roles": ["support"],
                "groups": ["support"],
                "retired": "2026-01-01",
            }
        ]
    )
    error = world.refusal("dana", "assign", world.logged(), group="support", to="old")
    assert error.text == "old@example.com is not in support."


@pytest.mark.parametrize(("name", "code"), [("category", "C1"), ("impact", "C3"), ("urgency", "C3")])
def test_s10_assigning_asks_for_its_mandatory_fields(name: str, code: str) -> None:
    world = World(mandatory={"assign": [name]})
    incident_id = world.do("dana", "log", title="Slow").id
    error = world.refusal("dana", "assign", incident_id, group="support")
    option = f"--{name} {name[0].upper()}"
    assert (str(error), error.code) == (
        f"assigning {incident_id} needs its {name}. First `itil classify {incident_id} {option}`.",
        code,
    )


def test_c1_of_what_has_its_priority_only_the_missing_field_is_asked() -> None:
    world = World()
    incident_id = world.do("dana", "log", title="Slow", impact="low", urgency="low").id
    error = world.refusal("dana", "assign", incident_id, group="support")
    said = f"assigning {incident_id} needs its category. First `itil classify {incident_id} --category C`."
    assert str(error) == said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("description", "First `itil edit {} -d TEXT`."),
        ("known-error", "Add --known-error KE."),
        ("channel", None),
        ("requestor", None),
        ("title", None),
    ],
)
def test_s10_any_field_may_be_mandatory(name: str, text: str | None) -> None:
    world = World(mandatory={"assign": [name]})
    incident_id = world.do("dana", "log", title="Slow").id
    if text is None:
        assert world.do("dana", "assign", incident_id, group="support").status == "assigned"
    else:
        error = world.refusal("dana", "assign", incident_id, group="support")
        assert str(error) == f"assigning {incident_id} needs its {name}. {text.format(incident_id)}"


def test_p09_support_hands_over_only_after_agreeing() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("bob", "assign", incident_id, group="network")
    assert (str(error), error.code) == (
        f"handing {incident_id} to network needs the agreement of somebody there. "
        f"Add --agreed-with PERSON of network, or give it back: `itil return {incident_id} -m WHY`.",
        "P09",
    )
    error = world.refusal("bob", "assign", incident_id, group="network", agreed_with="dana")
    assert (str(error), error.code) == (
        "dana@example.com is not in network and cannot agree for it. Members of network: nora@example.com.",
        "P09",
    )
    world.do("bob", "assign", incident_id, group="network", agreed_with="nora")
    assert world.event(incident_id)["agreed-with"] == "nora@example.com"


def test_s10_in_progress_on_acceptance_by_default() -> None:
    world = World()
    assert world.do("dana", "assign", world.logged(), group="support", to="bob").status == "assigned"


def test_s10_in_progress_on_assignment_to_a_person() -> None:
    world = World(in_progress_on="assignment-to-person")
    incident_id = world.logged()
    seen = world.do("dana", "assign", incident_id, group="support", to="bob")
    assert (seen.status, seen.assignee) == ("in-progress", "bob@example.com")
    assert world.event(incident_id) == {
        "do": "accepted",
        "by": "dana@example.com",
        "to": "bob@example.com",
        "rule": "in-progress-on",
    }
    assert world.do("dana", "assign", world.logged(), group="support").status == "assigned"


def test_s10_naming_oneself_is_acceptance() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "assign", incident_id, group="support")
    seen = world.do("bob", "assign", incident_id, group="support", to="bob")
    assert (seen.status, world.does(incident_id)[-2:]) == ("in-progress", ["assigned", "accepted"])


def test_s8_an_assignment_carries_the_groups_ola() -> None:
    world = World(ola={"support": {"P4": "4h", "calendar": "business"}})
    incident_id = world.logged()
    world.do("dana", "assign", incident_id, group="support")
    event = world.event(incident_id)
    assert (event["ola"], event["ola-calendar"]) == ("4h", "business")
    world.do("dana", "assign", incident_id, group="network")
    assert "ola" not in world.event(incident_id)


# return, accept, take


def test_c7_returning_needs_a_reason_and_goes_to_the_desk_of_the_tenant() -> None:
    world = World(
        people=[{"email": "alice@example.com", "name": "Alice", "tenant": "acme"}],
        groups={**GROUPS, "acme-desk": {"level": 1, "desk": True, "tenants": ["acme"]}},
    )
    incident_id = world.accepted()
    error = world.refusal("bob", "return", incident_id)
    assert (str(error), error.code) == ('returning a ticket needs a reason. Add -m "why".', "C7")
    seen = world.do("bob", "return", incident_id, message="Not ours")
    assert (seen.group, seen.status, seen.assignee) == ("acme-desk", "assigned", None)


def test_s10_the_desk_returns_nothing() -> None:
    world = World()
    error = world.refusal("dana", "return", world.accepted(), message="x")
    assert isinstance(error, NotYourRole) and str(error).endswith("Who may: support (own); incident-manager.")


def test_s10_the_desk_accepts_what_the_desk_holds() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "return", incident_id, message="Not ours")
    assert world.do("dana", "accept", incident_id).assignee == "dana@example.com"
    other = world.logged()
    world.do("dana", "assign", other, group="support")
    error = world.refusal("dana", "accept", other)
    assert str(error) == (
        f"dana@example.com (roles: requestor, service-desk) may not accept {other}. "
        "Who may: service-desk (held by a desk); support (own); incident-manager."
    )


def test_i1_what_is_mine_already_is_not_taken_again() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("bob", "take", incident_id)
    assert (error.text, error.code) == (f"{incident_id} is yours already.", "I1")


def test_s19_taking_what_lies_assigned_with_my_group_is_accepting_it() -> None:
    world = World()
    incident_id = world.logged()
    world.do("dana", "assign", incident_id, group="support")
    world.do("bob", "take", incident_id)
    assert world.does(incident_id)[-2:] == ["assigned", "accepted"]


def test_s19_one_without_a_group_takes_nothing() -> None:
    world = World()
    error = world.refusal("ines", "take", world.logged())
    assert error.code == "C6" and error.text.startswith("ines@example.com is in no group to take INC-")


def test_s10_an_incident_manager_without_a_group_takes_on_what_lies_assigned() -> None:
    """S10 lets him accept; the refusal named him among those who may."""
    world = World()
    incident_id = world.logged()
    world.do("dana", "assign", incident_id, group="support")
    taken = world.do("ines", "take", incident_id)
    assert (taken.group, taken.assignee, world.does(incident_id)[-1]) == ("support", "ines@example.com", "accepted")


def test_a_group_that_the_policy_does_not_know_stops_nobody_from_taking() -> None:
    world = World(
        people=[
            {"email": "dana@example.com", "name": "Dana", "roles": ["service-desk"], "groups": ["gone", "service-desk"]}
        ]
    )
    with pytest.raises(NotFound) as found:
        world.do("dana", "assign", world.logged(), group="gone")
    assert found.value.text == "There is no group 'gone'."
    assert world.do("dana", "take", world.logged()).group == "service-desk"


def test_s10_several_ids_are_done_all_or_none() -> None:
    world = World()
    first, second = world.accepted(), world.logged()
    error = world.refusal("bob", "note", first, second)
    assert error.code == "I8"
    world.do("bob", "note", first, second, message="Both")
    assert world.last is not None and world.last.ids == (first, second)
    world.do("bob", "note", first, first, message="Once")
    assert world.does(first).count("noted") == 2


# statuses


@pytest.mark.parametrize(
    ("who", "verb", "status", "text"),
    [
        ("bob", "resolve", "assigned", "{} is assigned; resolve needs new, in-progress or pending."),
        ("dana", "resolve", "assigned", "{} is assigned; resolve needs new, in-progress or pending."),
        ("bob", "resume", "in-progress", "{} is in-progress; resume needs pending."),
        ("bob", "pend", "assigned", "{} is assigned; pend needs in-progress or pending."),
        ("dana", "close", "in-progress", "{} is in-progress; close needs resolved."),
        ("dana", "reopen", "in-progress", "{} is in-progress; reopen needs resolved."),
        ("dana", "assign", "resolved", "{} is resolved; assign needs new, assigned, in-progress or pending."),
        ("dana", "cancel", "resolved", "{} is resolved; cancel needs new, assigned, in-progress or pending."),
        ("dana", "classify", "resolved", "{} is resolved; classify needs new, assigned, in-progress or pending."),
    ],
)
def test_s10_a_verb_that_does_not_fit_the_status_says_which_do(who: str, verb: str, status: str, text: str) -> None:
    world = World()
    incident_id = {"in-progress": world.accepted, "resolved": world.resolved}.get(status, world.logged)()
    if status == "assigned":
        world.do("dana", "assign", incident_id, group="support")
    error = world.refusal(who, verb, incident_id, code="fixed", message="x", reason="withdrawn")
    assert isinstance(error, Refused)
    assert error.text == text.format(incident_id)
    assert error.remedy is not None
    assert error.remedy.startswith(f"Allowed from here: {', '.join(error.allowed)}. How: `")
    assert error.remedy.endswith(f" (`itil rules {error.code}`).")


def test_an_incident_that_there_is_not() -> None:
    error = World().refusal("dana", "note", "INC-20260309-ZZZZZ", message="x")
    assert str(error) == "There is no INC-20260309-ZZZZZ. `itil list --all` shows what there is."


# escalate


def test_p10_an_escalation_goes_to_a_group_or_up_and_has_a_reason_and_a_text() -> None:
    world = World()
    incident_id = world.accepted()
    for options in ({}, {"to": "network", "up": True}):
        error = world.refusal("bob", "escalate", incident_id, **options)
        assert (str(error), error.code) == (
            "an escalation goes to a group or up the chain. Add --to G or --up.",
            "P10",
        )
    for options in ({"reason": "decision"}, {"message": "x"}):
        error = world.refusal("bob", "escalate", incident_id, up=True, **options)
        assert (str(error), error.code) == (
            "an escalation needs a reason and a text. Add --reason R (one of unknown-group, misrouted, "
            'cannot-resolve, threshold, repeat, decision) and -m "…".',
            "P10",
        )
    error = world.refusal("bob", "escalate", incident_id, up=True, reason="bored", message="x")
    assert error.text == "There is no escalation reason 'bored'."


def test_s13_without_agreement_only_up_the_ladder() -> None:
    world = World()
    incident_id = world.accepted()
    options = {"to": "database", "reason": "cannot-resolve", "message": "x"}
    error = world.refusal("bob", "escalate", incident_id, **options)
    assert (str(error), error.code) == (
        "database is not up the ladder of support (that is: network). "
        f"Add --agreed-with PERSON of database, or `itil return {incident_id} -m WHY`.",
        "P09",
    )
    error = world.refusal("bob", "escalate", incident_id, **options, agreed_with="dana")
    assert (str(error), error.code) == (
        "dana@example.com is not in database and cannot agree for it. Members of database: none.",
        "P09",
    )
    assert world.do("dana", "escalate", incident_id, **options).group == "database"


def test_s13_the_ladder_is_more_than_one_step() -> None:
    world = World(
        people=[{"email": "dot@example.com", "name": "Dot", "roles": ["support"], "groups": ["service-desk"]}]
    )
    incident_id = world.logged()
    options = {"reason": "cannot-resolve", "message": "x"}
    assert world.do("dot", "escalate", incident_id, to="network", **options).group == "network"


def test_s13_a_functional_escalation_carries_the_ola_and_frees_the_assignee() -> None:
    world = World(ola={"network": {"P4": "4h", "calendar": "business"}})
    incident_id = world.accepted()
    seen = world.do("bob", "escalate", incident_id, to="network", reason="cannot-resolve", message="x")
    assert (seen.assignee, seen.status, world.event(incident_id)["ola"]) == (None, "assigned", "4h")


def test_s13_hierarchical_leaves_the_assignment_unchanged() -> None:
    world = World()
    incident_id = world.accepted()
    seen = world.do("bob", "escalate", incident_id, up=True, reason="cannot-resolve", message="x")
    assert (seen.group, seen.assignee, seen.status) == ("support", "bob@example.com", "in-progress")


def test_s13_up_the_chain_level_by_level() -> None:
    world = World(groups=GROUPS, people=[LEA])
    incident_id = world.accepted()
    options = {"up": True, "reason": "cannot-resolve", "message": "x"}
    reached = [world.do("dana", "escalate", incident_id, **options).escalations[-1].to for _ in range(4)]
    assert reached == ["bob@example.com", "lea@example.com", "incident-manager", "incident-manager"]


def test_s13_levels_held_by_one_person_collapse() -> None:
    lead = {**GROUPS, "support": {"level": 2, "lead": "ines@example.com"}}
    world = World(groups=lead, escalation={"chain": ["assignee", "group-lead", "incident-manager", "problem-manager"]})
    incident_id = world.accepted()
    options = {"up": True, "reason": "cannot-resolve", "message": "x"}
    assert world.do("bob", "escalate", incident_id, **options).escalations[-1].to == "ines@example.com"
    # Ines leads the group, and is the only incident manager and problem manager: nobody is above her.
    assert world.do("bob", "escalate", incident_id, **options).escalations[-1].to == "incident-manager"
    own = world.accepted()
    world.do("dana", "assign", own, group="support", to="bob")
    assert world.do("bob", "escalate", own, **options).escalations[-1].to == "ines@example.com"


def test_s13_a_group_that_got_it_is_no_level_of_the_chain() -> None:
    world = World()
    incident_id = world.logged()
    options = {"reason": "cannot-resolve", "message": "x"}
    world.do("dana", "escalate", incident_id, to="support", **options)
    world.do("bob", "accept", incident_id)
    assert world.do("dana", "escalate", incident_id, up=True, **options).escalations[-1].to == "bob@example.com"


def test_s13_for_decision_needs_no_other_reason() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "escalate", incident_id, up=True, for_decision=True, message="Switch?")
    event = world.event(incident_id)
    assert (event["reason"], event["for-decision"], event["trigger"]) == ("decision", True, "by-hand")


# acknowledge


def test_p11_whoever_is_addressed_acknowledges_person_or_role() -> None:
    world = World(groups=GROUPS, people=[LEA])
    incident_id = world.accepted()
    options = {"up": True, "reason": "cannot-resolve", "message": "x"}
    world.do("bob", "escalate", incident_id, **options)
    error = world.refusal("bob", "acknowledge", incident_id)
    assert isinstance(error, NotYourRole)
    world.do("lea", "acknowledge", incident_id)
    assert world.see(incident_id).escalations[0].acknowledged_by == "lea@example.com"
    error = world.refusal("ines", "acknowledge", incident_id)
    assert (error.text, error.code) == (f"nothing is escalated on {incident_id} that waits for an answer.", "P11")


def test_p11_acknowledging_answers_what_is_addressed_to_oneself() -> None:
    world = World(groups=GROUPS, people=[LEA])
    incident_id = world.accepted(impact="high", urgency="high")
    world.do("bob", "escalate", incident_id, up=True, reason="cannot-resolve", message="x")
    world.do("lea", "acknowledge", incident_id)
    assert [known.acknowledged_by for known in world.see(incident_id).escalations] == [None, "lea@example.com"]
    world.do("ines", "acknowledge", incident_id)
    assert world.see(incident_id).escalations[0].acknowledged_by == "ines@example.com"


def test_p11_decisions_go_on_record_with_who_decided() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "escalate", incident_id, up=True, for_decision=True, message="Switch?")
    world.do("ines", "acknowledge", incident_id, decision="Yes")
    assert (world.event(incident_id)["decided-by"], world.records[incident_id].events[-1].text) == (
        "ines@example.com",
        "Yes",
    )


def test_p11_a_question_that_was_taken_notice_of_stays_open_until_it_is_decided() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "escalate", incident_id, up=True, for_decision=True, message="Switch?")
    world.do("ines", "acknowledge", incident_id)
    assert world.notes() == (f"The question waits for its decision: `itil acknowledge {incident_id} --decision TEXT`.",)
    ines = world.people.get("ines@example.com")
    assert [one.wants for one in waiting([living(world.see(incident_id))], ines, world.policy)] == ["Decide"]
    error = world.refusal("ines", "acknowledge", incident_id)
    assert (str(error), error.code) == (f"what waits on {incident_id} is a decision. Add --decision TEXT.", "P11")
    error = world.refusal("ines", "acknowledge", incident_id, decided_by="max")
    said = "--decided-by names who decided, and there is no decision. Add --decision TEXT."
    assert (str(error), error.code) == (said, "P11")
    world.do("ines", "acknowledge", incident_id, decision="Switch.", decided_by="max")
    assert world.event(incident_id)["decided-by"] == "max@example.com"
    assert waiting([living(world.see(incident_id))], ines, world.policy) == []
    error = world.refusal("ines", "acknowledge", incident_id, decision="Switch.")
    assert error.text == f"nothing is escalated on {incident_id} that waits for an answer."
