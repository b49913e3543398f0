"""What did not arrive, for `itil` alone: read from the claims in HEAD, so that every clone tells it, whoever sent.

Which claims failed is kept beside the lock, with the tree of `deliveries/` that it is true of; what has changed since
is read, and nothing else. The file may be thrown away.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from itil_cli.cli.context import App
from itil_cli.process.messages.claims import FAILED, FOLDER, REFUSED, parse
from itil_cli.process.time.instants import format_instant
from itil_cli.render.text import one_line

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot

_KEPT = "undelivered"  # a file beside the lock
Lines = dict[str, list[tuple[int, str]]]  # by the path of the claims: when it failed, and in words


class Undelivered(NamedTuple):
    """When something last failed (epoch seconds), and all that failed within `messages.within`, in words."""

    at: int
    lines: list[str]


def undelivered(app: App) -> Undelivered:
    """What failed and was not sent since; nothing where everything arrived."""
    snapshot = app.snapshot
    since = app.now - snapshot.policy.messages.within
    found = [one for lines in _failed(app, snapshot).values() for one in lines if since <= one[0] <= app.now]
    return Undelivered(max((at for at, _ in found), default=0), [line for _, line in found])


def undelivered_section(found: Undelivered) -> list[str]:
    """The section of `itil` alone."""
    if not found.lines:
        return []
    head = f"Not delivered at {format_instant(found.at)} ({len(found.lines)})"
    return ["", head, *(f"  {one_line(line)}" for line in found.lines)]


def _failed(app: App, snapshot: Snapshot) -> Lines:
    tree = snapshot.git.object(f"{snapshot.tree}:{FOLDER.rstrip('/')}")
    if tree is None:
        return {}
    known_of, lines = _kept(app)
    if known_of == tree[0]:
        return lines
    changed = _changed(snapshot, known_of, tree[0]) if known_of else None
    if changed is None:
        lines, changed = {}, _all(snapshot, tree[0])
    for path in changed:
        lines.pop(path, None)
    there = snapshot.read_many(changed)
    lines |= {path: said for path, data in there.items() if (said := _lines(path, data))}
    _keep(app, tree[0], lines)
    return dict(sorted(lines.items()))


def _lines(path: str, data: bytes) -> list[tuple[int, str]]:
    record = path.rpartition("/")[2]
    return [
        (one.at, f"{record} {one.what} to {one.to} {one.state}: {one.why}")
        for one in parse(data).values()
        if one.state in (FAILED, REFUSED)
    ]


def _all(snapshot: Snapshot, tree: str) -> list[str]:
    out = snapshot.git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", tree)
    return [FOLDER + path.decode("utf-8", "surrogateescape") for path in out.split(b"\0")[:-1]]


def _changed(snapshot: Snapshot, old: str, new: str) -> list[str] | None:
    """The paths that differ; None where git no longer has the old tree."""
    from itil_cli.errors import GitTrouble

    try:
        out = snapshot.git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new)
    except GitTrouble:
        return None
    return [FOLDER + path.decode("utf-8", "surrogateescape") for path in out.split(b"\0")[:-1]]


def _kept(app: App) -> tuple[str | None, Lines]:
    try:
        said: dict[str, Any] = json.loads((app.store.folder / _KEPT).read_text(encoding="utf-8"))
        return str(said["tree"]), {
            path: [(int(at), str(line)) for at, line in two] for path, two in said["lines"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None, {}


def _keep(app: App, tree: str, lines: Lines) -> None:
    with suppress(OSError):  # it is read anew then
        (app.store.folder / _KEPT).write_text(json.dumps({"tree": tree, "lines": lines}), encoding="utf-8")
