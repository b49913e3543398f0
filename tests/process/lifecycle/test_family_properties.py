"""Parent and child under any sequence of commands (P03, S11): what never comes about."""

from __future__ import annotations

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
STEPS = st.one_of(
    st.tuples(st.just("link"), PLACES, PLACES),
    st.tuples(st.just("unlink"), PLACES, PLACES),
    st.tuples(st.sampled_from(["resolve", "reopen", "close", "cancel", "accept", "major accept"]), PLACES, PLACES),
)
OPTIONS: dict[str, dict[str, Any]] = {
    "resolve": {"code": "fixed", "message": "Done"},
    "reopen": {"message": "Again"},
    "close": {"confirmed_by": "alice"},
    "cancel": {"reason": "gone", "message": "Gone"},
    "accept": {},
    "major accept": {"message": "All shops", "criterion": "security", "impact": "critical", "urgency": "critical"},
}


def lively() -> tuple[World, list[str]]:
    everything = {
        "email": "una@example.com",
        "name": "Una",
        "roles": ["service-desk", "support", "incident-manager", "major-incident-manager"],
        "groups": ["support"],
    }
    world = World(people=[everything], major={"review-before-close": False})
    ids = [world.accepted() for _ in range(COUNT)]
    return world, ids


def do(world: World, ids: list[str], step: tuple[str, int, int]) -> bool:
    """Whether the command was carried out; a refusal changes nothing."""
    verb, one, other = step
    options = dict(OPTIONS.get(verb, {}))
    if verb in ("link", "unlink"):
        options = {"relation": "child-of", "target": ids[other]}
    before = dict(world.records)
    try:
        world.do("una", verb, ids[one], **options)
    except ItilError:
        assert world.records == before
        return False
    return True


def all_of(world: World) -> dict[str, Incident]:
    return {record_id: fold(record) for record_id, record in world.records.items()}


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
            assert parent == ids[step[1]], "only a parent's act spreads"
            assert event.do in ("resolved", "reopened") and event.str("rule") == f"by-parent: {parent}"
            assert event.n == next(act.n for act in reversed(after[parent].events) if act.do == event.do)
            assert event.do == "reopened" or (event.get("kind") == "by-parent" and event.get("public") is True)


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=14))
def test_s11_no_parent_is_canceled_over_open_children(steps: list[tuple[str, int, int]]) -> None:
    world, ids = lively()
    for step in steps:
        before = all_of(world)
        done = do(world, ids, step)
        waiting = [child for child in before[ids[step[1]]].children if before[child].status in OPEN]
        assert not (step[0] == "cancel" and waiting and done)


@settings(max_examples=60)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_s2_the_summary_in_the_file_is_the_fold_after_any_sequence(steps: list[tuple[str, int, int]]) -> None:
    world, ids = lively()
    for step in steps:
        do(world, ids, step)
    for record in world.records.values():
        assert record.fields == fold(replace(record)).fields()
