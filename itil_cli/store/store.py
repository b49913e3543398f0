"""A store: a git repository with `itil.yaml` at its root. Found by walking up; read by commit; written under a lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble
from itil_cli.store.files.names import POLICY
from itil_cli.store.git.repository import Git
from itil_cli.store.ids import RandomIds, SeededIds, ids
from itil_cli.store.snapshot import Snapshot, no_store

if TYPE_CHECKING:
    from itil_cli.store.index.filling.update import Progress
    from itil_cli.store.transaction import Transaction


class Store:
    """One store. Close it after use: it holds git's processes."""

    def __init__(
        self,
        git: Git,
        *,
        use_index: bool = True,
        progress: Progress | None = None,
        say: Callable[[str], None] = lambda note: None,
    ) -> None:
        """`say` is told what the user should read beside an answer, such as a work tree that could not follow."""
        self.git = git
        self._say = say
        self._use_index = use_index
        self._progress = progress
        self._snapshots: dict[str, Snapshot] = {}
        self.committed = False  # whether anything was, through this object

    @classmethod
    def find(
        cls,
        path: Path,
        *,
        use_index: bool = True,
        progress: Progress | None = None,
        say: Callable[[str], None] = lambda note: None,
    ) -> Store:
        """The store around `path`. Raises NotFound, or GitTrouble where git fails."""
        return cls(Git(path), use_index=use_index, progress=progress, say=say)

    @property
    def folder(self) -> Path:
        """Where the lock, the journal and the index lie: shared by all worktrees."""
        return self.git.common_dir / "itil"

    @cached_property
    def ids(self) -> RandomIds | SeededIds:
        """Where new names come from."""
        return ids(lambda: self.git.run("rev-list", "--count", "HEAD").decode("ascii").strip())

    def snapshot(self, rev: str = "HEAD") -> Snapshot:
        """The store as a commit says it. Raises NotFound for no such commit, or one without a policy."""
        if rev not in self._snapshots:
            is_head = rev == "HEAD"
            commit = self.git.head().commit if is_head else self.git.commit(rev)
            if commit is None:
                raise no_store("HEAD")
            found = Snapshot(self.git, commit, is_head=is_head, use_index=self._use_index, progress=self._progress)
            if found.read(POLICY) is None:
                raise no_store(rev)
            self._snapshots[rev] = found
        return self._snapshots[rev]

    def as_of(self, text: str, instant: int | None) -> Snapshot:
        """The store as it stood at a commit or, with `instant` (epoch seconds), at a time (S18)."""
        if instant is None:
            return self.snapshot(text)
        from itil_cli.store.ledger.history import commit_at

        return self.snapshot(commit_at(self.git, instant))

    def work_tree(self) -> Snapshot:
        """The records as their files lie in the work tree, committed or not."""
        from itil_cli.store.checkout.lying import tree_as_it_lies

        head = self.snapshot()
        tree = tree_as_it_lies(self.git, head.tree)
        return Snapshot(self.git, head.commit_id, tree=tree, use_index=self._use_index, progress=self._progress)

    @contextmanager
    def writing(self, *, new: bool = False) -> Iterator[Transaction]:
        """Hold the lock; finish what an interrupted command owes; give HEAD to decide and commit upon.

        `new`: it is becoming a store. Raises NotFound where it is none; GitTrouble where HEAD is detached or the
        lock is held for too long."""
        from itil_cli.store.checkout.following import Following
        from itil_cli.store.lock import lock
        from itil_cli.store.transaction import Transaction

        if not new and self.git.blob(f"HEAD:{POLICY}") is None:
            raise no_store("HEAD")
        with lock(self.folder, shared=self.git.shared):
            following = Following(self.git, self.folder)
            following.recover()
            head = self.git.head()
            if head.ref is None:
                raise detached()
            following.notes += self._set_up()
            transaction = Transaction(self.git, head.ref, head.commit, following, use_index=self._use_index)
            try:
                yield transaction
            finally:
                self.committed = self.committed or transaction.commit_id != (head.commit or "")
                self.forget()
                transaction.settle()
                transaction.close()
                for note in following.notes:
                    self._say(note)

    def _set_up(self) -> list[str]:
        """What a fresh clone lacks so that git merges records as it should, done; and said once."""
        from itil_cli.store.sync.driver import is_missing, set_up

        if not is_missing(self.git):
            return []
        try:
            set_up(self.git)
        except GitTrouble:
            return []  # a configuration that cannot be written stops no incident
        return ["This clone now merges records with itil (`itil setup` says how)."]

    def complete(self, beginning: str) -> list[str]:
        """The newest ids that hold what was typed so far, for the shell; none where that would take long."""
        from itil_cli.store.index.completing import MOST, ids_at

        snapshot = self.snapshot()
        found = ids_at(self.git, snapshot.tree, beginning)
        if found is None:  # a few commits behind
            snapshot.ids(None)
            found = ids_at(self.git, snapshot.tree, beginning)
        return (found or [])[:MOST]

    def forget(self) -> None:
        """HEAD has moved: the next question reads it anew."""
        for snapshot in self._snapshots.values():
            snapshot.close()
        self._snapshots.clear()

    def close(self) -> None:
        """Let go of the index and of git's processes."""
        self.forget()
        self.git.close()


def detached() -> GitTrouble:
    """The error for a HEAD that names no branch: a commit made there is easily lost."""
    return GitTrouble(
        "HEAD is detached; nothing is written.",
        code="detached",
        remedy="Go to a branch with `git switch BRANCH`, then run the command again.",
    )
