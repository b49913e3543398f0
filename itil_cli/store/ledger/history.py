"""The commits of a store: which one stood at a time, and those that touched a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.errors import NotFound
from itil_cli.process.time.instants import format_instant
from itil_cli.store.git.commits import parse_commit

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git


def commit_at(git: Git, instant: int, rev: str = "HEAD") -> str:
    """The newest first-parent commit with a committer time at or before `instant` (S18). Raises NotFound.

    All are looked at, not the first that fits: a wrong clock at the tip hides nothing."""
    oids = git.run("rev-list", "--first-parent", "--end-of-options", git.commit(rev)).decode("ascii").split()
    for oid, data in zip(oids, git.blobs(oids), strict=True):
        if parse_commit(oid, data).committed_at <= instant:
            return oid
    raise NotFound(f"There is no commit as old as {format_instant(instant)}.", remedy="`git log` shows the first.")


def committed_at(git: Git, oid: str) -> int:
    """The committer's time of a commit (epoch seconds): the present of what is read as of it (S18)."""
    found = git.object(oid)
    assert found is not None, f"{oid} is a commit"
    return parse_commit(oid, found[2]).committed_at
