"""Detection and recording (D1–D8, S9, S13, S19), sentence by sentence; each refusal as it is printed."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.errors import NotFound, NotYourRole

EVE = "eve@elsewhere.example"
SERVICES = {"vpn": {"group": "network", "cis": ["vpn-01"], "product": "remote work"}}


# log


def test_s19_log_writes_classified_whenever_impact_and_urgency_are_known() -> None:
    world = World()
    world.do("dana", "log", title="Slow")
    first = world.do("dana", "log", title="Slow", impact="low", urgency="low").id
    assert world.does(first) == ["logged", "classified"]
    assert "rule" not in world.event(first)


def test_s19_log_classifies_by_rule_for_those_who_may_not_classify() -> None:
    world = World()
    own = world.do("alice", "log", title="Slow", impact="low", urgency="low").id
    assert (world.event(own)["do"], world.event(own)["rule"]) == ("classified", "log")
    assert world.see(own).voids == {}


def test_c3_impact_and_urgency_go_together() -> None:
    error = World().refusal("dana", "log", title="Slow", impact="low")
    assert (str(error), error.code) == ("impact and urgency go together. Give both, or neither.", "C3")


def test_d3_an_incident_needs_a_title() -> None:
    error = World().refusal("dana", "log", title="  ")
    assert (str(error), error.code) == ("an incident needs a title. Add -t TITLE.", "D3")


@pytest.mark.parametrize(
    ("name", "code", "remedy"),
    [
        ("description", "D3", "Add -d TEXT."),
        ("tenant", "D3", "Add --tenant X."),
        ("service", "C4", "Add --service S."),
        ("cis", "C4", "Add --ci X."),
        ("category", "C1", "Add --category C."),
        ("product", "C1", "Add --product P."),
        ("impact", "C3", "Add --impact I."),
        ("urgency", "C3", "Add --urgency U."),
    ],
)
def test_s10_a_mandatory_field_that_is_missing_at_logging_is_refused_by_its_rule(
    name: str, code: str, remedy: str
) -> None:
    world = World(mandatory={"log": ["title", name]})
    error = world.refusal("dana", "log", title="Slow")
    assert (str(error), error.code) == (f"logging an incident needs its {name}. {remedy}", code)
    given = {
        "description": "More.", "tenant": "acme", "service": "vpn", "cis": ("a",), "category": "network",
        "product": "p", "impact": "low", "urgency": "low",
    }  # fmt: skip
    assert world.do("dana", "log", title="Slow", **given).title == "Slow"


def test_s10_what_a_rule_gives_at_logging_need_not_be_typed() -> None:
    world = World(
        mandatory={"log": ["title", "category", "impact"]},
        routing=[{"service": "vpn", "group": "network", "impact": "low", "urgency": "low", "category": "network"}],
    )
    assert world.do("alice", "log", title="Slow", service="vpn").category == "network"


def test_s10_taking_at_once_asks_for_mandatory_fields_with_logs_own_options() -> None:
    error = World().refusal("dana", "log", title="Slow", take=True)
    said = "assigning an incident needs its category, impact and urgency. Add --category C --impact I --urgency U."
    assert (str(error), error.code) == (said, "C1")


def test_s10_an_auditor_logs_as_the_requestor_that_everybody_is_and_the_retired_do_not_log() -> None:
    retired = {"email": "old@example.com", "name": "Old", "roles": ["support"], "retired": "2026-01-01"}
    auditor = {"email": "ann@example.com", "name": "Ann", "roles": ["auditor"]}
    world = World(people=[retired, auditor])
    assert world.do("ann", "log", title="Slow").group == "service-desk"
    error = world.refusal("old", "log", title="Slow")
    assert isinstance(error, NotYourRole)
    assert str(error) == (
        "old@example.com (roles: none) may not log. Who may: service-desk; support; incident-manager; "
        "requestor; problem-manager; bot."
    )


def test_s19_requestors_anyone_and_an_unknown_one_is_unverified_until_the_desk_classifies() -> None:
    world = World()
    incident_id = world.do("alice", "log", title="Slow", requestor=EVE).id
    assert world.event(incident_id)["unverified"] is True and world.see(incident_id).unverified
    world.do("ines", "classify", incident_id, impact="low", urgency="low")
    assert world.see(incident_id).unverified
    world.do("dana", "classify", incident_id, impact="low", urgency="low", category="network")
    assert world.event(incident_id)["verified"] is True
    assert not world.see(incident_id).unverified
    assert not world.see(world.do("alice", "log", title="Slow").id).unverified


def test_s19_requestors_known() -> None:
    world = World(requestors="known")
    error = world.refusal("dana", "log", title="Slow", requestor=EVE)
    assert (str(error), error.code) == (
        f"{EVE} is not known here, and the policy says requestors: known. "
        "Add the person to people.yaml (`itil people add`), or log it for somebody who is.",
        "S19",
    )
    assert world.do("dana", "log", title="Slow", requestor="alice").requestor == "alice@example.com"


def test_s19_requestors_domains() -> None:
    world = World(requestors="domains", requestor_domains=["example.org"])
    assert world.do("dana", "log", title="Slow", requestor="new@example.org").unverified
    error = world.refusal("dana", "log", title="Slow", requestor=EVE)
    assert error.text == f"{EVE} is not known here, and the policy says requestors: domains."
    assert world.do("dana", "log", title="Slow", requestor="alice").requestor == "alice@example.com"


def test_p04_a_requestor_names_no_group() -> None:
    error = World().refusal("alice", "log", title="No mail", group="network")
    assert (str(error), error.code) == (
        "a requestor's incident enters at the service desk. Leave --group out; the desk routes it.",
        "P04",
    )


def test_d8_support_logs_into_no_other_group() -> None:
    error = World().refusal("nora", "log", title="Link flaps", group="support")
    assert (str(error), error.code) == (
        "nora@example.com is not in support; support logs into its own group. "
        "Leave --group out, then `itil assign ID --group G --agreed-with PERSON`.",
        "P09",
    )


def test_d8_a_potential_disruption_is_marked_and_support_works_on_it_at_once() -> None:
    world = World()
    seen = world.do("nora", "log", title="Link flaps", group="network", potential=True)
    assert (seen.potential, seen.group, seen.status) == (True, "network", "new")
    done = world.do(
        "nora", "log", title="x", group="network", impact="low", urgency="low", category="network", take=True
    )
    assert (done.group, done.status, done.assignee) == ("network", "in-progress", "nora@example.com")


def test_s14_the_owner_of_what_enters_elsewhere_is_the_desk() -> None:
    world = World()
    assert world.do("nora", "log", title="Link flaps", group="network").owner == "service-desk"
    assert world.do("ci", "log", title="Build fails").owner == "service-desk"
    assert world.do("alice", "log", title="No mail").owner == "service-desk"


def test_s19_a_match_writes_logged_classified_and_assigned_with_the_rule() -> None:
    rule = {"service": "vpn", "group": "network", "impact": "high", "urgency": "medium", "category": "network"}
    world = World(routing=[rule])
    incident_id = world.do("alice", "log", title="No VPN", service="vpn").id
    assert world.does(incident_id) == ["logged", "classified", "assigned"]
    assert [world.event(incident_id, place).get("rule") for place in range(3)] == [
        None,
        "routing: service vpn",
        "routing: service vpn",
    ]
    assert world.see(incident_id).priority == "P3"


def test_s19_a_rule_with_a_group_alone_assigns_what_nobody_has_classified_yet() -> None:
    world = World(routing=[{"service": "vpn", "group": "network"}])
    seen = world.do("alice", "log", title="No VPN", service="vpn")
    assert (seen.status, seen.group, seen.priority) == ("assigned", "network", None)


def test_s19_the_first_rule_that_fits_counts() -> None:
    world = World(routing=[{"channel": "phone", "group": "network"}, {"service": "vpn", "group": "database"}])
    assert world.do("dana", "log", title="x", service="vpn", requestor="alice").group == "network"
    assert world.do("alice", "log", title="x", service="vpn").group == "database"


def test_s19_a_group_on_the_command_line_goes_before_the_rule() -> None:
    world = World(routing=[{"service": "vpn", "group": "network"}])
    seen = world.do(
        "dana", "log", title="x", service="vpn", group="support", impact="low", urgency="low", category="network"
    )
    assert seen.group == "support"


def test_s14_the_tenant_is_the_requestors_and_chooses_desk_and_targets() -> None:
    world = World(
        people=[{"email": "alice@example.com", "name": "Alice", "tenant": "acme"}],
        groups={
            "desk": {"level": 1, "desk": True},
            "acme-desk": {"level": 1, "desk": True, "tenants": ["acme"]},
            "support": {"level": 2},
        },
        targets={"rules": [{"tenant": "acme", "P4": {"response": "1h", "resolution": "2h", "calendar": "always"}}]},
    )
    seen = world.do("dana", "log", title="x", requestor="alice", impact="medium", urgency="medium")
    assert (seen.tenant, seen.group, seen.resolution, seen.calendar) == ("acme", "acme-desk", "2h", "always")
    other = world.do("dana", "log", title="x", requestor="carl", impact="medium", urgency="medium")
    assert (other.tenant, other.group, other.resolution) == (None, "desk", "40h")


def test_s14_the_product_is_the_services_by_default() -> None:
    world = World(services=SERVICES)
    assert world.do("dana", "log", title="x", service="vpn").product == "remote work"
    assert world.do("dana", "log", title="x", service="vpn", product="other").product == "other"


def test_c4_service_and_items_are_those_of_services_yaml() -> None:
    world = World(services=SERVICES)
    error = world.refusal("dana", "log", title="x", service="vpm")
    assert isinstance(error, NotFound) and str(error) == "There is no service 'vpm'. Did you mean vpn?"
    error = world.refusal("dana", "log", title="x", cis=("vpn-02",))
    assert str(error) == "There is no configuration item 'vpn-02'. Did you mean vpn-01?"
    assert world.do("dana", "log", title="x", cis=("vpn-01",)).cis == ("vpn-01",)


def test_c1_the_category_is_the_policys() -> None:
    error = World().refusal("dana", "log", title="x", category="netwrok")
    assert (str(error), error.exit_code) == ("There is no category 'netwrok'. Did you mean network?", 4)


def test_the_model_is_on_record() -> None:
    world = World()
    assert world.event(world.do("dana", "log", title="x", model="printer-jam").id, 0)["model"] == "printer-jam"


# bots


def test_d2_a_bots_incident_goes_to_whoever_it_answers_for_or_the_first_support_group() -> None:
    other = {"email": "mon@example.com", "name": "Mon", "roles": ["bot"], "answers-for": "bob@example.com"}
    world = World(people=[other, {"email": "ci@example.com", "name": "CI", "roles": ["bot"], "answers-for": "network"}])
    assert world.do("ci", "log", title="x").group == "network"
    assert world.do("mon", "log", title="x").group == "support"


def test_s10_a_bot_logs_within_the_policys_mapping() -> None:
    world = World(routing=[{"channel": "ci", "group": "network"}])
    error = world.refusal("ci", "log", title="x", group="database")
    assert (str(error), error.code) == (
        "a bot logs where the policy sends it, and that is support, not database. "
        "Leave --group out, or add a rule to `routing:`.",
        "S19",
    )
    error = world.refusal("ci", "log", title="x", channel="ci", group="support")
    assert error.text == "a bot logs where the policy sends it, and that is network, not support."
    assert world.do("ci", "log", title="x", group="support").group == "support"
    assert world.do("ci", "log", title="x", channel="ci", group="network").group == "network"


def test_s10_a_bots_contact_is_recurred_under_the_same_key_only() -> None:
    other = {"email": "mon@example.com", "name": "Mon", "roles": ["bot"]}
    world = World(people=[other])
    incident_id = world.do("ci", "log", title="x", dedup_key="k").id
    seen = world.do("ci", "contact", incident_id, message="again")
    assert (seen.recurrences, seen.contacts, world.event(incident_id)["key"]) == (1, 0, "k")
    error = world.refusal("mon", "contact", incident_id, message="again")
    assert isinstance(error, NotYourRole)
    keyless = world.do("ci", "log", title="x").id
    assert isinstance(world.refusal("ci", "contact", keyless, message="again"), NotYourRole)


def test_s13_repeats_of_a_machine_do_not_escalate() -> None:
    world = World()
    incident_id = world.do("ci", "log", title="x", dedup_key="k").id
    for _ in range(3):
        world.do("ci", "contact", incident_id, message="again")
    assert "escalated" not in world.does(incident_id)


def test_s10_a_bot_resolves_only_what_its_key_opened_and_only_as_recovered() -> None:
    other = {"email": "mon@example.com", "name": "Mon", "roles": ["bot"]}
    world = World(people=[other])
    incident_id = world.do("ci", "log", title="x", dedup_key="k").id
    error = world.refusal("ci", "resolve", incident_id, code="fixed", message="green")
    assert (str(error), error.code) == (
        "a bot resolves only what has recovered by itself. Use --code recovered.",
        "R2",
    )
    assert isinstance(world.refusal("mon", "resolve", incident_id, code="recovered", message="green"), NotYourRole)
    by_desk = world.logged()
    assert isinstance(world.refusal("ci", "resolve", by_desk, code="recovered", message="green"), NotYourRole)
    world.do("dana", "classify", incident_id, impact="low", urgency="low", category="data")
    world.do("dana", "assign", incident_id, group="support")
    assert world.do("ci", "resolve", incident_id, code="recovered", message="green").status == "resolved"
    assert world.does(incident_id)[-1:] == ["resolved"]


def test_s10_a_bot_does_not_resolve_what_somebody_works_on() -> None:
    world = World()
    incident_id = world.do("ci", "log", title="x", dedup_key="k").id
    world.do("dana", "classify", incident_id, impact="low", urgency="low", category="data")
    world.do("bob", "take", incident_id)
    error = world.refusal("ci", "resolve", incident_id, code="recovered", message="green")
    assert isinstance(error, NotYourRole)


def test_s19_whoever_a_bot_answers_for_confirms_and_rejects() -> None:
    world = World()
    first, second = (world.do("ci", "log", title="x", dedup_key=key).id for key in "ab")
    for incident_id in (first, second):
        world.do("ci", "resolve", incident_id, code="recovered", message="green")
    assert world.do("bob", "contact", first, **{"from": "bob"}, message="Seen", confirms=True).status == "closed"
    error = world.refusal("nora", "contact", second, **{"from": "nora"}, message="No", rejects=True)
    assert (str(error), error.code) == (
        f"nora@example.com is not the requestor of {second}. Only ci@example.com confirms or rejects it.",
        "S10",
    )


# contact


def test_d5_a_contact_needs_what_was_said() -> None:
    world = World()
    error = world.refusal("alice", "contact", world.logged())
    assert (str(error), error.code) == ('a contact needs what was said. Add -m "…".', "D5")


def test_s10_a_requestor_contacts_his_own() -> None:
    world = World()
    incident_id = world.logged()
    error = world.refusal("carl", "contact", incident_id, message="Mine too")
    assert str(error) == (
        f"carl@example.com (roles: requestor) may not contact {incident_id}. Who may: service-desk; support; "
        "incident-manager; requestor (own); problem-manager; bot (what its key opened, code recovered)."
    )


def test_s4_a_contact_by_the_requestor_resumes_only_while_he_is_awaited_and_at_its_time() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "pend", incident_id, reason="awaiting-change", ref="CHG-1", message="On Monday")
    assert world.do("alice", "contact", incident_id, message="And?").status == "pending"
    world.do("bob", "pend", incident_id, reason="awaiting-requestor", message="Which one?")
    assert world.do("dana", "contact", incident_id, **{"from": "carl"}, message="Me too").status == "pending"
    assert world.do("dana", "contact", incident_id, message="The left one").status == "in-progress"
    contacted, resumed = [event for event in world.records[incident_id].events if event.do in ("contacted", "resumed")][
        -2:
    ]
    assert (contacted.get("from"), resumed.get("rule"), resumed.at) == ("alice@example.com", "contact", contacted.at)


def test_s13_two_contacts_by_people_escalate_once_and_a_reopening_starts_anew() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("alice", "contact", incident_id, message="1")
    world.do("alice", "contact", incident_id, message="2")
    world.do("ines", "acknowledge", incident_id)
    world.do("alice", "contact", incident_id, message="3")
    assert world.does(incident_id).count("escalated") == 1
    world.do("bob", "resolve", incident_id, code="fixed", message="x")
    world.do("alice", "contact", incident_id, message="No", rejects=True)
    world.do("alice", "contact", incident_id, message="4")
    assert world.does(incident_id).count("escalated") == 1
    world.do("alice", "contact", incident_id, message="5")
    assert world.does(incident_id).count("escalated") == 2
    assert (world.event(incident_id)["trigger"], world.event(incident_id)["to"]) == ("repeat", "incident-manager")


def test_s13_repeat_contacts_is_the_policys() -> None:
    world = World(escalation={"repeat-contacts": 1})
    incident_id = world.accepted()
    world.do("alice", "contact", incident_id, message="1")
    assert world.does(incident_id)[-1] == "escalated"


def test_d6_an_escalation_call_escalates_at_once() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("alice", "contact", incident_id, message="Now!", escalate=True)
    assert (world.event(incident_id)["do"], world.event(incident_id)["trigger"]) == ("escalated", "contact")
    world.do("alice", "contact", incident_id, message="Now!!", escalate=True)
    assert world.does(incident_id).count("escalated") == 1
    world.do("ines", "acknowledge", incident_id)
    world.do("alice", "contact", incident_id, message="Still!", escalate=True)
    assert world.does(incident_id).count("escalated") == 2


def test_s9_a_contact_that_neither_confirms_nor_rejects_leaves_it_resolved_and_unanswered() -> None:
    world = World()
    incident_id = world.resolved()
    seen = world.do("alice", "contact", incident_id, message="Is it done?")
    assert (seen.status, seen.unanswered) == ("resolved", world.records[incident_id].events[-1].n)
    assert world.do("dana", "tell", incident_id, message="Yes").unanswered is None


def test_f1_only_what_is_resolved_is_confirmed_or_rejected() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("alice", "contact", incident_id, message="Fine", confirms=True)
    assert (str(error), error.code) == (
        f"{incident_id} is in-progress; only a resolved incident is confirmed or rejected. "
        "Leave --confirms and --rejects out: what was said is recorded all the same.",
        "F1",
    )
    closed = world.resolved()
    world.do("alice", "close", closed)
    assert world.refusal("alice", "contact", closed, message="Fine", confirms=True).code == "F1"


def test_s9_a_rejection_after_closing_logs_a_new_one_that_follows() -> None:
    world = World()
    incident_id = world.resolved(service="vpn")
    world.do("alice", "close", incident_id)
    seen = world.do("alice", "contact", incident_id, message="It is back", rejects=True)
    assert (seen.linked("follows"), seen.status, seen.service) == ((incident_id,), "new", "vpn")
    assert world.notes() == (f"{incident_id} is closed; {seen.id} follows it.",)
    assert world.records[seen.id].description == "It is back"


def test_d6_a_demand_after_closing_is_escalated_on_the_one_that_follows() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("dana", "close", incident_id, confirmed_by="alice")
    fresh = world.do("alice", "contact", incident_id, message="Again, and we lose money!", escalate=True)
    assert world.does(fresh.id) == ["logged", "linked", "escalated"]
    assert [(one.to, one.trigger) for one in fresh.escalations] == [("incident-manager", "contact")]


def test_s19_a_follow_up_is_taken_from_whom_the_policy_takes() -> None:
    world = World(requestors="known")
    incident_id = world.resolved()
    world.do("alice", "close", incident_id)
    error = world.refusal("dana", "contact", incident_id, **{"from": EVE}, message="Me too")
    assert error.code == "S19" and error.text.startswith(f"{EVE} is not known here")


def test_s9_support_may_record_the_requestors_word_and_the_close_is_the_rules() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("bob", "contact", incident_id, message="Thanks, he says", confirms=True)
    assert world.event(incident_id) == {
        "do": "closed",
        "by": "bob@example.com",
        "confirmed-by": "alice@example.com",
        "rule": "contact",
    }


def test_p13_a_rejection_out_of_the_window_is_refused() -> None:
    world = World(closure={"reopen-window": "1cd", "auto-close-after": "off"})
    incident_id = world.resolved()
    world.at("2026-03-12T09:00:00Z")
    error = world.refusal("alice", "contact", incident_id, message="No", rejects=True)
    assert (str(error), error.code) == (
        f"{incident_id} could be reopened until 2026-03-10T09:04:00Z; it is 2026-03-12T09:00:00Z. "
        "Log a new one that follows it: `itil log …`, then `itil link NEW follows OLD`.",
        "P13",
    )


# note, tell, edit


def test_i8_a_note_needs_a_text_and_stands_at_any_status() -> None:
    world = World()
    incident_id = world.resolved()
    error = world.refusal("bob", "note", incident_id)
    assert (str(error), error.code) == ('a note needs a text. Add -m "…".', "I8")
    world.do("alice", "close", incident_id)
    world.do("nora", "note", incident_id, message="For the record", minutes=5)
    assert (world.event(incident_id)["do"], world.event(incident_id)["minutes"]) == ("noted", 5)


def test_i7_telling_needs_a_message_and_is_public() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("bob", "tell", incident_id)
    assert (str(error), error.code) == ('telling the requestor needs a message. Add -m "…".', "I7")
    world.do("bob", "tell", incident_id, message="Soon")
    assert world.event(incident_id)["public"] is True


def test_d3_an_edit_changes_title_or_description() -> None:
    world = World()
    incident_id = world.logged()
    error = world.refusal("dana", "edit", incident_id)
    assert (str(error), error.code) == ("there is nothing to edit. Give -t TITLE or -d TEXT.", "D3")
    assert world.do("alice", "edit", incident_id, title="Printer 3 jams").title == "Printer 3 jams"
    world.do("dana", "edit", incident_id, description="Tray 2.\n")
    assert world.records[incident_id].description == "Tray 2."


def test_s10_requestors_edit_their_own_only_while_new() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("alice", "edit", incident_id, title="x")
    assert str(error) == (
        f"alice@example.com (roles: requestor) may not edit {incident_id}. "
        "Who may: service-desk; support (own); incident-manager; requestor (own while new)."
    )


# people by name


def test_a_person_is_named_by_address_alias_name_or_first_part() -> None:
    world = World(
        people=[
            {
                "email": "bob@example.com",
                "name": "Bob Baker",
                "aliases": ["b@home"],
                "roles": ["support"],
                "groups": ["support"],
            }
        ]
    )
    for name in ("bob@example.com", "B@HOME", "bob", "BOB", "bob baker"):
        assert world.do("dana", "log", title="x", requestor=name).requestor == "bob@example.com", name


def test_a_name_that_nobody_has_is_told_with_the_nearest() -> None:
    error = World().refusal("dana", "log", title="x", requestor="alice-example.com")
    assert isinstance(error, NotFound)
    assert str(error) == "There is no person 'alice-example.com'. Did you mean alice@example.com?"
