"""What is owed to people, with what became of it so far: derived from what events owe and what the claims say.

- Only what has changed within `messages.within`, and what is resolved, can owe anything; nothing else is looked at.
- The claims beside the records are read together, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.deliver.configuration import Ways
from itil_cli.process.events.fold import fold
from itil_cli.process.messages import claims
from itil_cli.process.messages.claims import FAILED, REFUSED
from itil_cli.process.messages.digests import WEBHOOK, Owed, Settings, gathered, goes_at, has_arrived
from itil_cli.process.messages.owing import Message, owed, owed_of_knowledge
from itil_cli.process.messages.retrying import due
from itil_cli.process.time.calendars import build

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar
    from itil_cli.store.snapshot import Snapshot


class Outbox(NamedTuple):
    """Everything that is owed, what leaves now (as letters), and how many wait for their hours or their digest."""

    owed: list[Owed]
    letters: list[list[Owed]]
    waiting: int


def outbox(snapshot: Snapshot, now: int, ways: Ways) -> Outbox:
    """What is owed at `now` (epoch seconds) by these ways."""
    settings = Settings(snapshot.policy, snapshot.people, now)
    everything = list(_with_claims(snapshot, _ways_out(_owed(snapshot, now), ways), settings))
    hours = build(settings.policy)[settings.policy.messages.hours]
    wanted = list(due(everything, settings, hours))
    ready = list(_ready(wanted, settings, hours))
    return Outbox(everything, gathered(ready, settings), len(wanted) - len(ready))


def _ready(wanted: Iterable[Owed], settings: Settings, hours: Calendar) -> Iterator[Owed]:
    """What waits neither for its hours nor for its digest."""
    rules = settings.policy.messages
    is_quiet = not hours.is_open(settings.now)
    for one in wanted:
        if (not is_quiet or one.message.what in rules.any_time) and goes_at(one.message, settings) <= settings.now:
            yield one


def failing(owed: Iterable[Owed]) -> list[str]:
    """What did not arrive, in words: it waits for another try, or was refused for good."""
    return [
        f"{one.record} {one.what} to {one.to} {claim.state}: {claim.why}"
        for one, claim in owed
        if claim and claim.state in (FAILED, REFUSED)
    ]


def _ways_out(messages: Iterable[Message], ways: Ways) -> Iterator[Message]:
    """A message by mail for each address, and one for the webhook however many addresses there are."""
    posted = set()
    for one in messages:
        if ways.mail:
            yield one
        if ways.webhook and one.what in ways.webhook.what and (one.record, one.n, one.what) not in posted:
            posted.add((one.record, one.n, one.what))
            yield replace(one, to=WEBHOOK)


def _with_claims(snapshot: Snapshot, messages: Iterable[Message], settings: Settings) -> Iterator[Owed]:
    by_record = {record: list(found) for record, found in groupby(messages, key=lambda one: one.record)}
    paths = {record: claims.claims_path(record) for record in by_record}
    there = snapshot.read_many(list(paths.values()))
    for record, found in by_record.items():
        known = claims.parse(there.get(paths[record]))
        yield from (Owed(one, known.get(one.key)) for one in found if not has_arrived(one, known, settings))


def _owed(snapshot: Snapshot, now: int) -> Iterator[Message]:
    from itil_cli.store.index.query import Filter

    index, policy, people = snapshot.index, snapshot.policy, snapshot.people
    since = now - policy.messages.within
    wanted = [Filter(changed_since=since), Filter(equal={"status": ("resolved",)})]
    incidents = {row.id for one in wanted for row in index.listed(one).brief()}
    for record in index.records_of(sorted(incidents)):
        yield from owed(fold(record), policy, people, now)
    for kind in ("PRB", "KE"):
        for record in index.records_of(row.id for row in index.listed(Filter(kind, changed_since=since)).brief()):
            yield from owed_of_knowledge(record, policy, people, now)
