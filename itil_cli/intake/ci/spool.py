"""Events that the store could not take wait on this machine, one file each, until another run delivers them.

- A file is written aside and renamed, so that half an event is never delivered. Only its owner reads it (0600).
- They are taken in the order in which they came. What was delivered is removed; an event that is delivered twice all
  the same counts once (`event.py`).
- At most 1,000 wait; what comes then is not kept, and the job says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from itil_cli.errors import GitTrouble
from itil_cli.intake.ci.event import VERSION

MOST = 1_000
_USERINFO = re.compile(r"://[^/@]*@")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that waits, and its file (None: it could not be written)."""

    value: Mapping[str, Any]
    file: Path | None = None


class Spool:
    """The events that wait for one store, which is named by its URL or path."""

    def __init__(self, store: str) -> None:
        """Raises GitTrouble where the user has no folder to keep them in."""
        name = _USERINFO.sub("://", store)  # a token that changes with every run names the same store
        self.folder = _state() / "spool" / hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:20]

    def keep(self, event: Mapping[str, Any]) -> Waiting:
        """Write an event down. Raises GitTrouble where it cannot be kept."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if sum(1 for _ in self.folder.glob("*.json")) >= MOST:
                raise GitTrouble(f"{self.folder}: {MOST:,} events wait there already.", code="spool")
            return Waiting(event, self._write(event))
        except OSError as wrong:
            raise GitTrouble(f"{wrong.filename or self.folder}: {wrong.strerror}.", code="spool") from None

    def _write(self, event: Mapping[str, Any]) -> Path:
        handle, aside = mkstemp(dir=self.folder, prefix=".")
        try:
            with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123
                json.dump(event, file)
                file.flush()
                os.fsync(file.fileno())
            return Path(aside).rename(self.folder / f"{time.time_ns():020d}-{event['id']}.json")
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise

    def waiting(self) -> list[Waiting]:
        """The events that wait, the oldest first; a file that is none of ours is put aside as `*.broken`."""
        found = []
        for file in sorted(self.folder.glob("*.json")):
            try:
                value = json.loads(file.read_bytes())
            except FileNotFoundError:
                continue
            except (OSError, ValueError):
                value = None
            if isinstance(value, dict) and value.get("version") == VERSION:
                found.append(Waiting(value, file))
            else:
                file.rename(file.with_suffix(".broken"))
        return found

    def drop(self, event: Waiting) -> None:
        """It was delivered. Raises GitTrouble where it cannot be taken away."""
        try:
            if event.file is not None:
                event.file.unlink(missing_ok=True)
        except OSError as wrong:
            raise GitTrouble(f"{event.file}: {wrong.strerror}.", code="spool") from None


def _state() -> Path:
    given = os.environ.get("XDG_STATE_HOME")
    try:
        return (Path(given) if given else Path.home() / ".local" / "state") / "itil"
    except RuntimeError:
        raise GitTrouble("this user has no home folder.", code="spool", remedy="Set XDG_STATE_HOME.") from None
