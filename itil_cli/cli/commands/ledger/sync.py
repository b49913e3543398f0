"""Ledger: sync, setup."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app

AUTO = "itil.sync"


@click.command()
@click.option("--remote", metavar="NAME", help="The remote, where the branch has none of its own or there are several.")
@click.option(
    "--auto", type=click.Choice(["on", "off"]), help="Sync by itself after each write in this clone; off: no more."
)
@pass_app
def sync_command(app: App, remote: str | None, auto: str | None) -> None:
    """Bring this clone and its remote together: fetch, decide again, push.

    What you did here is decided again on what others have published: what no longer fits becomes a work-log entry,
    and nothing published is ever made void. Nothing is merged as text, nothing is forced. Without a connection it
    says what waits (exit 6).

    Example: itil sync
    """
    from itil_cli.cli.answers.ledger.syncing import carry_out
    from itil_cli.render.ledger.sync import sync_document, sync_text

    if auto:
        app.store.git.run("config", "--local", AUTO, auto)
        app.emit({"schema": "itil/1", "kind": "setting", "auto": auto}, f"Sync after each write: {auto}.")
        return
    app.job = "sync"
    synced = carry_out(app, remote)
    app.emit(sync_document(synced), sync_text(synced))


@click.command()
@pass_app
def setup_command(app: App) -> None:
    """Tell git in this clone how records are merged; the first write in a clone does it, too.

    In a store that is older than a line of .gitattributes, an incident manager's setup commits what is missing.

    Example: git clone URL shop && itil -C shop setup
    """
    from itil_cli.cli.answers.records.attributes import complete
    from itil_cli.store.sync.driver import set_up

    done = [*set_up(app.store.git), *complete(app)]
    document: dict[str, Any] = {"schema": "itil/1", "kind": "setup", "changed": done}
    text = "\n".join(["git in this clone now merges records with itil:", *(f"  {line}" for line in done)])
    app.emit(document, text if done else "git in this clone merges records with itil already.")
