"""The work tree against a commit: which files of records differ, and the tree that they would make.

- What differs is asked of git, which compares by stat first and by content where that is not enough.
- A file of which the file system says what it said when the file was as its blob is not read again.
- The tree of the files as they lie is written as loose objects that nothing refers to; `git gc` takes them away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.store.checkout import worktree
from itil_cli.store.index.filling.tree import FOLDERS

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

SETTLED = 3  # seconds after which a file that is changed once more has another time on every file system


def differing(git: Git, tree: str) -> list[str]:
    """The paths of records whose file is not as `tree` has it: changed, gone, or new. Empty in a bare repository."""
    if git.worktree is None or not (git.git_dir / "index").exists():
        return []
    changed = git.run("diff-index", "--name-only", "-z", tree, "--", *FOLDERS)
    fresh = git.run("ls-files", "-z", "--others", "--exclude-standard", "--", *FOLDERS)
    paths = {_name(path) for path in (changed + fresh).split(b"\0") if path.endswith(b".md")}
    return sorted(path for path in paths if differs(git, tree, path))


class Lying(NamedTuple):
    """Which files may not be as they are held, and of those that are, what the file system said."""

    doubtful: list[str]
    states: list[tuple[str, str, str]]  # path, blob, state


def lying(git: Git, held: Mapping[str, str], known: Mapping[str, str], clock: int) -> Lying:
    """Of these paths with their blobs, those whose file may not be as held; `differs` knows for each.

    `known` are the states that were told of some of them: where the file system still says so, nothing is read.
    `clock` is the machine's, in epoch seconds: a file that changed just now may change again unnoticed."""
    if git.worktree is None:
        return Lying([], [])
    same = {path for path, state in worktree.states(git.worktree, known) if _text(state) == known[path]}
    doubtful, states = [], []
    for path, found in worktree.read_many(git.worktree, [path for path in held if path not in same]):
        if found.data is None or git.loose.name("blob", found.data) != held[path]:
            doubtful.append(path)
        elif max(found.state[-2:]) < (clock - SETTLED) * 10**9:
            states.append((path, held[path], _text(found.state)))
    return Lying(doubtful, states)


def _text(state: tuple[int, ...]) -> str:
    return " ".join(map(str, state))


def differs(git: Git, tree: str, path: str) -> bool:
    """Whether the file of the work tree is not as `tree` has it. Raises GitTrouble where it is no plain file."""
    if git.worktree is None or not (git.git_dir / "index").exists():
        return False
    there = worktree.look(git.worktree, path).data
    held = git.at_path(f"{tree}:{path}")
    if there is None:
        return held is not None and not _absent(git, path)
    return held is None or git.loose.name("blob", there) != held[0]


def _absent(git: Git, path: str) -> bool:
    from itil_cli.store.git import entries

    entry = entries.entry(git, path)
    return entry is not None and entry.absent


def tree_as_it_lies(git: Git, tree: str) -> str:
    """The id of the tree that `tree` would be with the files of records as they lie."""
    return git.edit_tree(tree, dict(_blobs(git, differing(git, tree))))


def _blobs(git: Git, paths: Iterable[str]) -> Iterable[tuple[str, str | None]]:
    assert git.worktree is not None
    for path in paths:
        data = worktree.look(git.worktree, path).data
        yield path, None if data is None else git.loose.write("blob", data)


def _name(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
