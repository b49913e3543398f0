"""What is wrong with a clone, and what to do: small checks that return findings and never raise.

- An error is something that loses or refuses work; a warning something to know; a note a recommendation.
- Every text says what to do about it.
- Nothing is changed here; stale locks are taken away by `locks.break_stale`, when the user asks for it.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble
from itil_cli.process.auditing.findings import NOTE, WARNING, Finding
from itil_cli.process.time.instants import format_instant
from itil_cli.store.health.locks import HOUR, locks

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

OLDEST_GIT = (2, 30)
SLACK = 600  # seconds that a clock may be ahead
MANY_FILES = 10_000
MANY_LOOSE = 6_700  # from which `git gc --auto` packs them
_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction")


def examine(git: Git, clock: int) -> list[Finding]:
    """All that there is to say; `clock` is the machine's, in epoch seconds."""
    found: list[Finding] = []
    for check in _CHECKS:
        try:
            found += check(git, clock)
        except (GitTrouble, OSError, sqlite3.Error, ValueError) as trouble:
            found.append(Finding("doctor", f"{check.__name__.strip('_')}: {trouble}", WARNING))
    return found


def _git_version(git: Git, clock: int) -> Iterator[Finding]:
    said = git.run("version").decode("ascii", "replace").strip()
    match = re.search(r"([0-9]{1,4})\.([0-9]{1,4})", said)
    if match and (int(match[1]), int(match[2])) < OLDEST_GIT:
        yield Finding("git-version", f"{said} is older than 2.30. Install a newer git.")


def _identity(git: Git, clock: int) -> Iterator[Finding]:
    try:
        git.identity()
    except GitTrouble as trouble:
        yield Finding("identity", str(trouble))


def _merge_driver(git: Git, clock: int) -> Iterator[Finding]:
    from itil_cli.store.sync.driver import is_missing

    if is_missing(git):
        text = ".gitattributes names the merge driver itil, which git does not know here. `itil setup` tells it."
        yield Finding("merge-driver", text, NOTE, path=".gitattributes")


def _attributes(git: Git, clock: int) -> Iterator[Finding]:
    from itil_cli.store.sync.driver import ATTRIBUTES, lacking

    there = git.blob(f"HEAD:{ATTRIBUTES}")
    if there is not None and (lines := lacking(there)):
        text = f"it lacks `{'`, `'.join(lines)}`: git would make text conflicts of such files. "
        yield Finding("attributes", text + "`itil setup` adds what is missing.", WARNING, path=ATTRIBUTES)


def _hooks(git: Git, clock: int) -> Iterator[Finding]:
    *named, _ = git.run("config", "--get-all", "core.hooksPath").decode("utf-8", "surrogateescape").splitlines()
    folder = (git.worktree or git.git_dir) / named[-1] if named else git.common_dir / "hooks"  # the last is ours
    there = [name for name in _HOOKS if os.access(folder / name, os.X_OK)]
    if there:
        text = f"{', '.join(there)} in {folder}: hooks do not run when itil commits. Run what they check in CI, too."
        yield Finding("hooks", text, NOTE)


def _index(git: Git, clock: int) -> Iterator[Finding]:
    from itil_cli.store.index.schema import VERSION

    file = git.common_dir / "itil" / "index.sqlite"
    if not file.exists():
        return
    remedy = "The next `itil list` builds it again."
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        if connection.execute("PRAGMA user_version").fetchone() != (VERSION,):
            yield Finding("index", f"{file} is of another version. {remedy}", NOTE)
        elif connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            yield Finding("index", f"{file} is damaged. {remedy}", WARNING)
    except sqlite3.DatabaseError:
        yield Finding("index", f"{file} is damaged. {remedy}", WARNING)
    finally:
        connection.close()


def _index_size(git: Git, clock: int) -> Iterator[Finding]:
    file = git.common_dir / "itil" / "index.sqlite"
    files = _tracked(git)
    size = file.stat().st_size if file.exists() else 0
    if size > max(64 << 20, 16_384 * files):
        text = f"{file} has {size >> 20} MiB for {files:,} files. Delete it; the next `itil list` builds it again."
        yield Finding("index-size", text, NOTE)


def _locks(git: Git, clock: int) -> Iterator[Finding]:
    for lock in locks(git, clock):
        if lock.holder is None:
            text = f"{lock.path} has been there for {lock.age} s, and no git is at work. "
            yield Finding("lock", text + "`itil doctor --break-locks` removes it.")
        else:
            who = f"git (process {lock.holder}) is" if lock.holder else "a git may be"
            yield Finding("lock", f"{lock.path} has been there for {lock.age} s; {who} at work. Wait for it.", NOTE)


def _clock(git: Git, clock: int) -> Iterator[Finding]:
    from itil_cli.store.ledger.history import committed_at

    head = git.head().commit
    at = committed_at(git, head) if head else 0
    if at > clock + SLACK:
        text = f"the last commit is from {format_instant(at)}, and here it is {format_instant(clock)}."
        yield Finding("clock", f"{text} Set this machine's clock, or that of who committed it.")


def _prune_grace(git: Git, clock: int) -> Iterator[Finding]:
    said = git.settings.get("gc.pruneexpire")
    if said is None:
        return
    expires = int(git.run("config", "--type=expiry-date", "--get", "gc.pruneExpire"))
    if expires > clock - HOUR:
        text = f"gc.pruneExpire is {said}: a `git gc` beside a write destroys what is being written."
        yield Finding("prune-grace", f"{text} `git config gc.pruneExpire 2.weeks.ago`.")


def _shallow(git: Git, clock: int) -> Iterator[Finding]:
    if (git.common_dir / "shallow").exists():
        text = "this clone is shallow: its history is not whole. `git fetch --unshallow` brings the rest."
        yield Finding("shallow", text, WARNING)


def _partial(git: Git, clock: int) -> Iterator[Finding]:
    if "extensions.partialclone" in git.settings or any(name.endswith(".promisor") for name in git.settings):
        text = "this clone is partial: what it lacks is fetched when it is read, and `itil audit` refuses it. "
        yield Finding("partial", f"{text}Clone again without --filter.", WARNING)


def _loose(git: Git, clock: int) -> Iterator[Finding]:
    """As `git gc --auto` does it: one folder of 256 is counted."""
    try:
        count = 256 * len(os.listdir(git.common_dir / "objects" / "17"))  # noqa: PTH208
    except FileNotFoundError:
        return
    if count > MANY_LOOSE:
        text = f"some {count:,} objects lie in files of their own. `git gc` packs them; git is faster then."
        yield Finding("loose-objects", text, NOTE)


def _large_tree(git: Git, clock: int) -> Iterator[Finding]:
    files = _tracked(git)
    if files < MANY_FILES:
        return
    what = f"with {files:,} files"
    if not (git.is_on("core.untrackedcache") or git.is_on("feature.manyfiles")):
        yield Finding("untracked-cache", f"{what} git is faster after `git config core.untrackedCache true`.", NOTE)
    if _index_version(git) == 4:
        text = f"{what} itil writes faster after `git update-index --index-version 2` and `git config index.version 2`."
        yield Finding("index-version", text, NOTE)
    info = git.common_dir / "objects" / "info"
    if not ((info / "commit-graph").exists() or (info / "commit-graphs").exists()):
        yield Finding("commit-graph", f"{what} history is faster after `git commit-graph write --reachable`.", NOTE)
    if "maintenance.strategy" not in git.settings:
        yield Finding("maintenance", f"{what} `git maintenance start` keeps the repository fast.", NOTE)


def _index_head(git: Git) -> bytes:
    try:
        with (git.git_dir / "index").open("rb") as file:
            return file.read(12)
    except FileNotFoundError:
        return bytes(12)


def _tracked(git: Git) -> int:
    """How many files git's index has."""
    return int.from_bytes(_index_head(git)[8:12], "big")


def _index_version(git: Git) -> int:
    return int.from_bytes(_index_head(git)[4:8], "big")


_CHECKS: tuple[Callable[[Git, int], Iterator[Finding]], ...] = (
    _git_version, _identity, _locks, _clock, _prune_grace, _shallow, _partial, _index, _index_size, _merge_driver,
    _attributes,
    _hooks, _loose, _large_tree,
)  # fmt: skip
