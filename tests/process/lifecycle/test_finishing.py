"""Resolution, confirmation, closure (R1–R4, F1–F5, P07, P13, P14, S6, S9), sentence by sentence."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.errors import NotYourRole
from itil_cli.process.incident import Record

KE, PRB = "KE-20260309-00001", "PRB-20260309-00001"
FIXED = {"code": "fixed", "message": "New roller."}
AROUND = {"code": "workaround", "message": "Restarted it"}


def with_knowledge(**policy: Any) -> World:
    """A world with a problem, and a known error that has it."""
    world = World(**policy)
    world.records[PRB] = Record(PRB, {"title": "t", "status": "accepted"}, ())
    world.records[KE] = Record(KE, {"title": "t", "problem": PRB}, ())
    return world


# resolve


def test_r4_resolving_needs_a_code_and_notes() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("bob", "resolve", incident_id, message="x")
    assert (str(error), error.code) == (
        "resolving needs a closure code. Add --code C (one of fixed, workaround, no-fault, user-error, recovered).",
        "R4",
    )
    error = world.refusal("bob", "resolve", incident_id, code="fixed")
    assert (str(error), error.code) == ('resolving needs notes: cause and fix. Add -m "…".', "R4")
    error = world.refusal("bob", "resolve", incident_id, code="fixd", message="x")
    assert str(error) == "There is no closure code 'fixd'. Did you mean fixed?"
    error = world.refusal("bob", "resolve", incident_id, **FIXED, kind="permanant")
    assert str(error) == "There is no kind 'permanant'. Did you mean permanent?"


def test_s9_a_code_carries_a_kind_and_kind_is_for_exceptions() -> None:
    world = World()
    assert world.do("bob", "resolve", world.accepted(), code="user-error", message="x").kind == "no-fault"
    seen = world.do("bob", "resolve", world.accepted(), code="user-error", kind="permanent", message="x")
    assert (seen.code, seen.kind) == ("user-error", "permanent")


def test_p07_the_category_is_confirmed_and_the_card_says_so_or_changed() -> None:
    world = World()
    assert world.do("bob", "resolve", world.accepted(), **FIXED).category == "hardware"
    assert world.notes() == ("Category hardware is confirmed (P07).",)
    incident_id = world.accepted()
    error = world.refusal("bob", "resolve", incident_id, **FIXED, category="netwrk")
    assert str(error) == "There is no category 'netwrk'. Did you mean network?"
    seen = world.do("bob", "resolve", incident_id, **FIXED, category="network/dns")
    assert (seen.category_opened, seen.category, world.notes()) == ("hardware", "network/dns", ())
    plain = world.do("dana", "log", title="x").id
    world.do("dana", "resolve", plain, **FIXED)
    assert world.notes() == ("It has no category (C1).",)


@pytest.mark.parametrize(
    ("name", "option", "code", "given"),
    [
        ("known-error", "Add --known-error KE.", "I3", {"known_error": KE}),
        ("problem", "Add --problem PRB or --no-problem WHY.", "P14", {"problem": PRB}),
        ("problem", "Add --problem PRB or --no-problem WHY.", "P14", {"no_problem": "known cause"}),
        ("category", "Add --category C.", "C1", {"category": "network"}),
        ("service", "First `itil classify {} --service S`.", "C4", None),
    ],
)
def test_s10_resolving_asks_for_its_mandatory_fields(
    name: str, option: str, code: str, given: dict[str, str] | None
) -> None:
    world = with_knowledge(mandatory={"resolve": ["code", "notes", name], "assign": []})
    incident_id = world.accepted(category=None)
    error = world.refusal("bob", "resolve", incident_id, **FIXED)
    assert (str(error), error.code) == (
        f"resolving {incident_id} needs its {name}. {option.format(incident_id)}",
        code,
    )
    if given is not None:
        assert world.do("bob", "resolve", incident_id, **FIXED, **given).status == "resolved"


def test_s10_a_workaround_that_proposes_a_problem_has_one() -> None:
    world = World(mandatory={"resolve": ["code", "notes", "problem"]})
    assert world.do("bob", "resolve", world.accepted(), **AROUND).linked("problem")


def test_p14_a_workaround_proposes_a_problem_and_informs_the_problem_manager() -> None:
    world = World()
    incident_id = world.accepted()
    (problem_id,) = world.do("bob", "resolve", incident_id, **AROUND).linked("problem")
    assert world.event(problem_id, 0)["informs"] == ["problem-manager"]
    assert world.event(incident_id)["rule"] == "P14"
    assert f"{problem_id} is proposed: a workaround leaves the cause (P14)." in world.notes()
    assert world.records[problem_id].fields == {"title": "Printer jams", "status": "proposed", "category": "hardware"}


@pytest.mark.parametrize("given", [{"problem": PRB}, {"known_error": KE}, {"no_problem": "the vendor's, known"}])
def test_p14_unless_one_or_a_known_error_that_has_one_is_given_or_why_not(given: dict[str, str]) -> None:
    world = with_knowledge()
    incident_id = world.accepted()
    world.do("bob", "resolve", incident_id, **AROUND, **given)
    assert [record_id for record_id in world.records if record_id.startswith("PRB")] == [PRB]
    if "no_problem" in given:
        assert world.event(incident_id)["no-problem"] == given["no_problem"]


@pytest.mark.parametrize(("relation", "target"), [("problem", PRB), ("known-error", KE)])
def test_p14_unless_one_is_linked_already(relation: str, target: str) -> None:
    world = with_knowledge()
    incident_id = world.accepted()
    world.do("bob", "link", incident_id, relation=relation, target=target)
    world.do("bob", "resolve", incident_id, **AROUND, **{relation.replace("-", "_"): target})
    assert world.see(incident_id).links == ((relation, target),)
    assert [record_id for record_id in world.records if record_id.startswith("PRB")] == [PRB]


def test_p14_a_known_error_without_a_problem_proposes_one() -> None:
    world = with_knowledge()
    world.records[KE] = Record(KE, {"title": "t"}, ())
    seen = world.do("bob", "resolve", world.accepted(), **AROUND, known_error=KE)
    assert len(seen.linked("problem")) == 1 and seen.linked("problem") != (PRB,)


def test_what_is_given_must_exist() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("bob", "resolve", incident_id, **FIXED, problem="PRB-20260309-ZZZZZ")
    assert str(error) == "There is no problem 'PRB-20260309-ZZZZZ'. `itil search` finds it by its text (PRB-…)."
    error = world.refusal("bob", "resolve", incident_id, **FIXED, known_error="PRB-20260309-ZZZZZ")
    assert error.text == "There is no known error 'PRB-20260309-ZZZZZ'."


def test_s4_resolving_from_new_writes_accepted_too_but_not_for_recovered() -> None:
    world = World()
    first, second = world.logged(), world.logged()
    world.do("dana", "resolve", first, **FIXED)
    assert world.does(first)[-2:] == ["accepted", "resolved"] and world.event(first, -2)["rule"] == "S4"
    assert world.see(first).accepted_at == world.see(first).resolved_at
    world.do("dana", "resolve", second, code="recovered", message="Gone by itself")
    assert world.does(second) == ["logged", "classified", "resolved"]


def test_s19_resolve_confirmed_by_also_closes_where_one_may_close() -> None:
    world = World()
    incident_id = world.logged()
    assert world.do("dana", "resolve", incident_id, **FIXED, confirmed_by="alice").status == "closed"
    assert world.event(incident_id)["confirmed-by"] == "alice@example.com"
    error = world.refusal("bob", "resolve", world.accepted(), **FIXED, confirmed_by="alice")
    assert isinstance(error, NotYourRole) and error.text.startswith(
        "bob@example.com (roles: requestor, support) may not close"
    )


def test_s9_the_promise_counts_on_the_closure_calendar_from_the_last_resolution() -> None:
    world = World(closure={"auto-close-after": "5bd", "reopen-window": "5cd"})
    incident_id = world.accepted()
    world.at("2026-03-06T16:00:00Z")  # S9's example: Friday 17:00 in Paris
    world.now = max(world.now, world.see(incident_id).last_at)
    world.do("bob", "resolve", incident_id, **FIXED)
    first = world.event(incident_id)
    world.do("dana", "reopen", incident_id, message="No", requested_by="alice")
    world.do("bob", "accept", incident_id)
    world.now += 86_400
    world.do("bob", "resolve", incident_id, **FIXED)
    assert world.event(incident_id)["closes-at"] > first["closes-at"]


def test_s9_friday_evening_and_five_days() -> None:
    for wait, closes in (("5cd", "2026-03-18T16:00:00Z"), ("5bd", "2026-03-20T16:00:00Z")):
        world = World(closure={"auto-close-after": wait})
        incident_id = world.accepted()
        world.at("2026-03-13T16:00:00Z")
        world.do("bob", "resolve", incident_id, **FIXED)
        assert world.event(incident_id)["closes-at"] == closes


@pytest.mark.parametrize(
    ("closure", "promise"),
    [
        ({}, ("2026-03-16T09:04:00Z", "2026-03-16T09:04:00Z")),
        ({"auto-close-after": "off"}, (None, None)),
        ({"auto-close-after": "off", "reopen-window": "2cd"}, (None, "2026-03-11T09:04:00Z")),
        ({"auto-close-after": "8h"}, ("2026-03-10T09:04:00Z", "2026-03-10T09:04:00Z")),
        ({"auto-close-after": "8h", "calendar": "always"}, ("2026-03-09T17:04:00Z", "2026-03-09T17:04:00Z")),
    ],
)
def test_s9_the_settings_of_the_promise(closure: dict[str, str], promise: tuple[str | None, str | None]) -> None:
    world = World(closure=closure)
    event = world.event(world.resolved())
    assert (event.get("closes-at"), event.get("reopen-until")) == promise


def test_f1_the_notes_are_told_to_the_requestor() -> None:
    world = World()
    assert world.event(world.resolved())["public"] is True


# reopen


def test_f3_reopening_needs_a_reason() -> None:
    world = World()
    error = world.refusal("dana", "reopen", world.resolved())
    assert (str(error), error.code) == ('reopening needs a reason. Add -m "why".', "F3")


def test_s9_with_requested_by_it_counts_as_the_requestors() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("dana", "reopen", incident_id, message="No", requested_by="alice")
    assert (world.event(incident_id)["requested-by"], world.event(incident_id)["public"]) == ("alice@example.com", True)
    own = world.resolved()
    world.do("alice", "reopen", own, message="No")
    assert world.event(own)["requested-by"] == "alice@example.com"
    staff = world.resolved()
    world.do("dana", "reopen", staff, message="No")
    assert "requested-by" not in world.event(staff)


def test_s9_the_analyst_whose_fix_failed_may_reopen_his_own_groups() -> None:
    world = World()
    incident_id = world.resolved()
    error = world.refusal("nora", "reopen", incident_id, message="No")
    assert str(error) == (
        f"nora@example.com (roles: requestor, support) may not reopen {incident_id}. "
        "Who may: service-desk; support (own group's resolution); incident-manager; requestor (own)."
    )
    assert world.do("bob", "reopen", incident_id, message="Failed").status == "assigned"


@pytest.mark.parametrize("mode", ["resume", "restart", "keep", "first-only"])
def test_s6_the_mode_is_the_policys_and_stands_in_the_event(mode: str) -> None:
    world = World(on_reopen=mode)
    incident_id = world.resolved()
    world.do("dana", "reopen", incident_id, message="No")
    assert (world.event(incident_id)["mode"], world.event(incident_id)["group"]) == (mode, "support")


def test_s9_reopen_window_until_closed_holds_past_closes_at() -> None:
    world = World()
    incident_id = world.resolved()
    world.at("2026-04-30T09:00:00Z")
    assert world.do("alice", "reopen", incident_id, message="No").status == "assigned"


def test_p13_out_of_the_window_is_refused() -> None:
    world = World(closure={"reopen-window": "2cd"})
    first, second = world.resolved(), world.resolved()
    world.at("2026-03-11T09:04:00Z")
    assert world.do("alice", "reopen", first, message="No").status == "assigned"
    world.at("2026-03-12T09:00:00Z")
    error = world.refusal("alice", "reopen", second, message="No")
    assert (str(error), error.code) == (
        f"{second} could be reopened until 2026-03-11T09:08:00Z; it is 2026-03-12T09:00:00Z. "
        "Log a new one that follows it: `itil log …`, then `itil link NEW follows OLD`.",
        "P13",
    )


# close


def test_f2_the_desk_needs_the_confirmation_and_the_im_does_not() -> None:
    world = World()
    incident_id = world.resolved()
    error = world.refusal("dana", "close", incident_id)
    assert (str(error), error.code) == (
        "closing needs the requestor's confirmation. Add --confirmed-by PERSON, or let it close by itself.",
        "F2",
    )
    assert world.do("ines", "close", incident_id).status == "closed"


def test_f2_who_else_confirms_is_said() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("dana", "close", incident_id, confirmed_by="carl", close_message="By phone")
    assert world.notes() == ("Confirmed by carl@example.com; the requestor is alice@example.com.",)
    assert world.records[incident_id].events[-1].text == "By phone"


def test_f2_the_mims_role_counts_on_an_accepted_major_only() -> None:
    both = {"email": "moe@example.com", "name": "Moe", "roles": ["service-desk", "major-incident-manager"]}
    world = World(people=[both])
    assert world.refusal("moe", "close", world.resolved()).code == "F2"


def test_s9_after_closing_staff_may_still_note_and_link_a_problem() -> None:
    world = with_knowledge()
    incident_id = world.resolved()
    world.do("alice", "close", incident_id)
    world.do("nora", "note", incident_id, message="For the review")
    seen = world.do("ines", "link", incident_id, relation="problem", target=PRB)
    assert (seen.linked("problem"), seen.status, seen.voids) == ((PRB,), "closed", {})


# cancel


def test_c2_canceling_needs_a_reason_and_a_text() -> None:
    world = World()
    incident_id = world.logged()
    for options in ({"reason": "withdrawn"}, {"message": "x"}):
        error = world.refusal("dana", "cancel", incident_id, **options)
        assert (str(error), error.code) == (
            "canceling needs a reason and a text. Add --reason R (one of withdrawn, gone, cannot-replicate, "
            'not-an-incident, double-entry) and -m "…".',
            "S9",
        )
    error = world.refusal("dana", "cancel", incident_id, reason="withdrawm", message="x")
    assert str(error) == "There is no cancel reason 'withdrawm'. Did you mean withdrawn?"


@pytest.mark.parametrize("reason", ["withdrawn", "gone", "cannot-replicate", "not-an-incident", "double-entry"])
def test_s9_the_last_two_reasons_work_even_when_cancel_is_off(reason: str) -> None:
    world = World(cancel="off")
    incident_id = world.logged()
    if reason in ("not-an-incident", "double-entry"):
        seen = world.do("dana", "cancel", incident_id, reason=reason, message="x", rerouted_to="REQ-1")
        assert (seen.status, world.event(incident_id)["rerouted-to"]) == ("canceled", "REQ-1")
        return
    error = world.refusal("dana", "cancel", incident_id, reason=reason, message="x")
    assert (str(error), error.code) == (
        "the policy says cancel: off; only not-an-incident and double-entry are canceled. "
        "Resolve it instead: `itil resolve ID --code no-fault -m …`.",
        "S9",
    )


@pytest.mark.parametrize(("setting", "allowed"), [("off", False), ("staff", False), ("all", True)])
def test_s9_requestors_cancel_their_own_where_the_policy_says_all(setting: str, allowed: bool) -> None:
    world = World(cancel=setting)
    incident_id = world.logged()
    if allowed:
        assert world.do("alice", "cancel", incident_id, reason="withdrawn", message="x").status == "canceled"
        assert isinstance(world.refusal("carl", "cancel", world.logged(), reason="withdrawn", message="x"), NotYourRole)
    else:
        error = world.refusal("alice", "cancel", incident_id, reason="withdrawn", message="x")
        assert str(error) == (
            f"alice@example.com (roles: requestor) may not cancel {incident_id}. "
            "Who may: requestor (own, if the policy says cancel: all); service-desk; incident-manager."
        )


def test_s9_who_wanted_no_more_is_on_record() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("dana", "cancel", incident_id, reason="withdrawn", message="x", requested_by="alice")
    assert world.event(incident_id)["requested-by"] == "alice@example.com"
    assert isinstance(world.refusal("bob", "cancel", world.accepted(), reason="gone", message="x"), NotYourRole)
