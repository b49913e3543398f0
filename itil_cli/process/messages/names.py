"""What a message is called: a Message-ID that says of which event it tells, so that an answer finds the incident.

- `<INC-20261124-7KQF2.6-q9ta.resolved.3f2a90c1@example.com>`: the record, the event's `n`, what it tells, and whom
  (a hash of the address). Sent again, by whichever clone, it is called the same, and receivers drop the repeat.
- `<INC-20261124-7KQF2@example.com>` is the head of a record's thread; no message is called so.
- A subject names the record in brackets.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from itil_cli.process.incident import ID

_TOKEN = re.compile(
    r"((?:INC|PRB|KE|KB)-[0-9]{8}-[0-9A-Z]{5})(?:\.([0-9]{1,9}-[0-9a-z]{4})\.([a-z-]{1,40})\.([0-9a-f]{8}))?"
)
_IN_SUBJECT = re.compile(r"\bINC-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{5}\b", re.IGNORECASE)


LONGEST = 320  # characters of an address
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@\w[\w-]*(\.[\w-]+)*")


class Token(NamedTuple):
    """What one of our Message-IDs says. Of a thread's head only the record is known."""

    record: str
    n: str | None = None
    what: str | None = None
    whom: str | None = None


def is_address(text: str) -> bool:
    """Whether mail can be sent there: one address without quotes, comments, spaces or control characters."""
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None


def domain(address: str) -> str:
    """The part of an address behind the `@`."""
    return address.rpartition("@")[2].casefold()


def whom(address: str) -> str:
    """An address as it stands in a Message-ID."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:8]


def message_id(record_id: str, n: str, what: str, to: str, host: str) -> str:
    """The Message-ID, without brackets."""
    return f"{record_id}.{n}.{what}.{whom(to)}@{host}"


def thread_id(record_id: str, host: str) -> str:
    """The head of a record's thread."""
    return f"{record_id}@{host}"


def token(said: str, host: str) -> Token | None:
    """What a Message-ID says; None for one that is not ours."""
    local, _, at = said.rpartition("@")
    found = _TOKEN.fullmatch(local)
    if found is None or at.casefold() != host or ID.fullmatch(found[1]) is None:
        return None
    return Token(*found.groups())


def in_subject(subject: str) -> str | None:
    """The incident that a subject names."""
    found = _IN_SUBJECT.search(subject[:1000])
    return found[0].upper() if found else None
