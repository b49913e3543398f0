"""Headers as senders write them, not as they should: whatever stands there becomes text, and nothing raises.

- Encoded words are decoded by their charset; neighbours of one charset are joined first, since some senders cut
  characters in two. Raw bytes are UTF-8, else Windows-1252.
- Text has no control, bidirectional or zero-width characters, and no line breaks.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses

from itil_cli.process.messages.names import is_address

_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,255}")
LONGEST = 20_000  # characters of a header that are read
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,400})>")
_ALIASES = {"ks_c_5601-1987": "cp949", "x-gbk": "gbk", "iso-8859-8-i": "iso-8859-8", "x-sjis": "cp932"}
_NO_TEXT = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"})


def charset_text(data: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset named, else UTF-8, else Windows-1252."""
    for name in (charset, "utf-8"):
        try:
            codec = codecs.lookup(_ALIASES.get((name or "").strip("\"' ").lower(), name or "utf-8"))
            if codec.name.replace("-", "_") not in _NO_TEXT:
                return data.decode(codec.name)
        except (LookupError, ValueError):  # an unknown charset, or bytes that are not of it
            continue
    return data.decode("cp1252", "replace")


def plain(text: str) -> str:
    """Text without what controls a terminal or hides; a line's end is LF."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def decoded(raw: object) -> str:
    """A header's value as one line of text, whatever its encoding."""
    text = raw_text(str(raw)[:LONGEST])
    text = "".join(_pieces(_BETWEEN.sub(r"\1\2", text)))
    return " ".join(plain(text).split())


def raw_text(text: str) -> str:
    """What the parser kept as raw bytes (surrogates) is read as UTF-8, else as Windows-1252."""
    if text.isascii():
        return text
    return charset_text(text.encode("utf-8", "surrogateescape"), None)


def _pieces(text: str) -> Iterator[str]:
    """The text between encoded words, and the words decoded; neighbours of one charset at once."""
    end, held, charset = 0, b"", ""
    for word in _WORD.finditer(text):
        if held and (word.start() != end or word[1].lower() != charset):
            yield charset_text(held, charset)
            held = b""
        yield text[end : word.start()]
        held, charset, end = held + _bytes(word[2], word[3]), word[1].partition("*")[0].lower(), word.end()
    if held:
        yield charset_text(held, charset)
    yield text[end:]


def _bytes(encoding: str, said: str) -> bytes:
    data = said.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def header(message: Message, name: str) -> str:
    """The first header of a name as text; empty where there is none."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """All headers of a name as text."""
    return [decoded(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def address(message: Message, *names: str) -> tuple[str, str]:
    """The first address in any of these headers, with the name beside it; both empty where there is none."""
    for name in names:
        for raw in (str(value)[:LONGEST] for key, value in message.raw_items() if key.lower() == name.lower()):
            for said, found in _addresses(raw_text(raw)):
                if is_address(found):
                    return decoded(said), found
            near = _ADDRESS.search(decoded(raw))
            if near and is_address(near[0].strip(".'")):
                return "", near[0].strip(".'")
    return "", ""


def _addresses(text: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([text])
    except (RecursionError, IndexError, ValueError):  # comments in comments, groups in groups
        return []


def message_ids(message: Message, *names: str) -> tuple[str, ...]:
    """The message ids in these headers, without brackets, each once."""
    found = [one for name in names for said in headers(message, name) for one in _MESSAGE_ID.findall(said)]
    return tuple(dict.fromkeys(found))
