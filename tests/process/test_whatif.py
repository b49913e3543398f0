"""What if: the same incidents under another policy, and which verdicts flip (S18)."""

from __future__ import annotations

from typing import Any

import pytest
from timed import P1, P3, Timed, paris

from itil_cli.process.clock import clocks
from itil_cli.process.clocks.whatif import Both, Flip, Totals, Verdict, flips, repromised
from itil_cli.process.events.fold import fold
from itil_cli.process.time.calendars import build


def flipped(world: Timed, totals: dict[str, list[Totals]] | None = None, **other: Any) -> list[Flip]:
    """The verdicts that flip when the same company has these settings instead."""
    policy = Timed(**other).policy
    both = Both(world.calendars, policy, build(policy))
    return list(flips(world.records.values(), both, paris("04-30 12:00"), totals))


def targets(resolution: str, calendar: str = "business") -> dict[str, Any]:
    return {"targets": {"P3": {"response": "4h", "resolution": resolution, "calendar": calendar}}}


def test_a_stricter_target_flips_met_to_missed() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 14:00", incident_id)
    hours = 3600
    assert flipped(world, **targets("4h")) == [
        Flip(incident_id, "Printer jams", "resolution", Verdict("met", 5 * hours, 8 * hours),
             Verdict("missed", 5 * hours, 4 * hours)),
    ]  # fmt: skip


def test_the_same_policy_flips_nothing() -> None:
    world = Timed()
    for when in ("14:00", "16:59", "17:00"):
        world.resolve(f"03-09 {when}", world.taken("03-09 09:00"))
    assert flipped(world) == []


def test_another_calendar_flips() -> None:
    world = Timed()
    world.resolve("03-09 10:00", world.taken("03-06 16:00"))
    (flip,) = flipped(world, **targets("8h", "always"))
    assert (flip.before.elapsed, flip.after.elapsed, flip.after.verdict) == (2 * 3600, 66 * 3600, "missed")


def test_other_holidays_flip() -> None:
    world = Timed()
    world.resolve("03-11 09:00", world.taken("03-09 09:00"))
    closed = {"zone": "Europe/Paris", "hours": [{"mon-fri": ["09:00-17:00"]}], "holidays": ["2026-03-10"]}
    (flip,) = flipped(world, calendars={"business": closed})
    assert (flip.before.verdict, flip.after.verdict) == ("missed", "met")


def test_another_pending_reason_flips() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    world.at("03-10 11:00", "bob", "resume", incident_id)
    world.resolve("03-10 16:30", incident_id)
    (flip,) = flipped(world, pending={"awaiting-requestor": {"pauses": ["ola"]}})
    assert (flip.before.verdict, flip.after.verdict) == ("met", "missed")
    assert flipped(world, pending={"awaiting-vendor": {"pauses": ["sla"], "needs": []}}) == []


def test_a_reason_that_the_other_policy_does_not_know_pauses_nothing() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.pend("03-09 10:00", incident_id)
    world.resolve("03-10 16:30", incident_id)
    assert [one.after.verdict for one in flipped(world, pending={"awaiting-requestor": "off"})] == ["missed"]


def test_another_matrix_gives_another_priority_and_its_target() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 14:00", incident_id)
    graver = {level: dict.fromkeys(("critical", "high", "medium", "low"), "P1")
              for level in ("critical", "high", "medium", "low")}  # fmt: skip
    (flip,) = flipped(world, matrix=graver)
    assert (flip.after.target, flip.after.verdict) == (4 * 3600, "missed")


def test_another_switch_for_a_priority_change_flips() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.classify("03-09 14:00", incident_id, **P1)
    world.resolve("03-09 15:00", incident_id)
    (flip,) = flipped(world, on_priority_change="from-change")
    assert (flip.before.verdict, flip.after.verdict, flip.after.elapsed) == ("missed", "met", 3600)


def test_another_way_to_reopen_flips() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 13:00", incident_id)
    world.at("03-10 10:00", "bob", "reopen", incident_id, message="Again")
    world.at("03-10 10:00", "bob", "accept", incident_id)
    world.resolve("03-10 15:00", incident_id)
    assert [(one.before.verdict, one.after.verdict) for one in flipped(world, on_reopen="restart")] == [
        ("missed", "met")
    ]


def test_other_targets_of_a_major_flip() -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00", **P1)
    world.at("03-09 09:05", "max", "major accept", incident_id, criterion="security", message="All shops")
    world.at("03-09 10:30", "ines", "resolve", incident_id, code="fixed", message="x")
    shorter = {"targets": {"P1": {"response": "5m", "resolution": "1h"}}}
    assert [one.clock for one in flipped(world, major=shorter)] == ["resolution"]


def test_what_has_no_verdict_yet_does_not_flip() -> None:
    world = Timed()
    world.taken("03-09 09:00")
    assert flipped(world, **targets("1h")) == []


def test_what_is_not_classified_gets_the_other_provisional_promise() -> None:
    world = Timed()
    incident_id = world.unclassified("03-09 09:00")
    other = Timed(targets={"unclassified": {"response": "1h", "resolution": "2h", "calendar": "always"}})
    incident = fold(repromised(world.records[incident_id], other.policy))
    found = clocks(incident, build(other.policy), paris("03-09 12:00"))
    assert [(one.name, one.target, one.calendar) for one in found] == [
        ("response", 3600, "always"), ("resolution", 7200, "always"),
    ]  # fmt: skip


def test_totals_count_the_verdicts_before_and_after() -> None:
    world = Timed()
    for when in ("03-09 10:00", "03-09 14:00", "03-10 09:01"):
        world.resolve(when, world.taken("03-09 09:00"))
    totals: dict[str, list[Totals]] = {}
    flipped(world, totals, **targets("2h"))
    assert totals == {
        "response": [Totals(3, 0), Totals(3, 0)],
        "resolution": [Totals(2, 1), Totals(1, 2)],
    }


@pytest.mark.parametrize("do", ["events", "texts", "order"])
def test_events_stay_and_only_promises_are_made_anew(do: str) -> None:
    world = Timed()
    incident_id = world.taken("03-09 09:00", **P3)
    world.pend("03-09 10:00", incident_id)
    before, after = world.records[incident_id], repromised(world.records[incident_id], Timed(**targets("1h")).policy)
    assert [(one.at, one.by, one.n, one.do, one.text) for one in before.events] == [
        (one.at, one.by, one.n, one.do, one.text) for one in after.events
    ]
    changed = {key for one, other in zip(before.events, after.events, strict=True)
               for key in {*one.data, *other.data} if one.get(key) != other.get(key)}  # fmt: skip
    assert changed == {"resolution"}


def test_a_clock_of_the_policy_is_the_other_ones() -> None:
    clock = {"start": "logged", "stop": "closed", "calendar": "business", "targets": {"P3": "62h"}}
    world = Timed(clocks={"closure": clock})
    incident_id = world.taken("03-09 09:00")
    world.resolve("03-09 10:00", incident_id)
    world.at("03-16 10:00", "dana", "sweep", incident_id)
    (flip,) = flipped(world, clocks={"closure": {**clock, "targets": {"P3": "40h"}}})
    assert (flip.clock, flip.before.verdict, flip.after.verdict) == ("closure", "met", "missed")
    assert flipped(world) == []  # without that clock there is no verdict of it that flips


def test_a_group_or_vendor_on_a_calendar_that_the_other_policy_lacks_stands_in_no_way() -> None:
    night = {"zone": "Europe/Paris", "hours": [{"mon-fri": ["20:00-24:00"]}]}
    world = Timed(ola={"support": {"P3": "2h", "calendar": "night"}}, calendars={"night": night})
    world.resolve("03-09 10:00", world.taken("03-09 09:00"))
    assert flipped(world) == []
