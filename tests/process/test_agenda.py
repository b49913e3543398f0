"""How much is due, as it is kept: the same as asking anew, for as long as it says so."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from swept import CHAIN, Swept
from timed import P1, P3, P4, paris

from itil_cli.errors import ItilError
from itil_cli.process.clock import clocks
from itil_cli.process.demands.agenda import agenda
from itil_cli.process.demands.closing import NEVER, closing
from itil_cli.process.demands.living import Agenda
from itil_cli.process.escalation import Due, Times, due, stays
from itil_cli.process.time.instants import format_instant

HOUR = 3600
MAX = {"email": "max@example.com", "name": "Max", "roles": ["incident-manager"], "retired": "2026-03-12"}
CLOCKS = {"closure": {"start": "logged", "stop": "closed", "calendar": "business", "targets": {"P3": "40h"}}}
WHO = {"contact": "alice", "major accept": "mia", "reopen": "alice"}
STEPS: dict[str, dict[str, Any]] = {
    "accept": {},
    "assign": {"group": "support"},
    "classify": {**P1, "message": "worse"},
    "pend": {"reason": "awaiting-requestor", "message": "Which one?"},
    "pend until": {"reason": "awaiting-activity", "message": "Then.", "ref": "CHG-1"},
    "resume": {},
    "contact": {"message": "And?"},
    "acknowledge": {},
    "sweep": {},
    "resolve": {"code": "fixed", "message": "Done."},
    "reopen": {"message": "No."},
    "vendor": {"opened": "telco", "ticket": "1"},
}
LIFE = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 60 * 24)), min_size=1, max_size=9)


def lived(world: Swept, life: list[tuple[str, int]], **first: Any) -> str:
    """An incident to which these things happened, so many minutes apart; what the process forbids did not."""
    world.now = paris("03-09 09:00") - 60
    incident_id = world.do("dana", "log", title="Jam", requestor="alice", category="hardware", **first).id
    for verb, minutes in life:
        world.now += minutes * 60
        options = dict(STEPS[verb])
        if verb == "pend until":
            options["until"] = format_instant(world.now + 30 * HOUR)
        with suppress(ItilError):
            world.do(
                WHO.get(verb, "bob" if verb in ("accept", "resolve") else "dana"),
                verb.split()[0],
                incident_id,
                **options,
            )
    return incident_id


def asked(world: Swept, incident_id: str, now: int) -> tuple[list[Due], Agenda]:
    """What is due at a time, and what is kept of it."""
    incident = world.see(incident_id)
    times = Times(world.policy, world.people, world.calendars, now)
    found = clocks(incident, world.calendars, now)
    return list(due(incident, found, times)), agenda(incident, found, times)


@settings(max_examples=60, deadline=None)
@given(
    LIFE,
    st.sampled_from([P1, P3, P4, {}]),
    st.lists(st.integers(0, 40 * 24 * 60), min_size=2, max_size=6),
    st.booleans(),
)
def test_an_agenda_is_right_for_as_long_as_it_says(
    life: list[tuple[str, int]], first: dict[str, Any], later: list[int], clocked: bool
) -> None:
    world = Swept(people=[MAX], escalation={"chain": CHAIN}, **({"clocks": CLOCKS} if clocked else {}))
    incident_id = lived(world, life, **first)
    last = world.see(incident_id).last_at
    moments = sorted({last, *(last + minutes * 60 for minutes in later)})
    kept = [asked(world, incident_id, now)[1] for now in moments]
    moments += [one.until + more for one in kept if one.until for more in (-1, 0)]
    for now in moments:
        found, fresh = asked(world, incident_id, now)
        assert fresh.due == len(found)
        assert fresh.until is None or fresh.until > now
        assert [one.due for one in kept if one.holds(now)] == [len(found)] * sum(one.holds(now) for one in kept), now


@settings(max_examples=60, deadline=None)
@given(LIFE, st.sampled_from([P1, P3, P4]), st.lists(st.integers(0, 40 * 24 * 60), max_size=4), st.booleans())
def test_of_what_has_a_closing_time_nothing_else_is_due(
    life: list[tuple[str, int]], first: dict[str, Any], later: list[int], clocked: bool
) -> None:
    world = Swept(**({"clocks": CLOCKS} if clocked else {}))
    incident_id = lived(world, [*life, ("accept", 5), ("resolve", 5)], **first)
    incident = world.see(incident_id)
    at = closing(incident)
    if at is None:
        return
    times = Times(world.policy, world.people, world.calendars, 0)
    for now in [*(incident.last_at + minutes * 60 for minutes in later), at - 1, at, at + HOUR] if at < NEVER else []:
        found, _ = asked(world, incident_id, now)
        assert [(one.do, one.at) for one in found] == ([("closed", at)] if at <= now else []), now
        assert stays(incident, times) is None


def test_what_is_asked_one_by_one() -> None:
    """What is open, a contact without answer, a major incident, a clock that goes on: each may have more to say."""
    world = Swept()
    incident_id = world.taken("03-09 09:00")
    assert closing(world.see(incident_id)) is None, "it is open"
    world.at("03-09 10:00", "bob", "resolve", incident_id, code="fixed", message="Done.")
    assert closing(world.see(incident_id)) == paris("03-16 10:00")
    world.at("03-09 11:00", "dana", "contact", incident_id, **{"from": "alice"}, message="Hm")
    assert closing(world.see(incident_id)) is None, "the requestor waits for an answer"
    with_clock = Swept(clocks=CLOCKS)
    other = with_clock.taken("03-09 09:00")
    with_clock.at("03-09 10:00", "bob", "resolve", other, code="fixed", message="Done.")
    assert closing(with_clock.see(other)) is None, "the policy's clock stops at closing"


def test_without_a_closing_time_nothing_comes() -> None:
    world = Swept(closure={"auto-close-after": "off"})
    incident_id = world.taken("03-09 09:00")
    world.at("03-09 10:00", "bob", "resolve", incident_id, code="fixed", message="Done.")
    assert closing(world.see(incident_id)) == NEVER


def test_an_agenda_ends_where_somebody_retires() -> None:
    """Whose role is whose may decide who is told next."""
    world = Swept(people=[MAX])
    incident_id = world.taken("03-09 09:00", **P4)
    before, after = (asked(world, incident_id, paris(now))[1] for now in ("03-11 23:59", "03-13 09:00"))
    retires = paris("03-12 01:00")
    assert before.until is not None and before.until <= retires
    assert after.until is None or after.until > retires
