"""Ids for imported incidents: made of the source's number, so that a second import finds them again.

- `INC0000045` opened on 2016-02-29 (UTC) becomes `INC-20160229-0001D`: the number in Crockford's base 32.
- A number that is not `INC` and digits, or above 32⁵ - 1, gets five letters of its hash.
- Two numbers never share an id: the later one goes on to the next letters of its hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import count

from itil_cli.process.incident import CROCKFORD

_NUMBER = re.compile(r"INC([0-9]{1,9})")
_SPACE = 32**5


def candidates(number: str) -> Iterator[str]:
    """The five letters that a number may get, best first; endless."""
    match = _NUMBER.fullmatch(number)
    if match and int(match[1]) < _SPACE:
        yield base32(int(match[1]), 5)
    for salt in count():
        digest = blake2b(f"{salt} {number}".encode(), digest_size=8).digest()
        yield base32(int.from_bytes(digest) % _SPACE, 5)


def base32(number: int, width: int) -> str:
    """The last `width` digits of a number, in Crockford's base 32."""
    return "".join([CROCKFORD[number >> 5 * place & 31] for place in reversed(range(width))])


@lru_cache(maxsize=4096)
def _day(days: int) -> str:
    return datetime.fromtimestamp(days * 86400, UTC).strftime("%Y%m%d")


@dataclass(slots=True)
class IncidentId:
    """Gives ids, and never one twice: `taken` are the ids of the store, to which it adds its own."""

    taken: set[str] = field(default_factory=set)

    def __call__(self, number: str, opened: int) -> str:
        """The id of a number opened at an instant (epoch seconds)."""
        day = _day(opened // 86400)
        for letters in candidates(number):
            record_id = f"INC-{day}-{letters}"
            if record_id not in self.taken:
                self.taken.add(record_id)
                return record_id
        raise AssertionError("candidates never ends")
