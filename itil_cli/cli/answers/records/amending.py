"""A settings file that a command changes: by the incident manager, in a commit of its own, all else as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.errors import Malformed, NotYourRole
from itil_cli.process.transitions import IM
from itil_cli.store.files.names import PEOPLE, POLICY, SERVICES

if TYPE_CHECKING:
    from itil_cli.store.transaction import Transaction

Change = Callable[["Transaction"], bytes | None]
_NAMES = {POLICY: "the policy"}


def amend(app: App, path: str, subject: str, change: Change) -> str | None:
    """Commit what `change` makes of the file (None: there is nothing to do), and give the commit.

    Raises NotYourRole, and Malformed where the file would not be as it must."""
    if IM not in app.person.roles:
        raise NotYourRole(
            f"{app.actor} may not change {_NAMES.get(path, path)}.",
            code="S10",
            who=(IM,),
            remedy="An incident manager may.",
        )
    if app.bench is not None:
        raise Malformed("Settings have commits of their own.", remedy="Run it outside of `itil batch`.")
    from itil_cli.store.transaction import Signing

    with app.store.writing() as transaction:
        data = change(transaction)
        if data is None:
            return None
        _check(transaction, path, data)
        signing = Signing(app.actor, app.now, app.clock())
        return transaction.commit_files({path: data}, subject=subject, trailers=[("Actor", app.actor)], signing=signing)


def _check(transaction: Transaction, path: str, data: bytes) -> None:
    from itil_cli.store.files.settings import wrongs

    files = {name: transaction.read(name) for name in (POLICY, PEOPLE, SERVICES)}
    wrong = next((one for one in wrongs({**files, path: data}) if one.path == path), None)
    if wrong is not None:
        raise Malformed(f"{path} would not be right: {wrong.text}", code=wrong.code, remedy=wrong.remedy)
