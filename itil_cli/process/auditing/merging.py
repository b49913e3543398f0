"""Merge commits (S16, S17): judged against every parent by the union of their events.

- What our own merge makes of two histories is right. Of anything else:
- Every event of a parent is in the merge, as it was; every event of the merge is in a parent, but for the other
  side of a link, which keeps its `n`.
- Texts and descriptions are a parent's; a file that is no record is as one of the parents has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from itil_cli.errors import ItilError
from itil_cli.process.auditing import growth
from itil_cli.process.auditing.findings import Finding
from itil_cli.process.auditing.values import Facts, Ground, Look, Touched, about
from itil_cli.process.incident import Event, Record, kind_of
from itil_cli.process.knowledge.steps import STATUSES, told
from itil_cli.process.merging.merge import merge

Base = Callable[[str], Record | None]


def judge(facts: Facts, ground: Ground, sides: Sequence[Sequence[Touched]], base: Base) -> Iterator[Finding]:
    """The records of a merge; `sides` are the differences from each parent, `base` a record where they parted."""
    seen: dict[str, list[Touched]] = {}
    for side in sides:
        for one in side:
            seen.setdefault(one.path, []).append(one)
    for path, ones in seen.items():
        if len(ones) == len(sides):
            yield from (replace(finding, path=path) for finding in _beside(Look(facts, ground, ones[-1], {}), ones))
        if not _is_ours(ones, len(sides), base(path)):
            yield from (replace(finding, path=path) for finding in _file(facts, ground, ones, len(sides)))


def _beside(look: Look, ones: list[Touched]) -> Iterator[Finding]:
    """What no record holds came from a parent."""
    if all(one.aside for one in ones):
        yield from growth.aside(look)
    for finding in growth.headings(look):
        if all(finding.event in one.misnamed for one in ones):
            yield finding


def _is_ours(ones: list[Touched], parents: int, base: Record | None) -> bool:
    """Whether it is what our own merge makes of the two histories (S16)."""
    new, olds = ones[0].new, [one.old for one in ones if one.old is not None]
    if new is None or parents != 2 or len(olds) != 2 or ones[0].mode != growth.FILE:
        return False
    text = new.description if _edited(new) or new.description in {old.description for old in olds} else None
    try:
        made = merge(base, olds[0], olds[1], lambda *_: (text or "", text is None))
    except ItilError:
        return False
    return made.record == new


def _file(facts: Facts, ground: Ground, ones: list[Touched], parents: int) -> Iterator[Finding]:
    last = ones[-1]
    look = Look(facts, ground, last, {})
    for check in (growth.broken, growth.mode, growth.place, growth.summary):
        yield from check(look)
    olds = [one.old for one in ones if one.old is not None]
    for one in ones:
        yield from _kept(facts, ground, one)
    if last.new is not None and len(ones) == parents:  # else it is as one of the parents has it
        yield from _added(last.new, olds)


def _kept(facts: Facts, ground: Ground, one: Touched) -> Iterator[Finding]:
    """Nothing of this parent is lost. What the other one has may stand between."""
    look = Look(facts, ground, one, {})
    for check in (growth.kept, growth.events_kept):
        for finding in check(look):
            code = {"event-removed": "merge-lost", "file-deleted": "merge-lost"}.get(finding.code, finding.code)
            if finding.code != "event-moved":
                yield replace(finding, code=code)


def _added(new: Record, olds: list[Record]) -> Iterator[Finding]:
    known = {event.n for old in olds for event in old.events}
    for event in new.events:
        if event.n not in known and not _is_counterpart(event):
            yield about(event, "merge-added", f"the event {event.n} ({event.do}) is in none of the merge's parents.")
    if olds and new.description not in {old.description for old in olds} and not _edited(new):
        yield Finding("description-changed", "the description is that of none of the merge's parents.")
    if kind_of(new.id) in STATUSES:
        yield from growth.differing(new, olds, told(new))
    entries = {entry for old in olds for entry in old.strays}
    for entry in new.strays:
        if entry not in entries:
            yield Finding("merge-added", f"the work-log entry #{entry.n} is in none of the merge's parents.")


def _edited(new: Record) -> bool:
    """A description that both sides edited is put together by a person (S16)."""
    return sum(event.do == "edited" and event.get("description") is not None for event in new.events) > 1


def _is_counterpart(event: Event) -> bool:
    return event.do in ("linked", "unlinked") and event.str("relation") in (
        "parent-of",
        "duplicated-by",
        "followed-by",
        "related",
        "incident",
    )
