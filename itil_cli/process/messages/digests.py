"""The digest: messages that may wait go to somebody as one letter, at the times of `messages.digest`.

- Who gets one: whom people.yaml says `digest: true` of, and whom the policy names unless people.yaml says `false`.
- What it gathers waits for the first of its times at or after the event. What may go out at any time never waits.
- What was claimed together before stays together, so that a repeat is called the same.
- A message that is alone at its time goes out as itself.
- Whoever comes to be told of an event only after others were (a change of duty, a new member, a deputy) is told
  nothing of it: it has arrived.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from itil_cli.process.incident import kind_of
from itil_cli.process.messages.claims import SENT, Claim, Key
from itil_cli.process.messages.owing import Message
from itil_cli.process.messages.words import Words, filled, words
from itil_cli.process.settings.mailing import DIGEST
from itil_cli.process.settings.people import People
from itil_cli.process.settings.policy import Policy
from itil_cli.process.time.instants import format_instant
from itil_cli.process.time.zones import zone

WEBHOOK = "webhook"  # as the addressee of a claim


class Owed(NamedTuple):
    """A message, and the claim that was made of it before."""

    message: Message
    before: Claim | None


class Settings(NamedTuple):
    """What decides who gets what when: the settings in force, and the time (epoch seconds)."""

    policy: Policy
    people: People
    now: int


def is_gathered(message: Message, settings: Settings) -> bool:
    """Whether it goes out with others, as one letter."""
    rules = settings.policy.messages
    may_wait = message.what in rules.digest.what and message.what not in rules.any_time
    return may_wait and bool(rules.digest.at) and _wants(message.to, settings)


def _wants(address: str, settings: Settings) -> bool:
    person = settings.people.at(address, settings.now)
    if person.digest is not None:
        return person.digest
    named = {person.email, *person.aliases, *person.roles, *person.groups}
    return any(one in named for one in settings.policy.messages.digest.to)


def goes_at(message: Message, settings: Settings) -> int:
    """From when on it may go out (epoch seconds), apart from the hours: at once, or with the next digest."""
    if not is_gathered(message, settings):
        return message.at
    here = zone(settings.policy.zone)
    day = datetime.fromtimestamp(message.at, here).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(3):  # the rest of its day, the next one, and one more, should a zone skip that
        for hour, minute in settings.policy.messages.digest.times:
            at = int(day.replace(hour=hour, minute=minute).timestamp())
            if at >= message.at:
                return at
        day += timedelta(days=1)
    return message.at


def has_arrived(message: Message, known: Mapping[Key, Claim], settings: Settings) -> bool:
    """Whether others were sent it at a time at which it was due to this address, too, which was then not among them."""
    if message.key in known or message.to == WEBHOOK:
        return False
    others = [
        one for one in known.values() if one.state == SENT and one.to != WEBHOOK and one.key[:2] == message.key[:2]
    ]
    return any(goes_at(message, settings) <= one.at for one in others)


def gathered(due: Iterable[Owed], settings: Settings) -> list[list[Owed]]:
    """What leaves as one letter each, in the order of what comes first in it."""
    found: dict[object, list[Owed]] = {}
    for one in due:
        together = (one.message.to, one.before.run if one.before else "")
        alone = (one.message.record, one.message.key)
        found.setdefault(together if is_gathered(one.message, settings) else alone, []).append(one)
    return list(found.values())


def records(messages: Sequence[Message]) -> dict[str, list[Message]]:
    """The messages by record, each record once."""
    found: dict[str, list[Message]] = {}
    for one in messages:
        found.setdefault(one.record, []).append(one)
    return found


def digest_words(messages: Sequence[Message], policy: Policy) -> Words:
    """Subject and text of one letter that says all of these: the policy's template `digest`, else words from here.

    The brackets before the subject stay: an answer to a letter about one incident is found by them."""
    by_record = records(sorted(messages, key=lambda one: one.at))
    is_of_one = len(by_record) == 1
    facts = {
        "name": policy.name, "count": str(len(messages)), "records": str(len(by_record)),
        "title": messages[0].facts.get("title", "") if is_of_one else "", "ids": ", ".join(by_record),
        "messages": "\n\n\n".join(_part(record, said, policy) for record, said in by_record.items()),
    }  # fmt: skip
    what = "incidents" if all(kind_of(record) == "INC" for record in by_record) else "records"
    subject = "{count} messages: {title}" if is_of_one else f"{{count}} messages about {{records}} {what}"
    text = "{messages}" if is_of_one else "{messages}\n\n\nTo add to one of them, answer and begin with its id."
    template = policy.messages.templates.get(DIGEST, {})
    subject, text = (filled(template.get(name, own), facts) for name, own in (("subject", subject), ("text", text)))
    head = messages[0].record if is_of_one else policy.name
    return Words(" ".join(f"[{head}] {subject}".split())[:250], text.strip("\n"))


def _part(record: str, messages: Sequence[Message], policy: Policy) -> str:
    title = " ".join(messages[0].facts.get("title", "").split())
    return "\n\n".join([f"{record}: {title}", *(_said(one, policy) for one in messages)])


def _said(message: Message, policy: Policy) -> str:
    """One message, indented, so that nobody's words look like the head of another."""
    lines = words(message, policy).text.split("\n")
    text = "\n".join(f"    {line}".rstrip() for line in lines)
    return f"  {message.what}, {format_instant(message.at)}\n\n{text}"


def digest_name(messages: Sequence[Message]) -> str:
    """What tells a digest from others to the same address: the same messages, the same name."""
    return name_of((one.record, one.n, one.what) for one in messages)


def name_of(parts: Iterable[tuple[str, str, str]]) -> str:
    """The same, of messages by record, event and what they tell."""
    return hashlib.sha256("\n".join(sorted(map(" ".join, parts))).encode()).hexdigest()[:16]
