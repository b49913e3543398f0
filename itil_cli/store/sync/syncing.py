"""`itil sync`: fetch, decide again, push, and once more where somebody was faster.

- Nothing is merged as text, nothing is forced, nothing unpublished is reset. History stays a line.
- Nothing here moves before the remote has it: a push that does not succeed leaves branch and files as they were.
- The lock is not held while the network is used; a branch that moved meanwhile is seen by its tip, and the rest
  goes with another round. Doing it again after a power cut gives the same: published events are known by name.
- A lost race means that somebody else's work is published, so races may be lost without end and no count of them
  gives up. Only a remote that takes nothing while nobody else is faster does (`race.py`).
- Files that the sync would change and that are not as HEAD has them refuse it before anything is pushed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble
from itil_cli.process.merging.replay import Void
from itil_cli.store.files.settings import PEOPLE, POLICY, SERVICES, wrongs
from itil_cli.store.git.commits import Commit
from itil_cli.store.git.network import Upstream, fetch, push, track, upstream_of
from itil_cli.store.snapshot import Snapshot
from itil_cli.store.store import detached
from itil_cli.store.sync.local import renames, unpublished
from itil_cli.store.sync.race import Race
from itil_cli.store.sync.replaying import Line, Signing
from itil_cli.store.sync.settling import Settled, settle
from itil_cli.store.transaction import steps_to

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git
    from itil_cli.store.store import Store


@dataclass(slots=True)
class Synced:
    """What came of it. `pulled` and `pushed` count commits; `voids` are the clone's events that did not fit."""

    remote: str
    branch: str
    commit: str
    pulled: int = 0
    pushed: int = 0
    tries: int = 1
    voids: Sequence[Void] = ()
    late: Sequence[tuple[str, str, str]] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    settled: Settled = field(default_factory=Settled)


@dataclass(frozen=True, slots=True)
class _Plan:
    """From which HEAD, over which tip of the remote (None: it is empty), to which commit."""

    head: str
    tip: str | None
    new: str


def sync(store: Store, signing: Callable[[], Signing], remote: str | None = None) -> Synced:
    """Bring the clone and its remote together. Raises NotFound without a remote, GitTrouble where it cannot be."""
    branch = store.git.head().ref
    if branch is None:
        raise detached()
    upstream = upstream_of(store.git, branch, remote)
    race = Race(upstream.remote)
    while True:
        tip = _fetched(store, upstream)
        plan, synced = _plan(store, upstream, tip, signing())
        synced.tries = race.tries
        if plan.new != tip and not _pushed(store, upstream, plan):
            race.lost(tip)
        elif _followed(store, plan, synced.remote):
            track(store.git, branch, upstream)
            return synced


def _fetched(store: Store, upstream: Upstream) -> str | None:
    try:
        return fetch(store.git, upstream)
    except GitTrouble as trouble:
        trouble.text += _waiting(store, upstream)
        raise


def _pushed(store: Store, upstream: Upstream, plan: _Plan) -> bool:
    try:
        return push(store.git, upstream, plan.new)
    except GitTrouble as trouble:
        said = _waiting(store, upstream)
        trouble.text += f"\n{said.strip()}" if "\n" in trouble.text else said  # the remote's own words are lines
        trouble.remedy = trouble.remedy or "Nothing has changed here. Mend what the remote names, then sync again."
        raise


def _waiting(store: Store, upstream: Upstream) -> str:
    """What waits here for the remote, as a sentence."""
    known = store.git.object(f"{upstream.tracking}^{{commit}}")
    count = len(unpublished(store.git, store.git.commit("HEAD"), known[0] if known else None))
    if not count:
        return " Nothing waits here."
    return f" {count} commit{'s' if count > 1 else ''} {'wait' if count > 1 else 'waits'} here."


def _plan(store: Store, upstream: Upstream, tip: str | None, signing: Signing) -> tuple[_Plan, Synced]:
    """Where to go, with all objects written; HEAD stays. Raises GitTrouble where files stand in the way."""
    with store.writing() as transaction:
        git, head = store.git, transaction.commit_id
        synced = Synced(upstream.remote, upstream.ref.removeprefix("refs/heads/"), head)
        commits = unpublished(git, head, tip)
        if tip is None or not commits:
            synced.commit = head if tip is None else tip
        else:
            _refuse_strangers(git, head, tip, upstream)
            synced.commit = _line(store, commits, head, tip, signing, synced)
        git.loose.settle()
        steps_to(git, head, synced.commit)
        synced.pulled = _count(git, head, tip) if tip else 0
        synced.pushed = _count(git, tip, synced.commit)
        return _Plan(head, tip, synced.commit), synced


def _line(store: Store, commits: list[Commit], head: str, tip: str, signing: Signing, synced: Synced) -> str:
    """The clone's commits on top of the tip; as they are where they stand there already, and are in time."""
    git = store.git
    line = Line(git, tip, signing)
    late = line.lateness()
    if _count(git, head, tip) == 0 and not any(late(commit.at) and not _is_import(commit) for commit in commits):
        return head
    given_up = renames(git, commits, tip)
    for commit in commits:
        line.add(commit, given_up)
    synced.settled = settle(line, Snapshot(git, tip, use_index=False), store.ids)
    _refuse_broken_settings(line, tip)
    synced.renamed = given_up.ids
    synced.voids, synced.late = line.outcome.voids, line.outcome.late
    return line.commit


def _is_import(commit: Commit) -> bool:
    return any(name == "Import" for name, _ in commit.trailers)


def _refuse_broken_settings(line: Line, tip: str) -> None:
    """Settings that each side could read, and that do not go together: as a conflict, though no line is one."""
    files = {name: line.snapshot.read(name) for name in (POLICY, PEOPLE, SERVICES)}
    if all(line.git.blob(f"{tip}:{name}") == data for name, data in files.items()):
        return
    broken = wrongs(files)
    if broken:
        raise GitTrouble(
            f"the settings of both sides do not go together: {broken[0]}",
            code="conflict",
            remedy="Change yours, commit, and sync again; nothing has changed.",
        )


def _refuse_strangers(git: Git, head: str, tip: str, upstream: Upstream) -> None:
    code, _, _ = git.attempt("merge-base", head, tip)
    if code == 1 and not (git.common_dir / "shallow").exists():
        raise GitTrouble(
            f"this store and {upstream.remote} have no commit in common.",
            code="unrelated",
            remedy="Is it the right remote? `git remote -v`",
        )


def _count(git: Git, old: str | None, new: str) -> int:
    """How many commits `new` has that `old` has not."""
    if old == new:
        return 0
    return int(git.run("rev-list", "--count", new, *([f"^{old}"] if old else []), "--"))


def _followed(store: Store, plan: _Plan, remote: str) -> bool:
    """Move the branch; False where it moved meanwhile, so that there is more to publish."""
    if plan.new == plan.head:
        return True
    with store.writing() as transaction:
        if transaction.commit_id != plan.head:
            return False
        transaction.advance(plan.new, f"sync with {remote}")
        return True
