"""Parent, child, duplicate and the other links (P03, C4, S11), sentence by sentence."""

from __future__ import annotations

import pytest
from world import World

from itil_cli.errors import NotYourRole
from itil_cli.process.incident import Record

PRB = "PRB-20260309-00001"
FIXED = {"code": "fixed", "message": "Rolled back"}


def family(world: World, *children: str) -> str:
    """An accepted parent with these children."""
    parent = world.accepted()
    for child in children:
        world.do("dana", "link", child, relation="child-of", target=parent)
    return parent


def why_no_child(world: World, child: str, parent: str) -> str:
    error = world.refusal("dana", "link", child, relation="child-of", target=parent)
    assert error.code == "P03"
    assert error.remedy == "Link it to the topmost incident, or unlink first: `itil unlink ID child-of PARENT`."
    return error.text


# the link


def test_s11_the_event_stands_in_both_files() -> None:
    world = World()
    child = world.logged()
    parent = family(world, child)
    assert world.event(child) == {"do": "linked", "by": "dana@example.com", "relation": "child-of", "target": parent}
    assert world.event(parent)["relation"] == "parent-of" and world.event(parent)["target"] == child
    assert world.records[child].events[-1].n == world.records[parent].events[-1].n
    assert (world.see(child).parent, world.see(parent).children) == (parent, (child,))


def test_s11_the_parent_is_open_not_itself_a_child_and_not_the_same() -> None:
    world = World()
    child, other, done = world.logged(), world.logged(), world.resolved()
    parent = family(world, child)
    assert why_no_child(world, other, done) == f"{done} is resolved; a parent is open."
    assert why_no_child(world, other, child) == f"{child} is a child of {parent}; there are no grandchildren."
    assert why_no_child(world, other, other) == f"{other} cannot be its own parent."


def test_s11_the_child_has_no_children_no_second_parent_and_is_no_accepted_major() -> None:
    world = World()
    child, other = world.logged(), world.logged(impact="critical", urgency="critical")
    parent = family(world, child)
    assert why_no_child(world, parent, other) == f"{parent} has children ({child}); there are no grandchildren."
    assert why_no_child(world, child, other) == f"{child} is a child of {parent} already."
    world.do("max", "major accept", other, message="No sales")
    assert why_no_child(world, other, parent) == f"{other} is an accepted major incident and no child."


def test_s10_only_an_open_incident_becomes_a_child() -> None:
    world = World()
    parent = family(world)
    done = world.resolved()
    error = world.refusal("dana", "link", done, relation="child-of", target=parent)
    assert error.text == f"{done} is resolved; link needs new, assigned, in-progress or pending."


# what spreads


def test_s11_children_are_resolved_by_parent_and_their_requestors_told() -> None:
    world = World()
    child = world.logged(requestor="carl")
    parent = family(world, child)
    world.do("bob", "resolve", parent, **FIXED)
    event, act = world.event(child), world.event(parent)
    assert (event["code"], event["kind"], event["rule"], event["public"]) == (
        "by-parent",
        "by-parent",
        f"by-parent: {parent}",
        True,
    )
    assert (event["closes-at"], event["category"]) == (act["closes-at"], "hardware")
    assert world.records[child].events[-1].text == f"Resolved with {parent}: Rolled back"
    assert f"{child} is resolved by its parent; carl@example.com is told." in world.notes()
    assert "accepted" not in world.does(child)


def test_s11_a_child_that_waits_is_resumed_first() -> None:
    world = World()
    child = world.accepted()
    parent = family(world, child)
    world.do("bob", "pend", child, reason="awaiting-parent", message="With the parent")
    world.do("bob", "resolve", parent, **FIXED)
    assert world.does(child)[-2:] == ["resumed", "resolved"] and world.see(child).voids == {}


def test_s10_a_spread_is_judged_by_the_right_to_the_parents_act() -> None:
    world = World()
    child = world.logged()  # the desk's: Bob could not resolve it by itself
    parent = family(world, child)
    assert isinstance(world.refusal("bob", "resolve", child, **FIXED), NotYourRole)
    world.do("bob", "resolve", parent, **FIXED)
    assert world.see(child).status == "resolved"


def test_s11_children_resolved_closed_canceled_or_reopened_since_are_skipped_and_listed() -> None:
    world = World()
    resolved, canceled, reopened, plain = world.accepted(), world.logged(), world.logged(), world.logged()
    parent = family(world, resolved, canceled, reopened, plain)
    world.do("bob", "resolve", resolved, code="fixed", message="On its own")
    world.do("dana", "cancel", canceled, reason="withdrawn", message="x")
    world.do("bob", "resolve", parent, **FIXED)
    assert [note for note in world.notes() if "left alone" in note] == [
        f"{resolved} is resolved; it is left alone.",
        f"{canceled} is canceled; it is left alone.",
    ]
    world.do("dana", "reopen", reopened, message="Not mine", requested_by="alice")
    world.do("alice", "reopen", parent, message="Back")
    world.do("bob", "accept", parent)
    world.do("bob", "resolve", parent, **FIXED)
    assert world.see(reopened).status == "assigned"
    assert f"{reopened} was reopened on its own; it is left alone." in world.notes()


def test_s11_a_child_that_was_reopened_before_its_parent_ever_resolved_it_is_resolved() -> None:
    world = World()
    child = world.resolved()
    world.do("dana", "reopen", child, message="No", requested_by="alice")
    parent = family(world, child)
    world.do("bob", "resolve", parent, **FIXED)
    assert world.see(child).status == "resolved"


def test_s11_parent_reopened_by_staff_reopens_what_that_resolution_resolved_and_it_resolves_again() -> None:
    world = World()
    child, own = world.logged(), world.accepted()
    parent = family(world, child, own)
    world.do("bob", "resolve", own, code="fixed", message="On its own")
    world.do("bob", "resolve", parent, **FIXED)
    world.do("bob", "reopen", parent, message="Back")
    assert (world.see(child).status, world.see(own).status) == ("assigned", "resolved")
    assert world.records[child].events[-1].n == world.records[parent].events[-1].n
    assert world.notes() == (f"{child} is reopened with its parent.",)
    world.do("bob", "accept", parent)
    world.do("bob", "resolve", parent, **FIXED)
    assert world.see(child).status == "resolved"


@pytest.mark.parametrize("how", ["reopen", "contact", "requested-by"])
def test_s11_parent_reopened_by_the_requestor_only_the_parent(how: str) -> None:
    world = World()
    child = world.logged()
    parent = family(world, child)
    world.do("bob", "resolve", parent, **FIXED)
    if how == "reopen":
        world.do("alice", "reopen", parent, message="Back")
    elif how == "contact":
        world.do("alice", "contact", parent, message="Back", rejects=True)
    else:
        world.do("dana", "reopen", parent, message="Back", requested_by="alice")
    assert (world.see(parent).status, world.see(child).status) == ("assigned", "resolved")


def test_s11_closing_does_not_spread() -> None:
    world = World()
    child = world.logged()
    parent = family(world, child)
    world.do("bob", "resolve", parent, **FIXED)
    world.do("alice", "close", parent)
    assert world.see(child).status == "resolved"


def test_s11_a_parent_is_canceled_only_once_its_open_children_are_detached() -> None:
    world = World()
    child = world.logged()
    parent = family(world, child)
    error = world.refusal("dana", "cancel", parent, reason="withdrawn", message="x")
    assert (str(error), error.code) == (
        f"{parent} has open children: {child}. Detach them first: `itil unlink CHILD child-of {parent}`.",
        "P03",
    )
    world.do("dana", "unlink", child, relation="child-of", target=parent, message="On its own")
    assert (world.see(child).parent, world.see(parent).children) == (None, ())
    assert world.do("dana", "cancel", parent, reason="withdrawn", message="x").status == "canceled"


def test_s11_a_child_leaves_a_resolved_parent() -> None:
    world = World()
    child = world.logged()
    parent = family(world, child)
    world.do("bob", "resolve", parent, **FIXED)
    world.do("dana", "reopen", child, message="Not the same", requested_by="alice")
    world.do("dana", "unlink", child, relation="child-of", target=parent)
    assert (world.see(child).parent, world.see(parent).children, world.see(parent).voids) == (None, (), {})


# duplicates


def test_s11_a_duplicate_is_linked_and_canceled_and_its_contacts_watch_the_target() -> None:
    world = World()
    target, double = world.accepted(), world.logged()
    world.do("dana", "contact", double, **{"from": "carl"}, message="Me too")
    world.do("dana", "contact", double, message="Any news?")
    seen = world.do("dana", "link", double, relation="duplicate-of", target=target)
    assert (seen.status, seen.linked("duplicate-of")) == ("canceled", (target,))
    assert (world.event(double)["reason"], world.event(double)["rule"]) == ("double-entry", "duplicate-of")
    there = world.see(target)
    assert (there.linked("duplicated-by"), there.watchers) == ((double,), ("carl@example.com",))
    assert world.records[target].events[-1].text == f"Also called about {double}: carl@example.com."


def test_s11_a_duplicate_of_what_is_resolved_is_on_record_there_too() -> None:
    world = World()
    target, double = world.resolved(), world.logged()
    world.do("dana", "contact", double, **{"from": "carl"}, message="Me too")
    world.do("dana", "link", double, relation="duplicate-of", target=target)
    assert (world.see(target).linked("duplicated-by"), world.see(target).voids) == ((double,), {})
    assert world.see(target).watchers == ("carl@example.com",)


def test_s11_no_double_entry_of_another_requestor_of_what_is_canceled_or_over_children() -> None:
    world = World()
    target, foreign, gone = world.logged(), world.logged(requestor="carl"), world.logged()
    error = world.refusal("dana", "link", foreign, relation="duplicate-of", target=target)
    assert (str(error), error.code) == (
        f"{foreign} is of carl@example.com, {target} of alice@example.com: no double entry. "
        f"Make it a child: `itil link {foreign} child-of {target}`.",
        "S11",
    )
    world.do("dana", "cancel", gone, reason="withdrawn", message="x")
    error = world.refusal("dana", "link", target, relation="duplicate-of", target=gone)
    assert (str(error), error.code) == (
        f"{gone} is canceled; nothing is a double entry of it. `itil show {gone}`",
        "S11",
    )
    child = world.logged()
    parent = family(world, child)
    error = world.refusal("dana", "link", parent, relation="duplicate-of", target=target)
    assert error.text == f"{parent} has open children: {child}."


# other links


def test_a_link_to_a_problem_stands_at_any_status() -> None:
    world = World()
    world.records[PRB] = Record(PRB, {"title": "t"}, ())
    for incident_id in (world.logged(), world.resolved()):
        world.do("dana", "link", incident_id, relation="problem", target=PRB)
        assert world.see(incident_id).linked("problem") == (PRB,)
    assert [world.event(PRB, place)["relation"] for place in (0, 1)] == ["incident", "incident"]


def test_an_open_incident_may_be_related_to_a_closed_one_and_both_know_it() -> None:
    world = World()
    closed, fresh = world.resolved(), world.logged()
    world.do("alice", "close", closed)
    world.do("dana", "link", fresh, relation="related", target=closed)
    assert world.see(closed).linked("related") == (fresh,) and world.see(closed).voids == {}
    world.do("dana", "unlink", fresh, relation="related", target=closed)
    assert world.see(closed).links == () and world.see(fresh).links == ()


def test_a_change_is_a_free_reference() -> None:
    world = World()
    seen = world.do("dana", "link", world.logged(), relation="change", target="CHG-7")
    assert seen.linked("change") == ("CHG-7",)


def test_s11_what_makes_no_sense_is_refused() -> None:
    world = World()
    incident_id, other = world.logged(), world.logged()
    error = world.refusal("dana", "link", incident_id, relation="related", target=incident_id)
    assert (error.text, error.code) == (f"{incident_id} cannot be linked to itself.", "S11")
    world.do("dana", "link", incident_id, relation="related", target=other)
    error = world.refusal("dana", "link", incident_id, relation="related", target=other)
    assert (error.text, error.code) == (f"{incident_id} has this link to {other} already.", "S11")
    error = world.refusal("dana", "unlink", incident_id, relation="follows", target=other)
    assert (error.text, error.code) == (f"{incident_id} has no link follows to {other}.", "S11")
    error = world.refusal("dana", "link", incident_id, relation="child", target=other)
    assert str(error) == "There is no relation 'child'. Did you mean child-of?"
    error = world.refusal("dana", "link", incident_id, relation="problem", target="PRB-20260309-ZZZZZ")
    assert error.text == "There is no problem 'PRB-20260309-ZZZZZ'."


def test_s10_the_problem_manager_links_knowledge_and_nothing_else() -> None:
    world = World(people=[{"email": "pia@example.com", "name": "Pia", "roles": ["problem-manager"]}])
    world.records[PRB] = Record(PRB, {"title": "t"}, ())
    incident_id, other = world.logged(), world.logged()
    assert world.do("pia", "link", incident_id, relation="problem", target=PRB).links == (("problem", PRB),)
    error = world.refusal("pia", "link", incident_id, relation="related", target=other)
    assert str(error) == (
        f"pia@example.com (roles: problem-manager, requestor) may not link {incident_id}. Who may: service-desk; "
        "support (own); incident-manager; problem-manager (problem, known-error and article only)."
    )
