"""A bare repository as the hub of a store: git's settings and the hook that judges every push.

- `setup` sets what RELIABILITY.md names and installs `pre-receive`; running it again changes nothing.
- `check` compares, and says what is missing or otherwise.
- A hook that somebody else wrote is never overwritten.
"""

from __future__ import annotations

import os
import secrets
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble, Malformed
from itil_cli.process.auditing.findings import Finding
from itil_cli.store.gate.guard import SIGNED, TRUST
from itil_cli.store.gate.received import PROTECTED

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

HOOKS = ("pre-commit", "pre-receive", "update")
MARK = "# Installed by `itil hook install`; removed by `itil hook remove`."
SETTINGS = {
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "receive.maxInputSize": "104857600",
    "receive.shallowUpdate": "false",
    "transfer.hideRefs": "refs/replace",
    "uploadpack.allowFilter": "true",  # `--store URL` fetches no blob that it does not read
    "core.useReplaceRefs": "false",
    "core.hooksPath": "hooks",  # of this repository, wherever it is moved to: no user's setting leads elsewhere
    "core.logAllRefUpdates": "always",
    "gc.pruneExpire": "2.weeks.ago",
    "gc.reflogExpire": "never",
    "gc.reflogExpireUnreachable": "never",
}


def hooks_folder(git: Git) -> Path:
    """Where git looks for hooks, unless the user's configuration leads it elsewhere."""
    return git.common_dir / "hooks"


def install(git: Git, name: str) -> Path:
    """Write a hook. Raises GitTrouble where somebody else's is there."""
    path = hooks_folder(git) / name
    if path.exists() and MARK not in path.read_text(encoding="utf-8", errors="replace"):
        raise GitTrouble(
            f"{path} is there already, and not ours.", remedy="Move it away, or call `itil hook run` in it."
        )
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(f".{name}.{os.getpid()}")
    aside.write_text(script(git, name), encoding="utf-8")
    aside.chmod(0o755)
    aside.replace(path)
    return path


def remove(git: Git, name: str) -> bool:
    """Take a hook of ours away; whether there was one."""
    path = hooks_folder(git) / name
    if not path.exists() or MARK not in path.read_text(encoding="utf-8", errors="replace"):
        return False
    path.unlink()
    return True


def script(git: Git, name: str) -> str:
    """The hook: this Python, isolated from the environment and the current folder, and this repository."""
    where = git.worktree or git.git_dir
    words = [sys.executable, "-I", "-m", "itil_cli", "-C", str(where), "hook", "run", name]
    return f'#!/bin/sh\n{MARK}\nexec {shlex.join(words)} "$@"\n'


def setup(git: Git, *, branch: str | None, trust: str | None, signed: bool | None) -> list[str]:
    """Prepare a bare repository; gives what was changed, a line each. Raises Malformed for any other."""
    _bare(git)
    ref = f"refs/heads/{branch}" if branch else git.settings.get(PROTECTED) or git.head().ref
    wanted = {**SETTINGS, PROTECTED: ref or "refs/heads/main"}
    if trust:
        wanted[TRUST] = _full(trust)
    if signed is not None:
        wanted[SIGNED] = "true" if signed else "false"
    if not _said(git, "receive.certNonceSeed"):
        wanted["receive.certNonceSeed"] = secrets.token_hex(32)
    changed = []
    for name, value in wanted.items():
        if _said(git, name) != value:
            git.run("config", "--local", name, value)
            shown = "…" if name == "receive.certNonceSeed" else value
            changed.append(f"{name} = {shown}")
    hook = hooks_folder(git) / "pre-receive"
    if not _is_runnable(hook) or hook.read_text(encoding="utf-8", errors="replace") != script(git, "pre-receive"):
        changed.append(f"installed {install(git, 'pre-receive')}")
    return changed


def check(git: Git) -> Iterator[Finding]:
    """What is not as `setup` leaves it."""
    _bare(git)
    for name, value in SETTINGS.items():
        said = _said(git, name)
        if said != value:
            yield Finding("server", f"{name} is {said or 'not set'}; it should be {value}.")
    for name in (PROTECTED, "receive.certNonceSeed"):
        if not _said(git, name):
            yield Finding("server", f"{name} is not set.")
    if not _said(git, TRUST) and git.head().commit is None:
        yield Finding("server", "the branch is empty, and no root is trusted (`--trust COMMIT`).")
    hook = hooks_folder(git) / "pre-receive"
    if not _is_runnable(hook):
        yield Finding("server", "there is no pre-receive hook that can be run.")
    elif hook.read_text(encoding="utf-8", errors="replace") != script(git, "pre-receive"):
        yield Finding("server", "the pre-receive hook is not the one that this program installs.")


def _is_runnable(hook: Path) -> bool:
    return hook.is_file() and os.access(hook, os.X_OK)


def _bare(git: Git) -> None:
    if git.worktree is not None:
        raise Malformed(
            f"{git.worktree} has a work tree; a server's repository is bare.",
            remedy="`git init --bare store.git`, then `itil -C store.git server setup`.",
        )


def _said(git: Git, name: str) -> str:
    """The local setting, as the file has it: what we pass to git ourselves does not count."""
    code, said, _ = git.attempt("config", "--local", "--get", name)
    return said.strip() if code == 0 else ""


def _full(commit: str) -> str:
    if len(commit) not in (40, 64) or not set(commit) <= set("0123456789abcdef"):
        raise Malformed(f"{commit!r} is no full commit id.", remedy="`git rev-list --max-parents=0 main` prints it.")
    return commit
