"""The store as one commit says it. Every read goes through here (DESIGN.md, Read).

- A record named by its full id is read from its blob alone; whatever else is asked goes through the index.
- Policy, people and services come from the same commit as the records.
- A broken file is an error for whoever asks for it, and hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from itil_cli.errors import NotFound
from itil_cli.process.incident import ID, PROCESS, Record, kind_of, path_of
from itil_cli.store.files.names import PEOPLE, POLICY, SERVICES
from itil_cli.store.remembered import recall, remember

if TYPE_CHECKING:
    from itil_cli.process.settings.people import People
    from itil_cli.process.settings.policy import Policy
    from itil_cli.process.settings.services import Services
    from itil_cli.store.git.repository import Git
    from itil_cli.store.index.filling.update import Progress
    from itil_cli.store.index.index import Index

_Parsed = TypeVar("_Parsed")
MANY = 50  # files, or folders, from which on they are asked for together


class Records(Mapping[str, Record]):
    """The records of a snapshot by id, each parsed when it is asked for. KeyError for one that is not there;
    Broken with path, line and column for one that cannot be read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, Record] = {}

    def __getitem__(self, record_id: str) -> Record:
        if record_id not in self._known:
            from itil_cli.store.files import codec

            path = _path(record_id)
            data = self._snapshot.read(path)
            if data is None:
                raise KeyError(record_id)
            self._known[record_id] = codec.parse(data, path)
        return self._known[record_id]

    def __contains__(self, record_id: object) -> bool:
        if not isinstance(record_id, str) or ID.fullmatch(record_id) is None:
            return False
        return record_id in self._known or self._snapshot.read(path_of(record_id)) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshot.ids(None))

    def __len__(self) -> int:
        return len(self._snapshot.ids(None))

    def put(self, record: Record) -> None:
        """What a transaction has just committed."""
        self._known[record.id] = record


def _path(record_id: str) -> str:
    try:
        return path_of(record_id)
    except ValueError:
        raise KeyError(record_id) from None


class FileEntry(NamedTuple):
    """A file as a folder lists it: its blob's id and its size in bytes."""

    oid: str
    size: int


def _listed(head: list[bytes]) -> FileEntry:
    _, _, oid, size = head
    return FileEntry(oid.decode("ascii"), int(size) if size.isdigit() else 0)


class Snapshot:
    """One commit. `is_head` tells that the index may keep its tree; `use_index` False does without the file."""

    def __init__(
        self,
        git: Git,
        commit_id: str,
        *,
        tree: str | None = None,
        is_head: bool = False,
        use_index: bool = True,
        progress: Progress | None = None,
    ) -> None:
        self.git = git
        self.commit_id = commit_id
        self.is_head = is_head
        self._tree = tree
        self._use_index = use_index
        self._progress = progress
        self._index: Index | None = None
        self.records = Records(self)

    @property
    def tree(self) -> str:
        """The id of its tree."""
        if self._tree is None:
            found = self.git.object(f"{self.commit_id}^{{tree}}")
            if found is None:
                raise NotFound(f"The commit {self.commit_id} has no tree.", remedy="`git fsck` says more.")
            self._tree = found[0]
        return self._tree

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        return self.git.blob(f"{self._tree or self.commit_id}:{path}")

    def read_many(self, paths: Collection[str]) -> dict[str, bytes]:
        """The bytes of those of these files that are there. Many are read together: their folders are listed once."""
        if len(paths) < MANY:
            found = ((path, self.read(path)) for path in paths)
            return {path: data for path, data in found if data is not None}
        folders = sorted({path[: path.rindex("/") + 1] for path in paths if "/" in path})
        there = self._listed([])  # what lies at the root
        for start in range(0, len(folders), MANY):
            there |= self._listed(folders[start : start + MANY])
        wanted = [path for path in paths if path in there]
        return dict(zip(wanted, self.git.blobs([there[path] for path in wanted]), strict=True))

    def _listed(self, folders: Sequence[str]) -> dict[str, str]:
        """The files in these folders, with their blobs."""
        out = self.git.run("ls-tree", "-z", "--full-tree", self.tree, "--", *folders)
        rows = (line.partition(b"\t") for line in out.split(b"\0")[:-1])
        files = ((head.decode("ascii").split(" "), path.decode("utf-8", "surrogateescape")) for head, _, path in rows)
        return {path: head[2] for head, path in files if head[1] == "blob"}

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return self.git.at_path(f"{self._tree or self.commit_id}:{path}") is not None

    @cached_property
    def policy(self) -> Policy:
        """The policy of this commit. Raises Broken with file, line and column."""
        from itil_cli.process.settings import policy

        found = self._settings(POLICY, policy.parse)
        if found is None:
            raise no_store("HEAD" if self.is_head else self.commit_id[:10])
        return found

    @cached_property
    def people(self) -> People:
        """The people of this commit."""
        from itil_cli.process.settings import people

        return self._settings(PEOPLE, people.parse) or people.People(())

    @cached_property
    def services(self) -> Services:
        """The services of this commit."""
        from itil_cli.process.settings import services

        return self._settings(SERVICES, services.parse) or services.Services.none()

    def _settings(self, path: str, parse: Callable[[Any], _Parsed]) -> _Parsed | None:
        """What a settings file says; None where there is none. Raises Broken with file, line and column."""
        found = self.git.at_path(f"{self._tree or self.commit_id}:{path}")
        if found is None or found[1] != "blob":
            return None
        oid, _, data = found
        if self._use_index and (value := recall(self.git, oid)) is not None:
            from itil_cli.process.settings.schema import Wrong

            with suppress(Wrong):  # which is told with its line, below
                return parse(value)
        from itil_cli.store.files.settings import load
        from itil_cli.store.yaml import yamlsafe

        said = load(data, path, parse)
        if self._use_index:
            remember(self.git, oid, yamlsafe.load(data).value)
        return said

    @property
    def index(self) -> Index:
        """The index, brought to this tree."""
        if self._index is None:
            from itil_cli.store.index.filling.update import no_progress
            from itil_cli.store.index.index import Index

            self._index = Index(
                self.git,
                self.tree,
                keep=self.is_head,
                memory=not self._use_index,
                progress=self._progress or no_progress,
            )
        return self._index

    def ids(self, kind: str | None = "INC") -> list[str]:
        """Every id of a kind in order, those of broken files too; None for all kinds."""
        return self.index.ids(kind)

    def find(self, part: str, kind: str = "INC") -> str:
        """The full id that any unique part of it, in either case, stands for. Raises NotFound.

        A full id of any kind stands for itself and needs no index."""
        if part.strip().lower() == PROCESS:
            return PROCESS
        whole = part.strip().upper()
        if ID.fullmatch(whole) and self.read(path_of(whole)) is not None:
            return whole
        given = kind_of(whole)
        return self.index.find(part, given if "-" in whole and given in ("INC", "PRB", "KE", "KB") else kind)

    def listed(self, folder: str) -> dict[str, FileEntry]:
        """The files of a folder and of those below it, by path."""
        found = self.git.run("ls-tree", "-r", "-l", "-z", "--full-tree", self.tree, "--", folder)
        lines = (line.partition(b"\t") for line in found.split(b"\0")[:-1])
        return {path.decode("utf-8", "surrogateescape"): _listed(head.split()) for head, _, path in lines}

    def files(self, folder: str) -> Iterator[bytes]:
        """The bytes of every file in a folder."""
        listed = self.git.run("ls-tree", "-r", "-z", "--full-tree", self.tree, "--", folder)
        oids = [line.partition(b"\t")[0].split(b" ")[2].decode("ascii") for line in listed.split(b"\0")[:-1]]
        yield from self.git.blobs(oids)

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index.close()
            self._index = None


def no_store(where: str) -> NotFound:
    """The error for a repository that is not a store."""
    return NotFound(f"There is no {POLICY} in {where}: this is no store.", remedy="Make it one with `itil init`.")
