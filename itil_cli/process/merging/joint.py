"""A link is one event in two files: void on one side, it is void on both (S16).

- Each record is folded by itself; the earliest link that is void in one file and not in the other is then void
  in both, with the reason of the first; and so on, until the files agree. So the first link wins.
- The program that writes makes it visible on the other side, too: by an `unlinked` event of the rule S16.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from itil_cli.process.events.fold import fold
from itil_cli.process.events.ordering import Key, key
from itil_cli.process.family import COUNTERPART
from itil_cli.process.incident import Event, Record, kind_of

RULE = "S16"


class Lost(NamedTuple):
    """A link that stands in `holder` and is void in the file on its other side, and why."""

    holder: str
    event: Event
    why: str


def fold_jointly(records: Mapping[str, Record]) -> dict[str, dict[str, str]]:
    """The void events of these records by id, each with its reason; legality is folded over all of them."""
    elsewhere: dict[str, dict[str, str]] = {record_id: {} for record_id in records}
    while True:
        voids = {record_id: _voids(record, elsewhere[record_id]) for record_id, record in records.items()}
        first = min(_disagreeing(records, voids), default=None, key=_when)
        if first is None:
            return voids
        elsewhere[first.holder][first.event.n] = first.why


def lost(records: Mapping[str, Record]) -> list[Lost]:
    """The links that are void on their other side, in the order of time."""
    single = {record_id: _voids(record, {}) for record_id, record in records.items()}
    if not any(True for _ in _disagreeing(records, single)):
        return []
    jointly = fold_jointly(records)
    found = [
        Lost(record_id, event, jointly[record_id][event.n])
        for record_id, record in records.items()
        for event in record.events
        if event.do == "linked" and event.n in jointly[record_id] and event.n not in single[record_id]
    ]
    return sorted(found, key=_when)


def _when(one: Lost) -> tuple[Key, str]:
    return key(one.event), one.holder


def _voids(record: Record, elsewhere: Mapping[str, str]) -> dict[str, str]:
    return dict(fold(record, elsewhere).voids) if kind_of(record.id) == "INC" else {}


def _disagreeing(records: Mapping[str, Record], voids: Mapping[str, Mapping[str, str]]) -> Iterator[Lost]:
    """Links that are void in one file, and not in the other, which is the holder."""
    for record_id, record in records.items():
        for event in record.events:
            target = event.str("target") or ""
            if event.do != "linked" or target not in voids or event.n not in voids[record_id]:
                continue
            here = [one for one in records[target].events if one.n == event.n and one.do == event.do]
            if here and event.n not in voids[target] and event.str("relation") in COUNTERPART:
                yield Lost(target, here[0], f"{voids[record_id][event.n]} ({record_id})")
