"""Every commit of a range, parents first, with what it changed against each parent and the blobs that matter.

- `rev-list --topo-order --reverse --parents` lists, one `diff-tree --stdin` compares each commit with each of its
  parents by name, one `cat-file --batch` reads: nothing that a merge changed is left out, no date is looked at.
- Another thread reads ahead, some hundred commits at a time; memory does not grow with the history.
- Partial history is refused: shallow, partial and grafted clones. Replace refs are ignored and reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import GitTrouble
from itil_cli.process.auditing.findings import ERROR, WARNING, Finding
from itil_cli.store.git import rawcommits, rawtrees
from itil_cli.store.git.process import MOST
from itil_cli.store.git.rawcommits import RawCommit
from itil_cli.store.ledger.compared import Change, Compared, compared

if TYPE_CHECKING:
    from itil_cli.store.git.process import Objects
    from itil_cli.store.git.repository import Git

BATCH = 256
_AHEAD = 4  # batches
_BYTES = 64 << 20  # of a batch that is large
NEAR = 2000  # commits that are looked for without git's own walk


class Step(NamedTuple):
    """One commit: its id, what it says or why it is refused, its differences by parent, the new blobs, and what is
    wrong with its trees."""

    oid: str
    commit: RawCommit | str
    parents: tuple[str, ...]
    sides: tuple[tuple[Change, ...], ...]
    blobs: Mapping[str, bytes]
    trees: tuple[str, ...] = ()


def whole(git: Git) -> Iterator[Finding]:
    """What stands in the way of seeing all of history. Raises GitTrouble where a part is missing or grafted."""
    if (git.common_dir / "shallow").exists():
        raise _partial("this clone is shallow", "`git fetch --unshallow` brings the rest.")
    if (git.common_dir / "info" / "grafts").exists():
        raise _partial("info/grafts gives commits other parents", "Remove that file.")
    if any(name.endswith((".promisor", ".partialclonefilter")) for name in git.settings):
        raise _partial("this is a partial clone", "Clone again without --filter.")
    for ref in git.run("for-each-ref", "--format=%(refname)", "refs/replace/").decode().split():
        said = f"{ref} would show another object instead; it is ignored."
        yield Finding("replace-ref", said, ERROR)
    alternates = git.common_dir / "objects" / "info" / "alternates"
    if alternates.exists():
        yield Finding("alternates", "objects are borrowed from another repository.", WARNING)


def _partial(what: str, remedy: str) -> GitTrouble:
    return GitTrouble(f"{what}; part of the history is not to be seen.", code="partial-history", remedy=remedy)


def listed(git: Git, new: str, without: Sequence[str] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """The commits that `new` reaches and `without` do not, parents first; each with its parents."""
    near = _near(git, new, without[0]) if len(without) == 1 else None
    if near is not None:
        return near
    words = ["rev-list", "--topo-order", "--reverse", "--parents", new, *(f"^{oid}" for oid in without), "--"]
    lines = git.run(*words).decode("ascii").split("\n")[:-1]
    return [(oid, tuple(parents)) for oid, *parents in map(str.split, lines)]


def descends(git: Git, old: str, new: str) -> bool:
    """Whether `old` is an ancestor of `new`."""
    return _near(git, new, old) is not None or git.attempt("merge-base", "--is-ancestor", old, new)[0] == 0


def _near(git: Git, new: str, old: str) -> list[tuple[str, tuple[str, ...]]] | None:
    """The same list where all ways back from `new` end at `old` soon; None where they do not.

    git looks at all of history where many commits have one date, as an import's have. If no way comes to a root,
    nothing that was met is an ancestor of `old`, since from such a one a way would."""
    parents: dict[str, tuple[str, ...]] = {}
    ahead = [new]
    while ahead:
        oid = ahead.pop()
        if oid in parents or oid == old:
            continue
        found = git.object(oid)
        commit = rawcommits.read(oid, found[2]) if found and found[1] == "commit" else "missing"
        if isinstance(commit, str) or not commit.parents or len(parents) >= NEAR:
            return None
        parents[oid] = commit.parents
        ahead += commit.parents
    return _parents_first(parents)


def _parents_first(parents: dict[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    """Each commit after its parents."""
    children: dict[str, list[str]] = {}
    missing = dict.fromkeys(parents, 0)
    for oid, named in parents.items():
        for parent in set(named) & parents.keys():
            children.setdefault(parent, []).append(oid)
            missing[oid] += 1
    ready = [oid for oid, count in missing.items() if not count]
    found = []
    while ready:
        oid = ready.pop()
        found.append((oid, parents[oid]))
        for child in children.get(oid, ()):
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)
    return found


class Walk:
    """Steps over a list of commits; `wanted` says which paths are read, `known` which blobs are at hand."""

    def __init__(self, git: Git, commits: list[tuple[str, tuple[str, ...]]], wanted: Callable[[str], bool]) -> None:
        self._git, self._commits, self._wanted = git, commits, wanted
        self._queue: Queue[list[Step] | BaseException | None] = Queue(_AHEAD)
        self._stop = Event()

    def __iter__(self) -> Iterator[Step]:
        reader = Thread(target=self._read, daemon=True)
        reader.start()
        try:
            while (batch := self._queue.get()) is not None:
                if isinstance(batch, BaseException):
                    raise batch
                yield from batch
        finally:
            self._stop.set()
            while reader.is_alive():
                while not self._queue.empty():
                    self._queue.get_nowait()
                reader.join(0.05)

    def _read(self) -> None:
        try:
            self._fill()
            self._queue.put(None)
        except BaseException as wrong:  # handed over to whoever iterates
            self._queue.put(wrong)

    def _fill(self) -> None:
        objects = self._git.reader()
        try:
            self._fill_from(objects)
        finally:
            objects.close()

    def _fill_from(self, objects: Objects) -> None:
        told = compared(self._git, self._commits)
        for start in range(0, len(self._commits), BATCH):
            if self._stop.is_set():
                return
            piece = [(oid, parents, next(told)) for oid, parents in self._commits[start : start + BATCH]]
            blobs = self._wanted_blobs(piece)
            oids = [oid for oid, _, _ in piece] + blobs
            read = dict(zip(oids, objects.many(oids, MOST), strict=True))
            steps = [
                _step(oid, parents, sides, read, self._odd_trees(oid, sides[0], read[oid], objects))
                for oid, parents, sides in piece
            ]
            self._queue.put(steps)
            if sum(map(len, read.values())) > _BYTES:
                self._wait()

    def _wait(self) -> None:
        """Until what is ahead was taken: one large batch at a time."""
        while not self._queue.empty() and not self._stop.wait(0.005):
            pass

    def _wanted_blobs(self, piece: list[tuple[str, tuple[str, ...], tuple[Compared, ...]]]) -> list[str]:
        found: dict[str, None] = {}
        for _, _, sides in piece:
            for side in sides:
                for change in side.changes:
                    if change.mode.startswith("100") and self._wanted(change.path):
                        found[change.new] = None
        return list(found)

    def _odd_trees(self, oid: str, side: Compared, commit: bytes, objects: Objects) -> tuple[str, ...]:
        """What is wrong with a commit's new trees. Against its first parent is enough: that one's were judged."""
        if not side.odd:
            return ()
        head = commit.partition(b"\n")[0].removeprefix(b"tree ").decode("ascii", "replace")
        asked = list(side.trees) if len(head) != len(oid) else [head, *side.trees]
        found = zip(asked, objects.many(asked), strict=True)
        size = self._git.oid_bytes
        return tuple(f"the tree {tree[:10]}: {why}" for tree, data in found if (why := rawtrees.wrong(data, size)))


def _step(
    oid: str, parents: tuple[str, ...], sides: tuple[Compared, ...], read: Mapping[str, bytes], trees: tuple[str, ...]
) -> Step:
    commit = rawcommits.read(oid, read[oid])
    if isinstance(commit, RawCommit) and commit.parents != parents:
        commit = "its parents are not those that git walks along (grafts)."
    changes = tuple(side.changes for side in sides)
    blobs = {change.new: read[change.new] for side in changes for change in side if change.new in read}
    return Step(oid, commit, parents, changes, blobs, trees)
