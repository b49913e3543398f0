"""Problems to be: resolved incidents that are alike in service, category and words (P14).

- Incidents of one service and one upper category whose titles share words are one cluster.
- Two titles share enough where half of the shorter one's words are in the other; a cluster is what hangs together.
- Time spent is the minutes noted; SLA loss the seconds by which resolutions missed their targets.
- Children are left out: they are the same issue as their parent. So is what was no fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from itil_cli.process.clock import Clock
from itil_cli.process.incident import Incident
from itil_cli.process.matching.words import words

SHARED = 0.5
NO_FAULT = "no-fault"


@dataclass(frozen=True, slots=True)
class Resolved:
    """One resolved incident as clusters see it. `lost` are seconds over the target, `minutes` those noted."""

    id: str
    title: str
    service: str | None
    category: str | None
    minutes: int
    lost: int
    missed: bool
    resolved_at: int
    problems: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """Incidents that are alike, the newest first."""

    cases: tuple[Resolved, ...]

    @property
    def title(self) -> str:
        """The title that shares the most words with the others; the newest of several."""
        common = Counter(stem for case in self.cases for stem in set(words(case.title)))
        return max(self.cases, key=lambda case: sum(common[stem] for stem in set(words(case.title)))).title

    @property
    def minutes(self) -> int:
        """Minutes spent on all of them."""
        return sum(case.minutes for case in self.cases)

    @property
    def lost(self) -> int:
        """Seconds by which targets were missed."""
        return sum(case.lost for case in self.cases)

    @property
    def missed(self) -> int:
        """How many missed their target."""
        return sum(case.missed for case in self.cases)

    @property
    def problems(self) -> tuple[str, ...]:
        """The problems that some are linked to already."""
        return tuple(dict.fromkeys(problem for case in self.cases for problem in case.problems))


def case_of(incident: Incident, clocks: Sequence[Clock]) -> Resolved:
    """An incident with its clocks as clusters see it."""
    resolution = next((clock for clock in clocks if clock.name == "resolution"), None)
    over = max(0, resolution.elapsed - resolution.target) if resolution else 0
    noted = (state.event.get("minutes") for state in incident.trail)
    return Resolved(
        incident.id,
        incident.title,
        incident.service,
        incident.category,
        sum(minutes for minutes in noted if isinstance(minutes, int)),
        over,
        bool(resolution and resolution.verdict == "missed"),
        incident.resolved_at or incident.closed_at or incident.last_at,
        incident.linked("problem"),
        incident.parent is None and incident.kind != NO_FAULT and not incident.linked("duplicate-of"),
    )


def clusters(cases: Iterable[Resolved]) -> list[Cluster]:
    """All clusters, those with the most incidents first, then the time spent, then the SLA lost."""
    places: dict[tuple[str | None, str | None], list[Resolved]] = {}
    for case in cases:
        if case.counts:
            upper = case.category.partition("/")[0] if case.category else None
            places.setdefault((case.service, upper), []).append(case)
    found = [Cluster(tuple(one)) for together in places.values() for one in _hang_together(together)]
    return sorted(found, key=lambda one: (-len(one.cases), -one.minutes, -one.lost, one.cases[0].id))


def _hang_together(cases: Sequence[Resolved]) -> Iterator[list[Resolved]]:
    left = sorted(cases, key=lambda case: (-case.resolved_at, case.id))
    said = {case.id: frozenset(words(case.title)) for case in left}
    while left:
        cluster, queue = [left[0]], [left.pop(0)]
        while queue:
            one = queue.pop()
            near = [case for case in left if _alike(said[one.id], said[case.id])]
            cluster += near
            queue += near
            left = [case for case in left if case not in near]
        yield sorted(cluster, key=lambda case: (-case.resolved_at, case.id))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) >= SHARED * shorter
