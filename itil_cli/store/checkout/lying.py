"""The work tree against a commit: which files of records differ, and the tree that they would make.

- What differs is asked of git, which compares by stat first and by content where that is not enough.
- The tree of the files as they lie is written as loose objects that nothing refers to; `git gc` takes them away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from itil_cli.store.checkout import worktree
from itil_cli.store.index.tree import FOLDERS

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git


def differing(git: Git, tree: str) -> list[str]:
    """The paths of records whose file is not as `tree` has it: changed, gone, or new. Empty in a bare repository."""
    if git.worktree is None or not (git.git_dir / "index").exists():
        return []
    changed = git.run("diff-index", "--name-only", "-z", tree, "--", *FOLDERS)
    fresh = git.run("ls-files", "-z", "--others", "--exclude-standard", "--", *FOLDERS)
    paths = {_name(path) for path in (changed + fresh).split(b"\0") if path.endswith(b".md")}
    return sorted(path for path in paths if differs(git, tree, path))


def doubtful(git: Git, held: Mapping[str, str]) -> list[str]:
    """Of these paths with their blobs, those whose file may not be as held; `differs` knows for each."""
    if git.worktree is None:
        return []
    found = worktree.read_many(git.worktree, held)
    return [path for path, data in found if data is None or git.loose.name("blob", data) != held[path]]


def differs(git: Git, tree: str, path: str) -> bool:
    """Whether the file of the work tree is not as `tree` has it. Raises GitTrouble where it is no plain file."""
    if git.worktree is None or not (git.git_dir / "index").exists():
        return False
    there = worktree.look(git.worktree, path).data
    held = git.object(f"{tree}:{path}")
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
