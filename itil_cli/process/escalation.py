"""What the clock demands now (P02, P13, S4, S9, S13): thresholds, acknowledgements, closures, dates, reminders.

- All of it is derived from events, calendars and `now`: a missed sweep catches up, and says how late it is.
- What was demanded before and is on record is not demanded again: a threshold counts once for each clock and
  promise, an acknowledgement once for each escalation, a reminder once for each wait; a reopening starts anew.
- Thresholds of the policy below 100 go to the lower levels of the chain, in order; 100 and more to its end.
- A level that nobody holds is passed by; levels held by one person collapse.
- What is past `closes-at` and may not close is told with why, not done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from itil_cli.process.calendar import Calendar
from itil_cli.process.clock import Clock
from itil_cli.process.incident import PENDING, RESOLVED, Escalation, Event, Incident, Value
from itil_cli.process.settings.policy import Policy
from itil_cli.process.time.instants import Duration, format_instant, parse_duration, parse_instant
from itil_cli.process.transitions import IM

THRESHOLD, UNACKNOWLEDGED, UNTIL, REMIND, AUTO_CLOSE = "threshold", "acknowledge-within", "until", "remind", "F4"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: the event that it becomes, since when (epoch seconds), and in words."""

    do: str
    rule: str
    at: int
    words: str
    data: Mapping[str, Value] = field(default_factory=dict)
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """What is past its closing time and stays open, and why (S9)."""

    at: int
    why: str


@dataclass(frozen=True, slots=True)
class Times:
    """What the questions are asked with: settings, calendars, and the present (epoch seconds)."""

    policy: Policy
    calendars: Mapping[str, Calendar]
    now: int


def due(incident: Incident, clocks: Sequence[Clock], times: Times) -> Iterator[Due]:
    """Everything that is due at `times.now` and not yet on record, the oldest first."""
    found = [
        *_resumption(incident, times),
        *_thresholds(incident, clocks, times),
        *_unacknowledged(incident, clocks, times),
        *_reminders(incident, times),
        *_closure(incident, times),
    ]
    return iter(sorted(found, key=lambda one: one.at))


def stays(incident: Incident, times: Times) -> Stays | None:
    """Why a resolved incident past its closing time is not closed by the clock; None where it is not so."""
    at = _closing_time(incident, times)
    if at is None:
        return None
    if incident.unanswered is not None:
        return Stays(at, "the requestor has an unanswered contact")
    return Stays(at, "it is an accepted major incident") if incident.major == "accepted" else None


def _closing_time(incident: Incident, times: Times) -> int | None:
    if incident.status != RESOLVED or incident.closes_at is None:
        return None
    at = parse_instant(incident.closes_at)
    return at if at <= times.now else None


def _closure(incident: Incident, times: Times) -> Iterator[Due]:
    at = _closing_time(incident, times)
    if at is not None and stays(incident, times) is None:
        yield Due("closed", AUTO_CLOSE, at, "closed: nobody reopened it", {"due": format_instant(at)})


def _resumption(incident: Incident, times: Times) -> Iterator[Due]:
    if incident.status != PENDING or incident.until is None:
        return
    at = parse_instant(incident.until)
    if at <= times.now:
        yield Due("resumed", UNTIL, at, "resumed: the agreed date is here", {"due": format_instant(at)})


def _thresholds(incident: Incident, clocks: Sequence[Clock], times: Times) -> Iterator[Due]:
    fired = {_fired(event) for event in incident.events if event.str("trigger") == THRESHOLD}
    for clock in clocks:
        if clock.state == "stopped" or clock.group or clock.vendor:
            continue
        percents = sorted(times.policy.thresholds.record)
        for crossed in clock.crossings(percents):
            key = (clock.name, crossed.percent, clock.promised_by)
            if crossed.crossed and crossed.at is not None and key not in fired:
                to = _level(incident, times.policy, percents, crossed.percent)
                yield _threshold(clock, crossed.percent, crossed.at, to)


def _fired(event: Event) -> tuple[str | None, Value, str | None]:
    return event.str("clock"), event.get("threshold"), event.str("promise")


def _threshold(clock: Clock, percent: int, at: int, to: str) -> Due:
    what = "breached" if percent >= 100 else f"at {percent} %"
    data: dict[str, Value] = {
        "to": to,
        "trigger": THRESHOLD,
        "clock": clock.name,
        "threshold": percent,
        "promise": clock.promised_by,
        "due": format_instant(at),
    }
    return Due("escalated", THRESHOLD, at, f"{clock.name} {what}: {to} is told", data)


def _level(incident: Incident, policy: Policy, percents: Sequence[int], percent: int) -> str:
    """Who hears of a threshold: the chain's levels in order below 100, its end from 100 on."""
    held = levels(incident, policy)
    if percent >= 100:
        return held[-1]
    place = [known for known in percents if known < 100].index(percent)
    lower = held[:-1] or held
    return lower[min(place, len(lower) - 1)]


def levels(incident: Incident, policy: Policy) -> tuple[str, ...]:
    """The chain's levels as addresses and roles; those that nobody holds left out, one person's collapsed (S13)."""
    group = policy.groups.get(incident.group or "")
    found = {"assignee": incident.assignee, "group-lead": group.lead if group else None}
    named = [found.get(level, level) for level in policy.chain]
    return tuple(dict.fromkeys(level for level in named if level)) or (IM,)


def _unacknowledged(incident: Incident, clocks: Sequence[Clock], times: Times) -> Iterator[Due]:
    within = times.policy.acknowledge_within.get(incident.priority or "")
    if within is None or not incident.is_open:
        return
    calendar = _calendar(clocks, times)
    passed_on = {event.str("of") for event in incident.events if event.do == "escalated"}
    for known in incident.escalations:
        if known.acknowledged_at is not None or known.n in passed_on:
            continue
        at = calendar.add(known.at, parse_duration(within).amount)
        to = _above(incident, times.policy, known)
        if at <= times.now and to is not None:
            data: dict[str, Value] = {"to": to, "trigger": "unacknowledged", "of": known.n, "due": format_instant(at)}
            yield Due("escalated", UNACKNOWLEDGED, at, f"not acknowledged by {known.to}: {to} is told", data)


def _calendar(clocks: Sequence[Clock], times: Times) -> Calendar:
    """The calendar that the resolution is counted on."""
    name = next((clock.calendar for clock in clocks if clock.name == "resolution"), "always")
    return times.calendars[name]


def _above(incident: Incident, policy: Policy, known: Escalation) -> str | None:
    """The next level above the one that was told; None at the end of the chain."""
    held = levels(incident, policy)
    if known.to not in held:
        return held[-1] if known.to != held[-1] and known.to != IM else None
    place = held.index(known.to)
    return held[place + 1] if place + 1 < len(held) else None


def _reminders(incident: Incident, times: Times) -> Iterator[Due]:
    reason = times.policy.pending.get(incident.reason or "")
    wait = next((event for event in reversed(incident.events) if event.do == "pended"), None)
    if incident.status != PENDING or reason is None or wait is None:
        return
    sent = {event.str("remind") for event in incident.events if event.str("of") == wait.n}
    for after in reason.remind:
        at = _later(times, wait.at, parse_duration(after))
        if at <= times.now and after not in sent:
            data: dict[str, Value] = {"of": wait.n, "remind": after, "public": True, "due": format_instant(at)}
            words = f"reminded {incident.requestor or 'the requestor'} after {after}"
            yield Due("told", REMIND, at, words, data, text=f"Reminder: {wait.text or incident.title}")


def _later(times: Times, at: int, wait: Duration) -> int:
    calendar = times.calendars[times.policy.closure.calendar]
    if wait.unit == "s":
        return calendar.add(at, wait.amount)
    return calendar.add_days(at, wait.amount, business=wait.unit == "bd")
