"""Change a file's bytes so that it says something else, and nothing around them.

- A header field that changed is replaced, added after its predecessor, or removed with its line.
- New events are added after the event that they follow, in the indentation of the list that is there, one a
  line; one that changed (redaction) is replaced where it stands. Events are never taken out.
- Work-log entries are added after the entry before them; the heading is made where there is none.
- The description is replaced only if it differs.
- Comments, key order, quoting, unknown fields, line ends and a missing last line end stay; a comment inside
  a value that changes goes with it.
- The result is parsed and compared with what it should say before it is given out.
- Amending again with the same record changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from itil_cli.errors import Broken, ItilError, Malformed
from itil_cli.process.incident import SUMMARY, Event, Record, Value
from itil_cli.store.files import codec, front
from itil_cli.store.files.amendbody import Edit, body_edits
from itil_cli.store.yaml import yamlsafe
from itil_cli.store.yaml.yamlmarks import Path, Spot, spots
from itil_cli.store.yaml.yamlwrite import lines

_FULL = frozenset({"file-size", "yaml-size", "yaml-line", "yaml-nodes", "yaml-depth"})


def amend(data: bytes, before: Record, after: Record) -> bytes:
    """The bytes of `data`, which says `before`, changed to say `after`.

    Raises Malformed for what a file must not hold or has no room for; anything else that goes wrong is our bug
    (ItilError)."""
    before, after = codec.normal(before), codec.normal(after)
    text = yamlsafe.decode(data)
    parts = front.split(text)
    header = _Header(text[parts.start : parts.end], parts, spots(text[parts.start : parts.end]))
    edits = [
        *_fields(header, before, after),
        *_events(header, before.events, after.events),
        *body_edits(text, parts, before, after),
    ]
    result = codec.encode(_apply(text, edits)) if edits else data
    _compare(result, after)
    return result


def _apply(text: str, edits: list[Edit]) -> str:
    done: list[str] = []
    place = 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        done += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join((*done, text[place:]))


def _compare(result: bytes, after: Record) -> None:
    try:
        said = codec.normal(codec.parse(result, after.id))
    except Broken as broken:
        if broken.code in _FULL:
            raise Malformed(f"{after.id} has no room for this: {broken.text}", remedy=broken.remedy) from None
        raise ItilError(f"{after.id} would not read back: {broken}", remedy="Nothing was written.") from None
    if said != after:
        raise ItilError(f"{after.id} would not read back as it should.", remedy="Nothing was written.")


@dataclass(frozen=True, slots=True)
class _Header:
    """The header's text and where its values stand; edits are given for the whole file."""

    text: str
    parts: front.Parts
    spots: dict[Path, Spot]

    @property
    def newline(self) -> str:
        return self.parts.newline

    def edit(self, start: int, end: int, text: str) -> Edit:
        return Edit(self.parts.start + start, self.parts.start + end, text)

    def line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """The index after the line's end."""
        return self.text.find("\n", index) + 1 or len(self.text)

    def before(self, index: int) -> str:
        """What stands before `index` on its line."""
        return self.text[self.line_start(index) : index]

    @property
    def indent(self) -> str:
        return self.before(self.spots[("id",)].key)


def _fields(header: _Header, before: Record, after: Record) -> Iterator[Edit]:
    for key in [key for key in before.fields if key not in after.fields]:
        spot = header.spots[(key,)]
        yield header.edit(header.line_start(spot.key), header.line_end(spot.end), "")
    for key, value in codec.ordered(after.fields):
        if key in before.fields and before.fields[key] == value:
            continue
        if (key,) in header.spots:
            yield _replaced(header, header.spots[(key,)], value)
        else:
            place = header.line_end(header.spots[(_predecessor(header, key),)].end)
            yield header.edit(place, place, header.indent + _ends(codec.field(key, value), header.newline))


def _replaced(header: _Header, spot: Spot, value: Value) -> Edit:
    """Keep what stands between key and value if it is on one line, so that alignment stays."""
    lead = header.text[spot.key : spot.start]
    if not spot.flow or spot.start == spot.end or "\n" in lead:
        lead = header.text[spot.key : header.text.index(":", spot.key_end) + 1] + " "
    return header.edit(spot.key, spot.end, lines(lead, value, header.indent + "  ", header.newline))


def _predecessor(header: _Header, key: str) -> str:
    """The known field before this one; for an unknown field the last one before the events."""
    top = [path[0] for path in header.spots if len(path) == 1]
    if key in SUMMARY:
        known = ("id", *SUMMARY[: SUMMARY.index(key)])
        return next(name for name in reversed(known) if name in top)
    names = [str(name) for name in top if name != "events"]
    return names[-1]


def _ends(text: str, newline: str) -> str:
    return text.replace("\n", newline) + newline


def _events(header: _Header, before: tuple[Event, ...], after: tuple[Event, ...]) -> Iterator[Edit]:
    old = {event.n: (index, event) for index, event in enumerate(before)}
    _check_order(before, after)
    if not before:
        yield from _first_events(header, after)
        return
    last = -1
    for event in after:
        if event.n not in old:
            yield _added(header, last, event)
            continue
        last, known = old[event.n]
        if codec.event_value(known) != codec.event_value(event):
            spot = header.spots[("events", last)]
            yield header.edit(spot.start, spot.end, _line("", event, header))


def _check_order(before: tuple[Event, ...], after: tuple[Event, ...]) -> None:
    names = {event.n for event in before}
    if [event.n for event in before] != [event.n for event in after if event.n in names]:
        raise ItilError("events are only ever added to a file.", remedy="Nothing was written.")


def _line(start: str, event: Event, header: _Header) -> str:
    blank = " " * len(start) + "  "
    return lines(start, codec.event_value(event), blank, header.newline)


def _first_events(header: _Header, events: tuple[Event, ...]) -> Iterator[Edit]:
    if not events:
        return
    listed = "".join(_line(f"{header.indent}- ", event, header) + header.newline for event in events)
    spot = header.spots.get(("events",))
    if spot is None:
        yield header.edit(len(header.text), len(header.text), f"{header.indent}events:{header.newline}{listed}")
        return
    colon = header.text.index(":", spot.key_end) + 1
    yield header.edit(colon, max(spot.end, colon), "")
    place = header.line_end(max(spot.end, colon))
    yield header.edit(place, place, listed)


def _added(header: _Header, last: int, event: Event) -> Edit:
    """The edit that puts an event after the one at index `last` (-1: before all)."""
    spot = header.spots[("events", max(last, 0))]
    if not header.spots[("events",)].flow:
        place = header.line_start(spot.key) if last < 0 else header.line_end(spot.end)
        return header.edit(place, place, _line(_dash(header), event, header) + header.newline)
    lead = header.before(spot.start)
    apart = header.newline + (lead if not lead.strip() else header.indent + "  ")
    if last < 0:
        return header.edit(spot.start, spot.start, _line("", event, header) + "," + apart)
    return header.edit(spot.end, spot.end, "," + apart + _line("", event, header))


def _dash(header: _Header) -> str:
    lead = header.before(header.spots[("events", 0)].start)
    return lead if lead.strip() == "-" else header.indent + "- "
