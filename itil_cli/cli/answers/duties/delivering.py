"""`itil deliver`: claim in one commit, send, record what came of it in another.

The outbox is derived (`outbox.py`), and goes out fifty messages at a time. Where the clone syncs by itself the claims
are published before anything is sent, and only those that held are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from email.message import EmailMessage
from itertools import groupby
from typing import TYPE_CHECKING, Any

from itil_cli.cli.answers.duties.outbox import Outbox, failing, outbox
from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, decided_again
from itil_cli.deliver.configuration import Program, Ways, Webhook, load, place
from itil_cli.deliver.letters import letter
from itil_cli.deliver.sending import NotSent, Send, sender
from itil_cli.deliver.webhooks import body, post
from itil_cli.errors import GitTrouble
from itil_cli.process.messages import claims
from itil_cli.process.messages.claims import CLAIMED, FAILED, REFUSED, SENT, STALE, Claim
from itil_cli.process.messages.digests import WEBHOOK, Owed, digest_words
from itil_cli.process.messages.names import is_address
from itil_cli.process.messages.owing import Message
from itil_cli.process.messages.words import words
from itil_cli.render.text import number_of

if TYPE_CHECKING:
    from itil_cli.process.settings.policy import Policy

MOST = 50  # messages that are claimed at once: a crash lets no more of them go out again
MAIL = Ways(Program(()), None)  # what --dry-run shows where nobody said how: everything that would go by mail
Letter = list[tuple[Message, Claim]]  # what leaves as one


def deliver(app: App, *, dry_run: bool) -> None:
    """Send what is due. Raises NotFound or Broken where nobody said how."""
    if dry_run:
        ways = load(place()) if place().exists() else None
        _show(app, outbox(app.snapshot, app.now, ways or MAIL), ways)
        return
    ways = load(place())
    done: Letter = []
    with sender(ways.mail) as send:
        box, claimed = _claim(app, run := app.store.ids.letters(10), ways)
        while claimed:
            done += _sent(app, _held(app, claimed, run), ways, send)
            box, claimed = _claim(app, run := app.store.ids.letters(10), ways)
    _answer(app, box, done)


def _sent(app: App, letters: Sequence[Letter], ways: Ways, send: Send) -> Letter:
    """Send these, and record what came of each; of those before, too, where something breaks off."""
    done: Letter = []
    until = app.clock() + STALE // 2
    try:
        for parts in letters:
            done += _tried(app, parts, lambda mails: _send(app, mails, ways, send, until))
    finally:
        _record(app, done)
    return done


def _tried(app: App, parts: Letter, leave: Callable[[Sequence[Message]], None]) -> Letter:
    """The messages of one letter, each with what became of it."""
    state, why = SENT, ""
    try:
        leave([message for message, _ in parts])
    except NotSent as trouble:
        state, why = REFUSED if trouble.for_good else FAILED, str(trouble)
    return [(message, claim._replace(state=state, at=app.now, why=why)) for message, claim in parts]


def _send(app: App, messages: Sequence[Message], ways: Ways, send: Send, until: int) -> None:
    if app.clock() > until:  # before others take the claims for dead
        raise NotSent("there was no time left: the server is slow")
    to = messages[0].to
    if to != WEBHOOK and not is_address(to):
        raise NotSent(f"{to!r} is no address that mail can be sent to", for_good=True)
    mail = _mail(messages, app.snapshot.policy, app.now)
    if to == WEBHOOK and ways.webhook:
        post(ways.webhook.url, _posted(ways.webhook, messages[0], mail), mail["Message-ID"])
    else:
        send(mail)


def _mail(messages: Sequence[Message], policy: Policy, now: int) -> EmailMessage:
    said = words(messages[0], policy) if len(messages) == 1 else digest_words(messages, policy)
    return letter(messages, said, policy.mail.address, now)


def _posted(hook: Webhook, message: Message, mail: EmailMessage) -> dict[str, Any]:
    """The JSON that a webhook gets."""
    facts = {name: message.facts.get(name, "") for name in ("id", "status", "priority", "group")}
    return body(hook.shape, mail["Subject"], mail.get_content(), facts | {"what": message.what})


def _claim(app: App, run: str, ways: Ways) -> tuple[Outbox, list[Letter]]:
    return decided_again(lambda: _claim_once(app, run, ways))


def _claim_once(app: App, run: str, ways: Ways) -> tuple[Outbox, list[Letter]]:
    with bench(app, committing="deliver") as desk:
        box = outbox(desk.transaction, app.now, ways)
        claimed = [[(one.message, _claimed(one, app.now, run)) for one in each] for each in _first(box.letters)]
        parts = [part for each in claimed for part in each]
        _commit(app, desk.transaction, parts, f"deliver: {number_of(len(parts), 'message')} claimed")
    return box, claimed


def _first(letters: Iterable[list[Owed]]) -> Iterator[list[Owed]]:
    """As many letters as hold the messages of one claim, and at least one."""
    room = MOST
    for each in letters:
        if len(each) > room and room < MOST:
            return
        room -= len(each)
        yield each


def _claimed(one: Owed, now: int, run: str) -> Claim:
    return Claim(*one.message.key, CLAIMED, now, one.before.tries + 1 if one.before else 1, run)


def _held(app: App, claimed: Sequence[Letter], run: str) -> list[Letter]:
    """The claims that are still this run's, once they are published."""
    app.store.forget()
    if app.borrowed is not None or app.store.git.settings.get("itil.sync") == "on":
        _publish(app)
    paths = {claims.claims_path(message.record) for each in claimed for message, _ in each}
    there = {path: claims.parse(data) for path, data in app.snapshot.read_many(paths).items()}
    ours = ([part for part in each if _is_ours(part[0], there, run)] for each in claimed)
    return [each for each in ours if each]


def _is_ours(message: Message, there: dict[str, dict[claims.Key, Claim]], run: str) -> bool:
    now = there.get(claims.claims_path(message.record), {}).get(message.key)
    return now is not None and now.run == run


def _publish(app: App) -> None:
    if app.borrowed is None:
        from itil_cli.cli.answers.ledger.syncing import carry_out

        carry_out(app)
    elif not app.borrowed.publish():
        raise GitTrouble("others were faster; nothing was sent.", code="moved", remedy="Run `itil deliver` again.")
    app.store.forget()


def _record(app: App, done: Letter) -> None:
    decided_again(lambda: _record_once(app, done))


def _record_once(app: App, done: Letter) -> None:
    with bench(app, committing="deliver") as desk:
        _commit(app, desk.transaction, done, f"deliver: {number_of(len(done), 'message')}")


def _commit(app: App, transaction: Any, given: Letter, subject: str) -> None:
    """Write these claims into the files beside their records, in one commit."""
    from itil_cli.store.transaction import Signing

    by_record = groupby(
        sorted(given, key=lambda part: part[0].record), key=lambda part: claims.claims_path(part[0].record)
    )
    new = {path: {one.key: one for _, one in parts} for path, parts in by_record}
    there = transaction.read_many(list(new))
    files: dict[str, bytes | None] = {
        path: claims.written({**claims.parse(there.get(path)), **said}.values()) for path, said in new.items()
    }
    if files:
        signing = Signing(app.actor, app.now, app.clock())
        transaction.commit_files(files, subject=subject, trailers=[("Actor", app.actor)], signing=signing)


def _answer(app: App, box: Outbox, done: Letter) -> None:
    became = {(message.record, message.key): claim for message, claim in done}
    now = [one._replace(before=became.get((one.message.record, one.message.key), one.before)) for one in box.owed]
    for line in failing(now):
        app.say(line)
    failed = [claim for _, claim in done if claim.state != SENT]
    app.exit_code = 1 if failed else 0
    text = f"{number_of(len(done) - len(failed), 'message')} sent.{_waiting(box)}"
    app.emit(_whole([_document(one, claim) for one, claim in done], box), text)


def _show(app: App, box: Outbox, ways: Ways | None) -> None:
    policy = app.snapshot.policy
    texts, documents = [], []
    for each in box.letters:
        messages = [one.message for one in each]
        mail = _mail(messages, policy, app.now)
        said = {"subject": str(mail["Subject"]), "text": mail.get_content().replace("\r\n", "\n").rstrip("\n")}
        documents += [_document(one.message, one.before) | said for one in each]
        texts.append(_shown(mail, said, each, ways))
    total = number_of(len(documents), "message")
    end = f"{total}; nothing is sent (--dry-run).{_waiting(box)}"
    app.emit(_whole(documents, box), "\n".join([*_by(ways), *texts, end]))


def _shown(mail: EmailMessage, said: dict[str, str], parts: Sequence[Owed], ways: Ways | None) -> str:
    message, before = parts[0]
    tried = f"(tried {before.tries} times, {before.state}: {before.why})\n" if before else ""
    if message.to == WEBHOOK and ways and ways.webhook:
        return f"To: webhook\n{_json(_posted(ways.webhook, message, mail))}\n{tried}"
    return f"To: {message.to}\nSubject: {said['subject']}\n\n{said['text']}\n{tried}"


def _json(document: dict[str, Any]) -> str:
    from itil_cli.render.machine import dumps

    return dumps(document)


def _by(ways: Ways | None) -> list[str]:
    """How it would leave; a webhook's address may be a secret, and only its host is told."""
    return [f"{line}\n" for line in ways.described()] if ways else []


def _waiting(box: Outbox) -> str:
    return (
        f" {number_of(box.waiting, 'message')} {'waits' if box.waiting == 1 else 'wait'} for the hours or a digest."
        if box.waiting
        else ""
    )


def _document(message: Message, claim: Claim | None) -> dict[str, Any]:
    state = {"state": claim.state, "tries": claim.tries, "why": claim.why or None} if claim else {"state": "due"}
    return {"record": message.record, "event": message.n, "what": message.what, "to": message.to, **state}


def _whole(messages: list[dict[str, Any]], box: Outbox) -> dict[str, Any]:
    return {"schema": "itil/1", "kind": "messages", "messages": messages, "waiting": box.waiting}
