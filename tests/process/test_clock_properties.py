"""What holds for clocks of any life, and a model that counts minute by minute (S3 to S8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from timed import PARIS, Timed, paris

from itil_cli.process.clock import Clock, clocks, explain, split
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Incident, Record

CALENDARS = Timed().calendars
START = paris("03-06 15:30")  # a Friday, and the nights and days that follow
MINUTE = 60
TARGETS = {"P1": (4 * 60, "always"), "P2": (9 * 60, "always"), "P3": (8 * 60, "business"), "P4": (16 * 60, "business")}
WAITS = {"requestor": ["sla", "ola"], "vendor": ["ola"]}

Step = tuple[int, str]  # minutes since the step before, and what happens
WORK = st.sampled_from(["assigned", "in-progress", "requestor", "vendor", "resolved", "noted"])
PRIORITY = st.sampled_from(sorted(TARGETS))
STEPS = st.lists(st.tuples(st.integers(0, 900), WORK | PRIORITY), max_size=9)
MODES = st.sampled_from(["resume", "restart", "keep", "first-only"])
LATER = st.integers(0, 6000)


def promise(priority: str) -> dict[str, Any]:
    minutes, calendar = TARGETS[priority]
    return {"priority": priority, "response": "30m", "resolution": f"{minutes}m", "calendar": calendar}


def data_of(what: str, mode: str) -> dict[str, Any]:
    if what in TARGETS:
        return promise(what)
    if what in WAITS:
        return {"status": "pending", "reason": what, "pauses": WAITS[what], "mode": mode}
    return {} if what == "noted" else {"status": what, "mode": mode}


def timeline(steps: list[Step]) -> list[tuple[int, str]]:
    """The steps with their instants."""
    at, found = START, []
    for gap, what in steps:
        at += gap * MINUTE
        found.append((at, what))
    return found


def incident_of(steps: list[Step], mode: str = "resume", first: str | None = "P3", **logged: Any) -> Incident:
    """A life of any order, as imports have it. `first` None: not classified at logging."""
    opening = promise(first) if first else {"response": "4h", "resolution": "10h", "calendar": "business"}
    events = [Event(START, "ines@example.com", "1", "logged", {**opening, **logged, "group": "service-desk"})]
    for place, (at, what) in enumerate(timeline(steps), 2):
        do = "noted" if what == "noted" else "classified" if what in TARGETS else "imported"
        events.append(Event(at, "ines@example.com", str(place), do, data_of(what, mode)))
    return fold(Record("INC-20260306-00001", {}, tuple(events)))


def resolution(incident: Incident, now: int) -> Clock:
    return next(one for one in clocks(incident, CALENDARS, now) if one.name == "resolution")


def end_of(steps: list[Step]) -> int:
    return START + sum(gap for gap, _ in steps) * MINUTE


@given(STEPS, st.lists(LATER, min_size=2, max_size=4))
def test_elapsed_never_decreases(steps: list[Step], later: list[int]) -> None:
    incident = incident_of(steps)
    counted = [resolution(incident, START + minutes * MINUTE).elapsed for minutes in sorted(later)]
    assert counted == sorted(counted)


@given(STEPS, st.integers(0, 59))
def test_at_its_due_time_the_target_is_used_up_and_not_a_second_before(steps: list[Step], more: int) -> None:
    incident = incident_of(steps)
    now = end_of(steps) + more
    clock = resolution(incident, now)
    if clock.state == "running" and clock.remaining > 0 and clock.due is not None:
        assert resolution(incident, clock.due).elapsed == clock.target
        assert resolution(incident, clock.due - 1).elapsed == clock.target - 1
        assert resolution(incident, clock.due).breached_at == clock.breached_at


@given(STEPS, MODES, LATER)
def test_intervals_are_gapless_and_sum_to_elapsed(steps: list[Step], mode: str, later: int) -> None:
    incident = incident_of(steps, mode)
    now = end_of(steps) + later * MINUTE
    for clock, life in explain(incident, CALENDARS, now):
        assert sum(one.seconds for one in life if one.counted) == clock.elapsed
        assert all(one.end == following.start for one, following in pairwise(life))
    assert sum(part.seconds for part in split(incident, CALENDARS, now)) == resolution(incident, now).elapsed


@given(STEPS, st.integers(0, 8), st.sampled_from(["noted"]))
def test_a_note_changes_no_clock(steps: list[Step], place: int, what: str) -> None:
    now = end_of(steps)
    with_note = [*steps[:place], (0, what), *steps[place:]]
    assert told(incident_of(with_note), now) == told(incident_of(steps), now)


@given(STEPS, LATER)
def test_to_pause_and_resume_in_one_second_changes_nothing(steps: list[Step], later: int) -> None:
    now = end_of(steps) + later * MINUTE
    plain = [*steps, (0, "in-progress")]
    assert told(incident_of([*plain, (0, "requestor"), (0, "in-progress")]), now) == told(incident_of(plain), now)


@given(STEPS, MODES, LATER)
def test_thresholds_come_in_order(steps: list[Step], mode: str, later: int) -> None:
    clock = resolution(incident_of(steps, mode), end_of(steps) + later * MINUTE)
    instants = [one.at for one in clock.thresholds if one.at is not None]
    assert instants == sorted(instants)
    assert [one.crossed for one in clock.thresholds] == [
        clock.elapsed * 100 >= clock.target * p for p in (50, 75, 90, 100)
    ]


@given(STEPS, MODES, LATER)
def test_a_met_clock_was_never_breached_and_a_missed_one_was(steps: list[Step], mode: str, later: int) -> None:
    for clock in clocks(incident_of(steps, mode), CALENDARS, end_of(steps) + later * MINUTE):
        assert clock.verdict is None or (clock.verdict == "missed") == (clock.breached_at is not None)
        assert clock.remaining + clock.elapsed == clock.target
        assert clock.percent < 100.0 or clock.elapsed >= clock.target


def told(incident: Incident, now: int) -> list[tuple[object, ...]]:
    """What clocks say, but for the names of events."""
    return [
        (one.name, one.state, one.elapsed, one.target, one.due, one.breached_at, one.verdict, one.first_verdict)
        for one in clocks(incident, CALENDARS, now)
    ]


# --- the model -------------------------------------------------------------------------------------


def is_open(at: int, calendar: str) -> bool:
    local = datetime.fromtimestamp(at, PARIS)
    return calendar == "always" or (local.weekday() < 5 and 9 <= local.hour < 17)


@dataclass
class Model:
    """The resolution clock, counted minute by minute. Everything lies on whole minutes."""

    priority: str
    classified: bool
    mode: str
    at: int = START
    status: str = "new"
    elapsed: int = 0
    reached_at: int | None = None
    breached_at: int | None = None
    cause: str | None = None
    verdicts: list[str] = field(default_factory=list)
    done: bool = False
    stopped: bool = False
    floor: int = START
    past: list[int] = field(default_factory=list)  # minutes that counted, before classification

    def minute(self) -> None:
        """One minute goes by."""
        counts = self.status != "requestor" and not self.stopped
        if counts and not self.done:
            self.past.append(self.at)
            if is_open(self.at, TARGETS[self.priority][1]):
                self.elapsed += 1
        self.at += MINUTE
        target = TARGETS[self.priority][0]
        if self.reached_at is None and self.elapsed >= target:
            self.reached_at = self.at
        if self.classified and self.breached_at is None and self.elapsed > target:
            self.breached_at = max(self.reached_at or 0, self.floor)

    def step(self, what: str) -> None:
        if what in TARGETS:
            if not self.stopped and not self.done:
                self._classify(what)
        elif what == "resolved":
            if not self.stopped and not self.done:
                self.verdicts.append("met" if self.breached_at is None else "missed")
                self.done = self.mode == "first-only"
            self.status, self.stopped = what, True
        elif what != "noted":
            self.status, self.stopped = what, False

    def _classify(self, priority: str) -> None:
        first, same = not self.classified, priority == self.priority
        if same and not first:
            return
        self.priority, self.classified, self.floor, self.reached_at = priority, True, self.at, None
        target, calendar = TARGETS[priority]
        if first:
            self.elapsed = sum(is_open(minute, calendar) for minute in self.past)
        if self.elapsed > target and self.breached_at is None:
            self.breached_at, self.cause = self.at, "late-classification" if first else "retarget"
        if self.elapsed >= target:
            self.reached_at = self.at

    def due(self) -> int:
        """Going on from here, minute by minute."""
        left, at = TARGETS[self.priority][0] - self.elapsed, self.at
        while left:
            left -= is_open(at, TARGETS[self.priority][1])
            at += MINUTE
        return at


def run(model: Model, steps: list[Step], now: int) -> None:
    moments = timeline(steps)
    while True:
        while moments and moments[0][0] <= model.at:
            model.step(moments.pop(0)[1])
        if model.at >= now:
            return
        model.minute()


@settings(max_examples=150)
@given(STEPS, st.sampled_from(["resume", "first-only"]), PRIORITY, st.integers(0, 1500))
def test_the_model_counts_the_same(steps: list[Step], mode: str, first: str, later: int) -> None:
    now = end_of(steps) + later * MINUTE
    model = Model(first, True, mode)
    run(model, steps, now)
    compare(model, resolution(incident_of(steps, mode, first), now))


@settings(max_examples=100)
@given(STEPS, PRIORITY, st.integers(0, 1500))
def test_the_model_classified_late_counts_the_same(steps: list[Step], priority: str, later: int) -> None:
    steps = [step for step in steps if step[1] not in TARGETS and step[1] != "resolved"]
    half = len(steps) // 2
    steps = [*steps[:half], (7, priority), *steps[half:]]
    now = end_of(steps) + later * MINUTE
    model = Model(priority, False, "resume")
    run(model, steps, now)
    compare(model, resolution(incident_of(steps, first=None), now))


def compare(model: Model, clock: Clock) -> None:
    assert clock.elapsed == model.elapsed * MINUTE
    assert (clock.breached_at, clock.cause) == (model.breached_at, model.cause)
    ended = model.stopped or model.done
    assert clock.state == ("stopped" if ended else "paused" if model.status == "requestor" else "running")
    assert (clock.first_verdict, clock.verdict) == (
        model.verdicts[0] if model.verdicts else None,
        model.verdicts[-1] if ended else None,
    )
    if clock.state == "running" and clock.remaining > 0:
        assert clock.due == model.due()
