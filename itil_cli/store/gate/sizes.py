"""How large what a push brings is, before anything of it is read: objects by kind, and how many files trees stand for.

A few trees that hold each other ten times stand for more files than any machine has room for; git lists them all
before it says the first. So they are counted here, each tree once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from itil_cli.process.attachments import holder_of
from itil_cli.process.auditing.findings import Finding
from itil_cli.store.git.objects import TREE
from itil_cli.store.ledger.compared import MOST
from itil_cli.store.snapshot import Snapshot

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

DEPTH = 64  # folders in folders
BLOB, COMMIT, FOLDERS = 2 << 20, 64 << 10, 32 << 20  # bytes; a folder has a line for each file


def sizes(git: Git, new: str, old: str | None, root: str | None) -> Iterator[Finding]:
    """What is too large of what `new` brings and `old` has not, by the policy of `old`, else of `root`."""
    words = ["rev-list", "--objects", new, *([f"^{old}"] if old else []), "--"]
    names = dict(line.partition(" ")[::2] for line in git.run(*words).decode("utf-8", "replace").split("\n")[:-1])
    asked = "".join(f"{oid}\n" for oid in names).encode()
    form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
    trees: list[str] = []
    found: list[Finding] = []
    attached = _attached(git, old or root or new)
    for line in git.run("cat-file", form, input=asked).decode("ascii").split("\n")[:-1]:
        oid, kind, *size = line.split(" ")
        found += _object(oid, kind, size, names[oid], attached)
        trees += [oid] if kind == "tree" else []
    yield from found or _files(git, trees)


def _object(oid: str, kind: str, size: list[str], path: str, attached: int) -> Iterator[Finding]:
    if kind == "missing" or not size:
        yield Finding("size", f"the object {oid} is not there.")
    elif int(size[0]) > _most(kind, path, attached):
        yield Finding("size", f"a {kind} of {int(size[0]):,} bytes is too large.", path=path or None)
    elif kind == "tag":
        yield Finding("ref", "no tags are taken.")


def _attached(git: Git, commit: str) -> int:
    """How many bytes an attachment may have, by the policy of a commit."""
    mail = Snapshot(git, commit, use_index=False).policy.mail
    return max(BLOB, mail.max_attachment, mail.max_message if mail.keep_raw else 0)


def _most(kind: str, path: str, attached: int) -> int:
    """How large an object may be, in bytes."""
    if kind in ("commit", "tree"):
        return COMMIT if kind == "commit" else FOLDERS
    return attached if holder_of(path) else BLOB


def _files(git: Git, trees: list[str]) -> Iterator[Finding]:
    """More files than a commit may change, in the new trees alone; one that was there already counts as one."""
    fresh, others = set(trees), dict[str, int]()
    within = dict[str, list[str]]()
    for tree in trees:
        names = git.tree(tree)
        within[tree] = [one.oid for one in names if one.mode == TREE and one.oid in fresh]
        others[tree] = len(names) - len(within[tree])
    known, deep = dict[str, int](), dict[str, int]()
    for tree in trees:
        for inner in _inside_out(tree, within, known):
            known[inner] = others[inner] + sum(known[name] for name in within[inner])
            deep[inner] = 1 + max((deep[name] for name in within[inner]), default=0)
        if known[tree] > MOST:
            yield Finding("size", f"the tree {tree[:10]} stands for {known[tree]:,} files, more than {MOST:,}.")
            return
        if deep[tree] > DEPTH:
            yield Finding("size", f"the tree {tree[:10]} is {deep[tree]:,} folders deep, more than {DEPTH}.")
            return


def _inside_out(tree: str, within: Mapping[str, list[str]], known: Mapping[str, int]) -> Iterator[str]:
    """The new trees in a tree that are not known yet, each after those in it (without recursion: it may be deep)."""
    ahead = [tree]
    while ahead:
        waiting = [name for name in within[ahead[-1]] if name not in known]
        if waiting:
            ahead += waiting
        elif (done := ahead.pop()) not in known:
            yield done
