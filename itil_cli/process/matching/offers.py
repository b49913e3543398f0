"""What to do about a record that is like another one (S11, D4, D5, P06): the offer as a command line.

- A published known error or article is applied.
- The same requestor again: a contact with the open incident, if this one is not logged yet; a double entry if it is.
- Another requestor: this one becomes a child of the open incident, or of its parent.
- What is published is offered to the open incidents whose titles share their words with it.
- What is resolved or closed is only to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from itil_cli.process.incident import OPEN, kind_of
from itil_cli.process.matching.score import Score
from itil_cli.process.matching.words import words

COVERED = 0.5  # of the words of a title, rare ones counting more, that a candidate has too
MAY_HELP = 0.5  # of the words of an incident's title, two at least, that a workaround's text holds
FEWEST = 2
CONTACT, CHILD, DUPLICATE, APPLY, LOOK = "contact", "child", "duplicate", "apply", "look"


def may_help(text: str, title: str) -> bool:
    """Whether a known error or an article of this text may help with an incident of this title (P06)."""
    wanted = set(words(title))
    common = wanted & set(words(text))
    return len(common) >= max(FEWEST, MAY_HELP * len(wanted))


def may_be_the_same(score: Score) -> bool:
    """Whether a candidate is worth a look before something new is logged (D4): false offers teach people to skip it."""
    return score.covered >= COVERED and score.names_it


class Offer(NamedTuple):
    """What is offered, and how it is done."""

    kind: str
    command: str


def offer(said: Mapping[str, Any], requestor: str | None, own_id: str | None = None) -> Offer:
    """What to do about a candidate of this summary; `own_id` is the incident it is for, None before it is logged."""
    candidate, this = str(said["id"]), own_id or "NEW"
    if kind_of(candidate) in ("KE", "KB"):
        return Offer(APPLY, f"itil apply {this} {candidate}")
    if said.get("status") not in OPEN:
        return Offer(LOOK, f"itil show {candidate}")
    if requestor is not None and said.get("requestor") == requestor:
        if own_id is None:
            return Offer(CONTACT, f'itil contact {candidate} -m "…"')
        return Offer(DUPLICATE, f"itil link {this} duplicate-of {candidate}")
    return Offer(CHILD, f"itil link {this} child-of {said.get('parent') or candidate}")
