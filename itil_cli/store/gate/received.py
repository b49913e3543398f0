"""When a server took commits in: the log of its protected branch, which git itself writes after each push.

Only a bare repository that `itil server setup` prepared has such a log; elsewhere it is nobody's word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

PROTECTED = "itil.protected"
_LINE = re.compile(rb"[0-9a-f]+ ([0-9a-f]{40,64}) .*> ([0-9]{1,12}) [+-][0-9]{4}(?:\t.*)?")


def received(git: Git) -> dict[str, int]:
    """Each commit that the log covers, with the time (epoch seconds) at which it came; empty elsewhere."""
    ref = git.settings.get(PROTECTED)
    log = git.common_dir / "logs" / ref if ref and git.worktree is None else None
    if log is None or not log.is_file():
        return {}
    tips = [match for line in log.read_bytes().split(b"\n") if (match := _LINE.fullmatch(line))]
    parents = _parents(git, [match[1].decode() for match in tips])
    found: dict[str, int] = {}
    for match in tips:
        _reach(match[1].decode(), int(match[2]), parents, found)
    return found


def _parents(git: Git, tips: list[str]) -> dict[str, list[str]]:
    if not tips:
        return {}
    lines = git.run("rev-list", "--parents", tips[-1], "--").decode("ascii").split("\n")[:-1]
    return {oid: parents for oid, *parents in map(str.split, lines)}


def _reach(tip: str, at: int, parents: dict[str, list[str]], found: dict[str, int]) -> None:
    """What this push brought: all that its tip reaches and no earlier push had."""
    ahead = [tip]
    while ahead:
        oid = ahead.pop()
        if oid not in found and oid in parents:
            found[oid] = at
            ahead += parents[oid]
