"""Digests: who gets one, what it gathers, when it goes, what it says, and that nobody hears of a thing twice."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.process.messages.claims import FAILED, SENT, Claim
from itil_cli.process.messages.digests import (
    Owed,
    Settings,
    digest_name,
    digest_words,
    gathered,
    goes_at,
    has_arrived,
    is_gathered,
)
from itil_cli.process.messages.names import digest_id, is_digest
from itil_cli.process.messages.owing import Message
from itil_cli.process.time.instants import format_instant, parse_instant

BOB, DANA = "bob@example.com", "dana@example.com"
INC1, INC2 = "INC-20260309-7KQF2", "INC-20260309-8KQF2"


def settings(at: list[str] | None = None, people: list[dict[str, Any]] | None = None, **more: Any) -> Settings:
    """Times are those of Paris, an hour ahead of UTC in winter."""
    digest = {"to": ["support"], **({"at": at} if at is not None else {})}
    world = World(people=people or [], messages={"digest": {**digest, **more.pop("digest", {})}, **more})
    return Settings(world.policy, world.people, parse_instant("2026-03-09T12:00:00Z"))


def message(what: str = "assigned", to: str = BOB, at: str = "2026-03-09T10:00:00Z", **more: Any) -> Message:
    facts = {"title": "Printer jams", "id": INC1, "priority": "P3", "status": "assigned"}
    return Message(more.get("record", INC1), more.get("n", "2-aaaa"), what, to, parse_instant(at), facts)


def test_who_gets_one_is_said_by_group_role_and_address_and_people_yaml_counts_more() -> None:
    bob = {"email": BOB, "roles": ["support"], "groups": ["support"]}
    assert is_gathered(message(), settings()) and not is_gathered(message(to=DANA), settings())
    assert is_gathered(message(to=DANA), settings(digest={"to": ["service-desk"]}))
    assert is_gathered(message(to="x@y.example"), settings(digest={"to": ["x@y.example"]}))
    assert not is_gathered(message(), settings(people=[{**bob, "digest": False}]))
    assert is_gathered(message(), settings(people=[{**bob, "digest": True}], digest={"to": []}))


def test_nobody_gets_one_unless_somebody_says_so() -> None:
    world = World()
    assert not is_gathered(message(), Settings(world.policy, world.people, world.now))


@pytest.mark.parametrize("what", ["escalated", "major-update", "resolved", "closing", "receipt"])
def test_what_may_not_wait_or_wants_an_answer_goes_out_by_itself(what: str) -> None:
    assert not is_gathered(message(what), settings())


def test_what_goes_out_at_any_time_does_not_wait_even_where_digests_gather_it() -> None:
    both = settings(digest={"what": ["assigned", "escalated"]})
    assert is_gathered(message("assigned"), both) and not is_gathered(message("escalated"), both)


@pytest.mark.parametrize(
    ("event", "goes"),
    [
        ("2026-03-09T07:59:59Z", "2026-03-09T08:00:00Z"),
        ("2026-03-09T08:00:00Z", "2026-03-09T08:00:00Z"),  # at its time is in time
        ("2026-03-09T08:00:01Z", "2026-03-09T15:30:00Z"),
        ("2026-03-09T15:30:01Z", "2026-03-10T08:00:00Z"),
        ("2026-03-28T22:59:59Z", "2026-03-29T07:00:00Z"),  # the clocks go forward in between
    ],
)
def test_it_goes_at_the_next_of_its_times_by_the_stores_clock(event: str, goes: str) -> None:
    assert format_instant(goes_at(message(at=event), settings(["16:30", "09:00"]))) == goes


def test_a_time_that_the_clocks_leave_out_moves_on_by_the_gap() -> None:
    assert format_instant(goes_at(message(at="2026-03-28T23:30:00Z"), settings(["02:30"]))) == "2026-03-29T01:30:00Z"


def test_without_times_there_are_no_digests() -> None:
    at = parse_instant("2026-03-09T10:00:00Z")
    assert goes_at(message(), settings([])) == at == goes_at(message("resolved"), settings())


def test_one_letter_for_each_address_and_each_run_that_claimed_before() -> None:
    before = [Claim("2-aaaa", "assigned", BOB, FAILED, 0, 1, run) for run in ("RUN1", "RUN2")]
    due = [
        Owed(message(n="2-aaaa"), before[0]),
        Owed(message("receipt", "alice@example.com"), None),
        Owed(message(n="3-bbbb", record=INC2), before[0]),
        Owed(message(n="4-cccc"), before[1]),
        Owed(message(n="5-dddd"), None),
        Owed(message(to="webhook"), None),
    ]
    said = [[one.message.n for one in each] for each in gathered(due, settings())]
    assert said == [["2-aaaa", "3-bbbb"], ["2-aaaa"], ["4-cccc"], ["5-dddd"], ["2-aaaa"]]


def test_its_words_name_each_record_once_and_nobodys_text_looks_like_a_head() -> None:
    messages = [message(), message("contacted", n="3-bbbb"), message(record=INC2)]
    said = digest_words(messages, settings().policy)
    assert said.subject == "[Acme] 3 messages about 2 incidents"
    assert said.text == (
        f"{INC1}: Printer jams\n\n"
        f"  assigned, 2026-03-09T10:00:00Z\n\n    {INC1} is yours: P3, assigned.\n\n    Printer jams\n\n"
        f"  contacted, 2026-03-09T10:00:00Z\n\n     writes about {INC1}:\n\n\n"
        f"{INC2}: Printer jams\n\n"
        f"  assigned, 2026-03-09T10:00:00Z\n\n    {INC1} is yours: P3, assigned.\n\n    Printer jams\n\n\n"
        "To add to one of them, answer and begin with its id."
    )
    forged = message(record=INC2)
    forged = Message(forged.record, "2-aaaa", "told", BOB, forged.at, {"title": "x", "text": f"{INC1}: forged"})
    assert f"\n    {INC1}: forged" in digest_words([forged, message()], settings().policy).text


def test_a_digest_of_one_record_is_about_that() -> None:
    said = digest_words([message(), message("contacted", n="3-bbbb")], settings().policy)
    assert said.subject == f"[{INC1}] 2 messages: Printer jams" and "To add to one of them" not in said.text


def test_the_same_messages_have_the_same_name_whoever_sends_them() -> None:
    first, second = message(), message(n="3-bbbb")
    assert digest_name([first, second]) == digest_name([second, first]) != digest_name([first])
    said = digest_id(digest_name([first, second]), BOB, "example.com")
    assert is_digest(said, "example.com") and is_digest(digest_id("", BOB, "example.com"), "example.com")
    assert not is_digest(said, "evil.example") and not is_digest(f"{INC1}@example.com", "example.com")


@pytest.mark.parametrize(
    ("state", "to", "event", "arrived"),
    [
        (SENT, DANA, "2026-03-09T10:00:00Z", True),  # others were told: a new duty, a deputy hears nothing of it
        (FAILED, DANA, "2026-03-09T10:00:00Z", False),  # nobody was
        (SENT, "webhook", "2026-03-09T10:00:00Z", False),  # a webhook is nobody
        (SENT, BOB, "2026-03-09T10:00:00Z", False),  # it is his own
    ],
)
def test_who_comes_later_is_not_told_what_has_arrived(state: str, to: str, event: str, arrived: bool) -> None:
    claim = Claim("2-aaaa", "assigned", to, state, parse_instant("2026-03-09T10:05:00Z"), 1, "RUN")
    plain = settings(digest={"to": []})
    assert has_arrived(message(at=event), {claim.key: claim}, plain) == arrived
    assert not has_arrived(message(to="webhook"), {claim.key: claim}, plain)


def test_who_waits_for_a_digest_is_told_though_others_were_before() -> None:
    claim = Claim("2-aaaa", "assigned", DANA, SENT, parse_instant("2026-03-09T10:05:00Z"), 1, "RUN")
    assert not has_arrived(message(), {claim.key: claim}, settings())
