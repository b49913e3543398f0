"""Evidence for one rule: the events that fall under it, each with what the audit found, all or a sample.

- An event falls under the codes of its kind in the table (S10), those of its own `rule:`, and of any finding on it.
- A sample is drawn at random from all of them in one pass; the same seed draws the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from itil_cli.process.auditing.findings import Finding
from itil_cli.process.incident import Event
from itil_cli.process.time.instants import format_instant
from itil_cli.process.transitions import rows_for

# Beyond the table: what else a kind of event is evidence of.
_MORE: dict[str, tuple[str, ...]] = {
    "logged": ("P01", "D3", "D4", "P04"),
    "classified": ("P08", "C1", "C4", "S14"),
    "assigned": ("P09", "C8"),
    "escalated": ("P02", "P11", "S13"),
    "resolved": ("R4", "P07", "F1"),
    "closed": ("P13", "F2", "F4"),
    "pended": ("S4",),
    "linked": ("S11", "P14"),
    "contacted": ("D6",),
    "imported": ("S17",),
    "corrected": ("S5",),
}

_REASONS = ("reason", "code", "trigger", "relation")  # what an event says of its why, in this order


def codes(event: Event) -> set[str]:
    """The rules that an event is evidence of."""
    rule = event.str("rule")
    return {
        *(row.code for row in rows_for(event.do)),
        *_MORE.get(event.do, ()),
        "S10",
        "S17",
        *([rule] if rule else []),
    }


class Sampler:
    """Takes commits one by one and keeps a sample of `size` events under `rule` (None: all of them).

    `draw(n)` gives a random whole number below n."""

    def __init__(self, rule: str | None, size: int | None, draw: Callable[[int], int]) -> None:
        self._rule, self._size, self._draw = rule, size, draw
        self._kept: list[tuple[int, dict[str, Any]]] = []
        self.population = 0

    def take(self, commit: str, events: Iterable[tuple[str, Event]], findings: list[Finding]) -> None:
        """The events of one commit."""
        for path, event in events:
            against = [one for one in findings if one.code == self._rule and one.event == event.n and one.path == path]
            if self._rule in codes(event) or against:
                self._keep(self._row(commit, path, event, against))

    def _row(self, commit: str, path: str, event: Event, against: list[Finding]) -> dict[str, Any]:
        return {
            "commit": commit,
            "path": path,
            "event": event.n,
            "do": event.do,
            "at": format_instant(event.at),
            "person": event.by,
            "reason": next((event.str(key) for key in _REASONS if event.str(key)), None),
            "message": event.text,
            "result": "; ".join(one.text for one in against) or "ok",
        }

    def _keep(self, row: dict[str, Any]) -> None:
        """Every event has the same chance, however many there are."""
        place = self.population
        self.population += 1
        if self._size is None or place < self._size:
            self._kept.append((place, row))
            return
        chance = self._draw(self.population)
        if chance < self._size:
            self._kept[chance] = (place, row)

    def chosen(self) -> list[dict[str, Any]]:
        """The sample, in the order of history."""
        return [row for _, row in sorted(self._kept, key=lambda one: one[0])]
