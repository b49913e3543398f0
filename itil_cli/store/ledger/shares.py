"""A long history judged in shares, one a core: each worker judges a stretch of commits with a git of its own.

- A stretch begins in the middle of a history. Records and settings are read from git there; what only a walk from
  the beginning knows is taken for granted and compared afterwards with what the earlier shares found: which import
  made a file, which settings count after a policy that cannot be read, which names differ by case only.
- Where one of them does not hold, the whole is judged once more by one process. So the findings are the same
  however many cores there are; only the time is not.
- Signatures need no history: they are verified where their commits are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from itil_cli.process.auditing.others.paths import case_twins
from itil_cli.store.git.repository import Git
from itil_cli.store.index.filling.spread import cores, spread
from itil_cli.store.ledger.ledger import Judged, Ledger
from itil_cli.store.ledger.tally import Tally

if TYPE_CHECKING:
    from itil_cli.store.ledger.signatures import Signed

LEAST = 2000  # commits that are worth a worker
Commits = list[tuple[str, tuple[str, ...]]]
Progress = Callable[[int, int], None]


class Terms(NamedTuple):
    """How to judge: when a server received commits, the last audited one, and whether signatures are asked for."""

    received: Mapping[str, int]
    anchor: str | None = None
    signed: bool = False


def tallied(git: Git, commits: Commits, terms: Terms, progress: Progress, workers: int | None = None) -> Tally:
    """All commits (parents first) judged, by as many workers as are worth it."""
    count = cores() if workers is None else workers
    count = min(count, len(commits) // LEAST) if workers is None else count
    if count > 1:
        found = _in_shares(git, commits, terms, progress, count)
        if found is not None:
            return found
    ledger = Ledger(git, received=terms.received, anchor=terms.anchor)
    return count_up(ledger.judge_all(commits, progress), terms)


def count_up(walk: Iterable[Judged], terms: Terms) -> Tally:
    """The tally of commits as they are judged, with their signatures if asked for."""
    tally = Tally()
    signed: list[Signed] = []
    for one in walk:
        tally.take(one, terms.received)
        if terms.signed:
            signed += _to_verify(one)
    if terms.signed:
        _verify(tally, signed)
    return tally


def _to_verify(one: Judged) -> Iterable[Signed]:
    from itil_cli.store.ledger.signatures import Signed

    if one.commit is not None and one.ground is not None:
        yield Signed(one.commit, one.ground)


def _verify(tally: Tally, signed: list[Signed]) -> None:
    from itil_cli.store.ledger.signatures import verify

    for _, wrong in verify(signed):
        if wrong is None:
            tally.levels["signed"] += 1
        else:
            tally.findings.append(wrong)


def _in_shares(git: Git, commits: Commits, terms: Terms, progress: Progress, count: int) -> Tally | None:
    """The sum of the shares; None where they took for granted what is not so."""
    size = -(-len(commits) // count)
    stretches = [commits[start : start + size] for start in range(0, len(commits), size)]
    edges = _edges(stretches)
    home = git.worktree or git.git_dir
    done = _Done(len(stretches), len(commits), progress)
    git.close()  # no worker shall talk to its parent's git

    def work(place: int) -> dict[str, Any]:
        return _share(home, stretches[place], terms, place, edges, done)

    shares = list(spread(work, range(len(stretches)), len(stretches)))
    if not _held(shares, git, terms):
        return None
    sum_ = Tally()
    for one in shares:
        sum_.add(Tally.read(one["tally"]))
    return sum_


def _edges(stretches: Sequence[Commits]) -> set[str]:
    """Every commit with a child in another stretch than its own."""
    found: set[str] = set()
    for stretch in stretches:
        own = {oid for oid, _ in stretch}
        found.update(parent for _, parents in stretch for parent in parents if parent not in own)
    return found


class _Done:
    """How many commits all workers have judged, in memory that they share."""

    def __init__(self, workers: int, total: int, progress: Progress) -> None:
        self._shared = memoryview(mmap(-1, 8 * workers)).cast("q")
        self._total, self._progress = total, progress

    def of(self, place: int) -> Progress:
        """What the worker at this place calls."""

        def told(done: int, total: int) -> None:
            self._shared[place] = done
            self._progress(sum(self._shared), self._total)

        return told


def _share(home: Path, stretch: Commits, terms: Terms, place: int, edges: set[str], done: _Done) -> dict[str, Any]:
    """One stretch: its tally, what it found out for those after it, and what it took for granted of those before."""
    with Git(home) as git:
        ledger = Ledger(git, received=terms.received, anchor=terms.anchor, inside=place > 0)
        tally = count_up(ledger.judge_all(stretch, done.of(place)), terms)
        return {"tally": tally.plain(), **ledger.learned(edges)}


def _held(shares: list[dict[str, Any]], git: Git, terms: Terms) -> bool:
    """Whether every share took for granted what those before it found."""
    origins: dict[str, str | None] = {}
    settings: dict[str, Any] = {}
    twins: dict[str, str] = {}
    before = Ledger(git, anchor=terms.anchor).anchored
    for share in shares:
        if any(origins.get(path, before) != trailer for path, trailer in share["assumed"].items()):
            return False
        if any(settings.get(commit, blobs) != blobs for commit, blobs in share["read"].items()):
            return False
        if any(True for path in share["names"] for _ in case_twins(path, twins)):
            return False
        origins |= share["origins"]
        settings |= share["settings"]
    return True
