"""Figures over many incidents: whole months of finished ones are summed up once, and the index keeps the sums.

- An incident that is done with counts the same in every period that holds all its events, whatever the time is
  now: so a month's folder whose events all lie in the period is counted once for a question, by folder and tree.
- Done with: not open, its clocks have stopped for good, it was no major incident, and no instant that figures ask
  for lies outside its month's span. All others are counted one by one, each time.
- A question is what the tallies depend on: the figures, the fields, the zone, and what counting asks of the policy.
- With a filter or another policy everything is counted one by one, as it is where no index is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.cli.answers.reports.counting import Counted, Told, clocked, of_process, stopped, told
from itil_cli.process.figures import Answer, Clocks, Facts, Gathering, Scope, Table, needs_clocks, needs_names
from itil_cli.process.time.calendars import digest
from itil_cli.process.time.period import Period
from itil_cli.store.index.filling.spread import spread
from itil_cli.store.index.months import Month, month_of
from itil_cli.store.index.query import Filter

if TYPE_CHECKING:
    from itil_cli.process.figures.gather import Sums
    from itil_cli.process.settings.policy import Policy
    from itil_cli.store.snapshot import Snapshot

Span = tuple[int, int]  # epoch seconds
_DAY = 86_400
MANY = 3000  # incidents from which on it is worth it to use all cores
MOST = 30_000  # incidents of which the texts are in memory at once


class _Question(NamedTuple):
    """What is asked of every month alike. `timed`: clocks are needed; `named`: it matters which names are known."""

    figures: Sequence[str]
    tables: Sequence[Table]
    scope: Scope
    timed: bool
    named: bool

    @property
    def key(self) -> str:
        """The same for two questions to which every month gives the same sums."""
        asked = [list(self.figures), [[table.by, table.figures] for table in self.tables], self.timed]
        scope = self.scope
        policy = [digest(scope.policy), sorted(scope.desks), scope.intervals, scope.names if self.named else []]
        said = json.dumps([asked, scope.period.zone, *policy])
        return hashlib.sha256(said.encode()).hexdigest()

    def holds(self, first: int, last: int) -> bool:
        """Whether these instants, and all between them, lie in the period and have been."""
        return self.scope.period.start <= first and last < self.scope.standing_at

    def gathering(self, period: Period | None = None) -> Gathering:
        """What counts; over another period, as it was at its end."""
        scope = replace(self.scope, period=period, now=period.end - 1) if period else self.scope
        return Gathering(scope, self.figures, self.tables)


class _Piece(NamedTuple):
    """A month: its folder, when its first incident was logged and its last one changed, what the index keeps of all."""

    folder: str
    span: Span
    rows: Sequence[Told]


def summed(
    snapshot: Snapshot,
    figures: Sequence[str],
    tables: Sequence[Table],
    wanted: Filter,
    scope: Scope,
    other: Policy | None = None,
) -> Answer:
    """The figures and tables over the incidents that fit; `other`: what if that policy were in force."""
    names = [*figures, *(name for table in tables for name in table.figures)]
    timed = needs_clocks(names)
    question = _Question(figures, tables, scope, timed, needs_names(names))
    gathering, rest = question.gathering(), _alive(wanted, scope.period)
    if wanted == Filter() and other is None and snapshot.index.keeps:
        months = _months(snapshot, question)
        for month in months.values():
            gathering.add_sums(month.counted)
        rest = replace(rest, apart=list(months), yet=[one for month in months.values() for one in month.rest])
    if wanted == Filter():
        gathering.add(of_process(snapshot, scope.now))
    gathering.add(clocked(snapshot, rest, scope.now, timed=timed, other=other))
    return gathering.answer()


def _alive(wanted: Filter, period: Period) -> Filter:
    """Only what was logged before the period's end, and was not done with before its start, or has an open action."""
    end = period.end if wanted.before is None else min(wanted.before, period.end)
    return replace(wanted, before=end, alive_since=period.start)


def _months(snapshot: Snapshot, question: _Question) -> dict[str, Month]:
    """The months that lie in the period as a whole, by folder."""
    index, key = snapshot.index, question.key
    trees, kept = index.months(), index.sums(key)
    known = {folder: month for folder, month in kept.items() if trees.get(folder) == month.tree}
    earliest = month_of(question.scope.period.start - _DAY)
    wanted = [folder for folder in trees if folder >= earliest and folder not in known]
    spans = index.spans() if wanted else {}
    lying = {folder: spans[folder] for folder in wanted if folder in spans and question.holds(*spans[folder])}
    fresh = {
        folder: Month(trees[folder], *lying[folder], *counted) for folder, counted in _fresh(snapshot, lying, question)
    }
    index.keep_sums(key, fresh)
    every = known | fresh
    return {folder: every[folder] for folder in trees if folder in every and question.holds(*every[folder][1:3])}


def _fresh(
    snapshot: Snapshot, spans: Mapping[str, Span], question: _Question
) -> Iterator[tuple[str, tuple[Sums, list[str]]]]:
    """What these months' finished incidents come to, and which are not finished; some months at a time on all cores."""

    def work(piece: _Piece) -> tuple[Sums, list[str]]:
        return _counted(piece, question)

    waiting = iter(spans.items())
    while pieces := list(_pieces(snapshot, waiting, question)):
        many = sum(len(piece.rows) for piece in pieces) >= MANY
        yield from zip([piece.folder for piece in pieces], spread(work, pieces, None if many else 1), strict=True)


def _pieces(
    snapshot: Snapshot, waiting: Iterator[tuple[str, tuple[int, int]]], question: _Question
) -> Iterator[_Piece]:
    """The next months, as many as may be in memory at once; what the workers need is read here."""
    held = 0
    for folder, span in waiting:
        rows = told(snapshot, folder, question.scope.policy, timed=question.timed)
        yield _Piece(folder, span, rows)
        held += len(rows)
        if held >= MOST:
            return


def _counted(piece: _Piece, question: _Question) -> tuple[Sums, list[str]]:
    first, last = piece.span
    rest: list[str] = []
    gathering = question.gathering(Period(first, last + 1, question.scope.period.zone, piece.folder))
    gathering.add(_finished(stopped(piece.rows, timed=question.timed), piece.span, rest))
    return gathering.sums(), rest


def _finished(
    found: Iterator[tuple[Facts, Clocks | None]], span: tuple[int, int], rest: list[str]
) -> Iterator[Counted]:
    for one, clocks in found:
        if clocks is None or not _lies_in(one, clocks, *span):
            rest.append(one.id)
        else:
            yield one, clocks


def _lies_in(one: Facts, clocks: Clocks, first: int, last: int) -> bool:
    told = [one.logged_at, one.assigned_at, one.accepted_at, one.first_resolved_at, one.resolved_at, one.ended_at]
    for clock in clocks:
        told += (clock.stopped_at, clock.breached_at, clock.unclassified_breached_at)
    for start, end in one.spells:
        told += (start, last + 1 if end is None else end)
    told += [move[2] for move in one.moves]
    told += [at for _, at in one.findings]
    return all(at is None or first <= at <= last for at in told)
