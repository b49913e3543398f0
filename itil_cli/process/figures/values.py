"""A figure as a value, and the tally that it is made of (S15).

- An empty denominator gives None (n/a), never 0; a count of nothing is 0.
- The median of an even number is the mean of the middle two; p90 is by nearest rank.
- Tallies do not depend on the order in which incidents come.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Number = int | float
COUNT, SHARE, MEAN, RATIO = "count", "share", "mean", "ratio"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `unit` is count, share, seconds or number.

    `parts` divide the numerator (ages, reasons); `beside` are counts that stand beside it, by their ids.
    `samples` are those of a mean, in order of size. `goal` is what the policy wants, `met` whether it is so."""

    id: str
    unit: str
    value: Number | None
    numerator: int
    denominator: int | None
    n: int | None = None
    median: Number | None = None
    p90: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    beside: Mapping[str, int] = field(default_factory=dict)
    samples: Sequence[int] = field(default=(), repr=False, compare=False)
    goal: Number | None = None
    met: bool | None = None


class Tally:
    """Counts up one figure of one group."""

    __slots__ = ("denominator", "numerator", "parts", "samples")

    def __init__(self) -> None:
        self.numerator = self.denominator = 0
        self.samples: array[int] = array("q")
        self.parts: dict[str, int] = {}

    def adder(self, kind: str) -> Callable[[Any], None]:
        """The method that takes what a measure of this kind says of one incident."""
        return {COUNT: self._count, SHARE: self._share, MEAN: self._sample, RATIO: self._ratio}[kind]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been counted."""
        return not (self.numerator or self.denominator or self.samples or self.parts)

    def sums(self) -> list[Any]:
        """What has been counted, as plain values."""
        return [self.numerator, self.denominator, self.parts, sorted(self.samples)]

    def add_sums(self, numerator: int, denominator: int, parts: Mapping[str, int], samples: Sequence[int]) -> None:
        """Count in what another tally's `sums` gave."""
        self.numerator += numerator
        self.denominator += denominator
        self.samples.extend(samples)
        for name, number in parts.items():
            self.parts[name] = self.parts.get(name, 0) + number

    def _count(self, said: Any) -> None:
        """False: it is none; a text: the part that it belongs to."""
        if said is not False:
            self.numerator += 1
            if said is not None:
                self.parts[said] = self.parts.get(said, 0) + 1

    def _share(self, said: Any) -> None:
        self.denominator += 1
        self.numerator += said

    def _sample(self, said: Any) -> None:
        if said is not None:
            self.samples.append(said)

    def _ratio(self, said: Any) -> None:
        parts, whole = said
        self.denominator += whole
        for name, number in parts.items():
            self.numerator += number
            self.parts[name] = self.parts.get(name, 0) + number


def count(name: str, tally: Tally) -> Figure:
    """How many."""
    return Figure(name, "count", tally.numerator, tally.numerator, None, parts=dict(sorted(tally.parts.items())))


def share(name: str, tally: Tally) -> Figure:
    """Which part of all."""
    return Figure(name, "share", _quotient(tally.numerator, tally.denominator), tally.numerator, tally.denominator)


def ratio(name: str, tally: Tally) -> Figure:
    """One sum by another."""
    value = _quotient(tally.numerator, tally.denominator)
    return Figure(name, "share", value, tally.numerator, tally.denominator, parts=dict(sorted(tally.parts.items())))


def mean(name: str, tally: Tally, unit: str) -> Figure:
    """The mean with n, median and p90."""
    found = sorted(tally.samples)
    total, n = sum(found), len(found)
    return Figure(
        name, unit, exact(total, n), total, n, n=n, median=median(found), p90=nearest_rank(found, 90), samples=found
    )


def exact(numerator: int, denominator: int) -> Number | None:
    """The quotient, as a whole number where it is one; None of nothing."""
    if not denominator:
        return None
    whole, rest = divmod(numerator, denominator)
    return numerator / denominator if rest else whole


def _quotient(numerator: int, denominator: int) -> float | None:
    return numerator / denominator if denominator else None


def median(found: Sequence[int]) -> Number | None:
    """The middle of sorted numbers."""
    n = len(found)
    return exact(found[(n - 1) // 2] + found[n // 2], 2) if n else None


def nearest_rank(found: Sequence[int], percent: int) -> int | None:
    """The smallest of sorted numbers that at least so many percent do not exceed."""
    return found[-(-len(found) * percent // 100) - 1] if found else None
