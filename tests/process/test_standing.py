"""Clocks as they are kept: the same as counted anew, at every time from the last event on."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_clock_properties import CALENDARS, LATER, MINUTE, MODES, START, STEPS, WAITS, Step, data_of, promise, timeline
from timed import Timed, paris

from itil_cli.errors import Broken
from itil_cli.process.clock import Clock, clocks
from itil_cli.process.clocks.outlook import any_breached, due_of, glance, holds, is_breached, next_of, outlook
from itil_cli.process.clocks.standing import last, resumed, standing
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Incident, Record
from itil_cli.process.time.calendars import digest
from itil_cli.process.time.instants import format_instant

FURTHER = {"first-answer": {"stop": "resolved", "pause": ["requestor"], "target": "3h", "calendar": "business"}}
MORE = st.fixed_dictionaries(
    {},
    optional={
        "ola": st.sampled_from([{"ola": "2h", "ola-calendar": "business"}, {"ola": "20m", "ola-calendar": "always"}]),
        "until": st.integers(0, 3000).map(lambda minutes: format_instant(START + minutes * MINUTE)),
        "vendor": st.just({"vendor": "telco", "uc": "4h", "uc-calendar": "always"}),
        "answered": st.just(True),
        "clocks": st.just(FURTHER),
    },
)
WHO = "ines@example.com"


def told(clock: Clock) -> dict[str, Any]:
    """All that a clock says, its thresholds too."""
    plain = {one.name: getattr(clock, one.name) for one in fields(clock) if one.name != "meter"}
    return {**plain, "crossings": clock.crossings((1, 50, 75, 90, 100, 150))}


def check(incident: Incident, calendars: Any, later: list[int]) -> None:
    kept = json.loads(json.dumps(standing(incident, calendars)))
    assert last(kept) == incident.last_at
    for now in [incident.last_at + seconds for seconds in (0, 1, *later)]:
        anew = clocks(incident, calendars, now)
        assert list(map(told, resumed(kept, calendars, now))) == list(map(told, anew)), now


def life(steps: list[Step], extras: list[dict[str, Any]], mode: str, first: str | None) -> list[Event]:
    opening = promise(first) if first else {"response": "4h", "resolution": "10h", "calendar": "business"}
    events = [Event(START, WHO, "1", "logged", {**opening, "group": "service-desk", "clocks": FURTHER})]
    for place, ((at, what), more) in enumerate(zip(timeline(steps), extras, strict=False), 2):
        more = dict(more)
        vendor, answered = more.pop("vendor", None), more.pop("answered", False)
        more |= more.pop("ola", {})
        data = data_of(what, mode) | {key: one for key, one in more.items() if key != "until" or what in WAITS}
        do = "noted" if what == "noted" else "classified" if "priority" in data else "imported"
        events.append(Event(at, WHO, f"{place}", do, {**data, "group": f"g{place % 3}"} if "ola" in more else data))
        if vendor or answered:
            events.append(Event(at, WHO, f"{place}v", "vendor-opened" if vendor else "vendor-answered", vendor or {}))
    return events


@settings(max_examples=200)
@given(
    STEPS,
    st.lists(MORE, min_size=9, max_size=9),
    MODES,
    st.sampled_from(["P1", "P3", None]),
    st.lists(LATER, max_size=3),
    st.booleans(),
)
def test_what_is_kept_reads_as_what_is_counted(
    steps: list[Step], extras: list[dict[str, Any]], mode: str, first: str | None, later: list[int], corrected: bool
) -> None:
    events = life(steps, extras, mode, first)
    if corrected:
        longer = {"event": "1", "set": {"resolution": "900h", "response": "900h"}}
        events.append(Event(events[-1].at + 60, WHO, "99", "corrected", longer))
    incident = fold(Record("INC-20260306-00001", {}, tuple(events)))
    check(incident, CALENDARS, [minutes * MINUTE for minutes in later])


def test_a_wait_that_ends_by_itself_ends_after_it_was_kept() -> None:
    world = Timed()
    one = world.taken("03-09 10:00")
    world.pend("03-09 11:00", one, reason="awaiting-activity", until="2026-03-10T10:00:00Z", ref="CHG-1")
    check(world.see(one), world.calendars, [paris(f"03-{day} 12:00") - paris("03-09 11:00") for day in (9, 10, 11, 20)])


def test_a_promise_that_cannot_be_counted_is_not_kept() -> None:
    event = Event(START, WHO, "1", "logged", {"response": "4h", "resolution": "8h", "calendar": "nowhere"})
    with pytest.raises(Broken, match="nowhere"):
        standing(fold(Record("INC-20260306-00001", {}, (event,))), CALENDARS)


def test_the_digest_tells_of_calendars_and_of_nothing_else() -> None:
    plain = digest(Timed().policy)
    assert digest(Timed(targets={"P3": {"response": "1h", "resolution": "2h", "calendar": "business"}}).policy) == plain
    other = {"zone": "Europe/Paris", "hours": [{"mon-fri": ["09:00-17:00"]}], "holidays": ["2026-04-06"]}
    assert digest(Timed(calendars={"business": other}).policy) != plain


@settings(max_examples=200)
@given(STEPS, st.lists(MORE, min_size=9, max_size=9), MODES, st.sampled_from([None, "P1", "P3"]), st.lists(LATER))
def test_the_clock_that_matters_is_told_from_what_is_kept_of_it(
    steps: list[Step], extras: list[dict[str, Any]], mode: str, first: str | None, later: list[int]
) -> None:
    incident = fold(Record("INC-20260306-00001", {}, tuple(life(steps, extras, mode, first))))
    kept = json.loads(json.dumps(outlook(standing(incident, CALENDARS), CALENDARS)))
    for now in [incident.last_at + seconds for seconds in (0, 1, 3 * 86_400, *(minutes * MINUTE for minutes in later))]:
        if holds(kept, now):
            every = clocks(incident, CALENDARS, now)
            anew = next_of(every)
            assert is_breached(kept, now) == any_breached(every), now
            assert due_of(kept) == (anew.due if anew and anew.state == "running" else None), now
            seen = glance(kept, CALENDARS, now)
            assert (seen is None) == (anew is None)
            assert seen is None or seen._asdict() == {name: getattr(anew, name) for name in seen._fields}, now


def test_what_is_kept_of_it_is_good_until_a_wait_ends_by_itself() -> None:
    until = START + 600
    events = [
        Event(START, WHO, "1", "logged", {**promise("P1"), "group": "service-desk"}),
        Event(START, WHO, "2", "imported", data_of("requestor", "resume") | {"until": format_instant(until)}),
    ]
    kept = outlook(standing(fold(Record("INC-20260306-00001", {}, tuple(events))), CALENDARS), CALENDARS)
    assert [holds(kept, now) for now in (START - 1, START, until - 1, until)] == [False, True, True, False]


def test_where_nothing_was_promised_none_matters() -> None:
    incident = fold(Record("INC-20260306-00001", {}, (Event(START, WHO, "1", "logged", {"group": "service-desk"}),)))
    kept = outlook(standing(incident, CALENDARS), CALENDARS)
    assert holds(kept, START + 1) and glance(kept, CALENDARS, START + 1) is None
