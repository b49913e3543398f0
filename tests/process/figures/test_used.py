"""What counts as resolved with a known error or an article (kedb_use)."""

from __future__ import annotations

from world import World

from itil_cli.process.figures.facts import facts


def used(world: World, incident_id: str) -> bool:
    return facts(world.see(incident_id)).known


def published(world: World, **options: object) -> str:
    known = world.do("bob", "known-error new", title="Locked", workaround="Restart it", **options).id
    world.do("ines", "known-error publish", known)
    return known


def test_the_incident_that_a_known_error_was_drafted_from_did_not_use_it() -> None:
    world = World()
    incident_id = world.resolved()
    known = published(world, **{"from": incident_id})
    assert world.see(incident_id).linked("known-error") == (known,)
    assert not used(world, incident_id)


def test_nor_did_the_one_that_an_article_was_drafted_from() -> None:
    world = World()
    drafted = world.accepted()
    world.do("bob", "resolve", drafted, code="fixed", message="New roller.", article=True)
    other = world.resolved()
    world.do("bob", "article new", **{"from": other})
    assert not used(world, drafted) and not used(world, other)


def test_what_was_resolved_with_it_did() -> None:
    world = World()
    known = published(world)
    by_option, by_link, unlinked = world.accepted(), world.accepted(), world.accepted()
    world.do("bob", "resolve", by_option, code="workaround", message="x", known_error=known, no_problem="x")
    for incident_id in (by_link, unlinked):
        world.do("bob", "link", incident_id, relation="known-error", target=known)
    world.do("bob", "unlink", unlinked, relation="known-error", target=known)
    assert used(world, by_option) and used(world, by_link) and not used(world, unlinked)


def test_what_it_helped_did_and_what_it_did_not_help_did_not() -> None:
    world = World()
    known = published(world)
    helped, tried = world.accepted(), world.accepted()
    world.do("bob", "apply", helped, record=known)
    world.do("bob", "apply", tried, record=known, did_not_help=True)
    assert used(world, helped) and not used(world, tried)


def test_the_drafter_that_is_reopened_and_uses_another_one_did() -> None:
    world = World()
    incident_id = world.resolved()
    published(world, **{"from": incident_id})
    other = published(world)
    world.do("bob", "link", incident_id, relation="known-error", target=other)
    assert used(world, incident_id)
