"""`.gitattributes` of a store that is older than one of its lines: completed by `itil setup`, in one commit."""

from __future__ import annotations

from itil_cli.cli.context import App
from itil_cli.cli.deciding import alone
from itil_cli.process.transitions import IM
from itil_cli.store.sync.driver import ATTRIBUTES, completed, lacking


def complete(app: App) -> list[str]:
    """What was added, a line each; who may do it is said where the actor may not."""
    there = app.store.git.blob(f"HEAD:{ATTRIBUTES}")
    missing = lacking(there) if there is not None else []
    if not missing or there is None:
        return []
    if IM not in app.person.roles:
        app.say(f"{ATTRIBUTES} lacks {len(missing)} of its lines; an incident manager's `itil setup` adds them.")
        return []
    from itil_cli.store.transaction import Signing

    with alone(app, "setup") as transaction:
        transaction.commit_files(
            {ATTRIBUTES: completed(there)},
            subject="Say how git merges what is newer than this store",
            trailers=[("Actor", app.actor)],
            signing=Signing(app.actor, app.now, app.clock()),
        )
    return [f"{ATTRIBUTES}: {line}" for line in missing]
