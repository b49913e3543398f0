"""What commits change against their parents, as one long `diff-tree` tells it.

Trees are told, too: git walks an ill-formed one in silence. Where a side changes files and no more, its trees have the
names of the parent's, in their order; else (`Compared.odd`) they have to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import GitTrouble

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

MOST = 500_000  # files that differ in one commit: more are no import, but trees that hold each other
_LOOK = "Look at its trees with `git ls-tree`; nothing more was judged."


class Change(NamedTuple):
    """One file that differs from a parent. Ids are full, `no` ids are all zeros; `mode` is the new one's."""

    path: str
    status: str
    mode: str
    old: str
    new: str


class Compared(NamedTuple):
    """A commit against one parent: the files that differ, and the new trees below the root; `odd` says whether these,
    and the root, have to be looked at."""

    changes: tuple[Change, ...]
    trees: tuple[str, ...]
    odd: bool


def compared(git: Git, commits: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[Compared, ...]]:
    """The sides of each commit, one a parent (a root has one, against nothing).

    Raises GitTrouble, with the commit's id, where one changes more files than any command does."""
    asked = [(oid, parent) for oid, parents in commits for parent in parents or ("",)]
    lines = (f"{oid} {parent}\n".encode() if parent else f"{oid}\n".encode() for oid, parent in asked)
    words = ("diff-tree", "--stdin", "-r", "-t", "--root", "--raw", "-z", "--always", "--no-renames")
    sides = _named(_parsed(git.answer(words, lines)), asked)
    for _, parents in commits:
        yield tuple(next(sides) for _ in parents or ("",))


def _named(sides: Iterator[Compared], asked: list[tuple[str, str]]) -> Iterator[Compared]:
    """The same; what git dies of is said of the commit at which it died."""
    done = 0
    try:
        for side in sides:
            yield side
            done += 1
    except _TooMany:
        raise
    except GitTrouble as wrong:
        if done >= len(asked):
            raise
        said = f"the commit {asked[done][0][:10]} cannot be compared with its parent: {wrong.text}"
        raise GitTrouble(said, code=wrong.code, remedy=_LOOK) from None


class _TooMany(GitTrouble):
    """A commit that is named already."""


class _Side:
    """One side as it comes: a head, its path, and so on."""

    def __init__(self, oid: str) -> None:
        self.oid, self.changes, self.trees = oid, list[Change](), list[str]()
        self.odd = False  # a file has come or changed its kind, or a tree differs and nothing in it does
        self._open: bytes | None = None  # the tree that was told last

    def take(self, head: bytes, path: bytes) -> None:
        """One entry that differs."""
        if self._open is not None and not path.startswith(self._open):
            self.odd = True
        self._open = None
        _, mode, old, new, status = head.decode("ascii").split(" ")
        if mode == "040000":
            self.trees.append(new)
            self._open = path + b"/"
        elif not (status == "D" and head.startswith(b":040000")):
            self.odd = self.odd or status not in ("M", "D")
            self.changes.append(Change(path.decode("utf-8", "surrogateescape"), status, mode, old, new))
            if len(self.changes) > MOST:
                raise _too_many(self.oid)

    def done(self) -> Compared:
        """What has come."""
        return Compared(tuple(self.changes), tuple(self.trees), self.odd or self._open is not None)


def _parsed(pieces: Iterator[bytes]) -> Iterator[Compared]:
    """The sides, in the order in which they were asked for."""
    side: _Side | None = None
    head: bytes | None = None
    try:
        for word in _words(pieces):
            if head is not None and side is not None:
                side.take(head, word)
                head = None
            elif word.startswith(b":"):
                head = word
            else:
                if side is not None:
                    yield side.done()
                side = _Side(word.decode("ascii", "replace").strip())
    except GitTrouble as wrong:  # git died of the next one: this one is whole
        if side is not None and not isinstance(wrong, _TooMany):
            yield side.done()
        raise
    if side is not None:
        yield side.done()


def _too_many(oid: str) -> GitTrouble:
    said = f"the commit {oid[:10]} changes more than {MOST:,} files, which no command does."
    return _TooMany(said, code="size", remedy=_LOOK)


def _words(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *words, rest = (rest + piece).split(b"\0")
        yield from words
