"""A message read: who wrote what about which subject, with which attachments, in answer to what.

- Every message gives a `Mail`: what is broken is read as far as it goes, what is missing is empty.
- `refers_to` are the ids of the messages that it answers, the nearest first; of a bounce, that of what bounced.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

from itil_cli.intake.mail import kinds
from itil_cli.intake.mail.headers import address, charset_text, header, headers, message_ids, plain
from itil_cli.intake.mail.parts import Attached, Body
from itil_cli.intake.mail.quoting import Said, split

MOST_BOUNDARIES = 300  # of parts within parts: the parser's time grows with the square of their depth
_CHARSET = re.compile(rb"(?i)charset=\"?([a-z0-9_.:-]{1,40})")
SEARCHED = 65_536  # bytes behind the headers in which a charset is looked for
MOST_MARKS = 20_000  # lines that may begin a part
_HEADER = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_REFERRED = re.compile(r"(?im)^message-id:\s*<([^<>\s]{1,400})>")


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. Addresses are bare (`alice@example.com`), ids without brackets; texts have LF only."""

    message_id: str
    sender: str
    sender_name: str
    subject: str
    text: str
    said: Said
    attached: tuple[Attached, ...]
    refers_to: tuple[str, ...]
    kind: str
    loops: tuple[str, ...]
    raw: bytes

    @property
    def is_answerable(self) -> bool:
        """Whether a person waits for an answer."""
        return self.kind == kinds.PERSON


def read(raw: bytes) -> Mail:
    """A message from its bytes, as a mail server hands it over."""
    message, body, attached = _parsed(mended_head(raw))
    name, sender = address(message, "From", "Sender", "Reply-To", "Return-Path")
    kind = kinds.kind(message)
    refers = dict.fromkeys(reversed(message_ids(message, "References")))
    answered, own = message_ids(message, "In-Reply-To"), message_ids(message, "Message-ID")
    return Mail(
        message_id=next(iter(own), "") or f"{hashlib.sha256(raw).hexdigest()}@nowhere",
        sender=sender.casefold(),
        sender_name=name,
        subject=header(message, "Subject"),
        text=body,
        said=split(body),
        attached=attached,
        refers_to=(*answered, *(one for one in refers if one not in answered), *_bounced(raw, kind, own)),
        kind=kind,
        loops=tuple(headers(message, kinds.LOOP_HEADER)),
        raw=raw,
    )


def mended_head(raw: bytes) -> bytes:
    """The message without what would end its headers too early: space before a colon, lines that are none."""
    head, gap, rest = re.split(rb"(\r?\n\r?\n|\Z)", raw, maxsplit=1)
    lines = _in_utf_8(head, rest).split(b"\n")
    last = max((at for at, line in enumerate(lines) if _HEADER.match(line)), default=-1)
    kept = []
    for at, line in enumerate(lines):
        found = _HEADER.match(line)
        if found:
            kept.append(found[1] + b":" + line[found.end() :])
        elif line.startswith((b" ", b"\t")) or at > last or (at == 0 and line.startswith(b"From ")):
            kept.append(line)
    return b"\n".join(kept) + gap + rest


def _in_utf_8(head: bytes, rest: bytes) -> bytes:
    """Headers whose raw bytes are of another charset: of the one that the message names first, if it is like ASCII."""
    try:
        head.decode("utf-8")
        return head
    except UnicodeDecodeError:
        named = _CHARSET.search(head) or _CHARSET.search(rest[:SEARCHED])
        charset = named[1].decode("ascii") if named else None
        is_like_ascii = charset_text(b"From: a\r\n", charset) == "From: a\r\n"
        return charset_text(head, charset if is_like_ascii else None).encode("utf-8", "replace")


def _parsed(raw: bytes) -> tuple[Message, str, tuple[Attached, ...]]:
    """The message with its text; of one that is nested without end, its head and its bytes as they are."""
    try:
        if raw.lower().count(b"boundary=") > MOST_BOUNDARIES or raw.count(b"\n--") > MOST_MARKS:
            raise RecursionError
        message: Message = BytesParser(policy=policy.compat32).parsebytes(raw)
        body = Body(message)
    except RecursionError:
        head = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)
        return head, plain(charset_text(raw.partition(b"\n\n")[2], None)), ()
    return message, body.text, tuple(body.attached)


def _bounced(raw: bytes, kind: str, own: Sequence[str]) -> tuple[str, ...]:
    """The ids of messages that stand inside a bounce or an automatic answer; qmail's bounces have none of their own."""
    if kind not in (kinds.BOUNCE, kinds.AUTO_REPLY):
        return ()
    found = _REFERRED.findall(charset_text(raw, None).replace("\r\n", "\n"))
    return tuple(dict.fromkeys(one for one in found if one not in own))
