"""What a report holds, before it is text: figures, tables, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from itil_cli.process.figures import EVERY, FIGURES, Counted, Figures, Measure, Report
from itil_cli.process.time.period import Period


@dataclass(frozen=True, slots=True)
class Paper:
    """One report. `now` (epoch seconds) is the present that it was made for, `as_of` the commit it was read from.

    `by` and `groups` are what was asked for with --by, `tables` the report's own, `drawn` those of pictures.
    `before` are the figures of the period before, `what_if` the other policy that was asked for."""

    report: Report
    store: str
    period: Period
    now: int
    as_of: str
    versions: Mapping[str, str | int]
    figures: Figures
    tables: Sequence[Counted] = ()
    by: tuple[str, ...] = ()
    groups: Counted | None = None
    drawn: Sequence[Counted] = ()
    filters: tuple[str, ...] = ()
    what_if: str | None = None
    before: tuple[Period, Figures] | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> list[Counted]:
        """The tables in the order in which they are shown; a table of one's own comes first."""
        return [*([self.groups] if self.groups else []), *self.tables]

    def defined(self, *, zeros: bool = True) -> list[Measure]:
        """The measures of every figure that is in it, with what stands beside; without `zeros` only what is shown."""
        named = [*self.figures, *(name for counted in self.shown for name in counted.table.figures)]
        told = {name for figure in self.figures.values() for name, count in figure.beside.items() if count}
        return [one for one in measures(named) if zeros or one.id in FIGURES or one.id in told]


def measures(names: Sequence[str]) -> list[Measure]:
    """The measures of these figures, each followed by what stands beside it."""
    return [EVERY[part] for part in dict.fromkeys(part for name in names for part in (name, *EVERY[name].beside))]
