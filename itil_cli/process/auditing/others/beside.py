"""What lies beside the events: pointers, what is known of messages; and what of a record no event says.

- A key's pointer names the open incident that has the key, comes with it and goes when that is over; a mail's names
  what its commit writes on.
- A line about a message is one, and what was sent stays sent.
- Comments, layout and fields that the program does not know are changed by staff alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from itil_cli.process.auditing.findings import Finding
from itil_cli.process.auditing.growth import FILE
from itil_cli.process.auditing.values import Facts, Ground, Other, Touched
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record, Value, kind_of
from itil_cli.process.messages import claims
from itil_cli.process.transitions import DESK, IM, MIM, PM, SUPPORT

STAFF = frozenset({DESK, SUPPORT, IM, MIM, PM})
_KEY = re.compile(r"keys/([0-9a-f]{64})")
_MAIL = re.compile(r"mail/([0-9a-f]{2})/\1[0-9a-f]{62}")

Holders = Mapping[str, Touched]  # the records that the commit touches, by id
There = Callable[[str], bytes | None]  # a file of the first parent, by its path


def judge(one: Other, holders: Holders) -> Iterator[Finding]:
    """What a file says, against what its commit does."""
    if key := _KEY.fullmatch(one.path):
        yield from _key(one, key[1], holders)
    elif one.path.startswith("mail/") and one.status == "A":
        holder = holders.get(_named(one.after))
        if _MAIL.fullmatch(one.path) is None or holder is None or not holder.added:
            yield Finding("key", "the pointer does not name what this commit writes on.", path=one.path)
    elif one.path.startswith("deliveries/") and one.status != "D":
        yield from _deliveries(one)


def _named(data: bytes | None) -> str:
    return (data or b"").decode("ascii", "replace").removesuffix("\n")


def _key(one: Other, digest: str, holders: Holders) -> Iterator[Finding]:
    holder = holders.get(_named(one.before if one.status == "D" else one.after))
    incident = holder.now if holder else None
    key = incident.dedup_key if incident else None
    fits = key is not None and hashlib.sha256(key.encode()).hexdigest() == digest
    if incident is None or not fits or incident.is_open == (one.status == "D"):
        yield Finding("key", "the key does not point at what this commit does to an incident.", path=one.path)


def pointers(files: Iterable[Touched], others: Iterable[Other], there: There) -> Iterator[Finding]:
    """Whoever opens an incident with a dedup key leaves a pointer, whoever ends it leaves none to it."""
    changed = {one.path: one.after for one in others if one.path.startswith("keys/")}
    for one in files:
        before, now = _open_key(one.old, None), _open_key(one.new, one.now)
        key = now or before
        if one.new is None or key is None or now == before:
            continue
        path = f"keys/{hashlib.sha256(key.encode()).hexdigest()}"
        pointer = changed[path] if path in changed else there(path)
        if now and pointer is None:
            yield Finding("key", "it is open, and its dedup key has no pointer.", path=one.path)
        elif not now and _named(pointer) == one.new.id:
            yield Finding("key", "it is over, and the pointer of its dedup key still names it.", path=one.path)


def _open_key(record: Record | None, incident: Incident | None) -> str | None:
    """The dedup key that a record holds while it is open."""
    if record is None or not record.events or "dedup-key" not in record.events[0].data:
        return None
    found = incident or fold(record)
    return found.dedup_key if found.is_open else None


def _deliveries(one: Other) -> Iterator[Finding]:
    now, before = claims.parse(one.after), claims.parse(one.before)
    if len(now) != len([line for line in (one.after or b"").split(b"\n") if line]):
        yield Finding("delivery", "a line is none, or stands twice.", path=one.path)
    elif any(now.get(key) != claim for key, claim in before.items() if claim.state == claims.SENT):
        yield Finding("delivery", "a message that was sent is no longer told so.", path=one.path)


def is_united(ones: Sequence[Other]) -> bool:
    """Whether a merge's lines about messages are those of its two parents, as our own merge unites them."""
    if len(ones) != 2 or not ones[0].path.startswith(claims.FOLDER) or ones[0].mode != FILE:
        return False
    sides = [one.before for one in ones if one.before is not None]
    return len(sides) == 2 and ones[0].after == claims.merged(*sorted(sides))


def by_hand(facts: Facts, ground: Ground, one: Touched) -> Iterator[Finding]:
    """A change of a record that no event tells of."""
    if one.old is None or one.new is None or (one.added and _foreign(one.old) == _foreign(one.new)):
        return
    if not ground.standing(facts) & STAFF:
        said = f"{facts.author} changed what no event says; {', '.join(sorted(STAFF))} may."
        yield Finding("file-role", said, path=one.path)


def _foreign(record: Record) -> dict[str, Value]:
    """The fields that the program does not know; of an incident, since others may be edited as a whole."""
    if kind_of(record.id) != "INC":
        return {}
    return {key: value for key, value in record.fields.items() if key not in Incident.known()}
