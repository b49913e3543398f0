"""Who wrote it: a person, a machine, a machine that answers (RFC 3834), a bounce; and what is our own, come back."""

from __future__ import annotations

import re
from email.message import Message

from itil_cli.intake.mail.headers import address, header, headers

PERSON, AUTOMATIC, AUTO_REPLY, BOUNCE = "person", "automatic", "auto-reply", "bounce"
LOOP_HEADER = "X-Itil-Loop"
_AWAY = re.compile(
    r"(?i)(out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|autoreply|vacation"
    r"|abwesenheitsnotiz|automatische antwort|réponse automatique|absence du bureau|respuesta automática)\b"
)
_MAILERS = ("mailer-daemon", "postmaster", "mail-daemon")


def kind(message: Message) -> str:
    """What a message is, by its headers: `person`, `automatic`, `auto-reply` or `bounce`."""
    sender = address(message, "From")[1].partition("@")[0].casefold()
    if _is_bounce(message, sender):
        return BOUNCE
    auto = next(iter(re.findall(r"[a-z-]+", header(message, "Auto-Submitted").lower())), "")
    precedence = header(message, "Precedence").lower()
    answers = any(header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From"))
    if auto == "auto-replied" or answers or "auto_reply" in precedence or _AWAY.match(header(message, "Subject")):
        return AUTO_REPLY
    suppressed = header(message, "X-Auto-Response-Suppress").lower()
    if suppressed and header(message, "In-Reply-To") and auto not in ("", "no"):
        return AUTO_REPLY
    listed = any(key.lower().startswith("list-") for key in message)
    if auto not in ("", "no") or precedence in ("bulk", "junk", "list") or listed:
        return AUTOMATIC
    return PERSON


def _is_bounce(message: Message, sender: str) -> bool:
    paths = headers(message, "Return-Path")
    return message.get_content_type() == "multipart/report" or paths[:1] == ["<>"] or sender in _MAILERS
