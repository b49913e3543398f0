"""Long answers: kept until they are known to be whole, then passed on in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

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
