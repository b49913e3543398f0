"""When what failed is tried again: by urgency, before the hours end, and never for what was refused."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.process.messages.claims import CLAIMED, FAILED, REFUSED, SENT, Claim
from itil_cli.process.messages.digests import Owed, Settings
from itil_cli.process.messages.owing import Message
from itil_cli.process.messages.retrying import due, next_try
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import format_instant, parse_instant


def tried(
    at: str, tries: int = 1, state: str = FAILED, *, what: str = "resolved", priority: str = "P3", **messages: Any
) -> str | None:
    """When a message that was tried on Monday at `at` (UTC) is tried again. The hours are 09:00 to 17:00 in Paris."""
    world = World(messages=messages)
    settings = Settings(world.policy, world.people, parse_instant("2026-03-09T12:00:00Z"))
    instant = parse_instant(f"2026-03-09T{at}:00Z")
    message = Message("INC-20260309-7KQF2", "2-aaaa", what, "a@x.example", instant, {"priority": priority})
    claim = Claim("2-aaaa", what, "a@x.example", state, instant, tries, "RUN")
    found = next_try(Owed(message, claim), settings, build(world.policy)[world.policy.messages.hours])
    return None if found is None else format_instant(found)[11:16]


@pytest.mark.parametrize(
    ("priority", "waits"),
    [
        ("P1", ["10:05", "10:15", "10:15", "10:15"]),
        ("P2", ["10:05", "10:20", "10:30", "10:30"]),
        ("P3", ["10:05", "10:20", "11:20", "12:00"]),
        ("P5", ["10:05", "10:20", "11:20", "15:20"]),
        ("", ["10:05", "10:20", "11:20", "15:20"]),  # a known error, or an incident without a priority yet
    ],
)
def test_the_more_urgent_the_sooner(priority: str, waits: list[str]) -> None:
    assert [tried("10:00", tries, priority=priority) for tries in (1, 2, 3, 4)] == waits


def test_the_policy_says_how_long() -> None:
    assert tried("10:00", 9, priority="P1", **{"longest-wait": {"P1": "2m"}}) == "10:02"
    assert tried("10:00", 9, priority="P2", **{"longest-wait": {"P1": "2m"}}) == "10:30"


def test_what_a_digest_gathers_waits_as_the_least_urgent() -> None:
    world = World(messages={"digest": {"to": ["bob@example.com"]}})
    settings = Settings(world.policy, world.people, 0)
    message = Message("INC-20260309-7KQF2", "2-aaaa", "assigned", "bob@example.com", 0, {"priority": "P1"})
    claim = Claim("2-aaaa", "assigned", "bob@example.com", FAILED, 0, 9, "RUN")
    assert next_try(Owed(message, claim), settings, build(world.policy)["always"]) == 43_200


def test_it_is_tried_once_more_before_the_hours_end() -> None:
    """They end at 17:00 in Paris, 16:00 UTC."""
    hours = {"hours": "business"}
    assert tried("14:00", 3, **hours) == "15:20"  # within the hours
    assert tried("15:00", 3, **hours) == "15:55"  # would be 16:20, which is the next morning
    assert tried("15:52", 2, **hours) == "15:57"  # not sooner than the first wait
    assert tried("15:56", 1, **hours) == "16:01"  # no time for another: the next morning
    assert tried("15:00", 3, what="escalated", **hours) == "16:20"  # which does not wait for the hours


@pytest.mark.parametrize(("state", "again"), [(SENT, None), (REFUSED, None), (CLAIMED, "10:15")])
def test_what_was_sent_or_refused_is_not_tried_again_and_a_claim_lapses(state: str, again: str | None) -> None:
    assert tried("10:00", 1, state) == again


def test_due_is_what_nobody_tried_and_what_is_to_be_tried_again() -> None:
    world = World()
    message = Message("INC-20260309-7KQF2", "2-aaaa", "resolved", "a@x.example", 0, {"priority": "P1"})
    claims = [None, *(Claim("2-aaaa", "resolved", "a@x.example", FAILED, at, 1, "RUN") for at in (700, 701))]
    owed = [Owed(message, claim) for claim in claims]
    assert list(due(owed, Settings(world.policy, world.people, 1000), build(world.policy)["always"])) == owed[:2]
