"""Stores whose incidents have texts, for measuring full text: titles as people write them, long descriptions, notes.

- Titles are those of the labelled sets, with a number; the other words are some 20,000 invented ones, so distributed
  as words are in a language (the n-th most common one n times rarer than the first), between real ones.
- The same size gives the same records.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, product
from pathlib import Path

from benchmarks.stores import NOW, PROMISES, WHO, make
from itil_cli.intake.ids import IncidentId
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Record, Value
from tests.process.matching.texts import texts
from tests.process.matching.unseen import unseen

SEED = 20261124
SERVICES = ("payments", "webshop", "mail", "network", "workplace", "erp", "telephony", "warehouse")
SPAN = 3 * 366 * 86_400  # seconds in which they were logged
Data = dict[str, Value]


def incidents(size: int) -> Iterator[Record]:
    """Closed incidents, one in 25 still open."""
    chance, ids = random.Random(SEED), IncidentId()
    titles = [text.title for text in (*texts(), *unseen())]
    vocabulary = _vocabulary(chance, titles)
    weights = list(accumulate(1 / (place + 10) for place in range(len(vocabulary))))

    def prose(count: int) -> str:
        return " ".join(chance.choices(vocabulary, cum_weights=weights, k=count)).capitalize() + "."

    for number in range(size):
        at = NOW - 3600 - chance.randrange(SPAN)
        title = f"{chance.choice(titles)}, {prose(2)}{number % 977}"
        made = _Made(number, at)
        made.add("logged", title=title, requestor=f"caller{number % 500}@example.com", channel="phone",
                 group="service-desk", service=chance.choice(SERVICES), impact="medium", urgency="medium",
                 priority="P3", **made.promise)  # fmt: skip
        made.add("assigned", group=f"Group {number % 70}")
        made.add("accepted")
        made.add("noted", prose(chance.randrange(5, 50)))
        if number % 25:
            made.add("resolved", prose(chance.randrange(5, 30)), code="fixed", category="hardware")
        record = Record(ids(f"INC{number:07d}", at), {}, tuple(made.events), prose(chance.randrange(10, 90)))
        yield replace(record, fields=fold(record).fields())


def _vocabulary(chance: random.Random, titles: list[str]) -> list[str]:
    """Real words among invented ones, the most common first."""
    real = sorted({word.lower() for title in titles for word in title.split() if word.isalpha()})
    made_up = ["".join(parts) for parts in product(("bra", "ko", "lin", "mer", "su", "ta", "vel"), repeat=4)]
    made_up += ["".join(parts) for parts in product(("dar", "fi", "gon", "hul", "pes", "ri", "zam"), repeat=5)]
    words = [*real, *made_up]
    chance.shuffle(words)
    return words


class _Made:
    """Events ten minutes apart."""

    def __init__(self, number: int, at: int) -> None:
        self.number, self.at = number, at
        self.events: list[Event] = []
        response, resolution, calendar = PROMISES["P3"]
        self.promise: Data = {"response": response, "resolution": resolution, "calendar": calendar}

    def add(self, do: str, text: str | None = None, **data: Value) -> None:
        """One more event, by the desk."""
        name = f"{len(self.events) + 1}-{self.number % 32**2:04d}"
        self.events.append(Event(self.at + 600 * len(self.events), WHO, name, do, data, text))


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), incidents)
