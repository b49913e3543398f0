"""A tree with a few files changed: only the trees on the way to them are read and written.

- A file keeps its mode; a new one is 100644.
- A folder that loses its last file is gone.
- A link, a submodule or a file where a folder is needed refuses; nothing is replaced silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from itil_cli.errors import GitTrouble
from itil_cli.store.git.objects import FILE, TREE, TreeEntry, tree_bytes

REGULAR = (FILE, "100755")
Branches = dict[bytes, "Branches | str | None"]
Change = Branches | str | None


class Shelf(NamedTuple):
    """How a tree is listed, and an object written: a kind and its bytes give its id."""

    tree: Callable[[str], list[TreeEntry]]
    write: Callable[[str, bytes], str]


def edit_tree(shelf: Shelf, tree: str, changes: Mapping[str, str | None]) -> str:
    """The id of the edited tree; see `Git.edit_tree`. Raises GitTrouble."""
    plan: Branches = {}
    for path, oid in changes.items():
        *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
        branch = plan
        for folder in folders:
            branch = branch.setdefault(folder, {})  # type: ignore[assignment]
        branch[name] = oid
    return _edit(shelf, tree, plan, "") or shelf.write("tree", b"")


def _edit(shelf: Shelf, tree: str | None, plan: Branches, where: str) -> str | None:
    """Edit one tree; None when nothing is left of it."""
    listed = shelf.tree(tree) if tree else []
    entries = {entry.name: entry for entry in listed}
    if len(entries) != len(listed):
        raise GitTrouble(f"the tree {tree} has a name twice.", remedy="`git fsck` says more.")
    for name, change in plan.items():
        path = where + name.decode("utf-8", "replace")
        entry = _entry(shelf, entries.pop(name, None), name, change, path)
        if entry is not None:
            entries[name] = entry
    return shelf.write("tree", tree_bytes(entries.values())) if entries else None


def _entry(shelf: Shelf, old: TreeEntry | None, name: bytes, change: Change, path: str) -> TreeEntry | None:
    if isinstance(change, dict):
        if old is not None and old.mode != TREE:
            raise GitTrouble(f"{path} is no folder in HEAD.", remedy="Rename it, and commit that first.")
        oid = _edit(shelf, old.oid if old else None, change, f"{path}/")
        return TreeEntry(TREE, name, oid) if oid else None
    if old is not None and old.mode not in REGULAR:
        raise GitTrouble(f"{path} is no file in HEAD.", remedy="Rename it, and commit that first.")
    return TreeEntry(old.mode if old else FILE, name, change) if change else None
