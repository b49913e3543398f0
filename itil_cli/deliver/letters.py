"""Messages as e-mails: one address a field, a subject of one line, headers that thread and that stop loops.

- A letter about one record belongs to that record's thread, so that an answer finds it; a digest of several belongs
  to the thread of the address's digests, and an answer to it names the one that it means.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from itil_cli.process.messages.digests import digest_name
from itil_cli.process.messages.names import digest_id, domain, message_id, thread_id
from itil_cli.process.messages.owing import Message
from itil_cli.process.messages.words import Words


def letter(messages: Sequence[Message], words: Words, address: str, at: int) -> EmailMessage:
    """The e-mail that says these words of one message, or of several to one address; dated `at` (epoch seconds)."""
    first, host = messages[0], domain(address)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = address, first.to, words.subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    mail["Message-ID"] = f"<{_name(messages, host)}>"
    is_of_one = len({one.record for one in messages}) == 1
    head = f"<{thread_id(first.record, host) if is_of_one else digest_id('', first.to, host)}>"
    answered = f"<{first.answers}>" if is_of_one and first.answers and _fits(first.answers) else None
    mail["In-Reply-To"] = answered or head
    mail["References"] = f"{answered} {head}" if answered else head
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Itil-Loop"] = address
    mail.set_content(words.text)
    return mail


def _name(messages: Sequence[Message], host: str) -> str:
    first, *others = messages
    if others:
        return digest_id(digest_name(messages), first.to, host)
    return message_id(first.record, first.n, first.what, first.to, host)


def _fits(message_id: str) -> bool:
    return message_id.isascii() and message_id.isprintable() and not set(message_id) & set("<> ")
