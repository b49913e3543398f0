"""A tree object read strictly, for the audit: git itself shows one that is ill-formed as if it were none.

- Modes as git writes them, names of one part each, in git's order, none of them twice, none that git keeps for itself.
- A tree without entries is one that no command writes, but for the root of an empty commit.
"""

from __future__ import annotations

import re

from itil_cli.store.git.objects import TREE

_FOLDER = TREE.encode()
_MODES = frozenset({_FOLDER, b"100644", b"100755", b"120000", b"160000"})
_ENTRY = {size: re.compile(rb"([^ \0]+) ([^\0]*)\0.{%d}" % size, re.DOTALL) for size in (20, 32)}
_GITS = re.compile(rb"(?i)\.{0,2}|(?:\.git|git~[0-9])[ .]*(?::.*)?", re.DOTALL)


def wrong(data: bytes, oid_bytes: int) -> str | None:
    """Why a tree is refused, in words; None for one as git writes it. Ids have `oid_bytes`: 20 or 32."""
    if not data:
        return "it is empty."
    entries = _ENTRY[oid_bytes].findall(data)
    if sum(len(mode) + len(name) + 2 + oid_bytes for mode, name in entries) != len(data):
        return "it is cut off."
    names = [name for _, name in entries]
    if len(set(names)) != len(names):
        return "a name stands in it twice."
    keys = [name + b"/" if mode == _FOLDER else name for mode, name in entries]
    if keys != sorted(keys):
        return "its names are not in git's order."
    if not {mode for mode, _ in entries} <= _MODES:
        return "a mode in it is none that git writes."
    if b"/" in b"\0".join(names) or any(_GITS.fullmatch(name) for name in names if name[:1] in b".gG"):
        return "a name in it is none of a file or folder."
    return None
