"""`itil adopt`: the file as it lies in the work tree, judged and committed with what it owes."""

from __future__ import annotations

from collections import ChainMap

from itil_cli.cli.answering import answer, document_of
from itil_cli.cli.context import App
from itil_cli.cli.deciding import alone, trailers
from itil_cli.cli.looking.parts import find_of
from itil_cli.cli.masking import refuse_new_secrets
from itil_cli.errors import NotFound
from itil_cli.process.incident import Record, path_of
from itil_cli.process.knowledge.steps import STATUSES
from itil_cli.process.lifecycle import Command, Decision
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.verbs.adopting import adopt as judge


def adopt(app: App, part: str) -> None:
    """Take in what was edited by hand, when it is legal; the answer is the record's card."""
    from itil_cli.store.checkout import worktree
    from itil_cli.store.files import codec
    from itil_cli.store.files.amend import amend
    from itil_cli.store.transaction import Change, Signing

    with alone(app, "adopt") as transaction:
        record_id = find_of(transaction.find, part, ("INC", *STATUSES), "record")
        path = path_of(record_id)
        root = app.store.git.worktree
        data = worktree.look(root, path).data if root is not None else None
        if data is None:
            raise NotFound(f"{path} is not in the work tree.", remedy=f"Bring it back with `git checkout -- {path}`.")
        head, edited = transaction.records[record_id], codec.parse(data, path)
        if data == transaction.read(path):
            text = f"{record_id} is as it is committed; there is nothing to adopt."
            app.emit(document_of(app, [head]) if app.json else None, text)
            return
        refuse_new_secrets(path, transaction.read(path), data)
        after = _judged(app, head, edited)
        change = Change(head, after)
        transaction.commit_files(
            {path: amend(data, edited, after)},
            lying={path: data},
            subject=f"{record_id} adopt: {after.title}",
            trailers=trailers(app, [change]),
            signing=Signing(app.actor, _written_at(app, head, after), app.clock()),
        )
    answer(app, Decision((record_id,), {record_id: (head, after)}, {}, ()))


def _written_at(app: App, head: Record, after: Record) -> int:
    """The author's time is that of the newest event (S17); now, where there is no new one."""
    return after.events[-1].at if len(after.events) > len(head.events) else app.now


def _judged(app: App, head: Record, edited: Record) -> Record:
    snapshot = app.snapshot
    case = Case(
        Command("adopt", (head.id,)),
        ChainMap({head.id: edited}, snapshot.records),  # type: ignore[arg-type]
        snapshot.policy,
        snapshot.people,
        snapshot.services,
        app.person,
        app.now,
        app.store.ids,
    )
    judge(case, head, edited)
    changes = case.changes()
    return changes[head.id][1] if head.id in changes else edited
