"""Major incidents (M1–M11, S10, S12), sentence by sentence."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.errors import NotYourRole

CRITERIA = (
    "financial-application, data-corruption, network-down, critical-service, critical-period, security, "
    "multiple-systems, many-customers, reputation, no-workaround"
)


def accepted_major(world: World) -> str:
    incident_id = world.accepted(impact="critical", urgency="critical")
    world.do("max", "major accept", incident_id, message="No sales")
    return incident_id


@pytest.mark.parametrize("who", ["dana", "bob", "nora", "ines"])
def test_s12_desk_support_or_im_propose_naming_a_criterion(who: str) -> None:
    world = World()
    incident_id = world.logged()
    error = world.refusal(who, "major propose", incident_id)
    assert (str(error), error.code) == (
        f"a major incident names the criterion it meets. Add --criterion C ({CRITERIA}).",
        "M1",
    )
    error = world.refusal(who, "major propose", incident_id, criterion="secruity")
    assert str(error) == "There is no major criterion 'secruity'. Did you mean security?"
    assert world.do(who, "major propose", incident_id, criterion="security").major == "proposed"
    error = world.refusal(who, "major propose", incident_id, criterion="security")
    remedy = f"The major incident manager decides: `itil major accept {incident_id} -m IMPACT`, or reject."
    assert (str(error), error.code) == (f"{incident_id} is proposed already. {remedy}", "S12")


def test_s12_not_for_a_resolved_closed_or_canceled_one() -> None:
    world = World()
    incident_id = world.resolved()
    error = world.refusal("dana", "major propose", incident_id, criterion="security")
    assert error.text == f"{incident_id} is resolved; major propose needs new, assigned, in-progress or pending."
    error = world.refusal("max", "major accept", incident_id, criterion="security", message="x")
    assert error.text == f"{incident_id} is resolved; major accept needs new, assigned, in-progress or pending."


def test_s12_not_for_a_child() -> None:
    world = World()
    parent, child = world.logged(), world.logged()
    world.do("dana", "link", child, relation="child-of", target=parent)
    error = world.refusal("dana", "major propose", child, criterion="security")
    said = f"{child} is a child of {parent}; its parent may be a major incident."
    assert (str(error), error.code) == (f"{said} `itil major propose {parent} --criterion C`", "S12")
    world.do("dana", "classify", child, impact="critical", urgency="critical", message="Worse")
    assert world.see(child).major is None


def test_s12_the_mim_may_accept_without_a_proposal_naming_the_criterion() -> None:
    world = World(major={"propose": []})
    incident_id = world.accepted(impact="critical", urgency="critical")
    assert world.refusal("max", "major accept", incident_id, message="No sales").code == "M1"
    assert world.do("max", "major accept", incident_id, message="No sales", criterion="security").major == "accepted"


def test_s12_accepting_needs_the_business_impact() -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    error = world.refusal("max", "major accept", incident_id)
    assert (str(error), error.code) == ('accepting needs the business impact. Add -m "business impact".', "M2")


def test_s12_accepting_needs_p1_or_p2_else_impact_or_urgency_in_the_same_command() -> None:
    world = World()
    incident_id = world.accepted()
    options = {"message": "No sales", "criterion": "security"}
    error = world.refusal("max", "major accept", incident_id, **options)
    assert (str(error), error.code) == (
        f"a major incident is P1 or P2; {incident_id} is P4. Add --impact I --urgency U.",
        "S12",
    )
    error = world.refusal("max", "major accept", incident_id, **options, impact="high")
    assert error.text == f"a major incident is P1 or P2; {incident_id} is P3."
    seen = world.do("max", "major accept", incident_id, **options, impact="critical")
    assert (seen.impact, seen.urgency, seen.priority, seen.major) == ("critical", "medium", "P2", "accepted")
    plain = world.do("dana", "log", title="x").id
    error = world.refusal("max", "major accept", plain, **options, impact="high")
    assert (str(error), error.code) == ("impact and urgency go together. Give both.", "C3")


def test_m2_accepting_makes_the_mim_owner_and_applies_the_shorter_targets() -> None:
    world = World()
    incident_id = accepted_major(world)
    seen = world.see(incident_id)
    assert (seen.owner, seen.response, seen.resolution, seen.calendar) == ("max@example.com", "5m", "2h", "always")
    error = world.refusal("max", "major accept", incident_id, message="x")
    said = f"{incident_id} is an accepted major incident already. `itil major {incident_id}` shows how it stands."
    assert (str(error), error.code) == (said, "S12")
    error = world.refusal("max", "major reject", incident_id, message="x")
    remedy = f"`itil major demote {incident_id} -m WHY` ends an accepted one."
    assert str(error) == f"{incident_id} is not proposed as a major incident. {remedy}"


def test_m11_a_new_priority_of_an_accepted_major_has_the_shorter_targets_too() -> None:
    world = World()
    incident_id = accepted_major(world)
    seen = world.do("dana", "classify", incident_id, impact="high", urgency="high", message="Less")
    assert (seen.priority, seen.resolution, seen.highest_priority) == ("P2", "4h", "P1")


def test_s12_a_demotion_ends_them() -> None:
    world = World()
    incident_id = accepted_major(world)
    error = world.refusal("max", "major demote", incident_id)
    assert (str(error), error.code) == ('demoting needs a text. Add -m "…".', "M2")
    seen = world.do("max", "major demote", incident_id, message="One shop only")
    assert (seen.major, seen.response, seen.resolution) == ("demoted", "15m", "4h")
    error = world.refusal("max", "major demote", incident_id, message="x")
    assert (error.text, error.code) == (f"{incident_id} is no accepted major incident.", "S12")


def test_s12_rejecting_needs_a_proposal_and_a_text() -> None:
    world = World()
    plain, proposed = world.logged(), world.logged(impact="critical", urgency="critical")
    error = world.refusal("max", "major reject", plain, message="x")
    assert (error.text, error.code) == (f"{plain} is not proposed as a major incident.", "S12")
    error = world.refusal("max", "major reject", proposed)
    assert (str(error), error.code) == ('rejecting needs a text. Add -m "…".', "M2")
    assert world.do("max", "major reject", proposed, message="One till").major == "rejected"


@pytest.mark.parametrize("verb", ["major accept", "major reject", "major demote", "major update", "major review"])
def test_s10_accepting_and_all_later_steps_are_the_mims(verb: str) -> None:
    world = World()
    incident_id = world.accepted(impact="critical", urgency="critical")
    for who in ("dana", "bob", "ines", "alice"):
        error = world.refusal(who, verb, incident_id, message="x")
        assert isinstance(error, NotYourRole)
        assert str(error).endswith(f"may not {verb} {incident_id}. Who may: major-incident-manager.")


def test_s10_on_an_accepted_major_the_mim_may_do_whatever_the_im_may() -> None:
    world = World()
    incident_id = accepted_major(world)
    world.do("max", "tell", incident_id, message="We are on it")
    world.do("max", "assign", incident_id, group="network")
    world.do("max", "escalate", incident_id, to="database", reason="cannot-resolve", message="x")
    world.do("max", "correct", incident_id, impact="high", urgency="high", message="Not all")
    assert world.see(incident_id).group == "database"
    assert isinstance(world.refusal("max", "tell", world.accepted(), message="x"), NotYourRole)


def test_s10_a_mim_who_is_support_too_hands_an_accepted_major_over_without_asking() -> None:
    both = {
        "email": "moe@example.com",
        "name": "Moe",
        "roles": ["support", "major-incident-manager"],
        "groups": ["support"],
    }
    world = World(people=[both])
    plain, major = world.accepted(), accepted_major(world)
    assert world.refusal("moe", "assign", plain, group="database").code == "P09"
    assert world.do("moe", "assign", major, group="database").group == "database"


@pytest.mark.parametrize("who", ["ines", "max"])
def test_s10_an_accepted_major_is_resolved_reopened_and_closed_by_im_or_mim_only(who: str) -> None:
    world = World()
    incident_id = accepted_major(world)
    for other in ("dana", "bob"):
        error = world.refusal(other, "resolve", incident_id, code="fixed", message="x")
        assert isinstance(error, NotYourRole) and f"may not resolve {incident_id}" in error.text
        assert error.remedy == "Who may: incident-manager; major-incident-manager (it is a major incident)."
        assert error.who == ("incident-manager", "major-incident-manager")
    world.do(who, "resolve", incident_id, code="fixed", message="Certificate renewed")
    for other in ("dana", "bob", "alice"):
        assert isinstance(world.refusal(other, "reopen", incident_id, message="x"), NotYourRole)
        assert isinstance(world.refusal(other, "close", incident_id, confirmed_by="alice"), NotYourRole)
    for answer in ("confirms", "rejects"):
        assert isinstance(world.refusal("alice", "contact", incident_id, message="x", **{answer: True}), NotYourRole)
    assert world.do("alice", "contact", incident_id, message="Still down here").status == "resolved"
    assert world.do(who, "reopen", incident_id, message="Back").status == "assigned"
    world.do(who, "accept", incident_id)
    world.do(who, "resolve", incident_id, code="fixed", message="Again")
    assert world.do(who, "close", incident_id, confirmed_by="alice", waive_review="Small").status == "closed"
    assert world.event(incident_id)["waived"] == "Small"


def test_m8_it_closes_after_its_review() -> None:
    world = World()
    incident_id = accepted_major(world)
    error = world.refusal("max", "major review", incident_id, message="x")
    assert (error.text, error.code) == (f"{incident_id} is in-progress; a resolved major incident is reviewed.", "M8")
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    error = world.refusal("max", "close", incident_id, confirmed_by="alice")
    assert (str(error), error.code) == (
        f"{incident_id} is a major incident without a review. "
        f'First `itil major review {incident_id} finish -m "…"`, or --waive-review WHY.',
        "M8",
    )
    error = world.refusal("max", "major review", incident_id)
    assert (str(error), error.code) == ('finishing a review needs a text. Add -m "…".', "M8")
    world.do("max", "major review", incident_id, message="Watch certificates", presented_to=("ines",))
    assert world.event(incident_id)["presented-to"] == ["ines@example.com"]
    assert world.do("max", "close", incident_id, confirmed_by="alice").status == "closed"


def test_m8_the_review_before_closing_is_the_policys() -> None:
    world = World(major={"review-before-close": False})
    incident_id = accepted_major(world)
    world.do("max", "resolve", incident_id, code="fixed", message="x")
    assert world.do("max", "close", incident_id).status == "closed"


def test_m6_an_update_has_status_impact_actions_next_update_and_audience() -> None:
    world = World()
    plain = world.logged()
    error = world.refusal("max", "major update", plain, message="x")
    assert (error.text, error.code) == (f"{plain} is no accepted major incident.", "S12")
    incident_id = accepted_major(world)
    error = world.refusal("max", "major update", incident_id)
    assert (str(error), error.code) == ('an update needs its text. Add -m "…".', "M6")
    given = {"status": "found", "impact": "all shops", "actions": "renewing", "audience": "managers"}
    world.do("max", "major update", incident_id, message="Soon", **given, next_update="2026-03-09T10:00:00Z")
    event = world.event(incident_id)
    assert {name: event[name] for name in given} == given
    assert (event["next-update"], event["public"]) == ("2026-03-09T10:00:00Z", True)
