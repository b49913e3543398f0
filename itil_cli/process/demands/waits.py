"""What a wait demands (P02, P13, S4, S9): a date that has come, a reminder, the closing of what is resolved.

- A wait agreed until a time is over then; the clocks know so by themselves, the sweep writes it down.
- The requestor is reminded on the calendar of closure, once for each wait and reminder.
- What is resolved closes at the time that the last resolution promised, unless the requestor has an unanswered
  contact, or it is an accepted major incident: then it stays, and is listed with why.
"""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.process.demands.values import Due, Stays, Times
from itil_cli.process.incident import PENDING, RESOLVED, Incident, Value
from itil_cli.process.time.instants import format_instant, parse_duration, parse_instant

UNTIL, REMIND, AUTO_CLOSE = "until", "remind", "F4"


def waits(incident: Incident, times: Times) -> Iterator[Due]:
    """What is due of all that."""
    yield from _resumption(incident, times)
    yield from _reminders(incident, times)
    yield from _closure(incident, times)


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


def _reminders(incident: Incident, times: Times) -> Iterator[Due]:
    reason = times.policy.pending.get(incident.reason or "")
    events = [state.event for state in incident.trail]
    wait = next((event for event in reversed(events) if event.do == "pended"), None)
    if incident.status != PENDING or reason is None or wait is None:
        return
    sent = {event.str("remind") for event in events if event.str("of") == wait.n}
    for after in dict.fromkeys(reason.remind):
        at = times.calendars[times.policy.closure.calendar].later(wait.at, parse_duration(after))
        if at is not None and at <= times.now and after not in sent:
            data: dict[str, Value] = {"of": wait.n, "remind": after, "public": True, "due": format_instant(at)}
            words = f"reminded {incident.requestor or 'the requestor'} after {after}"
            yield Due("told", REMIND, at, words, data, text=f"Reminder: {wait.text or incident.title}")
