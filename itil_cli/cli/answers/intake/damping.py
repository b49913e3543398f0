"""What incidents with very many events hold back: how often each alert fired without an event of its own, in a file
beside the lock, until an event tells it. Where that file is lost, so is a count, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from itil_cli.errors import ItilError
from itil_cli.intake.monitoring.responding import HeldBack

_FILE = "damped"
MOST = 1000  # incidents; those that nothing tells of any more go
Counts = dict[str, dict[str, HeldBack]]  # by incident and fingerprint


class Damped:
    """The counts, changed in memory; `save` keeps them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._counts = self._before = _read(self._file)

    def of(self, incident: str, fingerprint: str) -> HeldBack:
        """What is held back of an alert."""
        return self._counts.get(incident, {}).get(fingerprint, HeldBack())

    def add(self, incident: str, fingerprint: str, since: str) -> None:
        """It fired once more, beginning at `since`."""
        found = HeldBack(self.of(incident, fingerprint).times + 1, since)
        self._counts = {**self._counts, incident: {**self._counts.get(incident, {}), fingerprint: found}}

    def told(self, incident: str, fingerprint: str) -> None:
        """An event has told it."""
        kept = {name: one for name, one in self._counts.get(incident, {}).items() if name != fingerprint}
        rest = {name: one for name, one in self._counts.items() if name != incident}
        self._counts = {**rest, **({incident: kept} if kept else {})}

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is counted inside is counted whole, or not at all where an error comes."""
        kept = self._counts
        try:
            yield
        except ItilError:
            self._counts = kept
            raise

    def save(self) -> None:
        """Write what has changed, aside and then in place."""
        if self._counts == self._before:
            return
        aside = self._file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            aside.write_text(json.dumps(dict(list(self._counts.items())[-MOST:])), encoding="utf-8")
            aside.replace(self._file)


def _read(file: Path) -> Counts:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return {
            incident: {name: HeldBack(int(times), str(last)) for name, (times, last) in alerts.items()}
            for incident, alerts in said.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
