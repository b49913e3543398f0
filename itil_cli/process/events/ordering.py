"""The order of a record's events (S16): by time, then by position, then by the random part of their names.

- `n` is `POSITION-RAND4`. A new event's position is behind all that its record holds, so that the order in a
  file is this order; an event that stands in two files is named behind what both of them hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itil_cli.process.incident import Event

Key = tuple[int, int, str]


def place_of(n: str) -> int:
    """The position in an event's name; 0 where it has none."""
    digits = n.partition("-")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def key(event: Event) -> Key:
    """What events are sorted by."""
    return event.at, place_of(event.n), event.n


def ordered(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events in the order of S16."""
    return tuple(sorted(events, key=key))


def next_place(events: Sequence[Event]) -> int:
    """The position of the next event: behind every other one."""
    return max(len(events), *(place_of(event.n) for event in events), 0) + 1


def inserted(events: Sequence[Event], event: Event) -> tuple[Event, ...]:
    """The events with one more where it belongs; the others stay as they stand."""
    place = next((index for index, one in enumerate(events) if key(one) > key(event)), len(events))
    return (*events[:place], event, *events[place:])
