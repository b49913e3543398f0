"""New ids: random letters of Crockford's alphabet, made without asking anyone, so that clones work apart.

With ITIL_SEED in the environment (transcripts, tests) they follow from the seed and from the number of
commits: the same commands on the same store give the same ids.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator

from itil_cli.process.incident import CROCKFORD


class RandomIds:
    """Letters from the system's source of randomness."""

    def letters(self, count: int) -> str:
        """`count` random Crockford base-32 characters, in upper case."""
        return "".join(CROCKFORD[byte & 31] for byte in os.urandom(count))


class SeededIds:
    """Letters that follow from `seed` and `salt`; `salt` is asked once, for the first of them."""

    def __init__(self, seed: str, salt: Callable[[], str]) -> None:
        self._bytes = _stream(seed, salt)

    def letters(self, count: int) -> str:
        """The next `count` characters."""
        return "".join(CROCKFORD[next(self._bytes) & 31] for _ in range(count))


def _stream(seed: str, salt: Callable[[], str]) -> Iterator[int]:
    state = f"{seed} {salt()}".encode()
    while True:
        state = hashlib.sha256(state).digest()
        yield from state


def ids(salt: Callable[[], str]) -> RandomIds | SeededIds:
    """Random ids, or seeded ones where ITIL_SEED is set."""
    seed = os.environ.get("ITIL_SEED")
    return SeededIds(seed, salt) if seed else RandomIds()
