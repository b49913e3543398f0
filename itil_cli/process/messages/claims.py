"""What has become of each message: a file of lines beside the record, `deliveries/incidents/…/INC-…`.

- `6-q9ta resolved alice@example.com sent 2026-03-09T10:00:00Z 1 7KQF2ABC`: event, message, address, state, when,
  tries, and the run that did it; behind a failure stands why.
- Whoever sends claims first, by a commit; a claim that nothing came of is anybody's again after a quarter of an
  hour. So a message goes out once, and after a crash at least once.
- What failed is tried again after 5 minutes, then 20, 80, … up to as long as its priority allows
  (`messages: longest-wait`, `retrying.py`); what was refused for good is not.
- Of two versions of a file what was sent counts, else what was published first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from itil_cli.process.incident import path_of
from itil_cli.process.time.instants import format_instant, parse_instant

FOLDER = "deliveries/"
CLAIMED, SENT, FAILED, REFUSED = "claimed", "sent", "failed", "refused"
STALE, FIRST_WAIT = 900, 300  # seconds

Key = tuple[str, str, str]  # the event's n, what is told, and to whom


class Claim(NamedTuple):
    """The state of one message. `at` is epoch seconds."""

    n: str
    what: str
    to: str
    state: str
    at: int
    tries: int
    run: str
    why: str = ""

    @property
    def key(self) -> Key:
        """Which message it is about."""
        return self.n, self.what, self.to

    def next_try(self, longest: int) -> int | None:
        """From when on somebody may try again (epoch seconds), at `longest` seconds after the last try; None: never."""
        if self.state == CLAIMED:
            return self.at + STALE
        wait = min(longest, FIRST_WAIT * 4 ** min(self.tries - 1, 10))
        return self.at + wait if self.state == FAILED else None


def claims_path(record_id: str) -> str:
    """The file of a record's messages."""
    return FOLDER + path_of(record_id).removesuffix(".md")


def parse(data: bytes | None) -> dict[Key, Claim]:
    """The claims of a file; a line that is none is left out."""
    found = [_claim(line) for line in (data or b"").decode("utf-8", "replace").split("\n")]
    return {one.key: one for one in found if one is not None}


def _claim(line: str) -> Claim | None:
    parts = line.split(" ", 7)
    if len(parts) < 7 or not parts[5].isdecimal():
        return None
    n, what, to, state, at, tries, run = parts[:7]
    try:
        return Claim(n, what, to, state, parse_instant(at), int(tries[:9]), run, "".join(parts[7:]))
    except ValueError:
        return None


def written(claims: Iterable[Claim]) -> bytes:
    """The file that says these claims."""
    return "".join(f"{_line(one)}\n" for one in claims).encode()


def _line(one: Claim) -> str:
    head = f"{one.n} {one.what} {one.to} {one.state} {format_instant(one.at)} {one.tries} {one.run}"
    return f"{head} {' '.join(one.why.split())[:200]}".rstrip()


def merged(mine: bytes | None, published: bytes | None) -> bytes | None:
    """One file of two."""
    if mine is None or published is None:
        return published or mine
    theirs: Mapping[Key, Claim] = parse(published)
    both = dict(theirs)
    for key, one in parse(mine).items():
        if key not in both or (one.state == SENT and both[key].state != SENT) or _follows(one, both[key]):
            both[key] = one
    return written(both.values())


def _follows(mine: Claim, theirs: Claim) -> bool:
    """Whether mine is what came of the same run's claim."""
    return mine.run == theirs.run and theirs.state == CLAIMED
