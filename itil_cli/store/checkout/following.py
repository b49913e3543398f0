"""After the branch has moved: bring the work tree's files and the index's entries along.

- A step is done only where the old is still there: what the user changed meanwhile stays his.
- Nothing here fails a command. What cannot be done is noted, stays in the journal, and is tried again by
  the next command.
- Index entries of several commits are set by one `git update-index`, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble, ItilError
from itil_cli.store.checkout import worktree
from itil_cli.store.checkout.journal import Journal, Step, merged
from itil_cli.store.git import entries as gitindex

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

LATER = "committed; the work tree follows with the next command"
MOST = 200  # steps kept back before their index entries are set


class Following:
    """The steps that are owed, in the journal and here. `notes` collects what the user should read."""

    def __init__(self, git: Git, folder: Path) -> None:
        self._git = git
        self._journal = Journal(folder, git.shared)
        self._aside = folder / "tmp"
        self.notes: list[str] = []
        self.owed = self._journal.load()
        self._to_follow = False  # whether the journal has steps that are in `owed` only once `follow` has been here

    def recover(self) -> None:
        """Do what an interrupted command owes, in whichever worktree; drop what never was committed."""
        if not self.owed:
            return
        owed, self.owed = self.owed, []
        for git_dir, root in {step.git_dir: step.root for step in owed}.items():
            steps = [step for step in owed if step.git_dir == git_dir]
            self.owed += self._recover_in(git_dir, root, steps)
        self._journal.keep(self.owed)

    def _recover_in(self, git_dir: str, root: str, steps: list[Step]) -> list[Step]:
        if git_dir == str(self._git.git_dir):
            return self._redo(self._git, steps)
        from itil_cli.store.git.repository import Git

        with suppress(ItilError, OSError), Git(Path(root)) as other:
            if str(other.git_dir) == git_dir:
                return self._redo(other, steps)
        return steps if Path(git_dir).is_dir() else []  # gone with its worktree

    def _redo(self, git: Git, steps: list[Step]) -> list[Step]:
        return self._set_entries(git, [self._bring(git, step) for step in _committed(git, steps)])

    def owe(self, steps: Sequence[Step]) -> None:
        """Write the steps into the journal, before the branch moves. Raises GitTrouble."""
        if steps:
            self._to_follow = True
            self._journal.add(steps)

    def follow(self, steps: Sequence[Step]) -> None:
        """The branch has moved: replace the files; the index follows in `settle`."""
        new = [step for step in merged(self.owed, steps) if step not in self.owed]
        self.owed = [one for one in self.owed if not any(_same_file(one, step) for step in new)] + new
        self._to_follow = False
        for place, step in enumerate(self.owed):
            if step in new:
                self.owed[place] = self._bring(self._git, step)
        if len(self.owed) >= MOST:
            self.settle()

    def settle(self) -> None:
        """Set the index entries that are owed; the journal keeps what is left.

        Where the command was interrupted between the branch and its files, that is all: the next one goes on."""
        if self._to_follow:
            return
        here = [step for step in self.owed if step.git_dir == str(self._git.git_dir)]
        elsewhere = [step for step in self.owed if step not in here]
        self.owed = elsewhere + self._set_entries(self._git, here)
        self._journal.keep(self.owed)

    def _bring(self, git: Git, step: Step) -> Step:
        """Replace one file if it is still an old one; the step without what is done."""
        if not step.file:
            return step
        try:
            bring(git, step, self._aside)
        except (GitTrouble, OSError) as wrong:
            self._note(wrong)
            return step
        return replace(step, file=False)

    def _set_entries(self, git: Git, steps: list[Step]) -> list[Step]:
        """The steps that are still owed after setting the index entries that hold an old blob."""
        try:
            wanted = [(step.path, _wanted(git, step)) for step in steps if step.index]
            entries = {path: one for path, one in wanted if not isinstance(one, _Leave)}
            if entries:
                gitindex.set_entries(git, entries)
        except (GitTrouble, OSError) as wrong:
            self._note(wrong)
            return steps
        return [replace(step, index=False) for step in steps if step.file]

    def _note(self, wrong: Exception) -> None:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        note = f"{LATER} ({why.rstrip('.')})."
        if note not in self.notes:
            self.notes.append(note)


def bring(git: Git, step: Step, aside: Path) -> None:
    """Replace, make or remove one file, if it is still one of the old ones. Raises GitTrouble."""
    root = Path(step.root)
    seen = worktree.look(root, step.path)
    held = None if seen.data is None else git.loose.name("blob", seen.data)
    if held == step.new or held not in step.olds:
        return
    if step.new is None:
        worktree.remove(root, step.path, seen)
        return
    found = git.object(step.new)
    if found is None:
        raise GitTrouble(f"the object {step.new} is missing.", remedy="`git fsck` says what else is.")
    worktree.put(root, step.path, found[2], seen, aside)


class _Leave:
    """The index holds something of the user's: leave it."""


def _wanted(git: Git, step: Step) -> gitindex.Entry | _Leave | None:
    held = gitindex.entry(git, step.path)
    oid = held.oid if held else None
    if oid == step.new or oid not in step.olds:
        return _Leave()
    if step.new is None:
        return None
    return gitindex.Entry(step.new, held.mode if held else "100644", bool(held and held.absent))


def _committed(git: Git, steps: Sequence[Step]) -> list[Step]:
    """One step for each file: to what HEAD has, from all that it had before. A later step of the file was never
    committed, nor was a file's whose steps lead elsewhere."""
    last: dict[str, int] = {}
    heads = {path: _blob_at_head(git, path) for path in dict.fromkeys(step.path for step in steps)}
    for place, step in enumerate(steps):
        if step.new == heads[step.path]:
            last[step.path] = place
    return merged([], [step for place, step in enumerate(steps) if place <= last.get(step.path, -1)])


def _blob_at_head(git: Git, path: str) -> str | None:
    found = git.at_path(f"HEAD:{path}")
    return found[0] if found else None


def _same_file(one: Step, other: Step) -> bool:
    return (one.git_dir, one.path) == (other.git_dir, other.path)
