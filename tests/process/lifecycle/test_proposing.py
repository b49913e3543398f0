"""What proposes a major incident by itself (S12, `major.propose` and `major.propose-on`)."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

SERVICES = {"payments": {"criticality": "critical"}, "vpn": {"criticality": "high"}}


def world_with(**rules: Any) -> World:
    period = {"from": "2026-03-09", "to": "2026-03-10", "why": "month end"}
    return World(services=SERVICES, major={"propose": [], "propose-on": rules, "critical-periods": [period]})


def proposal(world: World, incident_id: str) -> tuple[str | None, str | None] | None:
    found = [event for event in world.records[incident_id].events if event.do == "major-proposed"]
    return (found[0].str("rule"), found[0].str("criterion")) if found else None


def test_nothing_but_the_priority_proposes_unless_the_policy_says_so() -> None:
    world = World(services=SERVICES)
    parent = world.logged(service="payments", impact="high", urgency="high")
    for _ in range(5):
        world.do("dana", "link", world.logged(), relation="child-of", target=parent)
    assert proposal(world, parent) is None


def test_so_many_children_propose_their_parent_once() -> None:
    world = world_with(children=2)
    parent = world.logged()
    world.do("dana", "link", world.logged(), relation="child-of", target=parent)
    assert proposal(world, parent) is None
    world.do("dana", "link", world.logged(), relation="child-of", target=parent)
    assert proposal(world, parent) == ("major.propose-on.children", "many-customers")
    assert f"{parent} is proposed as a major incident (major.propose-on.children)." in world.notes()
    world.do("max", "major reject", parent, message="Two tills")
    world.do("dana", "link", world.logged(), relation="child-of", target=parent)
    assert world.see(parent).major == "rejected"


@pytest.mark.parametrize(
    ("service", "impact", "expected"),
    [
        ("payments", "high", ("major.propose-on.criticality", "critical-service")),
        ("payments", "critical", ("major.propose-on.criticality", "critical-service")),
        ("payments", "medium", None),
        ("vpn", "high", None),
    ],
)
def test_high_impact_on_a_service_of_that_criticality(
    service: str, impact: str, expected: tuple[str, str] | None
) -> None:
    world = world_with(criticality=["critical"])
    assert proposal(world, world.logged(service=service, impact=impact)) == expected


@pytest.mark.parametrize(
    ("day", "impact", "expected"),
    [
        ("2026-03-09T23:30:00Z", "high", ("major.propose-on.critical-period", "critical-period")),
        ("2026-03-08T23:30:00Z", "high", ("major.propose-on.critical-period", "critical-period")),  # Paris is ahead
        ("2026-03-08T22:30:00Z", "high", None),
        ("2026-03-10T23:30:00Z", "high", None),
        ("2026-03-10T12:00:00Z", "medium", None),
    ],
)
def test_p1_and_p2_in_a_critical_period(day: str, impact: str, expected: tuple[str, str] | None) -> None:
    world = world_with(**{"critical-period": True})
    world.at(day)
    assert proposal(world, world.logged(impact=impact, urgency="high")) == expected


def test_a_criterion_that_the_policy_took_out_is_not_named() -> None:
    world = World(major={"propose": [], "propose-on": {"children": 1}, "criteria": {"many-customers": "off"}})
    parent = world.logged()
    world.do("dana", "link", world.logged(), relation="child-of", target=parent)
    assert proposal(world, parent) == ("major.propose-on.children", None)
