"""The parts of a message: what is read as its text, and what is attached.

- Of alternatives the plain text counts, else the last that has any text. Of related parts the first is the text.
- What has a name or says that it is an attachment is one; so is whatever is no text. A message inside stays whole.
- A wrong transfer encoding leaves the bytes as they are. Nothing raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.generator import BytesGenerator
from email.message import Message
from email.utils import collapse_rfc2231_value
from io import BytesIO
from mimetypes import guess_extension

from itil_cli.intake.mail.headers import charset_text, decoded, header, plain, raw_text
from itil_cli.intake.mail.html import html_text

MOST_PARTS = 500


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment: its name as the sender gives it (or one made from its type), its type, its bytes."""

    name: str
    kind: str
    data: bytes
    is_unnamed: bool = False


class Body:
    """What a walk through the parts gathers."""

    def __init__(self, message: Message) -> None:
        self.attached: list[Attached] = []
        self._parts = 0
        self.text = self._text(message).strip("\n")

    def _text(self, part: Message) -> str:
        self._parts += 1
        if self._parts > MOST_PARTS:
            return ""
        kind = part.get_content_type()
        children = part.get_payload() if part.is_multipart() else None
        if kind.startswith("message/") or children is None:
            return self._leaf(part, kind)
        inside = [one for one in children if isinstance(one, Message)]
        if kind == "multipart/alternative":
            return self._alternative(inside)
        return "\n\n".join(text for text in map(self._text, inside) if text.strip())

    def _alternative(self, parts: list[Message]) -> str:
        texts = [(one.get_content_type(), self._text(one)) for one in parts]
        self.attached = [one for one in self.attached if not (one.is_unnamed and one.kind.startswith("text/"))]
        said = [(kind, text) for kind, text in texts if text.strip()]
        best = next((text for kind, text in said if kind == "text/plain"), None)
        return best or (said[-1][1] if said else "")

    def _leaf(self, part: Message, kind: str) -> str:
        _mend(part)
        name, data = _name(part), _data(part)
        is_attached = header(part, "Content-Disposition").lower().startswith("attachment")
        is_shown = kind in ("text/plain", "text/html") or kind.startswith("multipart/")  # one without parts is text
        if is_shown and not name and not is_attached:
            text = plain(charset_text(data, _charset(part)))
            return html_text(text) if kind == "text/html" else text
        if data or name:
            number = len(self.attached) + 1
            self.attached.append(Attached(name or f"part-{number}{_ending(kind)}", kind, data, not name))
        return ""


def _mend(part: Message) -> None:
    """Headers with raw bytes, which the standard library would lose, become text."""
    for name, value in list(part.raw_items()):
        text = raw_text(str(value))
        if text != value and name.lower().startswith("content-"):
            part.replace_header(name, text)


def _name(part: Message) -> str:
    """The name that a part gives itself: of its disposition, else of its type, else of its place."""
    for param, where in (("filename", "content-disposition"), ("name", "content-type")):
        try:
            value = part.get_param(param, None, where)
            said = decoded(collapse_rfc2231_value(value)) if value else ""
        except (LookupError, ValueError, TypeError):  # a broken RFC 2231 value
            said = ""
        if said:
            return said
    place = header(part, "Content-Location")
    return place.rpartition("/")[2] if place and part.get_content_maintype() not in ("text", "multipart") else ""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        return None


def _ending(kind: str) -> str:
    return ".eml" if kind == "message/rfc822" else guess_extension(kind) or ".bin"


def _data(part: Message) -> bytes:
    """The bytes of a part, decoded where its transfer encoding is known."""
    if part.is_multipart():
        return b"".join(_whole(one) for one in part.get_payload() if isinstance(one, Message))
    encoding = header(part, "Content-Transfer-Encoding")
    if encoding:
        part.replace_header("Content-Transfer-Encoding", encoding.partition(";")[0].strip())
    try:
        data = part.get_payload(decode=True)
    except (LookupError, ValueError, TypeError):
        data = None
    if isinstance(data, bytes):
        return data
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _whole(message: Message) -> bytes:
    """A message inside a message as a file."""
    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False).flatten(message)
    except (LookupError, ValueError, TypeError, AttributeError):
        return str(message.get_payload()).encode("utf-8", "surrogateescape")
    return out.getvalue()
