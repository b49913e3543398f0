"""`problem candidates`: what is a cluster, what it costs, what is left out."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from hypothesis import given
from hypothesis import strategies as st
from world import World

from itil_cli.process.clock import clocks
from itil_cli.process.knowledge.candidates import LIKE, Cluster, Firsts, Resolved, case_of, clusters
from itil_cli.process.summary import summary
from itil_cli.process.time.calendars import build

DONE = {"code": "fixed", "message": "Restarted"}


def resolved(world: World, title: str, **options: str) -> str:
    incident_id = world.accepted(title=title, **options)
    world.do("bob", "note", incident_id, message="Looked", minutes=20)
    world.do("bob", "resolve", incident_id, **DONE)
    return incident_id


def found(world: World) -> list[Cluster]:
    calendars = build(world.policy)
    seen = [world.see(incident_id) for incident_id in world.records if incident_id.startswith("INC")]
    return clusters(case_of(summary(one), clocks(one, calendars, world.now)) for one in seen if not one.is_open)


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


def test_the_first_are_those_with_the_most_incidents_time_or_loss() -> None:
    def some(count: int, title: str, minutes: int, lost: int) -> list[Resolved]:
        at = {"Search": 0, "Checkout": 100, "Voucher": 200}[title]
        return [replace(case(at + n, title), minutes=minutes, lost=lost) for n in range(count)]

    cases = [*some(3, "Search", 5, 0), *some(2, "Checkout", 60, 0), *some(2, "Voucher", 0, 900)]
    first = {by: clusters(cases, by)[0].title for by in ("count", "minutes", "lost")}
    assert first == {"count": "Search", "minutes": "Checkout", "lost": "Voucher"}


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


# how titles are grouped


def case(number: int, title: str, at: int = 0) -> Resolved:
    return Resolved(f"INC-{number:03}", title, "shop", "application/x", 0, 0, False, at, (), counts=True)


def grouped(*titles: str) -> list[list[str]]:
    found = clusters(case(number, title, -number) for number, title in enumerate(titles))
    return [[one.title for one in cluster.cases] for cluster in found]


def test_equal_titles_are_together_and_numbers_that_nobody_shares_say_nothing() -> None:
    assert grouped("Order 4711 fails", "Order 4712 fails", "Mail is late", "Order 4711 fails") == [
        ["Order 4711 fails", "Order 4712 fails", "Order 4711 fails"],
        ["Mail is late"],
    ]


def test_what_all_titles_say_makes_nothing_alike() -> None:
    """Chains of neighbours that have ever less in common are no cluster."""
    titles = [f"Ticket of portal: {word}" for word in ("login", "basket", "search", "invoice", "export", "print")]
    assert grouped(*titles) == [[title] for title in titles]


def test_a_cluster_is_what_is_like_its_first() -> None:
    assert grouped("red green blue", "green blue yellow", "blue yellow white", "black") == [
        ["red green blue", "green blue yellow"],
        ["blue yellow white"],
        ["black"],
    ]


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=5), max_size=25), st.data())
def test_looking_up_the_telling_words_finds_what_comparing_with_all_does(
    said: list[frozenset[str]], data: st.DataObject
) -> None:
    weights = {stem: data.draw(st.sampled_from([0.0, 0.1, 1.0, 2.5])) for stem in "abcdefgh"}
    firsts, plain = Firsts(weights), list[frozenset[str]]()
    for stems in said:
        best = max(((likeness(weights, stems, one), -place) for place, one in enumerate(plain)), default=(0.0, 0))
        expected = -best[1] if best[0] >= LIKE else len(plain)
        if expected == len(plain):
            plain.append(stems)
        assert firsts.join(stems) == expected


def likeness(weights: dict[str, float], one: frozenset[str], other: frozenset[str]) -> float:
    both = fsum(weights[stem] for stem in one) + fsum(weights[stem] for stem in other)
    return 2 * fsum(weights[stem] for stem in one & other) / both if both else 0.0
