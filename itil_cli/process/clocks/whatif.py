"""What if: the same incidents under another policy (S18). Events stay; what they promise is promised anew.

- Priority comes from the other matrix, targets from its targets, pauses from its reasons, the switches from it.
- Clocks that a policy adds are those of the other one. Groups' and vendors' are left out: they have no part in it.
- A clock's verdict flips where it is met under one policy and missed under the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from itil_cli.process.calendar import Calendar
from itil_cli.process.clock import Clock, clocks
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Incident, Record, Value
from itil_cli.process.lifecycle.terms import further
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.values import Target

_LEFT_OUT = frozenset({"clocks", "ola", "ola-calendar", "uc", "uc-calendar"})


class Verdict(NamedTuple):
    """A clock's verdict with its figures (seconds)."""

    verdict: str
    elapsed: int
    target: int


class Flip(NamedTuple):
    """An incident whose verdict differs."""

    id: str
    title: str
    clock: str
    before: Verdict
    after: Verdict


class Totals(NamedTuple):
    """Verdicts of one clock over all incidents."""

    met: int
    missed: int


def repromised(record: Record, policy: Policy) -> Record:
    """The record as its events would be, had this policy been in force from the beginning."""
    walk = _Walk(policy)
    events: list[Event] = []
    for event in record.events:
        anew = walk.over(event)
        if policy.clocks:
            before = fold(replace(record, events=tuple(events)))
            anew = replace(anew, data={**anew.data, **further(policy, before, anew.do, anew.data)})
        events.append(anew)
    return replace(record, events=tuple(events))


class _Walk:
    """Goes over the events of one record and remembers what targets depend on."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.priority: str | None = None
        self.service: str | None = None
        self.tenant: str | None = None
        self.major = False

    def over(self, event: Event) -> Event:
        """The event with its promises anew."""
        self.service = event.str("service") or self.service
        self.tenant = event.str("tenant") or self.tenant
        kept = {key: value for key, value in event.data.items() if key not in _LEFT_OUT}
        return replace(event, data={**kept, **self._anew(event)})

    def _anew(self, event: Event) -> Mapping[str, Value]:
        if event.do == "logged" and "priority" not in event.data:
            return _promise(self.policy.target(None, self.service, self.tenant))
        if event.do in ("logged", "classified", "imported", "corrected"):
            return self._classified(event)
        if event.do == "pended":
            reason = self.policy.pending.get(event.str("reason") or "")
            return {"pauses": list(reason.pauses) if reason else []}
        if event.do == "reopened":
            return {"mode": self.policy.on_reopen}
        if event.do in ("major-accepted", "major-demoted"):
            self.major = event.do == "major-accepted"
            return self._targets()
        return {}

    def _classified(self, event: Event) -> Mapping[str, Value]:
        impact, urgency = event.str("impact"), event.str("urgency")
        if event.do == "corrected" or impact is None or urgency is None:
            return {}
        row = self.policy.matrix.get(impact, {})
        before, self.priority = self.priority, row.get(urgency, event.str("priority"))
        switch = self.policy.on_priority_change
        changed = before not in (None, self.priority) and switch != "retroactive"
        return {**self._targets(), "priority": self.priority, **({"on-change": switch} if changed else {})}

    def _targets(self) -> Mapping[str, Value]:
        major = self.policy.major_target(self.priority or "") if self.major else None
        return _promise(major or self.policy.target(self.priority, self.service, self.tenant))


def _promise(target: Target) -> Mapping[str, Value]:
    return {"response": target.response, "resolution": target.resolution, "calendar": target.calendar}


class Both(NamedTuple):
    """The two policies' calendars, and the other policy."""

    calendars: Mapping[str, Calendar]
    other: Policy
    other_calendars: Mapping[str, Calendar]


def flips(
    records: Iterable[Record], both: Both, now: int, totals: dict[str, list[Totals]] | None = None
) -> Iterator[Flip]:
    """Every verdict that differs; `totals` gathers, by clock, the verdicts before and after."""
    for record in records:
        incident = fold(record)
        before = verdicts(clocks(incident, both.calendars, now))
        other = fold(repromised(record, both.other))
        after = verdicts(clocks(other, both.other_calendars, now))
        _count(totals, before, after)
        yield from _differences(incident, before, after)


def verdicts(found: Sequence[Clock]) -> dict[str, Verdict]:
    """The verdicts of the SLA's clocks by name; one that has none yet is not among them."""
    return {
        clock.name: Verdict(clock.verdict, clock.elapsed, clock.target)
        for clock in found
        if clock.verdict and not clock.group and not clock.vendor
    }


def _differences(incident: Incident, before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> Iterator[Flip]:
    for name, verdict in before.items():
        other = after.get(name)
        if other is not None and other.verdict != verdict.verdict:
            yield Flip(incident.id, incident.title, name, verdict, other)


def _count(totals: dict[str, list[Totals]] | None, before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> None:
    if totals is None:
        return
    for side, found in enumerate((before, after)):
        for name, verdict in found.items():
            sums = totals.setdefault(name, [Totals(0, 0), Totals(0, 0)])
            met = verdict.verdict == "met"
            sums[side] = Totals(sums[side].met + met, sums[side].missed + (not met))
