"""`itil deliver`: claim in one commit, send, record what came of it in another.

The outbox is derived: what events owe, without what the claims beside the records say is done. It goes out fifty
messages at a time. Where the clone syncs by itself the claims are published before anything is sent, and only those
that held are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage
from itertools import groupby
from typing import TYPE_CHECKING, Any

from itil_cli.cli.answers.sweeping import count
from itil_cli.cli.answers.undelivered import remember_failures
from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, decided_again
from itil_cli.deliver.configuration import Program, Ways, Webhook, load, place
from itil_cli.deliver.letters import letter
from itil_cli.deliver.sending import NotSent, Send, sender
from itil_cli.deliver.webhooks import body, post
from itil_cli.errors import GitTrouble
from itil_cli.process.events.fold import fold
from itil_cli.process.messages import claims
from itil_cli.process.messages.claims import CLAIMED, FAILED, REFUSED, SENT, STALE, Claim
from itil_cli.process.messages.names import is_address
from itil_cli.process.messages.owing import Message, owed, owed_of_knowledge
from itil_cli.process.messages.words import words
from itil_cli.process.time.calendars import build

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot

WEBHOOK = "webhook"  # as the addressee of a claim
MAIL = Ways(Program(()), None)  # what --dry-run shows: everything that would go by mail
MOST = 50  # messages that are claimed at once: a crash lets no more of them go out again
Outbox = list[tuple[Message, Claim | None]]
Done = list[tuple[Message, Claim]]


def deliver(app: App, *, dry_run: bool) -> None:
    """Send what is due. Raises NotFound or Broken where nobody said how."""
    if dry_run:
        _show(app, outbox(app.snapshot, app.now))
        return
    ways = load(place())
    done: Done = []
    with sender(ways.mail) as send:
        while claimed := _claim(app, run := app.store.ids.letters(10), ways):
            done += _sent(app, _held(app, claimed, run), ways, send)
    _answer(app, done, ways)


def _sent(app: App, held: Sequence[tuple[Message, Claim]], ways: Ways, send: Send) -> Done:
    """Send these, and record what came of each; of those before, too, where something breaks off."""
    done: Done = []
    until = app.clock() + STALE // 2
    try:
        for message, claim in held:
            try:
                if app.clock() > until:  # before others take the claims for dead
                    raise NotSent("there was no time left: the server is slow")
                _send(app, message, ways, send)
                done.append((message, claim._replace(state=SENT, at=app.now)))
            except NotSent as trouble:
                state = REFUSED if trouble.for_good else FAILED
                done.append((message, claim._replace(state=state, at=app.now, why=str(trouble))))
    finally:
        _record(app, done)
    return done


def _send(app: App, message: Message, ways: Ways, send: Send) -> None:
    policy = app.snapshot.policy
    if message.to != WEBHOOK and not is_address(message.to):
        raise NotSent(f"{message.to!r} is no address that mail can be sent to", for_good=True)
    mail = letter(message, words(message, policy), policy.mail.address, app.now)
    if message.to == WEBHOOK and ways.webhook:
        _post(ways.webhook, message, mail)
    else:
        send(mail)


def outbox(snapshot: Snapshot, now: int, ways: Ways = MAIL) -> Outbox:
    """What is owed and due, with the claim that was made of it before; in quiet hours only what may not wait."""
    rules = snapshot.policy.messages
    is_quiet = not build(snapshot.policy)[rules.hours].is_open(now)
    found = ((one, claim) for one, claim in _all(snapshot, now, ways) if claim is None or claim.is_due(now))
    return [(one, claim) for one, claim in found if not is_quiet or one.what in rules.any_time]


def _failing(snapshot: Snapshot, now: int, ways: Ways) -> list[str]:
    """What is owed and did not arrive, in words: it waits for another try, or was refused for good."""
    found = ((one, claim) for one, claim in _all(snapshot, now, ways) if claim and claim.state in (FAILED, REFUSED))
    return [f"{one.record} {one.what} to {one.to} {claim.state}: {claim.why}" for one, claim in found]


def _all(snapshot: Snapshot, now: int, ways: Ways) -> Iterator[tuple[Message, Claim | None]]:
    for record_id, messages in groupby(_owed(snapshot, now), key=lambda one: one.record):
        known = claims.parse(snapshot.read(claims.claims_path(record_id)))
        yield from ((one, known.get(one.key)) for one in _ways_out(messages, ways))


def _ways_out(messages: Iterable[Message], ways: Ways) -> Iterator[Message]:
    """A message by mail for each address, and one for the webhook however many addresses there are."""
    posted = set()
    for one in messages:
        if ways.mail:
            yield one
        if ways.webhook and one.what in ways.webhook.what and (one.n, one.what) not in posted:
            posted.add((one.n, one.what))
            yield replace(one, to=WEBHOOK)


def _post(hook: Webhook, message: Message, mail: EmailMessage) -> None:
    facts = {name: message.facts.get(name, "") for name in ("id", "status", "priority", "group")}
    said = body(hook.shape, mail["Subject"], mail.get_content(), facts | {"what": message.what})
    post(hook.url, said, mail["Message-ID"])


def _owed(snapshot: Snapshot, now: int) -> Iterator[Message]:
    from itil_cli.store.index.query import Filter

    index, policy, people = snapshot.index, snapshot.policy, snapshot.people
    since = now - policy.messages.within
    rows = [*index.rows(Filter(alive_since=since)), *index.rows(Filter(equal={"status": ("resolved",)}))]
    for record_id in sorted({row.id for row in rows}):
        yield from owed(fold(index.record(record_id)), policy, people, now)
    for kind in ("PRB", "KE"):
        for row in index.rows(Filter(kind, alive_since=since)):
            yield from owed_of_knowledge(index.record(row.id), policy, people, now)


def _claim(app: App, run: str, ways: Ways) -> Outbox:
    return decided_again(lambda: _claim_once(app, run, ways))


def _claim_once(app: App, run: str, ways: Ways) -> Outbox:
    with bench(app) as desk:
        found = outbox(desk.transaction, app.now, ways)[:MOST]
        claimed: Outbox = [
            (one, Claim(*one.key, CLAIMED, app.now, before.tries + 1 if before else 1, run)) for one, before in found
        ]
        _commit(app, desk.transaction, claimed, f"deliver: {count(len(found), 'message')} claimed")
    return claimed


def _held(app: App, claimed: Outbox, run: str) -> list[tuple[Message, Claim]]:
    """The claims that are still this run's, once they are published."""
    app.store.forget()
    if app.borrowed is not None or app.store.git.settings.get("itil.sync") == "on":
        _publish(app)
    snapshot = app.snapshot
    held = []
    for message, claim in claimed:
        now = claims.parse(snapshot.read(claims.claims_path(message.record))).get(message.key)
        if claim is not None and now is not None and now.run == run:
            held.append((message, claim))
    return held


def _publish(app: App) -> None:
    if app.borrowed is None:
        from itil_cli.cli.answers.syncing import carry_out

        carry_out(app)
    elif not app.borrowed.publish():
        raise GitTrouble("others were faster; nothing was sent.", code="moved", remedy="Run `itil deliver` again.")
    app.store.forget()


def _record(app: App, done: Done) -> None:
    decided_again(lambda: _record_once(app, done))


def _record_once(app: App, done: Done) -> None:
    with bench(app) as desk:
        _commit(app, desk.transaction, done, f"deliver: {count(len(done), 'message')}")


def _commit(app: App, transaction: Any, given: Sequence[tuple[Message, Claim | None]], subject: str) -> None:
    """Write these claims into the files beside their records, in one commit."""
    from itil_cli.store.transaction import Signing

    files: dict[str, bytes | None] = {}
    for record_id, pairs in groupby(given, key=lambda pair: pair[0].record):
        path = claims.claims_path(record_id)
        known = claims.parse(transaction.read(path))
        files[path] = claims.written({**known, **{one.key: one for _, one in pairs if one is not None}}.values())
    if files:
        signing = Signing(app.actor, app.now, app.clock())
        transaction.commit_files(files, subject=subject, trailers=[("Actor", app.actor)], signing=signing)


def _show(app: App, found: Outbox) -> None:
    policy = app.snapshot.policy
    said = [(one, words(one, policy), before) for one, before in found]
    texts = [f"To: {one.to}\nSubject: {what.subject}\n\n{what.text}\n{_before(before)}" for one, what, before in said]
    documents = [_document(one, before) | {"subject": what.subject, "text": what.text} for one, what, before in said]
    app.emit(_whole(documents), "\n".join([*texts, f"{count(len(said), 'message')}; nothing is sent (--dry-run)."]))


def _before(claim: Claim | None) -> str:
    return f"(tried {claim.tries} times, {claim.state}: {claim.why})\n" if claim else ""


def _answer(app: App, done: Done, ways: Ways) -> None:
    app.store.forget()
    lines = _failing(app.snapshot, app.now, ways)
    for line in lines:
        app.say(line)
    remember_failures(app, lines)
    failed = [claim for _, claim in done if claim.state != SENT]
    app.exit_code = 1 if failed else 0
    app.emit(
        _whole([_document(one, claim) for one, claim in done]), f"{count(len(done) - len(failed), 'message')} sent."
    )


def _document(message: Message, claim: Claim | None) -> dict[str, Any]:
    state = {"state": claim.state, "tries": claim.tries, "why": claim.why or None} if claim else {"state": "due"}
    return {"record": message.record, "event": message.n, "what": message.what, "to": message.to, **state}


def _whole(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schema": "itil/1", "kind": "messages", "messages": messages}
