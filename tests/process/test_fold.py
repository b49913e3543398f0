"""State is a fold (S2): it never raises, void events change nothing, and corrections are read from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itil_cli.process.events.fold import corrected, fold
from itil_cli.process.incident import SUMMARY, Event, Incident, Record
from itil_cli.process.transitions import ROWS

INC = "INC-20260309-00001"
KINDS = sorted({row.do for row in ROWS})

words = st.sampled_from(["support", "network", "bob@example.com", "P1", "P9", "high", "resolved", "pending", "", "4h"])
targets = st.sampled_from([f"INC-20260309-0000{digit}" for digit in range(1, 5)])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | words | targets,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    "group", "to", "status", "impact", "urgency", "priority", "category", "rule", "kind", "code", "reason",
    "pauses", "until", "event", "set", "watchers", "cis", "owner", "requestor", "title", "times", "public",
    "escalation", "for-decision", "confirmed-by", "unverified", "verified", "from", "response", "assignee",
)  # fmt: skip
plain = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)
links = st.fixed_dictionaries(
    {
        "relation": st.sampled_from(["child-of", "parent-of", "problem", "related", "duplicate-of"]) | values,
        "target": targets | values,
    }
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Any sequence of events, most of which do not fit; now and then two of one name."""
    events, at = [], 1_000_000
    for place in range(draw(st.integers(0, 14))):
        do = draw(st.sampled_from([*KINDS, "invented"]))
        at += draw(st.integers(-10, 1000))
        data = draw(links if do in ("linked", "unlinked") else plain)
        name = f"{draw(st.integers(0, place)) if draw(st.integers(0, 9)) == 0 else place}-aaaa"
        events.append(Event(at, draw(words), name, do, data))
    first = [Event(1_000_000, "dana@example.com", "first", "logged", {"group": "service-desk", "title": "t"})]
    return tuple(first * draw(st.integers(0, 1)) + events)


def state(incident: Incident) -> dict[str, Any]:
    """Everything but the events themselves, as written and as corrected, and what is void."""
    known = asdict(incident)
    return {name: known[name] for name in known if name not in ("events", "written", "voids")}


def folded(events: Sequence[Event]) -> Incident:
    return fold(Record(INC, {}, tuple(events)))


@given(histories())
def test_the_fold_never_raises(events: tuple[Event, ...]) -> None:
    incident = folded(events)
    assert len(incident.events) == len(events)
    assert set(incident.voids) <= {event.n for event in events}
    assert set(incident.fields()) <= Incident.known() == set(SUMMARY)


@given(histories())
def test_void_events_change_nothing(events: tuple[Event, ...]) -> None:
    incident = folded(events)
    seen: set[str] = set()
    fitting = []
    for event in events:
        duplicate = event.n in seen
        seen.add(event.n)
        # Of two events with one name the first may fit; that the second is void says nothing about it.
        if not duplicate and (event.n not in incident.voids or incident.voids[event.n] == "its name stands twice"):
            fitting.append(event)
    assert state(folded(fitting)) == state(incident)


@given(histories(), st.integers(0, 15))
def test_a_longer_history_goes_on_from_the_state_of_the_shorter(events: tuple[Event, ...], cut: int) -> None:
    events = tuple(event for event in events if event.do != "corrected")
    before, whole = folded(events[:cut]), folded(events)
    names = {event.n for event in events[:cut]}
    assert {n: why for n, why in whole.voids.items() if n in names and why != "its name stands twice"} == {
        n: why for n, why in before.voids.items() if why != "its name stands twice" and whole.voids[n] == why
    }
    if len(before.voids) == cut:  # nothing fitted: as if it were not there
        rest = [event for event in events[cut:] if event.n not in names]
        assert state(folded(rest))["status"] == whole.status


@given(histories())
def test_folding_twice_gives_the_same(events: tuple[Event, ...]) -> None:
    incident = folded(events)
    again = fold(Record(INC, incident.fields(), events))
    assert again.fields() == incident.fields() and again.voids == incident.voids


# Corrections.

LOGGED = Event(1, "dana@example.com", "1-a", "logged", {"title": "t", "group": "service-desk"})
HIGH = Event(2, "dana@example.com", "2-a", "classified", {"impact": "high", "urgency": "high", "priority": "P2"})


def correction(n: str, event: str, **values: Any) -> Event:
    return Event(9, "ines@example.com", n, "corrected", {"event": event, "set": values})


def test_s5_a_correction_changes_what_an_earlier_event_says() -> None:
    incident = folded([LOGGED, HIGH, correction("3-a", "2-a", impact="low", priority="P4")])
    assert (incident.impact, incident.urgency, incident.priority) == ("low", "high", "P4")
    assert incident.highest_priority == "P4"
    assert [event.do for event in incident.events] == ["logged", "classified", "corrected"]


def test_the_last_correction_of_a_field_counts() -> None:
    events = [LOGGED, HIGH, correction("3-a", "2-a", impact="low"), correction("4-a", "2-a", impact="medium")]
    assert folded(events).impact == "medium"


def test_the_events_themselves_stay_as_they_are() -> None:
    corrected((LOGGED, HIGH, correction("3-a", "2-a", impact="low")))
    assert HIGH.get("impact") == "high"


@pytest.mark.parametrize(
    "strange", [{"event": "9-z", "set": {"impact": "low"}}, {"event": "2-a", "set": ["impact"]}, {"event": 2}, {}]
)
def test_a_correction_of_nothing_changes_nothing(strange: dict[str, Any]) -> None:
    events = (LOGGED, HIGH, Event(9, "ines@example.com", "3-a", "corrected", strange))
    assert corrected(events) == events


def test_s16_a_correction_that_is_void_changes_nothing() -> None:
    second = replace(correction("2-a", "2-a", impact="low"))
    incident = folded([LOGGED, HIGH, second])
    assert incident.impact == "high" and incident.voids == {"2-a": "its name stands twice"}


# Why an event is void.


def follow(*more: tuple[str, dict[str, Any]]) -> Incident:
    """A logged incident and then these events, named 2, 3, …"""
    return folded(
        [LOGGED, *(Event(at, "dana@example.com", str(at), do, data) for at, (do, data) in enumerate(more, start=2))]
    )


RESOLVED = [("assigned", {"group": "support"}), ("accepted", {}), ("resolved", {"code": "fixed", "kind": "permanent"})]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ([("logged", {})], "it is logged already"),
        ([("flown", {})], "this version knows no event 'flown'"),
        ([("accepted", {})], "accepted does not fit the status new"),
        ([("assigned", {"group": "support"}), ("resolved", {"kind": "permanent"})], "resolved does not fit the status assigned"),
        ([*RESOLVED, ("resolved", {})], "resolved does not fit the status resolved"),
        ([*RESOLVED, ("linked", {"relation": "child-of", "target": "P"})], "linked does not fit the status resolved"),
        ([*RESOLVED, ("linked", {"relation": ["problem"], "target": "P"})], "linked does not fit the status resolved"),
        ([("linked", {"relation": "child-of", "target": "P"})] * 2, "it has a parent already"),
        (
            [("linked", {"relation": "parent-of", "target": "C"}), ("linked", {"relation": "child-of", "target": "P"})],
            "it has children",
        ),
        (
            [("linked", {"relation": "child-of", "target": "P"}), ("linked", {"relation": "parent-of", "target": "C"})],
            "it is a child itself",
        ),
        (
            [*RESOLVED, ("contacted", {}), ("closed", {"rule": "auto-close"})],
            "the contact 5 waits for an answer",
        ),
    ],
)  # fmt: skip
def test_s16_an_event_that_does_not_fit_is_void_and_says_why(more: list[tuple[str, dict[str, Any]]], why: str) -> None:
    incident = follow(*more)
    assert incident.voids == {str(len(more) + 1): why}


def test_s16_a_close_by_the_clock_over_an_earlier_contact_is_void_and_one_that_is_confirmed_is_not() -> None:
    assert follow(*RESOLVED, ("contacted", {}), ("closed", {"rule": "auto-close"})).status == "resolved"
    confirmed = {"rule": "contact", "confirmed-by": "alice@example.com"}
    assert follow(*RESOLVED, ("contacted", {}), ("closed", confirmed)).status == "closed"
    answered = [("contacted", {}), ("told", {"public": True}), ("closed", {"rule": "auto-close"})]
    assert follow(*RESOLVED, *answered).status == "closed"


def test_a_link_to_knowledge_fits_at_any_status_and_so_does_one_that_another_incident_makes() -> None:
    for relation in ("problem", "known-error", "article", "follows", "followed-by", "duplicated-by", "related"):
        seen = follow(*RESOLVED, ("linked", {"relation": relation, "target": "X"}))
        assert seen.linked(relation) == ("X",), relation


def test_s11_a_child_may_leave_a_parent_that_is_resolved_by_now() -> None:
    child = ("linked", {"relation": "parent-of", "target": "C"})
    gone = ("unlinked", {"relation": "parent-of", "target": "C"})
    assert follow(child, *RESOLVED, gone).children == ()


def test_s16_two_reassignments_the_later_holds() -> None:
    seen = follow(("assigned", {"group": "support"}), ("assigned", {"group": "network"}))
    assert (seen.group, seen.voids) == ("network", {})


def test_what_no_event_has_set_is_taken_from_the_header() -> None:
    header = {"title": "by hand", "service": "vpn", "cis": ["a", 3, "b"], "tenant": 7, "priority": "P1"}
    incident = fold(Record(INC, header, (replace(LOGGED, data={"group": "service-desk"}),)))
    assert (incident.title, incident.service, incident.cis) == ("by hand", "vpn", ("a", "b"))
    assert (incident.tenant, incident.priority) == (None, None)


def test_an_event_wins_over_the_header() -> None:
    assert fold(Record(INC, {"title": "by hand"}, (LOGGED,))).title == "t"


def test_s13_a_reopening_starts_anew() -> None:
    repeat = ("escalated", {"to": "incident-manager", "trigger": "repeat"})
    seen = follow(("contacted", {}), repeat, *RESOLVED, ("reopened", {"group": "support"}))
    assert (seen.contacts, seen.escalations) == (1, [])


def test_s14_the_derived_counts() -> None:
    seen = follow(
        ("classified", {"category": "network", "priority": "P3"}),
        ("assigned", {"group": "support"}),
        ("assigned", {"group": "support", "to": "bob@example.com"}),
        ("assigned", {"group": "network"}),
        ("contacted", {}),
        ("recurred", {}),
        ("recurred", {"times": 4}),
        ("classified", {"category": "network", "priority": "P1"}),
        ("classified", {"category": "network", "priority": "P4"}),
        ("accepted", {}),
        ("resolved", {"category": "data", "code": "fixed"}),
        ("reopened", {"group": "network"}),
    )
    assert (seen.reassignments, seen.contacts, seen.recurrences, seen.reopens) == (1, 1, 5, 1)
    assert (seen.highest_priority, seen.priority) == ("P1", "P4")
    assert (seen.category_opened, seen.category) == ("network", "data")
    assert seen.groups_held == ("support", "network")


def test_s17_an_imported_row_sets_the_state_whatever_it_was() -> None:
    seen = follow(
        ("imported", {"status": "closed", "forbidden": "R2"}),
        ("imported", {"status": "in-progress", "group": "network", "assignee": "bob@example.com"}),
        ("imported", {"status": "pending", "reason": "awaiting-vendor", "pauses": ["ola"]}),
    )
    assert (seen.status, seen.group, seen.assignee, seen.reason, seen.pauses) == (
        "pending",
        "network",
        "bob@example.com",
        "awaiting-vendor",
        ("ola",),
    )
    assert seen.imported and seen.voids == {}
