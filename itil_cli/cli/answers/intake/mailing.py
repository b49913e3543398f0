"""`itil receive mail`: each message is one decision and one commit, with its attachments, once.

A message that the process refuses is told and stays where it lies; the next one is taken in all the same. Where
the store cannot be written the exit code is 75, so that a mail server keeps the message and tries again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from itil_cli.cli.answers.intake.bounced import Bounced, bounced_digest
from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, decide_on, decided_again, record
from itil_cli.errors import Broken, GitTrouble, ItilError, Malformed, NotFound, NotYourRole, Refused
from itil_cli.intake.mail.boxes import Letter, NotMarked, check_size, letters
from itil_cli.intake.mail.kinds import BOUNCE
from itil_cli.intake.mail.message import Mail, read
from itil_cli.intake.mail.taking import Taken, noted_on, take, without_answer
from itil_cli.process.attachments import attachment_path
from itil_cli.process.events.fold import fold
from itil_cli.process.messages.names import Token, domain, is_digest, named_in, token
from itil_cli.store.keys import holder, letter_path, pointer

if TYPE_CHECKING:
    from itil_cli.cli.bench import Bench
    from itil_cli.intake.mail.imap import Mailbox

BUG = "This is our bug, not the message's. Please report it with what `itil --debug …` prints; the message is kept."
TAKEN = "What was taken in is safe, and known when it comes again."


class Outcome(NamedTuple):
    """What became of one message: where it lay, its id, the incident, and in words."""

    place: str
    message_id: str
    incident: str | None
    words: str


def receive(app: App, source: str, imap: str | None) -> None:
    """Take in what lies at `source`, or in the mailbox at an IMAP URL (empty: the one of receive.toml), and say what
    came of each message."""
    box = _mailbox(imap)
    from_server = source == "-" and box is None  # a mail server waits, and hands over one message
    try:
        limit = app.snapshot.policy.mail.max_message
        outcomes = _all(app, _letters(source, box, limit), limit, from_server)
    except OSError as trouble:
        raise _kept(GitTrouble(f"{trouble.strerror}: {trouble.filename or source}.", code="disk")) from None
    except (GitTrouble, Broken, NotFound) as trouble:
        raise _kept(trouble) from None
    app.unwritten = (os.EX_TEMPFAIL, TAKEN)
    document: dict[str, Any] = {"schema": "itil/1", "kind": "mails", "mails": [one._asdict() for one in outcomes]}
    app.emit(document, "\n".join(f"{one.incident or one.place}: {one.words}." for one in outcomes) or "No mail.")


def _all(app: App, given: Iterator[Letter], limit: int, from_server: bool) -> list[Outcome]:
    """Each message for itself: one that is refused, or at which we fail, stays where it lies and is told."""
    outcomes: list[Outcome] = []
    bugs: list[Exception] = []
    for letter in given:
        try:
            outcomes.append(_one(app, letter, limit))
        except (Refused, NotYourRole, Malformed) as refusal:
            refusal.text = f"{letter.place}: {refusal.text}"
            if from_server:
                raise
            app.exit_code = 1
            app.say(f"error[{refusal.code}]: {refusal}")
        except (ItilError, OSError):
            raise
        except Exception as bug:
            if from_server:
                raise _kept(ItilError(f"{type(bug).__name__}: {bug}.", remedy=BUG)) from bug
            bugs.append(bug)
            app.say(f"{letter.place}: {type(bug).__name__}; it stays there.")
        else:
            _mark(app, letter)
    if bugs:
        raise bugs[0]
    return outcomes


def _mark(app: App, letter: Letter) -> None:
    """It is safe. Where its mailbox cannot say so it is given again, and known by its Message-ID."""
    try:
        letter.done()
    except NotMarked as why:
        app.exit_code = 1
        app.say(f"{letter.place}: taken in, but not marked as seen ({why}); it is known when it comes again.")


def _kept(trouble: ItilError) -> ItilError:
    """The same, with the exit code that lets a mail server keep the message."""
    trouble.exit_code = os.EX_TEMPFAIL
    return trouble


def _mailbox(imap: str | None) -> Mailbox | None:
    if imap is None:
        return None
    from itil_cli.intake.mail.configuration import configured, place

    return configured(imap, place())


def _letters(source: str, box: Mailbox | None, limit: int) -> Iterator[Letter]:
    if box is not None:
        from itil_cli.deliver.tokens import xoauth2
        from itil_cli.intake.mail.imap import unseen

        return unseen(box, limit, xoauth2)
    if source == "-":
        raw = sys.stdin.buffer.read(limit + 1)
        while sys.stdin.buffer.read(1 << 20):  # to its end, or the mail server hears of a broken pipe alone
            pass
        if not raw.strip():
            raise Malformed("standard input is empty.", remedy="Send a message.")
        return iter([Letter(raw, "standard input")])
    return letters(Path(source), limit)


def _one(app: App, letter: Letter, limit: int) -> Outcome:
    """One message in one transaction; it is decided again where git moved the branch meanwhile."""
    mail = read(check_size(letter.raw, limit))
    incident, words = decided_again(lambda: _on_bench(app, mail))
    return Outcome(letter.place, mail.message_id, incident, words)


def _on_bench(app: App, mail: Mail) -> tuple[str | None, str]:
    with bench(app, committing="receive") as desk:
        transaction = desk.transaction
        known = holder(transaction.read(letter_path(mail.message_id)))
        if known:
            return known, "taken in before"
        if mail.kind == BOUNCE and (bounced := _digest(app, desk, mail)):
            return _write(app, desk, mail, noted_on(mail, bounced.to, bounced.records))
        incident_id, said = _about(desk, mail)
        incident = fold(transaction.records[incident_id]) if incident_id else None
        taken = take(mail, incident, said, transaction.policy.mail)
        if taken.command is None:
            return incident_id, f"nothing is recorded: {taken.words}"
        try:
            return _write(app, desk, mail, taken)
        except (Refused, NotYourRole):
            if taken.words not in ("confirmed", "rejected"):
                raise
            contact = Taken(without_answer(taken.command), taken.files, "a contact")
            return _write(app, desk, mail, contact)


def _write(app: App, desk: Bench, mail: Mail, taken: Taken) -> tuple[str, str]:
    assert taken.command is not None
    decision = decide_on(app, desk, taken.command)
    incident_id = decision.ids[0]
    files: dict[str, bytes | None] = {attachment_path(incident_id, name): data for name, data in taken.files.items()}
    files[letter_path(mail.message_id)] = pointer(incident_id)
    record(app, desk, decision, taken.command.verb, files=files)
    return incident_id, taken.words


def _digest(app: App, desk: Bench, mail: Mail) -> Bounced | None:
    """The digest about incidents that comes back, where it is one."""
    host = domain(desk.transaction.policy.mail.address)
    found = bounced_digest(desk.transaction, mail.refers_to, host, app.now)
    about = tuple(one for one in found.records if one.startswith("INC-")) if found else ()
    return Bounced(found.to, about) if found and about else None


def _about(desk: Bench, mail: Mail) -> tuple[str | None, Token | None]:
    """The incident that a mail is about, and our message that it answers, where there is one."""
    snapshot = desk.transaction
    host = domain(snapshot.policy.mail.address)
    tokens = [said for one in mail.refers_to if (said := token(one, host))]
    for said in tokens:
        if said.record in snapshot.records and said.record.startswith("INC-"):
            return said.record, said
    for one in mail.refers_to[:50]:
        known = holder(snapshot.read(letter_path(one)))
        if known:
            return known, None
    named = named_in(mail.subject)
    if named is None and any(is_digest(one, host) for one in mail.refers_to):
        named = named_in(mail.said.text)  # which of its many incidents is meant
    return (named if named and named in snapshot.records else None), None
