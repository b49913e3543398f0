"""Writing: one commit from decided records, both history and work tree or neither (RELIABILITY.md, Write path).

- The order: the work tree is looked at, bytes are edited, objects are written and fsynced, the journal is
  written, the branch is swapped (the only commit point), then the work tree and the index entries follow.
- A file of the work tree that is not as HEAD has it refuses the write; so does a merge or rebase under way.
- Paths that are not the command's stay as they are: staged, unstaged and untracked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble
from itil_cli.process.incident import Record, path_of
from itil_cli.store.checkout import worktree
from itil_cli.store.checkout.journal import Step
from itil_cli.store.git import entries
from itil_cli.store.git.commits import Stamp, message_of
from itil_cli.store.snapshot import Snapshot

if TYPE_CHECKING:
    from itil_cli.store.checkout.following import Following
    from itil_cli.store.git.repository import Git

Files = Mapping[str, bytes | None]
MANY = 50  # files from which on git brings them along

# What git leaves in its directory while it is in the middle of something, and how that ends.
_UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A record before (None: new) and after."""

    before: Record | None
    after: Record


@dataclass(frozen=True, slots=True)
class Signing:
    """Who commits, and when: `at` is the event's time, `clock` the machine's (both epoch seconds)."""

    author: str
    at: int
    clock: int


class Transaction(Snapshot):
    """HEAD's snapshot under the lock, that can be committed upon, more than once."""

    def __init__(
        self, git: Git, ref: str, commit_id: str | None, following: Following, *, use_index: bool = True
    ) -> None:
        super().__init__(
            git, commit_id or "", tree=None if commit_id else git.empty_tree, is_head=True, use_index=use_index
        )
        self._ref = ref
        self._following = following

    def commit(
        self,
        changes: Sequence[Change],
        *,
        subject: str,
        trailers: Sequence[tuple[str, str]],
        signing: Signing,
        files: Files | None = None,
    ) -> str:
        """Commit these records and other files (None: removed); returns the commit's id.

        Raises GitTrouble (exit 6) where the work tree or the branch stands in the way; nothing has changed then."""
        wanted: dict[str, bytes | None] = {path_of(change.after.id): self._bytes(change) for change in changes}
        new = self.commit_files({**wanted, **(files or {})}, subject=subject, trailers=trailers, signing=signing)
        for change in changes:
            self.records.put(change.after)
        return new

    def commit_files(
        self,
        files: Files,
        *,
        subject: str,
        trailers: Sequence[tuple[str, str]],
        signing: Signing,
        lying: Mapping[str, bytes] | None = None,
    ) -> str:
        """Commit whole files; the work tree's must be as HEAD has them, as they shall be, or as in `lying`."""
        steps = list(self._steps(files, lying or {}))
        blobs = {path: None if data is None else self.git.loose.write("blob", data) for path, data in files.items()}
        tree = self.git.edit_tree(self.tree, blobs)
        parents = (self.commit_id,) if self.commit_id else ()
        author, committer = self.stamps(signing)
        new = self.git.commit_tree(tree, parents, message_of(subject, trailers), author, committer)
        self.git.loose.settle()
        self._following.owe(steps)
        self.git.swap(self._ref, new, self.commit_id or None, reason=f"itil: {subject}")
        self._moved(new, tree)
        self._following.follow(steps)
        return new

    def move(self, new: str) -> None:
        """Move the branch to a commit whose objects git has already (an import); git brings the work tree along."""
        old = self.commit_id
        self.git.swap(self._ref, new, old or None, reason="itil: import")
        self._moved(new, None)
        if self.git.worktree is not None and (self.git.git_dir / "index").exists():
            self.git.run("read-tree", "-m", "-u", old, new)

    def advance(self, new: str, reason: str) -> None:
        """Move the branch to a commit whose objects git has already, and bring the files along that differ.

        Raises GitTrouble where one of them is not as HEAD has it; nothing has changed then."""
        steps = steps_to(self.git, self.commit_id, new)
        self._following.owe(steps)
        old = self.commit_id
        self.git.swap(self._ref, new, old, reason=f"itil: {reason}")
        self._moved(new, None)
        if len(steps) > MANY:
            with suppress(GitTrouble):  # git is faster with many; what it will not touch is told below
                self.git.run("read-tree", "-m", "-u", old, new)
        self._following.follow(steps)

    def settle(self) -> None:
        """Let the index entries follow, at the end of the transaction."""
        self._following.settle()

    def _moved(self, new: str, tree: str | None) -> None:
        self.close()
        self.commit_id, self._tree = new, tree
        for name in ("policy", "people", "services"):
            self.__dict__.pop(name, None)

    def stamps(self, signing: Signing) -> tuple[Stamp, Stamp]:
        """Author and committer; the committer's time is the machine's, but in a sandbox (S1).

        Raises GitTrouble where the machine's clock is behind the tip's by more than its slack: time only goes on."""
        person = self.people.get(signing.author)
        identity = self.git.identity()
        name = person.name if person.known else identity.name if person.email == identity.email else person.name
        in_sandbox = bool(self.commit_id) and self.policy.sandbox
        committed = signing.at if in_sandbox else signing.clock
        if self.commit_id and not in_sandbox:
            self._refuse_clock_behind(committed)
        return (
            Stamp(name, person.email, signing.at),
            Stamp(identity.name, identity.email, committed),
        )

    def _refuse_clock_behind(self, committed: int) -> None:
        from itil_cli.process.time.instants import CLOCK_SLACK, format_instant
        from itil_cli.store.ledger.history import committed_at

        tip = committed_at(self.git, self.commit_id)
        if committed < tip - CLOCK_SLACK:
            raise GitTrouble(
                f"The machine's clock says {format_instant(committed)}, the last commit {format_instant(tip)}.",
                code="clock",
                remedy="Set the clock right, then run the command again.",
            )

    def _bytes(self, change: Change) -> bytes:
        from itil_cli.store.files import codec
        from itil_cli.store.files.amend import amend

        path = path_of(change.after.id)
        data = self.read(path)
        if change.before is None:
            if data is not None:
                raise GitTrouble(f"{path} is there already.", remedy="Run the command again.")
            return codec.write(change.after)
        if data is None:
            raise GitTrouble(f"{path} is no longer there.", remedy="Run the command again.")
        return amend(data, change.before, change.after)

    def _steps(self, files: Files, lying: Mapping[str, bytes]) -> Iterator[Step]:
        """What the work tree owes; nothing in a bare repository or where nothing was checked out."""
        root = self.git.worktree
        if root is None or (self.commit_id and not entries.has_index(self.git)):
            return
        refuse_under_way(self.git)
        for path, data in files.items():
            old = self.git.at_path(f"{self.tree}:{path}")
            held, new = (old[0] if old else None), self._oid(data)
            there = self._oid(worktree.look(root, path).data)
            absent = there is None and held is not None and self._not_checked_out(path)
            known = (held, new, self._oid(lying[path])) if path in lying else (held, new)
            if there not in known and not absent:
                raise differs(path, is_gone=there is None, is_new=held is None)
            yield Step(
                str(root), str(self.git.git_dir), path, tuple(dict.fromkeys((held, there))), new, file=not absent
            )

    def _oid(self, data: bytes | None) -> str | None:
        return None if data is None else self.git.loose.name("blob", data)

    def _not_checked_out(self, path: str) -> bool:
        """Whether a missing file is missing by design: not to be checked out (sparse)."""
        entry = entries.entry(self.git, path)
        return entry is not None and entry.absent


def differs(path: str, *, is_gone: bool = False, is_new: bool = False) -> GitTrouble:
    """The refusal to write over what somebody edited by hand, with the two ways out."""
    record_id = path.rpartition("/")[2].removesuffix(".md")
    if is_new:
        text, remedy = f"{path} lies in the work tree, but is not committed.", "Move it away, or commit it with git."
    elif is_gone:
        text, remedy = f"{path} is gone from the work tree.", f"Bring it back with `git checkout -- {path}`."
    elif path.endswith(".md"):
        text = f"{path} differs from what is committed."
        remedy = f"Take the changes in with `itil adopt {record_id}`, or drop them with `git checkout -- {path}`."
    else:
        text = f"{path} differs from what is committed."
        remedy = f"Commit it with git, or drop the changes with `git checkout -- {path}`."
    return GitTrouble(text, code="uncommitted", remedy=remedy)


def steps_to(git: Git, old: str, new: str) -> list[Step]:
    """What the work tree owes when HEAD moves from one commit to another. Raises GitTrouble."""
    root = git.worktree
    if root is None or not entries.has_index(git):
        return []
    refuse_under_way(git)
    steps = []
    for changed in git.diff_tree(old, new):
        held, wanted = (None if oid == git.no_oid else oid for oid in (changed.old, changed.new))
        data = worktree.look(root, changed.path).data
        there = None if data is None else git.loose.name("blob", data)
        entry = entries.entry(git, changed.path) if there is None and held else None
        absent = entry is not None and entry.absent
        if there not in (held, wanted) and not absent:
            raise differs(changed.path, is_gone=there is None, is_new=held is None)
        olds = tuple(dict.fromkeys((held, there)))
        steps.append(Step(str(root), str(git.git_dir), changed.path, olds, wanted, file=not absent))
    return steps


def under_way(git: Git) -> str | None:
    """`merge`, `rebase`, `cherry-pick` or `revert` while one is not finished."""
    return next((what for name, what in _UNDER_WAY.items() if (git.git_dir / name).exists()), None)


def refuse_under_way(git: Git) -> None:
    """Raises GitTrouble while a merge, rebase, cherry-pick or revert is not finished."""
    what = under_way(git)
    if what is not None:
        raise GitTrouble(
            f"a {what} is under way; nothing is written.",
            code="under-way",
            remedy=f"Finish it with `git {what} --continue`, or give it up with `git {what} --abort`.",
        )
