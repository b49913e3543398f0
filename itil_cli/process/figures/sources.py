"""The events that figures count, and when each happened: an incident belongs to a period by them (S15).

- Canceled ones and duplicates are out everywhere, but where a figure is about who was never accepted (S4), and of
  follow-up actions, which are owed all the same.
- Children are out of volumes and of what is made of them; in for the verdicts of clocks.
- A clock belongs to a period by its stop. `ola` and `uc` are one happening for each leg.
- Every change of status is one happening.
- What stands open at a time is asked at the period's end, or now if that is earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, Protocol

from itil_cli.process.auditing.names import unknown_names
from itil_cli.process.calendar import Calendar
from itil_cli.process.figures.facts import Facts
from itil_cli.process.messages.informing import Silence, intervals, too_long
from itil_cli.process.settings.people import People
from itil_cli.process.settings.policy import Policy
from itil_cli.process.time.instants import format_instant
from itil_cli.process.time.period import Period


class Verdict(Protocol):
    """What is asked of a clock; `process.clock.Clock` is one."""

    @property
    def name(self) -> str: ...
    @property
    def group(self) -> str | None: ...
    @property
    def vendor(self) -> str | None: ...
    @property
    def target(self) -> int: ...
    @property
    def elapsed(self) -> int: ...
    @property
    def breached_at(self) -> int | None: ...
    @property
    def cause(self) -> str | None: ...
    @property
    def verdict(self) -> str | None: ...
    @property
    def stopped_at(self) -> int | None: ...
    @property
    def downgraded(self) -> bool: ...
    @property
    def corrected(self) -> bool: ...
    @property
    def unclassified_breached_at(self) -> int | None: ...


@dataclass(frozen=True)
class Scope:
    """What figures are made for: a period, the present (epoch seconds), the settings and calendars in force.

    Without `people` no names are asked for."""

    period: Period
    now: int
    policy: Policy
    calendars: Mapping[str, Calendar]
    people: People | None = None

    @property
    def standing_at(self) -> int:
        """Before which instant what is open is counted: what happens at the present has happened."""
        return min(self.period.end, self.now + 1)

    @cached_property
    def names(self) -> list[Any]:
        """Every name that policy and people know."""
        policy, people = self.policy, self.people.all() if self.people else ()
        known = [sorted(one) for one in (policy.groups, policy.categories, policy.codes, policy.pending)]
        return [*known, policy.requestors, sorted(name for one in people for name in (one.email, *one.aliases))]

    @cached_property
    def intervals(self) -> Mapping[str, int]:
        """How often a requestor is to hear from us, in seconds by priority (S14)."""
        return intervals(self.policy)

    @cached_property
    def desks(self) -> frozenset[str]:
        """The groups that are service desks."""
        return frozenset(group.name for group in self.policy.groups.values() if group.desk)


class Happening(NamedTuple):
    """Something that happened to an incident, and the clock or whatever it happened with."""

    at: int
    what: Any = None


Clocks = Sequence[Verdict]


class Source(NamedTuple):
    """Where happenings come from. `attribute`: the instant of the facts that it is; else `find` finds them.

    `children` and `canceled` tell that those are in, `clocks` that the clocks are needed, `names` that it matters
    which names policy and people know."""

    name: str
    attribute: str | None = None
    find: Callable[[Facts, Clocks, Scope], Iterator[Happening]] | None = None
    children: bool = False
    canceled: bool = False
    clocks: bool = False
    names: bool = False


def _stops(*names: str) -> Callable[[Facts, Clocks, Scope], Iterator[Happening]]:
    """Clocks of these names that stopped with a verdict."""

    def find(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
        for clock in clocks:
            if clock.name in names and clock.verdict and scope.period.holds(clock.stopped_at):
                yield Happening(clock.stopped_at or 0, clock)

    return find


def _odd(name: str) -> Callable[[Facts, Clocks, Scope], Iterator[Happening]]:
    """Of those, the ones of which something is to be told beside: missed, downgraded or corrected."""

    def find(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
        for clock in clocks:
            told = clock.verdict == "missed" or clock.downgraded or clock.corrected
            if told and clock.name == name and clock.verdict and scope.period.holds(clock.stopped_at):
                yield Happening(clock.stopped_at or 0, clock)

    return find


def _clock_of_the_resolved(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """The resolution clock of what was last resolved in the period, and still is."""
    for clock in clocks:
        if clock.name == "resolution" and clock.verdict and scope.period.holds(one.resolved_at):
            yield Happening(one.resolved_at or 0, clock)


def _response_after_reopening(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    for clock in clocks:
        if clock.name.startswith("response_") and clock.verdict and scope.period.holds(clock.stopped_at):
            yield Happening(clock.stopped_at or 0, clock)


def _breached_and_open(name: str) -> Callable[[Facts, Clocks, Scope], Iterator[Happening]]:
    """The clock of that name, if it ran on at the time that counts and was breached by then."""

    def find(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
        at = scope.standing_at
        for clock in clocks:
            if clock.name != name or clock.breached_at is None or clock.breached_at >= at or not one.open_at(at):
                continue
            if clock.stopped_at is None or clock.stopped_at >= at:
                yield Happening(at - 1, clock)

    return find


def _unclassified(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """Breaches of the promise made before classification (S4), by when they were."""
    for clock in clocks:
        if scope.period.holds(clock.unclassified_breached_at):
            yield Happening(clock.unclassified_breached_at or 0, clock)


def _standing(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    if one.open_at(scope.standing_at):
        yield Happening(min(scope.period.end, scope.now))


def _moves(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    for move in one.moves:
        if scope.period.holds(move[2]):
            yield Happening(move[2], move)


def _updates(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    for at, on_time in one.updates:
        if scope.period.holds(at):
            yield Happening(at, on_time)


def _informed(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """Last resolved in the period, and the requestor was to hear at an interval: whether one was too long."""
    if scope.period.holds(one.resolved_at):
        owed = [Silence(*said) for said in one.silences if said[2] in scope.intervals]
        if owed:
            late = any(too_long(silence, scope.intervals, scope.calendars, scope.now) for silence in owed)
            yield Happening(one.resolved_at or 0, late)


def _silent(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """It is open at the time that counts, and its requestor has heard nothing for too long."""
    at = scope.standing_at
    for said in one.silences if one.open_at(at) else ():
        silence = Silence(*said)
        lasts = silence.start < at and (silence.end is None or silence.end >= at)
        if lasts and too_long(silence._replace(end=None), scope.intervals, scope.calendars, at - 1):
            yield Happening(at - 1)


def _open_actions(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """Follow-up actions not done at the time that counts; whether the date of each was over (the day is of UTC)."""
    at = scope.standing_at
    for added, date, done in one.actions:
        if added < at and (done is None or done >= at):
            yield Happening(at - 1, format_instant(at - 1)[:10] > date)


def _open_actions_of_majors(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    return _open_actions(one, clocks, scope) if one.was_major else iter(())


def _added_actions(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    return (Happening(added) for added, _, _ in one.actions if scope.period.start <= added < scope.standing_at)


def _done_actions(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """Done by the time that counts; whether that was after the date."""
    for _, date, done in one.actions:
        if done is not None and scope.period.start <= done < scope.standing_at:
            yield Happening(done, format_instant(done)[:10] > date)


def _findings(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """What `check` finds about it, by the time of the event, else of the last one; with the rule."""
    unknown = unknown_names(one, scope.policy, scope.people) if scope.people else ()
    for rule, at in (*one.findings, *((name.rule, one.last_at) for name in unknown)):
        if scope.period.start <= at < scope.standing_at:
            yield Happening(at, rule)


def _any_finding(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    return islice(_findings(one, clocks, scope), 1)


def _unaccepted_end(one: Facts, clocks: Clocks, scope: Scope) -> Iterator[Happening]:
    """It ended, and nobody had ever accepted it; by-parent and canceled ones too (S4), but not double entries."""
    if one.accepted_at is None and not one.duplicate and scope.period.holds(one.ended_at):
        yield Happening(one.ended_at or 0)


LOGGED = Source("logged", "logged_at")
ASSIGNED = Source("assigned", "assigned_at")
ACCEPTED = Source("accepted", "accepted_at")
FIRST_RESOLVED = Source("first resolved", "first_resolved_at")
RESOLVED = Source("resolved", "resolved_at")
UNACCEPTED = Source("ended unaccepted", find=_unaccepted_end, children=True, canceled=True)
RESPONSE = Source("response stopped", find=_stops("response"), children=True, clocks=True)
ODD_RESPONSE = Source("odd response stopped", find=_odd("response"), children=True, clocks=True)
ODD_RESOLUTION = Source("odd resolution stopped", find=_odd("resolution"), children=True, clocks=True)
RESPONSE_AGAIN = Source("later response stopped", find=_response_after_reopening, children=True, clocks=True)
RESOLUTION = Source("resolution stopped", find=_stops("resolution"), children=True, clocks=True)
RESOLVED_CLOCK = Source("resolution clock of the resolved", find=_clock_of_the_resolved, clocks=True)
OPEN_RESPONSE = Source("response breached", find=_breached_and_open("response"), children=True, clocks=True)
OPEN_RESOLUTION = Source("resolution breached", find=_breached_and_open("resolution"), children=True, clocks=True)
UNCLASSIFIED = Source("unclassified breached", find=_unclassified, children=True, clocks=True)
OLA = Source("group's leg stopped", find=_stops("ola"), children=True, clocks=True)
UC = Source("vendor's leg stopped", find=_stops("uc"), children=True, clocks=True)
STANDING = Source("standing", find=_standing)
MOVED = Source("moved", find=_moves)
UPDATE = Source("major update due", find=_updates)
FINDING = Source("finding", find=_findings, children=True, canceled=True, names=True)
FOUND = Source("incident with a finding", find=_any_finding, children=True, canceled=True, names=True)
ACTION = Source("action not done", find=_open_actions, children=True, canceled=True)
MAJOR_ACTION = Source("major's action not done", find=_open_actions_of_majors, children=True, canceled=True)
ADDED_ACTION = Source("action added", find=_added_actions, children=True, canceled=True)
DONE_ACTION = Source("action done", find=_done_actions, children=True, canceled=True)
INFORMED = Source("requestor to be informed", find=_informed)
SILENT = Source("requestor not informed", find=_silent)
