"""Problems to be: resolved incidents that are alike in service, category and words (P14).

- Within a service and an upper category, each incident, the newest first, joins the cluster whose first incident
  its title is most like; where none is like it, it begins one. Equal titles are always together.
- How like two titles are is twice the weight of their common words by that of all words of both, from 0 to 1.
- A word weighs more the fewer titles have it, but never more than one that two have; one with digits that no
  other title has (a number, an id) weighs nothing.
- Time spent is the minutes noted; SLA loss the seconds by which resolutions missed their targets.
- Children are left out: they are the same issue as their parent. So is what was no fault, and duplicates.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from itil_cli.process.clock import Clock
from itil_cli.process.matching.words import words
from itil_cli.process.summary import Summary

LIKE = 0.5
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
    def first(self) -> int:
        """When the first of them was resolved (epoch seconds)."""
        return min(case.resolved_at for case in self.cases)

    @property
    def last(self) -> int:
        """When the last of them was resolved."""
        return max(case.resolved_at for case in self.cases)

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


ORDERS: Mapping[str, Callable[[Cluster], int]] = {
    "count": lambda cluster: len(cluster.cases),
    "minutes": lambda cluster: cluster.minutes,
    "lost": lambda cluster: cluster.lost,
}


def case_of(said: Summary, clocks: Sequence[Clock]) -> Resolved:
    """A resolved incident, by its summary and its clocks, as clusters see it."""
    resolution = next((clock for clock in clocks if clock.name == "resolution"), None)
    over = max(0, resolution.elapsed - resolution.target) if resolution else 0
    links = [(link["relation"], link["target"]) for link in said["links"]]
    is_duplicate = any(relation == "duplicate-of" for relation, _ in links)
    return Resolved(
        said["id"],
        said["title"],
        said["service"],
        said["category"],
        said["minutes"],
        over,
        bool(resolution and resolution.verdict == "missed"),
        said["resolved_at"] or said["closed_at"] or said["last_at"],
        tuple(target for relation, target in links if relation == "problem"),
        said["parent"] is None and said["kind"] != NO_FAULT and not is_duplicate,
    )


def clusters(cases: Iterable[Resolved], by: str = "count") -> list[Cluster]:
    """All clusters, by one of ORDERS: those with the most incidents first, with the most time spent, or SLA lost.

    Ties go by the others, in this order."""
    places: dict[tuple[str | None, str | None], list[Resolved]] = {}
    for case in cases:
        if case.counts:
            upper = case.category.partition("/")[0] if case.category else None
            places.setdefault((case.service, upper), []).append(case)
    found = [Cluster(tuple(one)) for together in places.values() for one in _grouped(together)]
    return sorted(found, key=lambda one: (-ORDERS[by](one), -len(one.cases), -one.minutes, -one.lost, one.cases[0].id))


def _grouped(cases: Sequence[Resolved]) -> Iterator[list[Resolved]]:
    newest = sorted(cases, key=lambda case: (-case.resolved_at, case.id))
    said = [frozenset(words(case.title)) for case in newest]
    firsts = Firsts(_weights(said))
    found: dict[int, list[Resolved]] = {}
    joined: dict[frozenset[str], int] = {}
    for case, stems in zip(newest, said, strict=True):
        if stems not in joined:
            joined[stems] = firsts.join(stems)
        found.setdefault(joined[stems], []).append(case)
    return iter(found.values())


def _weights(said: Sequence[frozenset[str]]) -> dict[str, float]:
    """What each word weighs among these titles."""
    holders = Counter(stem for stems in said for stem in stems)
    total = len(said) + 1
    return {
        stem: 0.0 if count == 1 and any(map(str.isdigit, stem)) else math.log(total / max(2, count))
        for stem, count in holders.items()
    }


class Firsts:
    """The first titles of clusters, found by their words.

    Two titles are alike where their common words weigh a quarter of both together. So the most common words of a
    title, as long as they weigh less than a quarter of it, need not be looked up: they alone make nothing alike."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._stems: list[frozenset[str]] = []
        self._whole: list[float] = []
        self._holders: dict[str, list[int]] = {}

    def join(self, stems: frozenset[str]) -> int:
        """The place of the first that a title is most like, the earliest of several; its own where there is none."""
        whole = math.fsum(self._weights[stem] for stem in stems)
        near = {place for stem in self._telling(stems, whole) for place in self._holders.get(stem, ())}
        best = max(((self._likeness(stems, whole, place), -place) for place in near), default=(0.0, 0))
        if best[0] >= LIKE:
            return -best[1]
        place = len(self._stems)
        self._stems.append(stems)
        self._whole.append(whole)
        for stem in stems:
            self._holders.setdefault(stem, []).append(place)
        return place

    def _telling(self, stems: frozenset[str], whole: float) -> list[str]:
        """The words without which nothing is like it."""
        weighed = sorted(stems, key=lambda stem: (self._weights[stem], stem))
        left, sum_left = list(weighed), 0.0
        while left and sum_left + self._weights[left[0]] < whole * LIKE / 2:
            sum_left += self._weights[left.pop(0)]
        return left

    def _likeness(self, stems: frozenset[str], whole: float, place: int) -> float:
        both = whole + self._whole[place]
        common = math.fsum(self._weights[stem] for stem in stems & self._stems[place])
        return 2 * common / both if both else 0.0
