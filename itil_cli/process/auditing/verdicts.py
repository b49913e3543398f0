"""What a late arrival changed (S17): verdicts before and after, as of when the commit was there for certain.

- A breach that was reached, and is not after the late event, is improved: an error until the incident manager
  countersigns it (`itil correct ID --accept-late`, a `corrected` event with `accept-late: N`).
- Any other change of a verdict is listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.errors import ItilError
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.auditing.timing import is_late
from itil_cli.process.auditing.values import Facts, Ground, Touched, about
from itil_cli.process.clock import Clock, clocks
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record, kind_of

IMPROVED = "late-verdict"
HOW = " The incident manager may accept it:"
MISSED, OPEN_OR_MET = "missed", "not missed"


def changed(facts: Facts, ground: Ground, one: Touched) -> Iterator[Finding]:
    """The verdicts that the late events of a file changed."""
    if one.new is None or one.old is None or kind_of(one.new.id) != "INC":
        return
    late = [event for _, event in one.added if is_late(facts, ground, event)]
    if not late:
        return
    before, after = _verdicts(one.old, ground, facts.known_at), _verdicts(one.new, ground, facts.known_at)
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            improved = after[name] == OPEN_OR_MET
            said = f"{name} was {before[name]} and is {after[name]} by the late event {late[0].n} ({late[0].do})."
            hint = f"{HOW} `itil correct {one.new.id} --accept-late {late[0].n} -m WHY`."
            code, severity = (IMPROVED, "error") if improved else ("late", WARNING)
            yield about(late[0], code, said + (hint if improved else ""), severity)


def _verdicts(record: Record, ground: Ground, now: int) -> dict[str, str]:
    incident: Incident = fold(record)
    try:
        found = clocks(incident, ground.calendars, max(now, incident.last_at))
    except ItilError:
        return {}  # a promise that cannot be counted is a finding of its own
    names = ((f"{one.name} {one.group or one.vendor or ''}".strip(), one) for one in found)
    return {name: MISSED if _missed(one) else OPEN_OR_MET for name, one in names}


def _missed(clock: Clock) -> bool:
    return clock.verdict == MISSED or clock.breached_at is not None


def accepted(one: Touched) -> Iterator[str]:
    """The late events that a commit's corrections accept."""
    for _, event in one.added:
        name = event.str("accept-late")
        if event.do == "corrected" and name is not None:
            yield name
