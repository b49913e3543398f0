"""`problem candidates`: what is a cluster, what it costs, what is left out."""

from __future__ import annotations

from world import World

from itil_cli.process.calendars import build
from itil_cli.process.clock import clocks
from itil_cli.process.knowledge.candidates import Cluster, case_of, clusters

DONE = {"code": "fixed", "message": "Restarted"}


def resolved(world: World, title: str, **options: str) -> str:
    incident_id = world.accepted(title=title, **options)
    world.do("bob", "note", incident_id, message="Looked", minutes=20)
    world.do("bob", "resolve", incident_id, **DONE)
    return incident_id


def found(world: World) -> list[Cluster]:
    calendars = build(world.policy)
    seen = [world.see(incident_id) for incident_id in world.records if incident_id.startswith("INC")]
    return clusters(case_of(one, clocks(one, calendars, world.now)) for one in seen if not one.is_open)


def test_alike_in_service_category_and_words() -> None:
    world = World()
    one = resolved(world, "Search finds nothing", service="shop")
    two = resolved(world, "Shop search finds no books", service="shop")
    other = resolved(world, "Search finds nothing", service="intranet")
    away = resolved(world, "Checkout is slow", service="shop")
    got = found(world)
    assert [[case.id for case in cluster.cases] for cluster in got] == [[two, one], [other], [away]]
    assert (got[0].minutes, got[0].lost, got[0].missed) == (40, 0, 0)
    assert got[0].title in ("Search finds nothing", "Shop search finds no books")


def test_time_over_the_target_is_lost() -> None:
    world = World(targets={"P4": {"response": "1m", "resolution": "1m", "calendar": "always"}})
    resolved(world, "Search finds nothing")
    (cluster,) = found(world)
    assert (cluster.lost, cluster.missed) == (3 * 60, 1)


def test_children_no_faults_and_duplicates_are_left_out() -> None:
    world = World()
    parent, child = world.accepted(title="Search finds nothing"), world.logged(title="Search finds nothing")
    world.do("dana", "link", child, relation="child-of", target=parent)
    world.do("bob", "resolve", parent, **DONE)
    fault = world.accepted(title="Search finds nothing")
    world.do("bob", "resolve", fault, code="no-fault", message="Typed wrong")
    assert [[case.id for case in cluster.cases] for cluster in found(world)] == [[parent]]


def test_problems_that_are_linked_already_are_told() -> None:
    world = World()
    incident_id = world.accepted(title="Search finds nothing")
    world.do("bob", "resolve", incident_id, code="workaround", message="Restarted")
    (cluster,) = found(world)
    assert cluster.problems == world.see(incident_id).linked("problem") != ()
