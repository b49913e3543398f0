"""Which commit a command reads: HEAD, another one (`--as-of`), or the files as they lie (`--worktree`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.errors import Malformed

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot


def snapshot_of(app: App, as_of: str | None, worktree: bool) -> Snapshot:
    """HEAD, or what `--as-of` or `--worktree` ask for; a commit's name counts before a time."""
    if as_of and worktree:
        raise Malformed("--as-of and --worktree do not go together.", remedy="Leave one of them out.")
    if worktree:
        return app.store.work_tree()
    if as_of is None:
        return app.snapshot
    try:
        instant = app.when(as_of, past=True)
    except Malformed:
        return app.store.as_of(as_of, None)
    return app.store.as_of(as_of, instant)
