"""The audit of one commit (S17): facts, settings and files in, findings out. Pure; it never raises.

- An ordinary commit is judged against its parent: what was there stays (`growth`), who and when is right
  (`timing`), settings are changed by whoever may (`settings`), files lie where they may (`paths`), and every
  added event is decided again (`replay`). Imported rows have rules of their own (`imports`).
- A merge is judged against every parent by the union of their events (`merging`).
- Settings and roles are the first parent's. The first commit of a store is judged by its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from itil_cli.errors import Broken
from itil_cli.process.auditing import growth, imports, merging, timing, verdicts
from itil_cli.process.auditing.findings import Finding
from itil_cli.process.auditing.others import attached, beside, paths, settings
from itil_cli.process.auditing.replaying.replay import Replay
from itil_cli.process.auditing.values import Facts, Ground, Look, Other, Touched
from itil_cli.process.incident import Record

__all__ = ["Facts", "Ground", "Other", "Side", "Subject", "Touched", "judge"]


@dataclass(frozen=True, slots=True)
class Side:
    """What a commit changed against one parent."""

    touched: list[Touched]
    others: list[Other]


@dataclass(slots=True)
class Subject:
    """One commit with all that it is judged by.

    `records` are those of the first parent; `times` the committer times of the parents; `origin` tells the
    `Import:` trailer of the commit that made a file; `after` the settings after, where they changed; `base` the id
    that a file has where the parents of a merge parted, `base_record` what it says;
    `models` gives an incident model of the first parent by its name, `read` the bytes of an object by its id
    or its place in a commit."""

    facts: Facts
    ground: Ground
    sides: Sequence[Side]
    records: Mapping[str, Record]
    times: tuple[int, ...] = ()
    origin: Callable[[str], str | None] = lambda path: None
    after: Ground | Broken | None = None
    base: Callable[[str], str | None] = lambda path: None
    base_record: Callable[[str], Record | None] = lambda path: None
    models: Callable[[str], object] = lambda name: None
    twins: dict[str, str] = field(default_factory=dict)
    read: Callable[[str], bytes | None] = lambda oid: None

    def there(self, path: str) -> bytes | None:
        """A file of the first parent; None where it has none."""
        return self.read(f"{self.facts.parents[0]}:{path}") if self.facts.parents else None


def judge(subject: Subject) -> Iterator[Finding]:
    """Every finding about a commit, with the commit's id."""
    found = _merge(subject) if len(subject.facts.parents) > 1 else _ordinary(subject)
    return (replace(finding, commit=subject.facts.oid) for finding in found)


def _ordinary(subject: Subject) -> Iterator[Finding]:
    facts, ground, side = subject.facts, subject.ground, subject.sides[0]
    imported: list[Touched] = []
    own: list[Touched] = []
    for one in side.touched:
        (imported if facts.imports is not None and imports.is_import(facts, one) else own).append(one)
    yield from _files(subject, side)
    yield from _settings(subject, side)
    yield from attached.judge(side.others, side.touched, subject.read, subject.there)
    yield from beside.pointers(own, side.others, subject.there)
    for one in side.touched:
        yield from _file(subject, one)
    yield from (wrong for one in side.touched for wrong in beside.by_hand(facts, ground, one))
    yield from _imported(subject, imported)
    events = timing.events_of(own)
    yield from _at(side, timing.authors(facts, ground, timing.events_of(side.touched)))
    yield from _at(side, timing.clocks(facts, ground, events, subject.times))
    if not events:
        return
    yield from _at(side, timing.author_time(facts, events))
    yield from _at(side, timing.delays(facts, ground, events))
    yield from _at(side, imports.by_hand(events))
    for one in own:
        yield from (replace(finding, path=one.path) for finding in verdicts.changed(facts, ground, one))
    yield from Replay(ground, subject.records, _without_rows(own), subject.models).findings()


def _without_rows(own: list[Touched]) -> list[Touched]:
    """An imported row by hand is a finding already, and no command would have written it."""
    return [one for one in own if not any(event.do == "imported" for _, event in one.added)]


def _at(side: Side, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Findings about events, with the path of the file that holds them."""
    for finding in findings:
        holders = (one.path for one in side.touched if any(event.n == finding.event for _, event in one.added))
        yield replace(finding, path=finding.path or next(holders, None))


def _file(subject: Subject, one: Touched) -> Iterator[Finding]:
    look = Look(subject.facts, subject.ground, one, subject.records)
    for check in growth.CHECKS:
        for finding in check(look):
            yield replace(finding, path=one.path)


def _imported(subject: Subject, imported: list[Touched]) -> Iterator[Finding]:
    facts = subject.facts
    yield from imports.trailer(facts)
    for one in imported:
        origin = facts.imports if one.old is None else subject.origin(one.path)
        for finding in imports.rows(facts, subject.ground, one, origin):
            yield replace(finding, path=one.path)


def _files(subject: Subject, side: Side) -> Iterator[Finding]:
    holders = {one.new.id: one for one in side.touched if one.new is not None}
    founding = any(one.path == settings.FILES[0] and one.status == "A" for one in side.others)
    for one in side.others:
        found = paths.judge(subject.facts, subject.ground, one.path, one.status, one.mode)
        yield from (wrong for wrong in found if not (founding and paths.is_founded(one.path, wrong)))
        if one.path.endswith(".gitattributes") and one.after is not None:
            yield from paths.attributes(one.path, one.after)
        yield from beside.judge(one, holders)
    new = [one.path for one in side.touched if one.status == "A"]
    for path in [*new, *(one.path for one in side.others if one.status == "A")]:
        yield from paths.case_twins(path, subject.twins)


def _settings(subject: Subject, side: Side) -> Iterator[Finding]:
    changed = [one for one in side.others if one.path in settings.FILES]
    if changed and subject.facts.parents and subject.after is not None:
        names = [one.path for one in changed]
        yield from settings.changed(subject.facts, subject.ground, subject.after, names)
    for one in changed:
        if one.status == "D" and subject.facts.parents:
            yield Finding("file-deleted", f"{one.path} was deleted.", path=one.path)


def _merge(subject: Subject) -> Iterator[Finding]:
    facts, ground = subject.facts, subject.ground
    yield from timing.clocks(facts, ground, [], subject.times)
    yield from merging.judge(facts, ground, [side.touched for side in subject.sides], subject.base_record)
    seen: dict[str, list[Other]] = {}
    for side in subject.sides:
        for one in side.others:
            seen.setdefault(one.path, []).append(one)
    for path, ones in seen.items():
        yield from _merged_file(subject, path, ones)


def _merged_file(subject: Subject, path: str, ones: list[Other]) -> Iterator[Finding]:
    """A file that is no record: as a parent has it, and that one changed it, if only one did."""
    if len(ones) == len(subject.sides):
        if beside.is_united(ones):
            return
        yield from paths.judge(subject.facts, subject.ground, path, ones[0].status, ones[0].mode)
        yield Finding("merge-added", "the file is as none of the merge's parents has it.", path=path)
    elif ones[0].new == subject.base(path) != ones[0].old:
        yield Finding("merge-lost", "the merge drops what one of its parents changed.", path=path)
