"""Figures over many incidents in one pass: every incident is looked at once, and nothing of it is kept.

- What is asked: figures over all, and tables of figures by one or more fields.
- In a table by month, week or day the backlog is that at the end of each; elsewhere at the period's end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from itil_cli.process.figures.facts import Facts
from itil_cli.process.figures.goals import judged
from itil_cli.process.figures.grouping import TIMED, Key, is_steady, key_of
from itil_cli.process.figures.measures import AGE_NAMES, EVERY, Measure, Of
from itil_cli.process.figures.sources import STANDING, Clocks, Happening, Scope, Source
from itil_cli.process.figures.values import COUNT, MEAN, RATIO, SHARE, Figure, Tally, count, mean, ratio, share
from itil_cli.process.time.zones import zone

Figures = Mapping[str, Figure]
Row = tuple[str, ...]
Sums = list[list[list[Any]]]  # of each table, of each row: its key, and the tallies that hold something by measure


def has_something(row: Figures) -> bool:
    """Whether any figure of a row is more than nothing."""
    return any(figure.value for figure in row.values()) or any(figure.denominator for figure in row.values())


class Table(NamedTuple):
    """Figures by fields. `keep` says which rows are worth a line, `most` how many, the highest of `sort` first.

    Without `sort` the rows come in the order of their keys. `chart` names a picture that it is made for,
    `median` wants the median beside each mean."""

    title: str
    by: tuple[str, ...]
    figures: tuple[str, ...]
    sort: str | None = None
    most: int | None = None
    keep: Callable[[Figures], bool] | None = has_something
    chart: str | None = None
    drawn_only: bool = False
    median: bool = False


class Counted(NamedTuple):
    """A table with its rows."""

    table: Table
    rows: tuple[tuple[Row, Figures], ...]


class Answer(NamedTuple):
    """The figures over all, and the tables."""

    figures: Figures
    tables: tuple[Counted, ...]


def gather(
    found: Iterable[tuple[Facts, Clocks]], scope: Scope, figures: Sequence[str], tables: Sequence[Table] = ()
) -> Answer:
    """Everything that was asked, over these incidents and their clocks."""
    gathering = Gathering(scope, figures, tables)
    gathering.add(found)
    return gathering.answer()


class Gathering:
    """Figures and tables on their way: incidents are added, or the sums that another gathering made of some."""

    def __init__(self, scope: Scope, figures: Sequence[str], tables: Sequence[Table] = ()) -> None:
        self.scope = scope
        self._whole = _Sheet(Table("", (), tuple(figures)), scope)
        self._sheets = [_Sheet(table, scope) for table in tables]
        self._loops = _loops([self._whole, *self._sheets])
        self._timed = [sheet for sheet in self._sheets if sheet.moments]

    def add(self, found: Iterable[tuple[Facts, Clocks]]) -> None:
        """Count these incidents in; none is kept."""
        scope, timed = self.scope, self._timed
        for one, clocks in found:
            for source, wanted, sheets_of in self._loops:
                if (one.out and not source.canceled) or (one.child and not source.children):
                    continue
                for happening in _happenings(source, one, clocks, scope):
                    said = [of(one, happening, scope) for of in wanted]
                    for sheet in sheets_of:
                        for add, place in sheet.row(one, happening).adders[source.name]:
                            add(said[place])
            for sheet in timed:
                if not (one.out or one.child):
                    sheet.stand(one)

    def sums(self) -> Sums:
        """What has been counted so far, as plain values: of each table the rows by key, with their tallies."""
        return [sheet.sums() for sheet in (self._whole, *self._sheets)]

    def add_sums(self, sums: Sums) -> None:
        """Count in what another gathering of the same figures and tables counted of other incidents."""
        for sheet, rows in zip((self._whole, *self._sheets), sums, strict=True):
            sheet.add_sums(rows)

    def answer(self) -> Answer:
        """What all of them come to."""
        (_, overall), *_ = self._whole.rows() or (((), self._whole.empty()),)
        return Answer(overall, tuple(Counted(sheet.table, sheet.sorted_rows()) for sheet in self._sheets))


def needs_clocks(names: Iterable[str]) -> bool:
    """Whether any of these figures asks clocks."""
    return any(source.clocks for source in _sources(names))


def needs_names(names: Iterable[str]) -> bool:
    """Whether any of these figures asks which names policy and people know."""
    return any(source.names for source in _sources(names))


def _sources(names: Iterable[str]) -> Iterator[Source]:
    return (EVERY[part].source for name in names for part in (name, *EVERY[name].beside))


def _happenings(source: Source, one: Facts, clocks: Clocks, scope: Scope) -> Iterable[Happening]:
    if source.attribute is None:
        assert source.find is not None
        return source.find(one, clocks, scope)
    at = getattr(one, source.attribute)
    return (Happening(at),) if at is not None and scope.period.start <= at < scope.period.end else ()


def _loops(sheets: Sequence[_Sheet]) -> list[tuple[Source, list[Of], list[_Sheet]]]:
    """Each source with what is asked of its happenings, once for all tables, and with the tables that want it."""
    found: dict[str, tuple[Source, list[Of], list[_Sheet]]] = {}
    for sheet in sheets:
        for measure in sheet.counted:
            _, wanted, users = found.setdefault(measure.source.name, (measure.source, [], []))
            if measure.of not in wanted:
                wanted.append(measure.of)
            sheet.places[measure.id] = wanted.index(measure.of)
            if sheet not in users:
                users.append(sheet)
    return list(found.values())


class _Row:
    """The tallies of one row: by measure, and ready to be added to by source."""

    __slots__ = ("adders", "standing", "tallies")

    def __init__(self, sheet: _Sheet) -> None:
        self.tallies = {measure.id: Tally() for measure in sheet.measures}
        self.adders: dict[str, list[tuple[Callable[[Any], None], int]]] = {}
        for measure in sheet.counted:
            adder = self._adder(measure), sheet.places[measure.id]
            self.adders.setdefault(measure.source.name, []).append(adder)
        self.standing = [(self._adder(measure), measure.of) for measure in sheet.standing]

    def _adder(self, measure: Measure) -> Callable[[Any], None]:
        return self.tallies[measure.id].adder(measure.kind)


class _Sheet:
    """The tallies of one table by row."""

    def __init__(self, table: Table, scope: Scope) -> None:
        self.table, self.scope = table, scope
        parts = [part for name in table.figures for part in (name, *EVERY[name].beside)]
        self.measures = [EVERY[name] for name in dict.fromkeys(parts)]
        self._keys: list[Key] = [key_of(field, scope.period.zone) for field in table.by]
        self._rows: dict[Row, _Row] = {}
        self.places: dict[str, int] = {}  # of each counted measure, among what is asked of its source
        self._is_steady = all(is_steady(field) for field in table.by)
        self._last: tuple[Facts | None, _Row | None] = (None, None)
        timed = next((field for field in table.by if field in TIMED), None)
        self.standing = [one for one in self.measures if one.source is STANDING]
        self.moments = list(_ends(scope, timed)) if timed and self.standing else []

    @property
    def counted(self) -> list[Measure]:
        """The measures that are counted as things happen; in time, what stands is counted at each end instead."""
        return [one for one in self.measures if not (self.moments and one.source is STANDING)]

    def stand(self, one: Facts) -> None:
        """Count one that was open at the end of each month, week or day."""
        for start, end in one.spells:
            first = bisect_right(self.moments, start)
            beyond = bisect_right(self.moments, end) if end is not None else len(self.moments)
            for at in self.moments[first:beyond]:
                for add, of in self.row(one, Happening(at - 1)).standing:
                    add(of(one, Happening(at), self.scope))

    def row(self, one: Facts, happening: Happening) -> _Row:
        """The row that what happened belongs to."""
        if self._is_steady:
            before, row = self._last
            if before is one and row is not None:
                return row
        row = self._row(tuple([key(one, happening) for key in self._keys]))
        self._last = (one, row)
        return row

    def _row(self, key: Row) -> _Row:
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = _Row(self)
        return row

    def sums(self) -> list[list[Any]]:
        """The key and the tallies of every row."""
        return [
            [key, {name: tally.sums() for name, tally in row.tallies.items() if not tally.is_empty}]
            for key, row in self._rows.items()
        ]

    def add_sums(self, rows: list[list[Any]]) -> None:
        """Count in what `sums` gave of other incidents."""
        for key, tallies in rows:
            row = self._row(tuple(key))
            for name, said in tallies.items():
                row.tallies[name].add_sums(*said)

    def empty(self) -> Figures:
        """The figures of nothing."""
        return self._figures({measure.id: Tally() for measure in self.measures})

    def rows(self) -> list[tuple[Row, Figures]]:
        """Every row in the order of its key."""
        return [(key, self._figures(row.tallies)) for key, row in sorted(self._rows.items())]

    def sorted_rows(self) -> tuple[tuple[Row, Figures], ...]:
        """The rows that the table wants."""
        table = self.table
        found = [row for row in self.rows() if table.keep is None or table.keep(row[1])]
        if table.sort:
            name = table.sort
            found.sort(key=lambda row: (row[1][name].value is None, -(row[1][name].value or 0), row[0]))
        return tuple(found[: table.most])

    def _figures(self, tallies: Mapping[str, Tally]) -> Figures:
        return {name: self._figure(EVERY[name], tallies) for name in self.table.figures}

    def _figure(self, measure: Measure, tallies: Mapping[str, Tally]) -> Figure:
        made = _MADE[measure.kind](measure, tallies[measure.id])
        beside = {name: tallies[name].numerator for name in measure.beside}
        if measure.parts == "ages":
            made = replace(made, parts={name: made.parts.get(name, 0) for name in AGE_NAMES})
        return judged(replace(made, beside=beside), measure.better, self.scope.policy.goals.get(measure.id))


def _ends(scope: Scope, field: str) -> Iterator[int]:
    """The ends of the months, weeks or days in the period, none later than what stands is counted."""
    period, timezone = scope.period, zone(scope.period.zone)
    last = scope.standing_at
    day = datetime.fromtimestamp(period.start, timezone).date()
    while True:
        day += timedelta(days=1)
        at = int(datetime(day.year, day.month, day.day, tzinfo=timezone).timestamp())
        if at >= last:
            break
        if field == "day" or (field == "week" and day.weekday() == 0) or (field == "month" and day.day == 1):
            yield at
    if last > period.start:
        yield last


_MADE: dict[str, Callable[[Measure, Tally], Figure]] = {
    COUNT: lambda measure, tally: count(measure.id, tally),
    SHARE: lambda measure, tally: share(measure.id, tally),
    RATIO: lambda measure, tally: ratio(measure.id, tally),
    MEAN: lambda measure, tally: mean(measure.id, tally, "seconds" if measure.seconds else "number"),
}
