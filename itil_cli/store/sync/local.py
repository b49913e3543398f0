"""What the clone has done: its commits that are not published, each with the files that it changed.

- Of a merge commit only what differs from all parents is its own; before it stood what the last parent has.
- An id that was drawn here and there for different incidents is given up here: the new one follows from the event
  that logged it, so that doing it again gives the same. Whatever the clone says of the old one says the new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import Broken
from itil_cli.process.attachments import holder_of
from itil_cli.process.incident import CROCKFORD, ID, PROCESS, Value, path_of
from itil_cli.process.merging.merge import beginning
from itil_cli.store.files import codec
from itil_cli.store.git.commits import Commit, parse_commit

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git


class Change(NamedTuple):
    """One file in a commit of the clone: its bytes before and after (None: not there)."""

    path: str
    before: bytes | None
    after: bytes | None


def unpublished(git: Git, head: str, tip: str | None) -> list[Commit]:
    """The commits of the clone that the remote does not have, oldest first."""
    words = ("rev-list", "--topo-order", "--reverse", head, *([f"^{tip}"] if tip else []), "--")
    oids = git.run(*words).decode("ascii").split()
    return [parse_commit(oid, data) for oid, data in zip(oids, git.blobs(oids), strict=True)]


def changes(git: Git, commit: Commit) -> Iterator[Change]:
    """The files that a commit changed."""
    before = commit.parents[-1] if commit.parents else git.empty_tree
    paths = [changed.path for changed in git.diff_tree(before, commit.oid)]
    for parent in commit.parents[:-1]:
        theirs = {changed.path for changed in git.diff_tree(parent, commit.oid)}
        paths = [path for path in paths if path in theirs]
    for path in paths:
        yield Change(path, git.blob(f"{before}:{path}"), git.blob(f"{commit.oid}:{path}"))


def record_of(path: str) -> str | None:
    """The id of the record that a path is the file of; None for any other file."""
    name = path.rpartition("/")[2].removesuffix(".md")
    return name if ID.fullmatch(name) and path_of(name) == path else None


@dataclass(frozen=True, slots=True)
class Renames:
    """Ids that the clone gives up, and what they become."""

    ids: dict[str, str]

    def path(self, path: str) -> str:
        """A path as it is called now."""
        return self.text(path)

    def data(self, data: bytes | None) -> bytes | None:
        """The bytes of a file with the new ids."""
        for old, new in self.ids.items() if data else ():
            data = (data or b"").replace(old.encode(), new.encode())
        return data

    def text(self, text: str) -> str:
        """A text with the new ids."""
        for old, new in self.ids.items():
            text = text.replace(old, new)
        return text

    def change(self, change: Change) -> Change:
        """A change of a file with the new ids."""
        if holder_of(change.path):  # an attachment is what it was, whatever it says
            return change._replace(path=self.path(change.path))
        return Change(self.path(change.path), self.data(change.before), self.data(change.after))


def renames(git: Git, commits: Iterable[Commit], tip: str) -> Renames:
    """The records that were made here under an id that the remote has for another one."""
    found: dict[str, str] = {}
    for commit in commits:
        for changed in git.diff_tree(commit.parents[-1], commit.oid) if commit.parents else ():
            record_id = record_of(changed.path)
            if changed.status != "A" or record_id in (None, PROCESS, *found):
                continue
            there, here = (_beginning(git.blob(f"{at}:{changed.path}"), changed.path) for at in (tip, commit.oid))
            if record_id and there and here and there != here:
                found[record_id] = _new_id(record_id, here)
    return Renames(found)


def _beginning(data: bytes | None, path: str) -> tuple[Value, ...]:
    try:
        return beginning(codec.parse(data, path)) if data else ()
    except Broken:
        return ()


def _new_id(old: str, began: tuple[Value, ...]) -> str:
    letters = "".join(CROCKFORD[byte & 31] for byte in hashlib.sha256(f"{old} {began}".encode()).digest()[:5])
    return f"{old.rpartition('-')[0]}-{letters}"
