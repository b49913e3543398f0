"""The sync of a clone, for the command and for clones that sync by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.cli.context import App

if TYPE_CHECKING:
    from itil_cli.store.sync.syncing import Synced


def carry_out(app: App, remote: str | None = None) -> Synced:
    """Sync the app's store. Raises Malformed in a batch, which holds the lock."""
    from itil_cli.cli.deciding import own_commits
    from itil_cli.store.sync.replaying import Signing
    from itil_cli.store.sync.syncing import sync

    if app.bench is not None:
        raise own_commits("sync")

    def signing() -> Signing:
        return Signing(app.actor, app.now, app.clock())

    synced = sync(app.store, signing, remote)
    app.store.committed = False  # nothing is left to send
    return synced
