"""From a command to a commit: lock, decide on HEAD, record all of it or nothing, show the card.

Every command that writes comes through `carry_out`. In a batch the transaction stays open over many
commands; with one commit for all of them, later commands see what earlier ones decided.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from itil_cli.cli.bench import Bench, Files
from itil_cli.cli.context import App
from itil_cli.cli.masking import without_secrets
from itil_cli.errors import GitTrouble, Malformed
from itil_cli.process.attachments import attachment_path, taken_away
from itil_cli.process.events.fold import fold
from itil_cli.process.lifecycle import Command, Decision, decide
from itil_cli.process.time.instants import CLOCK_SLACK, format_instant
from itil_cli.store.keys import holder, key_path, pointer

if TYPE_CHECKING:
    from itil_cli.store.transaction import Signing, Transaction


_Done = TypeVar("_Done")
Attached = Mapping[str, bytes]  # by stored name
TRIES = 5  # against commits that git makes beside us, without our lock


@contextmanager
def bench(app: App, *, one_commit: bool = False, committing: str | None = None) -> Iterator[Bench]:
    """The batch's bench when one is open, else a transaction of its own.

    `committing` names a command that commits what it does by itself: Malformed inside another's one commit."""
    if app.bench is not None:
        if committing and app.bench.one_commit:
            raise own_commits(committing)
        yield app.bench
        return
    with app.store.writing() as transaction:
        yield Bench(transaction, one_commit)


def own_commits(command: str) -> Malformed:
    """The refusal of a command that cannot be a line of a batch."""
    return Malformed(f"`{command}` has commits of its own.", remedy="Run it outside of `itil batch`.")


@contextmanager
def alone(app: App, command: str) -> Iterator[Transaction]:
    """A transaction for a command that makes its own commit. Raises Malformed in a batch, which holds the lock."""
    if app.bench is not None:
        raise own_commits(command)
    with app.store.writing() as transaction:
        yield transaction


def decided_again(work: Callable[[], _Done]) -> _Done:
    """What `work` gives, which decides on HEAD and commits; done again where somebody's git moves the branch."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except GitTrouble as trouble:
            if trouble.code != "moved":
                raise
    return work()


def carry_out(app: App, command: Command, *, dry_run: bool = False, attached: Attached | None = None) -> Decision:
    """Decide a command on HEAD under the lock, and commit it (unless `dry_run`); `attached` goes to its records.

    Where somebody's git moves the branch meanwhile, it is decided again on what stands there then."""
    if app.bench is not None:
        return _once(app, command, dry_run, attached or {})
    return decided_again(lambda: _once(app, command, dry_run, attached or {}))


def _once(app: App, command: Command, dry_run: bool, attached: Attached) -> Decision:
    with bench(app) as desk:
        decision = decide_on(app, desk, command)
        if dry_run or not decision.changes:
            return decision
        files = {attachment_path(one, name): data for one in decision.ids for name, data in attached.items()}
        if desk.one_commit:
            desk.hold(decision, command.verb, files)
        else:
            record(app, desk, decision, command.verb, files=files)
    return decision


def decide_on(app: App, desk: Bench, command: Command) -> Decision:
    """What a command comes to on an open bench; nothing is written."""
    kind = _KINDS.get(command.verb.partition(" ")[0], "INC")
    full = replace(without_secrets(app, command), ids=tuple(desk.find(part, kind) for part in command.ids))
    return decide(
        _with_model(desk, _with_key(desk, full)),
        desk.records,
        desk.transaction.policy,
        desk.transaction.people,
        desk.transaction.people.at(app.actor, app.now),
        app.now,
        app.store.ids,
        desk.transaction.services,
    )


# What kind of record a verb's ids are of, where it is no incident.
_KINDS = {"problem": "PRB", "known-error": "KE", "article": "KB"}


def _with_key(desk: Bench, command: Command) -> Command:
    key = command.text("dedup_key")
    if key is None:
        return command
    return replace(command, options={**command.options, "existing": desk.holder(key)})


def _with_model(desk: Bench, command: Command) -> Command:
    """What the incident model gives, where `log` follows one."""
    name = command.text("model") if command.verb == "log" else None
    if name is None:
        return command
    from itil_cli.process.knowledge.models import filled
    from itil_cli.store.models import sound_model

    return replace(command, options=filled(command.options, sound_model(desk.transaction, name)))


def record(
    app: App,
    desk: Bench,
    decision: Decision,
    verb: str,
    *,
    subject: str | None = None,
    files: Files | None = None,
) -> str:
    """One commit with exactly the decision's paths, and `files` beside them; returns its id."""
    from itil_cli.store.transaction import Change, Signing

    changes = [Change(before, after) for before, after in decision.changes.values()]
    signing = Signing(app.actor, max(change.after.events[-1].at for change in changes), app.clock())
    _say_ahead(app, desk, signing)
    return desk.transaction.commit(
        changes,
        subject=subject or _subject(decision, verb),
        trailers=trailers(app, changes),
        signing=signing,
        files={**_beside(desk, decision, changes), **(files or {})},
    )


def _say_ahead(app: App, desk: Bench, signing: Signing) -> None:
    """A time ahead of the clock is written as it was given (S1), and what the audit makes of it is said (S17)."""
    if signing.at <= signing.clock + CLOCK_SLACK or desk.transaction.policy.sandbox:
        return
    at, clock = format_instant(signing.at), format_instant(signing.clock)
    app.say(f"{at} is ahead of this machine's clock, {clock}: the audit finds it, and a server's gate refuses it.")


def _beside(desk: Bench, decision: Decision, changes: Sequence[Any]) -> dict[str, bytes | None]:
    """The files that go with records: pointers of keys, what was attached, and without what was redacted."""
    keys = _key_files(desk, decision.keys, decision.changes)
    gone = {path for change in changes for path in taken_away(change.before, change.after)}
    return {**keys, **desk.files, **dict.fromkeys(gone)}


def _subject(decision: Decision, verb: str) -> str:
    first = decision.ids[0]
    title = decision.changes[first][1].title if first in decision.changes else ""
    more = f" (+{len(decision.ids) - 1})" if len(decision.ids) > 1 else ""
    return f"{first}{more} {verb}: {title}"


def trailers(app: App, changes: Sequence[Any]) -> list[tuple[str, str]]:
    """`Incident:`, `Event:` and `Actor:` of a commit, from its changes."""
    rows = [("Incident", change.after.id) for change in changes]
    rows += [("Event", name) for name in dict.fromkeys(_new_names(changes))]
    return [*rows, ("Actor", app.actor)]


def _new_names(changes: Sequence[Any]) -> Iterator[str]:
    for change in changes:
        known = len(change.before.events) if change.before else 0
        yield from (event.n for event in change.after.events[known:])


def _key_files(desk: Bench, keys: Any, touched: Collection[str]) -> dict[str, bytes | None]:
    """The pointers that change. One that names another open incident (of two with one key) is not ours to move."""
    files: dict[str, bytes | None] = {}
    for key, wanted in keys.items():
        there = desk.transaction.read(key_path(key))
        if there != pointer(wanted) and not _is_open_elsewhere(desk, holder(there), touched):
            files[key_path(key)] = pointer(wanted)
    return files


def _is_open_elsewhere(desk: Bench, record_id: str | None, touched: Collection[str]) -> bool:
    if record_id is None or record_id in touched or record_id not in desk.records:
        return False
    return fold(desk.records[record_id]).is_open
