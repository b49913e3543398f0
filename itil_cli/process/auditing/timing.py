"""Who and when (S17): author = actor, author time = `at`, clocks that are right, and what came late.

- The author of a commit is the actor of every event in it, by his address or an alias.
- The author time is the `at` of the commit's last event; no event is later.
- `at` is at most ten minutes ahead of the committer's time, nor is the committer's behind his parent's.
- Up to ten minutes after `at` a commit is prompt; up to `offline-limit` a late arrival; later an error.
- In a sandbox store the committer's time may be any, so nothing is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.auditing.growth import PROMPT
from itil_cli.process.auditing.values import Facts, Ground, Touched, about
from itil_cli.process.incident import Event
from itil_cli.process.time.instants import format_instant, parse_duration

AHEAD = 600  # seconds that a clock may be wrong
DAY = 86400


def events_of(touched: list[Touched]) -> list[Event]:
    """Every event that the commit adds."""
    return [event for one in touched for _, event in one.added]


def authors(facts: Facts, ground: Ground, events: list[Event]) -> Iterator[Finding]:
    """Author = actor."""
    author = ground.person(facts.author).email
    for event in events:
        if event.by != author and ground.person(event.by).email != author:
            yield about(event, "author", f"the event {event.n} is by {event.by}, the commit by {facts.author}.")


def author_time(facts: Facts, events: list[Event]) -> Iterator[Finding]:
    """Author time = `at` of the last event."""
    if not events:
        return
    last = max(events, key=lambda event: event.at)
    if last.at != facts.at:
        said = f"the event is of {format_instant(last.at)}, the commit's author time is {format_instant(facts.at)}."
        yield about(last, "author-time", said)


def clocks(facts: Facts, ground: Ground, events: list[Event], parents: tuple[int, ...]) -> Iterator[Finding]:
    """Nothing is from the future, and time does not run backwards; `parents` are their committer times."""
    if ground.policy.sandbox:
        return
    if facts.committed_at < max(parents, default=0) - AHEAD:
        before = format_instant(max(parents))
        yield Finding("commit-time", f"the committer time is before the parent's, {before}.", person=facts.committer)
    if facts.received is not None and facts.committed_at > facts.received + AHEAD:
        yield Finding("future", "the committer time is after the server received it.", person=facts.committer)
    if facts.at > facts.committed_at + AHEAD:
        yield Finding("future", f"the author time, {format_instant(facts.at)}, is ahead of the committer's.")
    for event in events:
        if event.at > facts.committed_at + AHEAD:
            yield about(event, "future", f"the event {event.n} is of {format_instant(event.at)}, which is ahead.")


def delays(facts: Facts, ground: Ground, events: list[Event]) -> Iterator[Finding]:
    """Late arrivals are listed, later ones are errors."""
    if ground.policy.sandbox:
        return
    limit = _seconds(ground.policy.offline_limit)
    for event in events:
        delay = facts.known_at - event.at
        if delay > limit:
            said = f"the event {event.n} came {_days(delay)} late; the limit is {ground.policy.offline_limit}."
            yield about(event, "too-late", said)
        elif delay > PROMPT:
            yield about(event, "late", f"the event {event.n} came {_days(delay)} late.", WARNING)


def is_late(facts: Facts, ground: Ground, event: Event) -> bool:
    """Whether an event is a late arrival."""
    return not ground.policy.sandbox and facts.known_at - event.at > PROMPT


@lru_cache(maxsize=64)
def _seconds(text: str) -> int:
    wait = parse_duration(text)
    return wait.amount if wait.unit == "s" else wait.amount * DAY * (7 if wait.unit == "bd" else 5) // 5


def _days(seconds: int) -> str:
    days, rest = divmod(seconds, DAY)
    return f"{days}d {rest // 3600}h" if days else f"{rest // 3600}h {rest % 3600 // 60}m"
