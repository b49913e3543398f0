"""Answers that are whole documents: to standard output as they are, or into a file that is put in place whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from itil_cli.cli.context import App
    from itil_cli.store.snapshot import Snapshot


IN_MEMORY = 4 << 20  # characters of an answer


class Spool:
    """A long answer, kept until it is known to be whole: what is much of it in a file without a name."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._held: list[str] = []
        self._file: IO[str] | None = None
        size = 0
        for piece in pieces:
            self._held.append(piece)
            size += len(piece)
            if size > IN_MEMORY:
                self._put_aside()
                size = 0

    def _put_aside(self) -> None:
        if self._file is None:
            from tempfile import TemporaryFile

            self._file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 — read later
        self._file.writelines(self._held)
        self._held.clear()

    def __iter__(self) -> Iterator[str]:
        """The answer in pieces, as often as it is asked for."""
        if self._file is not None:
            self._file.seek(0)
            while piece := self._file.read(1 << 16):
                yield piece
        yield from self._held


def give(app: App, text: str, output: str | None) -> None:
    """The text where it was asked for; `-` is standard output."""
    if output in (None, "-"):
        app.put(text)
    else:
        into(Path(output or ""), lambda aside: aside.write_bytes(text.encode()))
        app.say(f"Written to {output}.")


def warn_of_broken(app: App, snapshot: Snapshot) -> None:
    """The files that could not be read are in no figure: each is named on stderr."""
    for _, error in snapshot.index.broken():
        app.say(f"warning[{error.code}]: {error} It is not counted.")


def into(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file aside, then rename it; what is no plain file (a pipe, a device) is written as it is."""
    if path.exists() and not path.is_file():
        write(path)
        return
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
