"""Two histories become one (S16): random legal work on two to four branches, merged in every order."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import World

from itil_cli.errors import GitTrouble, ItilError
from itil_cli.process.clock import clocks
from itil_cli.process.events.fold import fold
from itil_cli.process.events.ordering import key, next_place, ordered, place_of
from itil_cli.process.incident import Event, Record
from itil_cli.process.merging.joint import fold_jointly, lost
from itil_cli.process.merging.merge import Merged, merge, merge_fields, voids
from itil_cli.process.merging.replay import Changed, Rules, replay

DAY, LINES = 86_400, 4


def lines(base: str, one: str, other: str) -> tuple[str, bool]:
    """A three-way merge for texts of as many lines: a line that both changed is a conflict."""
    rows = list(zip(base.split("\n"), one.split("\n"), other.split("\n"), strict=True))
    merged = [a if a == b or b == o else b if a == o else f"{a}|{b}" for o, a, b in rows]
    return "\n".join(merged), any("|" in row for row in merged)


class Dice:
    """Ids at random by seed, so that branches do not draw the same."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def letters(self, count: int) -> str:
        return "".join(self.pick.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(count))


ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("dana", "note", {"message": "seen"}),
    ("bob", "note", {"message": "seen too", "public": True}),
    ("dana", "tell", {"message": "We are on it."}),
    ("alice", "contact", {"message": "Any news?"}),
    ("alice", "contact", {"message": "Now!", "escalate": True}),
    ("dana", "classify", {"impact": "high", "urgency": "high", "message": "worse"}),
    ("dana", "classify", {"impact": "critical", "urgency": "critical", "message": "much worse"}),
    ("ines", "classify", {"impact": "low", "urgency": "low", "message": "not so bad"}),
    ("dana", "assign", {"group": "support"}),
    ("ines", "assign", {"group": "network"}),
    ("ines", "assign", {"group": "database"}),
    ("bob", "accept", {}),
    ("nora", "accept", {}),
    ("dana", "take", {}),
    ("ines", "return", {"message": "not ours"}),
    ("bob", "pend", {"reason": "awaiting-requestor", "message": "Which one?"}),
    ("bob", "resume", {}),
    ("bob", "resolve", {"code": "fixed", "message": "New roller."}),
    ("ines", "resolve", {"code": "workaround", "message": "Use the other.", "no_problem": "known"}),
    ("ines", "reopen", {"message": "It jams again."}),
    ("alice", "close", {}),
    ("ines", "close", {"confirmed_by": "alice"}),
    ("dana", "cancel", {"reason": "gone", "message": "gone"}),
    ("dana", "edit", {"title": "Printer burns"}),
    ("ines", "acknowledge", {}),
    ("max", "major accept", {"message": "All of it.", "criterion": "no-workaround"}),
    ("max", "major reject", {"message": "No."}),
    ("max", "major demote", {"message": "Over."}),
    ("max", "major update", {"message": "Still down."}),
    ("max", "resolve", {"code": "fixed", "message": "New switch."}),
    ("max", "major review", {"message": "Learned."}),
    ("max", "close", {}),
    ("max", "major handover", {"message": "No owner."}),
    ("ines", "sweep", {}),
    ("ines", "correct", {"impact": "medium", "message": "wrong"}),
]
KNOWLEDGE: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "PRB": [
        ("bob", "problem edit", {"title": "Worn rollers"}),
        ("ines", "problem accept", {}),
        ("ines", "problem reject", {"message": "One printer."}),
        ("ines", "problem investigate", {"message": "Dust."}),
        ("ines", "problem resolve", {"message": "Cleaned.", "resolve_incidents": True}),
        ("ines", "problem close", {}),
    ],
    "KE": [
        ("bob", "known-error edit", {"title": "Worn rollers"}),
        ("ines", "known-error publish", {}),
        ("ines", "known-error retire", {"message": "Cleaned."}),
    ],
    "KB": [
        ("bob", "article edit", {"title": "Rollers"}),
        ("bob", "article review", {}),
        ("ines", "article publish", {}),
        ("ines", "article retire", {"message": "Old."}),
    ],
}
LINKS = ("child-of", "related", "follows")


def work(world: World, seed: int, steps: int) -> None:
    """Legal commands at random, at random times; what is refused is not done."""
    pick = random.Random(seed)
    world.ids = Dice(seed)  # type: ignore[assignment]
    for _ in range(steps):
        world.now += pick.choice([0, -60, 30, 3600, DAY, 9 * DAY])
        ids = sorted(name for name in world.records if name.startswith("INC-"))
        incident_id, other = pick.choice(ids), pick.choice(ids)
        try:
            if pick.random() < 0.15:
                who, verb, options = "dana", "link", {"relation": pick.choice(LINKS), "target": other}
            elif pick.random() < 0.25:
                incident_id = pick.choice(sorted(name for name in world.records if not name.startswith("INC-")))
                who, verb, options = pick.choice(KNOWLEDGE[incident_id.partition("-")[0]])
            else:
                who, verb, options = pick.choice(ACTS)
            world.do(who, verb, incident_id, **options)
        except ItilError:
            world.now -= 60
            continue
        _by_hand(world, incident_id, pick)


def _by_hand(world: World, incident_id: str, pick: random.Random) -> None:
    """Now and then somebody changes a line of the description, or a field of his own."""
    record = world.records[incident_id]
    rows = record.description.split("\n")
    if pick.random() < 0.2 and len(rows) == LINES:
        rows[world.line] = f"line {world.line}, {pick.random()}"  # type: ignore[attr-defined]
        record = replace(record, description="\n".join(rows))
    if pick.random() < 0.2:
        record = replace(record, fields={**record.fields, "x-floor": pick.choice(["1", "2", "3"])})
    world.records[incident_id] = record


def fork(world: World, count: int) -> list[World]:
    """As many clones of the world; each writes into a line of its own."""
    branches = [copy.deepcopy(world) for _ in range(count)]
    for line, branch in enumerate(branches):
        branch.line = line  # type: ignore[attr-defined]
    return branches


def base_world(seed: int) -> World:
    world = World()
    first = world.logged()
    world.logged(impact="high", urgency="high")
    grave = world.accepted(impact="critical", urgency="critical")
    world.do("max", "major accept", grave, message="All tills.")
    world.do("bob", "problem new", title="Rollers wear out", incidents=(first,))
    world.do("bob", "known-error new", title="It jams", workaround="Turn it.")
    world.do("bob", "article new", title="Jams", description="Turn it.")
    for name, record in world.records.items():
        world.records[name] = replace(record, description="\n".join("abcd"[:LINES]))
    world.line = 0  # type: ignore[attr-defined]
    work(world, seed, 3)
    return world


def of(world: World) -> dict[str, Record]:
    return dict(world.records)


def incidents(records: Mapping[str, Record]) -> list[Record]:
    return [record for name, record in records.items() if name.startswith("INC-")]


def merged_in(order: Sequence[Mapping[str, Record]], base: Mapping[str, Record]) -> dict[str, Record]:
    """One after the other into the first."""
    whole = dict(order[0])
    for other in order[1:]:
        for name, record in other.items():
            whole[name] = merge(base.get(name), whole[name], record, lines).record if name in whole else record
    return whole


scenes = st.tuples(st.integers(0, 10**6), st.integers(2, 4), st.integers(1, 10))


def branches_of(scene: tuple[int, int, int]) -> tuple[dict[str, Record], list[dict[str, Record]]]:
    seed, count, steps = scene
    world = base_world(seed)
    branches = fork(world, count)
    for place, branch in enumerate(branches):
        work(branch, seed + 1000 * (place + 1), steps)
    return of(world), [of(branch) for branch in branches]


@settings(max_examples=60)
@given(scenes)
def test_s16_every_order_gives_the_same_record(scene: tuple[int, int, int]) -> None:
    base, branches = branches_of(scene)
    first = merged_in(branches, base)
    for order in permutations(branches):
        assert merged_in(order, base) == first


@settings(max_examples=60)
@given(scenes)
def test_s16_merging_is_associative(scene: tuple[int, int, int]) -> None:
    base, branches = branches_of(scene)
    one, other = branches[:2]
    third = branches[-1]
    right = merged_in([one, merged_in([other, third], base)], base)
    assert merged_in([merged_in([one, other], base), third], base) == right


@settings(max_examples=60)
@given(scenes)
def test_s16_merging_is_idempotent(scene: tuple[int, int, int]) -> None:
    base, branches = branches_of(scene)
    whole = merged_in(branches, base)
    for again in ([whole, whole], [whole, branches[0]], [branches[0], whole], [whole, base]):
        assert merged_in(again, base) == whole


@settings(max_examples=60)
@given(scenes)
def test_s16_no_event_is_dropped_and_all_stand_in_order(scene: tuple[int, int, int]) -> None:
    base, branches = branches_of(scene)
    for name, record in merged_in(branches, base).items():
        events = {event.n for branch in branches for event in branch[name].events} if name in base else set()
        assert events <= {event.n for event in record.events}
        assert list(record.events) == sorted(record.events, key=key)


@settings(max_examples=60)
@given(scenes)
def test_s16_what_a_branch_wrote_stands_in_that_order_too(scene: tuple[int, int, int]) -> None:
    """So that a merge only ever inserts (S17): older events are a subsequence of newer ones."""
    _, branches = branches_of(scene)
    for branch in branches:
        for record in branch.values():
            assert record.events == ordered(record.events)


@settings(max_examples=60)
@given(scenes)
def test_s16_verdicts_are_those_of_the_same_events_on_one_branch(scene: tuple[int, int, int]) -> None:
    base, branches = branches_of(scene)
    world = World()
    calendars = _calendars(world)
    for record in incidents(merged_in(branches, base)):
        incident = fold(record)
        counted = [event for event in record.events if event.n not in incident.voids]
        single = fold(Record(record.id, {}, tuple(counted)))
        assert single.voids == {}
        now = incident.last_at + 30 * DAY
        assert _verdicts(incident, calendars, now) == _verdicts(single, calendars, now)


def _calendars(world: World) -> Any:
    from itil_cli.process.time.calendars import build

    return build(world.policy)


def _verdicts(incident: Any, calendars: Any, now: int) -> list[Any]:
    return [(one.name, one.elapsed, one.verdict, one.breached_at, one.due) for one in clocks(incident, calendars, now)]


@settings(max_examples=100)
@given(scenes)
def test_s16_there_are_as_many_warnings_as_void_events(scene: tuple[int, int, int]) -> None:
    base, branches = branches_of(scene)
    for name, record in base.items():
        done = merge(record, branches[0][name], branches[1][name], lines)
        told = [warning for warning in done.warnings if " is void: " in warning]
        assert len(told) == len(done.voids) == len(voids(done.record))


@settings(max_examples=60)
@given(scenes)
def test_s16_a_link_that_is_void_on_one_side_is_void_on_both(scene: tuple[int, int, int]) -> None:
    base, branches = branches_of(scene)
    whole = merged_in(branches, base)
    jointly = fold_jointly(whole)
    for name, record in whole.items():
        for event in record.events:
            target = event.str("target")
            if event.do == "linked" and target in whole and any(one.n == event.n for one in whole[target].events):
                assert (event.n in jointly[name]) == (event.n in jointly[target])


# --- sentence by sentence


@pytest.fixture
def world() -> World:
    return World()


def merged(world: World, incident_id: str, *branches: World) -> Merged:
    one, other = (branch.records[incident_id] for branch in branches)
    done = merge(world.records[incident_id], one, other, lines)
    assert merge(world.records[incident_id], other, one, lines) == done
    return done


def two(world: World) -> tuple[World, World]:
    one, other = fork(world, 2)
    one.ids, other.ids = Dice(1), Dice(2)  # type: ignore[assignment]
    return one, other


def test_s16_both_resolved_the_earlier_counts(world: World) -> None:
    incident_id = world.accepted()
    one, other = two(world)
    other.now += 3600
    one.do("bob", "resolve", incident_id, code="fixed", message="one")
    other.do("ines", "resolve", incident_id, code="workaround", message="other", no_problem="none")
    done = merged(world, incident_id, one, other)
    late = other.records[incident_id].events[-1]
    assert (fold(done.record).code, done.record.fields["status"]) == ("fixed", "resolved")
    assert done.voids == {late.n: "resolved does not fit the status resolved"}
    assert done.warnings == (
        f"{late.n} (resolved by ines@example.com) is void: resolved does not fit the status resolved.",
    )


def test_s16_closed_by_the_clock_over_an_earlier_contact_the_close_is_void(world: World) -> None:
    incident_id = world.resolved()
    one, other = two(world)
    one.now += 9 * DAY
    one.do("ines", "sweep", incident_id)
    assert one.see(incident_id).status == "closed"
    other.now += 2 * DAY
    other.do("alice", "contact", incident_id, message="Not yet!")
    done = merged(world, incident_id, one, other)
    contact = other.records[incident_id].events[-1].n
    assert fold(done.record).status == "resolved"
    assert list(done.voids.values()) == [f"the contact {contact} waits for an answer"]


def test_s16_the_clock_closes_at_the_time_of_the_last_resolution(world: World) -> None:
    incident_id = world.resolved()
    one, other = two(world)
    one.now += 9 * DAY
    one.do("ines", "sweep", incident_id)
    other.now += 4 * DAY
    other.do("ines", "reopen", incident_id, message="again")
    other.do("bob", "accept", incident_id)
    other.do("bob", "resolve", incident_id, code="fixed", message="Now.")
    done = merged(world, incident_id, one, other)
    assert fold(done.record).status == "resolved"
    closes = fold(done.record).closes_at
    assert list(done.voids.values()) == [f"it closes at {closes}, not before"]


def test_s16_both_reassigned_the_later_holds(world: World) -> None:
    incident_id = world.logged()
    one, other = two(world)
    other.now += 60
    one.do("dana", "assign", incident_id, group="network")
    other.do("dana", "assign", incident_id, group="support")
    done = merged(world, incident_id, one, other)
    assert (done.record.fields["group"], done.voids, done.warnings) == ("support", {}, ())


def test_s16_both_changed_the_impact_the_later_holds_with_a_warning(world: World) -> None:
    incident_id = world.logged()
    one, other = two(world)
    other.now += 60
    one.do("dana", "classify", incident_id, impact="high", urgency="medium", message="more")
    other.do("ines", "classify", incident_id, impact="low", urgency="low", message="less")
    done = merged(world, incident_id, one, other)
    first, last = (branch.records[incident_id].events for branch in (one, other))
    names = (
        next(e.n for e in first[::-1] if e.do == "classified"),
        next(e.n for e in last[::-1] if e.do == "classified"),
    )
    assert done.record.fields["impact"] == "low"
    assert done.warnings == (
        f"both sides changed the impact: low ({names[1]}, ines@example.com) holds, "
        f"not high ({names[0]}, dana@example.com).",
    )


def test_s16_two_events_of_a_rule_with_one_cause_are_one_the_earlier(world: World) -> None:
    incident_id = world.accepted(impact="high", urgency="high")
    one, other = two(world)
    for branch, wait in ((one, 0), (other, 300)):
        branch.now += 7 * 3600 + wait
        branch.do("ines", "sweep", incident_id)
    done = merged(world, incident_id, one, other)
    first = [event for event in done.record.events if event.get("rule") == "threshold"]
    assert len(first) == 2 * len(done.voids) > 0
    assert [event.n in done.voids for event in first] == [False] * len(done.voids) + [True] * len(done.voids)
    assert all(why.endswith("says so already") for why in done.voids.values())


def test_s16_two_classifications_to_p1_tell_the_incident_manager_once(world: World) -> None:
    incident_id = world.logged()
    one, other = two(world)
    for branch in (one, other):
        branch.now += 60 if branch is other else 0
        branch.do("dana", "classify", incident_id, impact="critical", urgency="critical", message="all of it")
    done = merged(world, incident_id, one, other)
    told = [event for event in done.record.events if event.get("rule") == "P11" and event.n not in done.voids]
    assert len(told) == 1
    proposed = [event for event in done.record.events if event.do == "major-proposed" and event.n not in done.voids]
    assert len(proposed) == 1


def test_s16_of_two_links_to_a_parent_the_first_wins_and_the_other_is_void_on_both_sides(world: World) -> None:
    child, first, second = world.logged(), world.logged(), world.logged()
    one, other = two(world)
    other.now += 60
    one.do("dana", "link", child, relation="child-of", target=first)
    other.do("dana", "link", child, relation="child-of", target=second)
    whole = merged_in([of(one), of(other)], of(world))
    n = other.records[second].events[-1].n
    assert fold(whole[child]).parent == first
    jointly = fold_jointly(whole)
    assert jointly[child] == {n: "it has a parent already"}
    assert jointly[second] == {n: f"it has a parent already ({child})"}
    assert fold(whole[second], jointly[second]).children == ()
    assert [(one.holder, one.event.n) for one in lost(whole)] == [(second, n)]


def test_s16_two_events_that_drew_one_name_stay_both(world: World) -> None:
    incident_id = world.logged()
    one, other = fork(world, 2)  # with the same letters
    one.do("dana", "note", incident_id, message="one")
    other.do("bob", "note", incident_id, message="other")
    done = merged(world, incident_id, one, other)
    noted = [event for event in done.record.events if event.do == "noted"]
    assert {event.text for event in noted} == {"one", "other"} and len({event.n for event in noted}) == 2
    again = merge(world.records[incident_id], done.record, other.records[incident_id], lines)
    assert [event.text for event in again.record.events if event.do == "noted"] == [event.text for event in noted]


def test_s16_a_redaction_on_one_side_holds(world: World) -> None:
    incident_id = world.logged()
    world.do("dana", "note", incident_id, message="secret")
    one, other = two(world)
    record = one.records[incident_id]
    one.records[incident_id] = replace(
        record, events=(*record.events[:-1], replace(record.events[-1], text="[redacted]"))
    )
    other.do("dana", "note", incident_id, message="more")
    done = merged(world, incident_id, one, other)
    assert [event.text for event in done.record.events if event.do == "noted"] == ["[redacted]", "more"]


def test_s16_a_conflict_is_only_ever_in_the_description(world: World) -> None:
    incident_id = world.logged(description="zero\none")
    one, other = two(world)
    for branch, text in ((one, "zero\na"), (other, "zero\nb")):
        branch.do("dana", "edit", incident_id, description=text)
    done = merged(world, incident_id, one, other)
    assert done.conflict and done.record.description == "zero\na|b"
    assert [event.do for event in done.record.events][-2:] == ["edited", "edited"]


def test_s16_two_incidents_of_one_id_are_not_merged(world: World) -> None:
    incident_id = world.logged()
    other = World()
    other.ids = Dice(1)  # type: ignore[assignment]
    stranger = other.logged()
    record = replace(other.records[stranger], id=incident_id)
    with pytest.raises(GitTrouble, match="drew the id") as found:
        merge(None, world.records[incident_id], record, lines)
    assert found.value.code == "same-id"


@pytest.mark.parametrize(
    ("base", "one", "other", "merged", "both"),
    [
        ({"a": 1}, {"a": 1}, {"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}, []),
        ({"a": 1}, {}, {"a": 1}, {}, []),
        ({"a": 1}, {}, {"a": 2}, {"a": 2}, ["a"]),
        ({}, {"a": [1]}, {"b": {"c": "d"}}, {"a": [1], "b": {"c": "d"}}, []),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}, ["a"]),
        ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}, []),
    ],
)  # fmt: skip
def test_s16_a_field_that_no_event_knows_is_merged_as_a_value(
    base: dict[str, Any], one: dict[str, Any], other: dict[str, Any], merged: dict[str, Any], both: list[str]
) -> None:
    assert merge_fields(base, one, other) == (merged, both) == merge_fields(base, other, one)


def test_problems_merge_the_same_way() -> None:
    def problem(*more: Event) -> Record:
        first = Event(1, "dana@example.com", "1-aaaa", "proposed", {})
        return Record("PRB-20260309-00001", {"title": "t"}, (first, *more))

    one = problem(Event(5, "ines@example.com", "2-bbbb", "accepted", {}))
    other = problem(Event(3, "ines@example.com", "2-cccc", "rejected", {}))
    done = merge(problem(), one, other, lines)
    assert done.record.fields == {"title": "t", "status": "rejected"}
    assert done.voids == {"2-bbbb": "accepted does not fit the status rejected"}


def test_of_two_edits_of_a_known_error_the_later_holds() -> None:
    def known(title: str, *more: Event) -> Record:
        first = Event(1, "bob@example.com", "1-aaaa", "drafted", {})
        return Record("KE-20260309-00001", {"title": title}, (first, *more))

    one = known("z", Event(3, "bob@example.com", "2-bbbb", "edited", {"title": "z"}))
    other = known("a", Event(5, "dana@example.com", "2-cccc", "edited", {"title": "a"}))
    assert merge(known("t"), one, other, lines).record.fields == {"title": "a", "status": "draft"}
    assert merge(known("t"), other, one, lines).record.fields == {"title": "a", "status": "draft"}


def test_in_a_sync_an_edit_that_does_not_stand_changes_no_header() -> None:
    first = Event(1, "bob@example.com", "1-aaaa", "drafted", {})
    before = Record("KE-20260309-00001", {"title": "t", "status": "draft"}, (first,))
    edit = Event(5, "bob@example.com", "2-bbbb", "edited", {"title": "z"})
    mine = replace(before, fields={**before.fields, "title": "z"}, events=(first, edit))
    retired = Event(3, "ines@example.com", "2-cccc", "retired", {}, "Mended.")
    theirs = replace(before, fields={**before.fields, "status": "retired"}, events=(first, retired))
    rules = Rules(9, lambda at: False, lines, lambda record, n: True, lambda record, n: True)
    done = replay({before.id: Changed(before, mine, theirs)}, rules)
    assert [(void.n, void.why) for void in done.voids] == [("2-bbbb", "edited does not fit the status retired")]
    assert done.records[before.id].fields == {"title": "t", "status": "retired"}
    noted = Event(3, "ines@example.com", "2-cccc", "noted", {}, "Seen.")
    stands = replay({before.id: Changed(before, mine, replace(before, events=(first, noted)))}, rules)
    assert stands.records[before.id].fields == {"title": "z", "status": "draft"}


def test_a_new_event_is_named_behind_all_that_its_record_holds() -> None:
    def event(n: str) -> Event:
        return Event(1, "a@x", n, "noted")

    assert [next_place([]), next_place([event("1-a")]), next_place([event("1-a"), event("7-b")])] == [1, 2, 8]
    assert [place_of("12-ab"), place_of("first"), place_of("-x")] == [12, 0, 0]


def test_a_spread_is_named_behind_what_parent_and_child_hold(world: World) -> None:
    parent, child = world.logged(), world.accepted()
    world.do("dana", "link", child, relation="child-of", target=parent)
    world.do("bob", "pend", child, reason="awaiting-requestor", message="Which?")
    world.do("dana", "assign", parent, group="support")
    world.do("bob", "accept", parent)
    world.do("bob", "resolve", parent, code="fixed", message="Done.")
    for record in (world.records[parent], world.records[child]):
        assert record.events == ordered(record.events)
        assert fold(record).status == "resolved" and fold(record).voids == {}
