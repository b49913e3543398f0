"""Parent and child under any sequence of commands (P03, S11): what never comes about."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from world import World

from itil_cli.errors import ItilError
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import OPEN, Incident

COUNT = 4
PLACES = st.integers(0, COUNT - 1)
PAIRED = ("link", "unlink", "duplicate")
ALONE = (
    "resolve", "reopen", "close", "cancel", "accept", "pend", "resume", "major accept", "major demote", "problem resolve",
)  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("link"), PLACES, PLACES),
    st.tuples(st.sampled_from(PAIRED), PLACES, PLACES),
    st.tuples(st.sampled_from(ALONE), PLACES, PLACES),
)
OPTIONS: dict[str, dict[str, Any]] = {
    "resolve": {"code": "fixed", "message": "Done"},
    "reopen": {"message": "Again"},
    "close": {"confirmed_by": "alice"},
    "cancel": {"reason": "gone", "message": "Gone"},
    "accept": {},
    "pend": {"reason": "awaiting-problem", "message": "Tonight"},
    "resume": {},
    "major demote": {"message": "One shop only"},
    "problem resolve": {"message": "New backup", "resolve_incidents": True},
    "major accept": {"message": "All shops", "criterion": "security", "impact": "critical", "urgency": "critical"},
}


def lively() -> tuple[World, list[str]]:
    everything = {
        "email": "una@example.com",
        "name": "Una",
        "roles": ["service-desk", "support", "incident-manager", "major-incident-manager", "problem-manager"],
        "groups": ["support"],
    }
    world = World(people=[everything], major={"review-before-close": False})
    ids = [world.accepted() for _ in range(COUNT)]
    world.do("una", "problem accept", world.do("una", "problem new", title="Locked index").id)
    return world, ids


def do(world: World, ids: list[str], step: tuple[str, int, int]) -> bool:
    """Whether the command was carried out; a refusal changes nothing."""
    verb, one, other = step
    options, record = dict(OPTIONS.get(verb, {})), ids[one]
    problem = next(name for name in world.records if name.startswith("PRB-"))
    if verb in PAIRED:
        options = {"relation": "duplicate-of" if verb == "duplicate" else "child-of", "target": ids[other]}
        verb = "unlink" if verb == "unlink" else "link"
    elif verb == "pend":
        options["ref"] = problem
    elif verb == "problem resolve":
        record = problem
    before = dict(world.records)
    try:
        world.do("una", verb, record, **options)
    except ItilError:
        assert world.records == before
        return False
    return True


def all_of(world: World) -> dict[str, Incident]:
    return {name: fold(record) for name, record in world.records.items() if name.startswith("INC-")}


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=14))
def test_p03_no_sequence_gives_a_grandchild_a_cycle_or_a_one_sided_link(steps: list[tuple[str, int, int]]) -> None:
    world, ids = lively()
    for step in steps:
        do(world, ids, step)
        seen = all_of(world)
        for one in seen.values():
            assert not (one.parent and one.children), "a grandchild"
            assert one.parent != one.id
            assert one.parent is None or one.id in seen[one.parent].children
            assert all(seen[child].parent == one.id for child in one.children)
            assert not (one.parent and one.major == "accepted")
            assert one.voids == {}


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=14))
def test_p03_no_child_is_resolved_or_reopened_silently(steps: list[tuple[str, int, int]]) -> None:
    world, ids = lively()
    for step in steps:
        before = all_of(world)
        done = do(world, ids, step)
        after = all_of(world)
        for one in ids:
            if not done or one == ids[step[1]] or before[one].status == after[one].status:
                continue
            event = after[one].events[-1]
            parent = before[one].parent
            if step[0] == "problem resolve" and event.get("kind") == "by-problem":
                assert before[one].reason == "awaiting-problem"
                continue
            assert parent is not None
            assert parent == ids[step[1]] or after[parent].kind == "by-problem", "only a parent's act spreads"
            assert event.do in ("resolved", "reopened") and event.str("rule") == f"by-parent: {parent}"
            assert event.n == next(act.n for act in reversed(after[parent].events) if act.do == event.do)
            assert event.do == "reopened" or (event.get("kind") == "by-parent" and event.get("public") is True)


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=14))
def test_s11_no_parent_is_canceled_over_open_children_nor_made_a_duplicate(steps: list[tuple[str, int, int]]) -> None:
    world, ids = lively()
    for step in steps:
        before = all_of(world)
        done = do(world, ids, step)
        waiting = [child for child in before[ids[step[1]]].children if before[child].status in OPEN]
        assert not (step[0] in ("cancel", "duplicate") and waiting and done)


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=14))
def test_p03_a_resolved_parent_has_no_open_child_but_those_reopened_or_detached_since(
    steps: list[tuple[str, int, int]],
) -> None:
    world, ids = lively()
    for step in steps:
        done = do(world, ids, step)
        if not (done and step[0] in ("resolve", "problem resolve")):
            continue
        seen = all_of(world)
        problem = next(name for name in world.records if name.startswith("PRB-"))
        acts = {event.n for name in (ids[step[1]], problem) for event in world.records[name].events[-1:]}
        for parent in (one for one in seen.values() if one.resolved_n in acts and one.status == "resolved"):
            for child in parent.children:
                assert seen[child].status not in OPEN or seen[child].reopened_since


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=14))
def test_s12_a_child_is_no_major_incident_and_what_is_over_is_never_accepted(steps: list[tuple[str, int, int]]) -> None:
    world, ids = lively()
    for step in steps:
        before = all_of(world)
        done = do(world, ids, step)
        one = before[ids[step[1]]]
        if step[0] == "major accept" and done:
            assert one.parent is None and one.is_open and one.major != "accepted"
        if step[0] == "major demote" and done:
            assert one.major == "accepted"


def test_the_walks_get_everywhere() -> None:
    """What the properties above say nothing about would hold of walks that never leave the beginning, too."""
    pick, seen = random.Random(7), set[str]()
    wanted = {f"{name} {end}" for name in (*PAIRED, *ALONE) for end in ("done", "refused")}
    wanted |= {"resolved by-parent", "reopened by-parent", "resolved by-problem"}
    for _ in range(250):
        if seen >= wanted:
            break
        world, ids = lively()
        for _ in range(14):
            step = (pick.choice(("link", *PAIRED, *ALONE)), pick.randrange(COUNT), pick.randrange(COUNT))
            seen.add(f"{step[0]} {'done' if do(world, ids, step) else 'refused'}")
            for one in all_of(world).values():
                rule = one.events[-1].str("rule") or ""
                seen.add(f"{one.events[-1].do} {rule.partition(':')[0]}" if rule.startswith("by-") else "")
    assert seen >= wanted


@settings(max_examples=60)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_s2_the_summary_in_the_file_is_the_fold_after_any_sequence(steps: list[tuple[str, int, int]]) -> None:
    world, ids = lively()
    for step in steps:
        do(world, ids, step)
    for record in world.records.values():
        if record.id.startswith("INC-"):
            assert record.fields == fold(replace(record)).fields()
