"""The only user of git: objects, trees, refs and commits of one repository, by machine formats.

- Opening costs two processes that run side by side: `git config --list` and one `cat-file --batch`.
- Objects are written in this process; a branch moves by compare-and-swap and in no other way.
- Names from outside go to `cat-file` as one line, or after `--end-of-options`; then full ids only.
- No object that a replace ref names is ever shown instead of the one that was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import GitTrouble, NotFound
from itil_cli.store.git.commits import Commit, Stamp, commit_bytes, one_line, parse_commit
from itil_cli.store.git.discovery import Place, discover, parse_settings
from itil_cli.store.git.objects import TREE, LooseObjects, TreeEntry, parse_tree
from itil_cli.store.git.process import MOST, Objects, check
from itil_cli.store.git.sharing import shared_bits
from itil_cli.store.git.trees import REGULAR, Shelf, edit_tree

if TYPE_CHECKING:
    from subprocess import Popen


class Identity(NamedTuple):
    """Who git says that the user is."""

    name: str
    email: str


class Head(NamedTuple):
    """Where HEAD stands: `ref` is None when it is detached, `commit` None before the first commit."""

    ref: str | None
    commit: str | None


class Changed(NamedTuple):
    """One file that differs between two trees; `status` is A, D, M or T, ids and mode as git gives them."""

    status: str
    path: str
    old: str
    new: str
    mode: str


class Git:
    """One repository; close it after use. Raises NotFound where there is none, GitTrouble where git fails."""

    def __init__(self, path: Path) -> None:
        place = discover(Path(path))
        self.git_dir, self.common_dir, self._process = place.git_dir, place.common_dir, place.process
        config = self._process.start("config", "--list", "-z")
        self._objects: Objects | None = Objects(self._process)  # runs while the settings are read
        self.settings = self._settings(config)
        self.worktree = self._worktree(place)
        self.shared = shared_bits(self.settings)
        self.object_format = self.settings.get("extensions.objectformat", "sha1")
        self.loose = LooseObjects(self.common_dir / "objects", self.object_format, self.shared)

    def _settings(self, config: Popen[bytes]) -> Mapping[str, str]:
        listed, said = config.communicate()
        try:
            check("config", config.returncode, said)
        except GitTrouble:
            self.close()
            raise
        return parse_settings(listed)

    def _worktree(self, place: Place) -> Path | None:
        """The work tree; None in a bare repository. A linked work tree of a bare one has its own."""
        if place.root is None or place.git_dir != place.common_dir:
            return place.root
        elsewhere = self.settings.get("core.worktree")
        if elsewhere and (place.git_dir / elsewhere).resolve() != place.root:
            self.close()
            raise GitTrouble(
                f"core.worktree says that the work tree of {place.git_dir} is {elsewhere}.",
                remedy="`git worktree add` makes a work tree that itil can use.",
            )
        return None if self.is_on("core.bare") else place.root

    def is_on(self, setting: str) -> bool:
        """Whether a yes-or-no setting says yes, in any of git's words."""
        return self.settings.get(setting, "").lower() in ("true", "yes", "on", "1")

    def __enter__(self) -> Git:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of git's process; the next question starts it again."""
        if self._objects is not None:
            self._objects.close()
            self._objects = None

    @property
    def oid_bytes(self) -> int:
        """How long an object id is: 20 bytes (SHA-1) or 32 (SHA-256)."""
        return 32 if self.object_format == "sha256" else 20

    @property
    def no_oid(self) -> str:
        """The id of nothing: what a ref holds that does not exist."""
        return "0" * (2 * self.oid_bytes)

    @cached_property
    def empty_tree(self) -> str:
        """The id of the tree without entries (which need not be stored)."""
        return self.loose.name("tree", b"")

    def run(self, *words: str, input: bytes | None = None) -> bytes:
        """What a git command answers. Raises GitTrouble with git's words."""
        return self._process.run(*words, data=input)

    def attempt(self, *words: str) -> tuple[int, str, str]:
        """Exit code, answer and words of a git command that may fail for reasons of its own (a push).

        Raises GitTrouble where it was killed."""
        running = self._process.start(*words)
        out, said = running.communicate()
        if running.returncode < 0:
            check(words[0], running.returncode, said)
        return running.returncode, out.decode("utf-8", "replace"), said.decode("utf-8", "replace")

    def answer(self, words: Sequence[str], stream: Iterable[bytes]) -> Iterator[bytes]:
        """Pieces of git's answer to a long stream, as they come. Raises GitTrouble with git's words."""
        return self._process.answer(words, stream)

    def identity(self) -> Identity:
        """The user of git's settings. Raises GitTrouble where he has none."""
        return identity(self.settings)

    def stand_in(self, who: Identity) -> None:
        """Commit as `who` where git's settings name no user."""
        try:
            self.identity()
        except GitTrouble:
            self.settings = {**self.settings, "user.name": who.name, "user.email": who.email}

    # Reading

    def object(self, spec: str) -> tuple[str, str, bytes] | None:
        """Id, type and bytes of any name that git knows; None where there is no such object."""
        if self._objects is None:
            self._objects = Objects(self._process)
        return self._objects.get(spec)

    def at_path(self, spec: str) -> tuple[str, str, bytes] | None:
        """Id, type and bytes of what a commit or tree has at a path, `HEAD:itil.yaml`, say; None where it has nothing.

        Raises GitTrouble where it is there and cannot be read, which git calls missing, too."""
        return self.object(spec) or self._by_trees(*spec.partition(":")[::2])

    def blob(self, spec: str) -> bytes | None:
        """The bytes of a file, such as `HEAD:itil.yaml`; None where it is absent or no file. Raises GitTrouble."""
        found = self.at_path(spec)
        return found[2] if found and found[1] == "blob" else None

    def _by_trees(self, rev: str, path: str) -> tuple[str, str, bytes] | None:
        """What the trees have for a path that cannot be named on a line, or that git calls missing.

        Raises GitTrouble where they have it and it cannot be read."""
        tree = f"{rev}^{{tree}}"
        if not path or self.object(tree) is None:
            self._once_more(rev)
            found = self.object(f"{rev}^{{commit}}") if path else None
            if found is None:
                return None
            if self.object(tree) is None:
                raise _unreadable(parse_commit(found[0], found[2]).tree, f"the tree of {rev}")
        oid, *folders = rev, *path.encode("utf-8", "surrogateescape").split(b"/")
        for name in folders:
            entry = next((one for one in self.tree(oid) if one.name == name), None)
            if entry is None or entry.mode not in (TREE, *REGULAR):
                return None
            oid = entry.oid
        there = self.object(oid)
        if there is None:
            raise _unreadable(oid, path)
        return there

    def _once_more(self, rev: str) -> tuple[str, str, bytes] | None:
        """A name that git has called missing, asked by its id; None where it names nothing (a full id may well).

        Raises GitTrouble where it names an object that git cannot read."""
        if "\0" in rev or "\n" in rev:
            return None
        code, said, _ = self.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", rev)
        oid = said.strip()
        if code or oid == rev:
            return None
        found = self.object(oid)
        if found is None:
            raise _unreadable(oid, rev)
        return found

    def blobs(self, oids: Sequence[str], most: int = MOST) -> Iterator[bytes]:
        """The bytes of many objects (not more than `most` of each), in order, by a process of its own."""
        if not oids:
            return
        objects = Objects(self._process)
        try:
            yield from objects.many(oids, most)
        finally:
            objects.close()

    def reader(self) -> Objects:
        """One more process that reads objects, for another thread; whoever asks closes it."""
        return Objects(self._process)

    def commit(self, rev: str) -> str:
        """The full id of a commit. Raises NotFound."""
        name = f"{rev}^{{commit}}"
        found = self.object(name) or (self._once_more(rev) and self.object(name))
        if found is None:
            raise NotFound(f"There is no commit {rev!r}.", remedy="`git log` shows what there is.")
        return found[0]

    def head(self) -> Head:
        """The branch that HEAD names, and its commit."""
        file = self.git_dir / "HEAD"
        text = "ref: refs/heads/.invalid" if file.is_symlink() else file.read_text("utf-8", "surrogateescape").strip()
        ref = text.removeprefix("ref:").strip() if text.startswith("ref:") else None
        if ref == "refs/heads/.invalid":  # refs are in a reftable, or HEAD is a link: git knows better
            ref, text = self._symbolic_head(), "HEAD"
        found = self.object(ref or text) or self._once_more(ref or text)
        return Head(ref, found[0] if found else None)

    def _symbolic_head(self) -> str | None:
        running = self._process.start("symbolic-ref", "--quiet", "HEAD")
        out, said = running.communicate()
        if running.returncode == 1:
            return None  # detached, as git says; a signal is an error
        check("symbolic-ref", running.returncode, said)
        return out.decode("utf-8", "surrogateescape").strip()

    def tree(self, oid: str) -> list[TreeEntry]:
        """The entries of a tree, or of a commit's tree. Raises GitTrouble where it is missing."""
        if oid == self.empty_tree:
            return []
        found = self.object(f"{oid}^{{tree}}")
        if found is None:
            raise GitTrouble(f"the tree {oid} is missing.", remedy="`git fsck` says what else is.")
        try:
            return parse_tree(found[2], self.oid_bytes)
        except ValueError:
            raise GitTrouble(f"the tree {oid} is damaged.", remedy="`git fsck` says what else is.") from None

    def diff_tree(self, old: str, new: str) -> list[Changed]:
        """The files that differ from one tree or commit to another."""
        out = self.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--end-of-options", old, new)
        parts = out.split(b"\0")[:-1]
        return [_changed(head, path) for head, path in zip(parts[::2], parts[1::2], strict=True)]

    def log(self, *revs: str, path: str | None = None) -> Iterator[Commit]:
        """The commits that `revs` reach, newest first; with `path` those that touched it. Merges included."""
        only = ("--", path) if path else ("--",)
        oids = self.run("rev-list", "--full-history", "--end-of-options", *revs, *only).decode("ascii").split()
        for oid, data in zip(oids, self.blobs(oids), strict=True):
            yield parse_commit(oid, data)

    def history(self, path: str, rev: str = "HEAD") -> list[Commit]:
        """The commits that touched a file, newest first."""
        return list(self.log(self.commit(rev), path=path))

    # Writing

    def write_object(self, kind: str, data: bytes) -> str:
        """Write one object, durably; gives its id."""
        oid = self.loose.write(kind, data)
        self.loose.settle()
        return oid

    def edit_tree(self, tree: str, changes: Mapping[str, str | None]) -> str:
        """A tree in which these files have these blobs (None: are gone); only trees on the way are written."""
        return edit_tree(Shelf(self.tree, self.loose.write), tree, changes)

    def commit_tree(self, tree: str, parents: Iterable[str], message: str, author: Stamp, committer: Stamp) -> str:
        """Write a commit; gives its id. No ref moves. Durable after `loose.settle`."""
        return self.loose.write("commit", commit_bytes(tree, parents, message, author, committer))

    def swap(self, ref: str, new: str, old: str | None, reason: str = "itil") -> None:
        """Move `ref` from `old` (None: it does not exist) to `new`: the only commit point.

        Raises GitTrouble where it stands elsewhere or is locked; nothing has changed then."""
        words = ("update-ref", "-m", one_line(reason), ref, new, old or self.no_oid)
        try:
            self.run(*words)
        except GitTrouble as wrong:
            found = self.object(ref)
            if found and found[0] == new:
                return  # git was killed after it had done it
            raise self._not_swapped(ref, old, found[0] if found else None, wrong) from None

    def _not_swapped(self, ref: str, old: str | None, now: str | None, wrong: GitTrouble) -> GitTrouble:
        name = ref.removeprefix("refs/heads/")
        if now != old:
            return GitTrouble(
                f"{name} moved to {(now or 'nothing')[:10]} meanwhile; nothing has changed.",
                code="moved",
                remedy="Run the command again.",
            )
        for lock in (self.common_dir / f"{ref}.lock", self.git_dir / "HEAD.lock"):
            if os.path.lexists(lock):
                return stale_lock(lock, "Nothing has changed.")
        return wrong

    def fast_import(self, stream: Iterable[bytes]) -> None:
        """Feed a stream that ends with `done` to `git fast-import`. Raises GitTrouble."""
        self._process.feed(("fast-import", "--quiet", "--done", "--date-format=raw"), stream)


def identity(settings: Mapping[str, str]) -> Identity:
    """The user in git's settings. Raises GitTrouble that says how to set one."""
    name = settings.get("committer.name") or settings.get("user.name")
    email = settings.get("committer.email") or settings.get("user.email")
    if not name or not email:
        raise GitTrouble(
            "git does not know who you are.",
            code="identity",
            remedy='Run `git config --global user.name "Your Name"` and '
            "`git config --global user.email you@example.com`.",
        )
    return Identity(name, email)


def _unreadable(oid: str, name: str) -> GitTrouble:
    return GitTrouble(f"{name} ({oid}) cannot be read.", remedy="`git fsck` says what is damaged.")


def stale_lock(lock: Path, outcome: str) -> GitTrouble:
    """The error for a lock file of git's that does not go away."""
    import time

    try:
        age = max(0, int(time.time() - lock.lstat().st_mtime))
    except OSError:
        age = 0
    return GitTrouble(
        f"{lock} has been there for {age} s. {outcome}",
        code="lock",
        remedy="If no git is at work, `itil doctor --break-locks` removes it.",
    )


def _changed(head: bytes, path: bytes) -> Changed:
    _, mode, old, new, status = head.decode("ascii").split(" ")
    return Changed(status[0], path.decode("utf-8", "surrogateescape"), old, new, mode)
