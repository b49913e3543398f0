"""A job that runs by the clock: its command, and how often.

- How often is a part of an hour or of a day, so that every scheduler can say it: 5m, 30m, 6h.
- The jobs of one store have one name, by its folder and where that lies.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

MINUTE, HOUR, DAY = 60, 3600, 86_400


class Job(NamedTuple):
    """One command; `words` begin with the program's absolute path, `every` is seconds."""

    name: str
    words: tuple[str, ...]
    every: int


class Installed(NamedTuple):
    """A job as a scheduler has it: its command as it stands there, and how often in seconds (None: in other words).

    `name` is the job's, where the scheduler keeps it."""

    command: str
    every: int | None
    name: str | None = None


class Plan(NamedTuple):
    """All jobs of the store at `store` (an absolute path); `path` is where its programs are looked for, if unusual."""

    store: str
    jobs: tuple[Job, ...]
    path: str | None = None

    @property
    def name(self) -> str:
        """What its units are called: the folder, and six digits of where it lies."""
        folder = re.sub(r"[^a-z0-9]+", "-", self.store.rstrip("/").rpartition("/")[2].lower()).strip("-")[:40]
        return f"itil-{folder or 'store'}-{hashlib.sha256(self.store.encode()).hexdigest()[:6]}"


def fits(every: int) -> bool:
    """Whether an hour or a day is so many times that long."""
    return every >= MINUTE and every % MINUTE == 0 and (HOUR % every == 0 or (every % HOUR == 0 and DAY % every == 0))
