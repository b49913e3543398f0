"""The edits that a file's body needs: its description and its work log.

- The description is replaced where it stands, or put before the work log.
- An entry goes after the entry before it, strays at the end; one that changed is replaced, header and all.
- Without a work log the heading comes first, at the end of the body.
- A body without a last line end stays so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from itil_cli.process.incident import Entry, Record
from itil_cli.store.files import codec, front, worklog


class Edit(NamedTuple):
    """Put `text` in the place of `start:end` of the file."""

    start: int
    end: int
    text: str


def body_edits(text: str, parts: front.Parts, before: Record, after: Record) -> Iterator[Edit]:
    """What changes in the body of a file's `text`."""
    body = text[parts.body :]
    log, newline = worklog.read(body), parts.newline
    closed = text.endswith("\n")
    if before.description != after.description:
        edit = _described(text, parts, log, worklog.shown(after.description, newline))
        closed = closed or edit.end == len(body)
        yield _shifted(edit, parts.body)
    for edit in _Entries(body, log, newline, closed).edits(before, after):
        yield _shifted(edit, parts.body)


def _shifted(edit: Edit, by: int) -> Edit:
    return Edit(edit.start + by, edit.end + by, edit.text)


def _described(text: str, parts: front.Parts, log: worklog.Body, shown: str) -> Edit:
    if log.description and shown:
        return Edit(log.start, log.end, shown)
    newline = parts.newline
    top = len(text) - parts.body if log.heading is None else log.heading
    opening = "" if text[: parts.body].endswith("\n") else newline
    closing = newline if log.heading is not None else ""
    return Edit(0, top, f"{opening}{newline}{shown}{newline}{closing}" if shown else opening + closing)


_Key = tuple[str, int]  # an entry's name, and how many entries before it have the same


@dataclass(frozen=True, slots=True)
class _Entries:
    """The work log; `closed` says whether the body will end with a line's end."""

    body: str
    log: worklog.Body
    newline: str
    closed: bool

    def edits(self, before: Record, after: Record) -> Iterator[Edit]:
        had, wanted = _keyed(codec.entries_of(before)), _keyed(codec.entries_of(after))
        places = self._places(had)
        yield from (self._removed(places[key]) for key in had if key not in wanted)
        if self.log.head is None:
            yield from self._first(list(wanted.values()))
            return
        last = self.log.head
        for key, made in wanted.items():
            if key not in had:
                yield Edit(last, last, self._apart + worklog.entry(made, self.newline))
                continue
            last = places[key].end
            if had[key] != made:
                yield Edit(places[key].start, last, worklog.entry(made, self.newline))

    @property
    def _apart(self) -> str:
        return self.newline * 2

    def _places(self, had: dict[_Key, Entry]) -> dict[_Key, worklog.Written]:
        free = list(self.log.entries)
        places = {}
        for key, made in had.items():
            places[key] = next(item for item in free if (item.n, item.text) == (made.n, made.text))
            free.remove(places[key])
        return places

    def _removed(self, written: worklog.Written) -> Edit:
        later = [item.start for item in self.log.entries if item.start > written.start]
        return Edit(written.start, min(later, default=len(self.body)), "")

    def _first(self, wanted: list[Entry]) -> Iterator[Edit]:
        """The heading and all entries, where there is no work log yet."""
        if not wanted:
            return
        parts = [worklog.HEADING, *(worklog.entry(made, self.newline) for made in wanted)]
        log = self._apart.join(parts)
        end = len(self.body)
        yield Edit(end, end, f"{self.newline}{log}{self.newline}" if self.closed else self._apart + log)


def _keyed(entries: list[Entry]) -> dict[_Key, Entry]:
    counts: dict[str, int] = {}
    keyed: dict[_Key, Entry] = {}
    for made in entries:
        count = counts.get(made.n, 0)
        counts[made.n] = count + 1
        keyed[made.n, count] = made
    return keyed
