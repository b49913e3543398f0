"""Fetching from a remote and pushing to it: one branch, fast-forward only, by full id.

- Nothing is ever forced. A push that comes too late is told from one that is refused: the first may be tried again.
- A remote is named; a URL is never taken from a file of the repository.
"""

from __future__ import annotations

import random
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.errors import GitTrouble, NotFound
from itil_cli.store.git.process import words_of
from itil_cli.store.git.repository import stale_lock

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

_TOO_LATE = re.compile(
    r"fetch first|non-fast-forward|stale info|cannot lock|failed to lock|failed to update ref|incorrect old value|"
    r"already exists|unable to create .*\.lock|remote unpacker error.*lock",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"No space left|Input/output error|Read-only file system|Permission denied|quota exceeded")
_LOCKED = re.compile(r"cannot lock ref|shallow\.lock")
# What the user's settings say of his own fetches and pushes is not meant for ours: one branch, and nothing with it.
_QUIETLY = (
    "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules",
)  # fmt: skip
_ALONE = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no", "--no-verify")
WAIT = 10.0  # seconds for another fetch in this clone


class Upstream(NamedTuple):
    """Where a branch is published: the remote's name and the branch's ref there."""

    remote: str
    ref: str

    @property
    def tracking(self) -> str:
        """The ref that remembers where it stood."""
        return f"refs/remotes/{self.remote}/{self.ref.removeprefix('refs/heads/')}"


def upstream_of(git: Git, branch: str, remote: str | None = None) -> Upstream:
    """Where `branch` (`refs/heads/main`) goes. Raises NotFound where there is no such remote, or none at all."""
    name = branch.removeprefix("refs/heads/")
    known = [key[len("remote.") : -len(".url")] for key in git.settings if re.fullmatch(r"remote\..+\.url", key)]
    own = git.settings.get(f"branch.{name}.remote")
    chosen = remote or (own if own in known else None) or ("origin" if "origin" in known else None)
    chosen = chosen or (known[0] if len(known) == 1 else None)
    if chosen is None or chosen not in known:
        text = f"There is no remote {remote!r}." if remote else "There is no remote to sync with."
        there = f"There are: {', '.join(known)}." if known else "Add one: `git remote add origin URL`."
        raise NotFound(text, remedy=there)
    ref = git.settings.get(f"branch.{name}.merge") if chosen == own else None
    return Upstream(chosen, ref or branch)


def fetch(git: Git, upstream: Upstream, *more: str) -> str | None:
    """Bring the remote's branch here; its commit, or None where it has none yet. Raises GitTrouble (`offline`)."""
    code, said = _fetched(git, upstream, *more)
    if code and "couldn't find remote ref" in said:
        return None
    if code:
        raise GitTrouble(
            f"{upstream.remote} cannot be reached: {words_of(said.encode())}.",
            code="offline",
            remedy="Run it again when you are connected.",
        )
    found = git.object(f"{upstream.tracking}^{{commit}}")
    return found[0] if found else None


def _fetched(git: Git, upstream: Upstream, *more: str) -> tuple[int, str]:
    """Exit code and words of a fetch; another one that moves the same ref in this clone is waited for."""
    refspec = f"+{upstream.ref}:{upstream.tracking}"
    deadline = time.monotonic() + WAIT
    while True:
        code, _, said = git.attempt("fetch", *_QUIETLY, *more, upstream.remote, refspec)
        if not code or not _LOCKED.search(said) or _BROKEN.search(said):
            return code, said
        if time.monotonic() >= deadline:
            for lock in (git.common_dir / f"{upstream.tracking}.lock", git.common_dir / "shallow.lock"):
                if lock.exists():
                    raise stale_lock(lock, "Nothing has changed.")
            return code, said
        time.sleep(random.uniform(0, 0.2))


def push(git: Git, upstream: Upstream, commit: str) -> bool:
    """Publish a commit; False where somebody was faster. Raises GitTrouble (`refused`) where the remote says no."""
    code, out, said = git.attempt("push", *_ALONE, upstream.remote, f"{commit}:{upstream.ref}")
    if not code:
        return True
    refused = "; ".join(line.rpartition("\t")[2] for line in out.split("\n") if line.startswith("!"))
    if "hook declined" not in refused and _TOO_LATE.search(f"{refused} {said}") and not _BROKEN.search(said):
        return False
    if not refused:
        raise GitTrouble(
            f"{upstream.remote} cannot be reached: {words_of(said.encode())}.",
            code="offline",
            remedy="Run it again when you are connected.",
        )
    if "is currently checked out" in refused:
        text = f"{upstream.remote} is somebody's work tree, into which git takes no push."
        raise GitTrouble(text, code="refused", remedy="Name a bare repository (`git clone --bare` makes one of it).")
    raise GitTrouble(f"{upstream.remote} refuses it: {refused}.{_remotes_words(said)}", code="refused", remedy=None)


def track(git: Git, branch: str, upstream: Upstream) -> None:
    """Where the branch has no remote of its own, this is it from now on, so that `git pull` and `status` know it."""
    name = f"branch.{branch.removeprefix('refs/heads/')}"
    if f"{name}.remote" in git.settings:
        return
    with suppress(GitTrouble):  # a configuration that cannot be written stops no sync
        for key, value in ((f"{name}.remote", upstream.remote), (f"{name}.merge", upstream.ref)):
            git.run("config", "--local", key, value)
            git.settings = {**git.settings, key: value}


def _remotes_words(said: str) -> str:
    lines = [line.removeprefix("remote:").strip() for line in said.split("\n") if line.startswith("remote:")]
    return "".join(f"\n  {line}" for line in lines if line)
