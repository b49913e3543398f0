"""Which record files stand in a tree, and how two trees differ: by git's plumbing, in machine formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import GitTrouble
from itil_cli.process.incident import KINDS

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

FOLDERS = tuple(KINDS.values())
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class File(NamedTuple):
    """A file of a tree; `oid` is None where the other tree has it and this one has not."""

    path: str
    oid: str | None
    mode: str


def files(git: Git, tree: str) -> list[File]:
    """Every Markdown file in the folders of records."""
    out = git.run("ls-tree", "-r", "-z", "--full-tree", tree, "--", *FOLDERS)
    return [file for file in map(_listed, out.split(b"\0")[:-1]) if file.path.endswith(".md")]


def _listed(line: bytes) -> File:
    head, _, path = line.partition(b"\t")
    mode, _, oid = head.decode("ascii").split(" ")
    return File(_name(path), oid, mode)


def changes(git: Git, old: str, new: str) -> list[File] | None:
    """What differs from `old` to `new`; None when git no longer has the old tree."""
    if not _OID.fullmatch(old):
        return None
    try:
        out = git.run("diff-tree", "-r", "-z", "--raw", "--no-renames", old, new, "--", *FOLDERS)
    except GitTrouble:
        return None
    return [file for file in _changed(out.split(b"\0")[:-1]) if file.path.endswith(".md")]


def _changed(parts: list[bytes]) -> Iterator[File]:
    for head, path in zip(parts[::2], parts[1::2], strict=True):
        _, mode, _, oid, status = head.decode("ascii").split(" ")
        yield File(_name(path), None if status == "D" else oid, mode)


def _name(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")
