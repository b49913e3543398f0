"""The words of a message: the policy's template, else one from here, with facts filled in.

A `{name}` that there is no fact for stays empty; nothing else in a template does anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from itil_cli.process.messages.owing import Message
from itil_cli.process.settings.policy import Policy

_NAME = re.compile(r"\{([a-z_]+)\}")
_ANSWER = "Is it so? Answer with the first word `{confirms}` or `{rejects}`."
_TEXTS: Mapping[str, str] = {
    "receipt": "We have your report, and call it {id}. Answer this mail to add to it.\n\n{title}",
    "pending": "{id} waits ({reason}).\n\n{text}",
    "told": "{text}",
    "resolved": "{id} is resolved.\n\n{text}\n\n" + _ANSWER + "\nUnless we hear from you it closes at {closes_at}.",
    "closing": "{id} is resolved, and closes at {closes_at}.\n\n{text}\n\n" + _ANSWER,
    "closed": "{id} is closed.\n\n{text}",
    "reopened": "{id} is open again.\n\n{text}",
    "canceled": "{id} is canceled ({reason}).\n\n{text}",
    "contacted": "{by} writes about {id}:\n\n{text}",
    "assigned": "{id} is yours: {priority}, {status}.\n\n{title}\n\n{text}",
    "escalated": "{id} is escalated to you ({trigger}): {priority}, {status}, {group}.\n\n{title}\n\n{text}",
    "problem": "{by} proposes the problem {id}.\n\n{title}\n\n{text}",
    "known-error": "The known error {id} is {status}.\n\n{title}\n\n{text}",
    "major-proposed": "{id} is proposed as a major incident ({criterion}).\n\n{title}\n\n{text}",
    "major-update": "{id}, major incident: {status}.\n\n{text}\n\nNext update: {next_update}",
    "called-in": "{by} calls you in to the major incident {id}: {priority}, {status}.\n\n{title}\n\n{text}",
    "action": "You are to do this until {due}, after {id}:\n\n{text}",
    "synopsis": "The major incident {id} is handed over.\n\n{title}\n\n{text}",
}


class Words(NamedTuple):
    """A subject of one line, and a text."""

    subject: str
    text: str


def words(message: Message, policy: Policy) -> Words:
    """The subject and text of a message."""
    template = policy.messages.templates.get(message.what, {})
    first = {"confirms": policy.mail.confirms[:1], "rejects": policy.mail.rejects[:1]}
    facts = {**message.facts, **{name: "".join(said) for name, said in first.items()}}
    subject = filled(template.get("subject", "{title}"), facts)
    text = re.sub(r"\n{3,}", "\n\n", filled(template.get("text", _TEXTS[message.what]), facts)).strip("\n")
    return Words(" ".join(f"[{message.record}] {subject}".split())[:250], text)


def filled(template: str, facts: Mapping[str, str]) -> str:
    """A template with its facts in it."""
    return _NAME.sub(lambda found: facts.get(found[1], ""), template)
