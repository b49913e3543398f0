"""When the requestor of an open incident is next to hear from us (S14, `inform-every`): derived, never stored.

- Counted from the last public message to him; from when it was logged, reopened or got its present priority, where
  that is later. What he says himself (`contacted`) tells him nothing.
- While it waits for a reason that pauses the SLA (his answer, a date agreed with him) nothing is due; counting
  begins anew when that ends.
- On the calendar that the resolution is promised on. A message at the second at which it is due is in time.
- Nobody waits for a word: on what a machine opened (an alert's key, automatic mail), on what has no requestor or is
  its own owner's. Imported rows tell of no messages, so counting begins after the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.process.incident import OPEN, PENDING, Event, Incident, State
from itil_cli.process.time.instants import Duration, parse_seconds

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar
    from itil_cli.process.settings.policy import Policy

    Calendars = Mapping[str, Calendar]
ALWAYS = "always"


class Silence(NamedTuple):
    """A stretch [start, end) of an open incident in which its requestor heard nothing; `end` is None while it lasts.

    Instants are epoch seconds; priority and calendar are those that held."""

    start: int
    end: int | None
    priority: str
    calendar: str


class NextMessage(NamedTuple):
    """The next message: when it is due (epoch seconds), counted from `since`, every so many seconds of a calendar."""

    since: int
    due: int
    every: int
    calendar: str

    def is_late(self, now: int) -> bool:
        """Whether it should have gone out by now."""
        return now > self.due


def intervals(policy: Policy) -> dict[str, int]:
    """How often the requestor hears from us, in seconds by priority; what is `off` is not there."""
    return {priority: parse_seconds(every) for priority, every in policy.inform_every.items()}


def next_message(incident: Incident, policy: Policy, calendars: Calendars, now: int) -> NextMessage | None:
    """The message that is due next; None where none is."""
    return after(lasting(incident), intervals(policy), calendars, now)


def after(silence: Silence | None, every: Mapping[str, int], calendars: Calendars, now: int) -> NextMessage | None:
    """The message that ends a silence which lasts; None where it has not begun or has no interval (`every`)."""
    if silence is None or silence.start > now or silence.priority not in every:
        return None
    seconds = every[silence.priority]
    due = _calendar(silence.calendar, calendars).later(silence.start, Duration(seconds, "s"))
    return None if due is None else NextMessage(silence.start, due, seconds, silence.calendar)


def too_long(silence: Silence, every: Mapping[str, int], calendars: Calendars, now: int) -> bool:
    """Whether the requestor heard nothing for longer than he should have, by `now` (epoch seconds)."""
    start, end, priority, name = silence
    until = now if end is None else min(end, now)
    return priority in every and until > start and _calendar(name, calendars).between(start, until) > every[priority]


def _calendar(name: str, calendars: Calendars) -> Calendar:
    """The calendar of that name; around the clock where the policy has it no more."""
    return calendars[name] if name in calendars else calendars[ALWAYS]


def lasting(incident: Incident) -> Silence | None:
    """The silence that lasts on; None where there is none."""
    last = next(reversed(silences(incident)), None)
    return last if last is not None and last.end is None else None


def silences(incident: Incident) -> list[Silence]:
    """Every such stretch, in order."""
    found = _silences(incident.trail) if _waits_for_word(incident) else ()
    return [one for one in found if one.priority]


def _waits_for_word(incident: Incident) -> bool:
    first = incident.events[0] if incident.events else None
    by_machine = incident.dedup_key is not None or (first is not None and first.get("automatic") is True)
    return not by_machine and incident.requestor not in (None, incident.owner)


def _silences(trail: Iterable[State]) -> Iterator[Silence]:
    before: State | None = None
    since: int | None = None
    for state in trail:
        at = state.event.at if before is None else max(state.event.at, before.event.at)
        if _is_break(before, state):
            if before is not None and since is not None and since < at and state.event.do != "imported":
                yield _silence(before, since, at)
            since = _begin(state, at)
        elif not _waits(state) and (since is None or since > at):
            since = at
        before = state
    if before is not None and since is not None:
        yield _silence(before, since, None)


def _is_break(before: State | None, state: State) -> bool:
    """Whether a stretch ends here, and perhaps another begins."""
    if before is None or state.event.do == "imported" or state.status not in OPEN or before.status not in OPEN:
        return True
    begins_to_wait = _waits(state) and not _waits(before)
    return _is_heard(state.event) or state.priority != before.priority or begins_to_wait


def _is_heard(event: Event) -> bool:
    return event.get("public") is True and event.do != "contacted"


def _waits(state: State) -> bool:
    """Whether it waits for the requestor, or for a date that he knows."""
    return state.status == PENDING and "sla" in state.pauses


def _begin(state: State, at: int) -> int | None:
    """From when on silence counts after this event; None: not at all."""
    if state.status not in OPEN or state.event.do == "imported":
        return None
    if _waits(state):
        from itil_cli.process.clocks.walk import until

        ends = until(state)
        return None if ends is None else max(at, ends)
    return at


def _silence(state: State, since: int, end: int | None) -> Silence:
    return Silence(since, end, state.priority or "", state.calendar or ALWAYS)
