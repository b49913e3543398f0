"""Which reports are to be kept, and which are overdue (P05).

- A plan wants a report for every period that has ended: from the first one kept on, else the last one that ended.
- Nothing is wanted for a period before the store's first incident was logged.
- A kept report is `reports/PERIOD/NAME.md`, with the same figures beside it in `.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from itil_cli.process.settings.values import ReportPlan
from itil_cli.process.time.period import Period, before, named, parse_period

MOST = 400  # periods that are looked back for


class Kept(NamedTuple):
    """A report that is to be kept."""

    name: str
    period: Period

    @property
    def path(self) -> str:
        """Where its text is kept; the figures are beside it."""
        return f"reports/{self.period.name}/{self.name}.md"


def overdue(
    plans: Sequence[ReportPlan], zone: str, first: int | None, now: int, is_kept: Callable[[str], bool]
) -> list[Kept]:
    """What is not kept, the oldest first. `first` is when the first incident was logged; None where there is none."""
    if first is None:
        return []
    found = [kept for plan in plans for kept in _wanted(plan, zone, first, now, is_kept)]
    return sorted(found, key=lambda kept: (kept.period.end, kept.name))


def _wanted(plan: ReportPlan, zone: str, first: int, now: int, is_kept: Callable[[str], bool]) -> Iterator[Kept]:
    missing: list[Kept] = []
    for period in _ended(plan.every, zone, first, now):
        kept = Kept(plan.name, period)
        if not is_kept(kept.path):
            missing.append(kept)
            continue
        yield from missing
        missing = []
    if missing and missing[0].period.end > now - _length(missing[0].period):
        yield missing[0]


def _length(period: Period) -> int:
    """A period's length, and a day more for what zones and months do."""
    return period.end - period.start + 4 * 86_400


def _ended(every: str, zone: str, first: int, now: int) -> Iterator[Period]:
    """The periods that have ended, the last one first."""
    period = named(parse_period(f"last-{every}", zone, now))
    for _ in range(MOST):
        if period.end <= first:
            return
        yield period
        period = before(period, now)
