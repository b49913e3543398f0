"""After a command has committed: on to the remote, where the store is borrowed or syncs by itself."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, BinaryIO

from itil_cli.cli.context import App
from itil_cli.errors import ItilError
from itil_cli.store.sync.race import Race

_READS = frozenset({"-", "batch", "receive"})


def publish(app: App) -> bool:
    """Send on what was committed; False where the whole command has to be decided again on what others did."""
    if app.borrowed is not None:
        return app.borrowed.publish()
    if app.store.git.settings.get("itil.sync") == "on":
        _sync(app)
    return True


def _sync(app: App) -> None:
    """What was done is done; a remote that cannot be reached is told, and is no error."""
    from itil_cli.cli.answers.ledger.syncing import carry_out
    from itil_cli.render.ledger.sync import sync_text

    try:
        app.say(sync_text(carry_out(app)))
    except ItilError as trouble:
        app.say(str(trouble))


def again(run: Callable[[App], int | None], argv: Sequence[str]) -> int:
    """Run a command until nobody was faster (None); what it reads from standard input is kept for the next time."""
    kept = _Kept(sys.stdin.buffer) if _READS & set(argv) and not sys.stdin.isatty() else None
    race = Race("the store")
    while True:
        if kept is not None:
            sys.stdin = io.TextIOWrapper(io.BufferedReader(_Reading(kept)), "utf-8")
        app = App()
        code = run(app)
        if code is not None:
            return code
        assert app.borrowed is not None
        race.lost(app.borrowed.tip)


class _Kept:
    """Standard input: read when somebody asks for it (a file may have been named instead), and then kept."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    @cached_property
    def data(self) -> bytes:
        return self._source.read()


class _Reading(io.RawIOBase):
    """One way through what is kept."""

    def __init__(self, kept: _Kept) -> None:
        self._kept, self._place = kept, 0

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        piece = self._kept.data[self._place : self._place + len(room)]
        room[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)
