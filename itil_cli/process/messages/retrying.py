"""When a message that failed is tried again: the more urgent its incident, the sooner.

- The waits grow (`claims.py`), up to `messages: longest-wait` of the incident's priority; what has none, and what a
  digest gathers, waits as long as the least urgent.
- A message that waits for the `hours` is tried once more before they end, rather than the next morning.
- What was tried as one letter is tried again as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from itil_cli.process.calendar import Calendar
from itil_cli.process.messages.claims import FAILED, FIRST_WAIT
from itil_cli.process.messages.digests import Owed, Settings, is_gathered


def due(owed: Iterable[Owed], settings: Settings, hours: Calendar) -> Iterator[Owed]:
    """What may be tried now: what nobody has tried, and what is to be tried again. `hours` are those of messages."""
    for one in owed:
        again = next_try(one, settings, hours)
        if one.before is None or (again is not None and again <= settings.now):
            yield one


def next_try(one: Owed, settings: Settings, hours: Calendar) -> int | None:
    """From when on a message may be tried again (epoch seconds); None: not at all, or it was not tried."""
    if one.before is None:
        return None
    waits = settings.policy.messages.longest_wait
    together = is_gathered(one.message, settings)
    longest = max(waits.values()) if together else waits.get(one.message.facts.get("priority", ""), max(waits.values()))
    again = one.before.next_try(longest)
    if again is None or one.before.state != FAILED or one.message.what in settings.policy.messages.any_time:
        return again
    return _before_they_end(one.before.at, again, hours)


def _before_they_end(failed: int, again: int, hours: Calendar) -> int:
    """The next try, or an earlier one where the hours end meanwhile."""
    if hours.between(failed, again) == again - failed:
        return again
    open_until, closed = failed, again  # open from the failure up to the one, not up to the other
    while closed - open_until > 1:
        middle = (open_until + closed) // 2
        if hours.between(failed, middle) == middle - failed:
            open_until = middle
        else:
            closed = middle
    last = open_until - FIRST_WAIT
    return max(last, failed + FIRST_WAIT) if last > failed else again
