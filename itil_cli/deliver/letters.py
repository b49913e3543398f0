"""A message as an e-mail: one address a field, a subject of one line, headers that thread and that stop loops."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from itil_cli.process.messages.names import domain, message_id, thread_id
from itil_cli.process.messages.owing import Message
from itil_cli.process.messages.words import Words


def letter(message: Message, words: Words, address: str, at: int) -> EmailMessage:
    """The e-mail that says these words, from `address`, dated `at` (epoch seconds)."""
    host = domain(address)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = address, message.to, words.subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    mail["Message-ID"] = f"<{message_id(message.record, message.n, message.what, message.to, host)}>"
    head = f"<{thread_id(message.record, host)}>"
    answered = f"<{message.answers}>" if message.answers and _fits(message.answers) else None
    mail["In-Reply-To"] = answered or head
    mail["References"] = f"{answered} {head}" if answered else head
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Itil-Loop"] = address
    mail.set_content(words.text)
    return mail


def _fits(message_id: str) -> bool:
    return message_id.isascii() and message_id.isprintable() and not set(message_id) & set("<> ")
