"""What a request carries, as the bytes of a JSON document: unpacked, and taken out of a form.

- `Content-Encoding: gzip` is unpacked, to a byte beyond the limit at most.
- GitHub's webhooks of the content type that its page offers first are a form: `payload=…`.
- What the content type says counts for nothing else: some senders name none, or a wrong one.
"""

from __future__ import annotations

import zlib
from urllib.parse import unquote_plus

from itil_cli.errors import Malformed

FORM = "application/x-www-form-urlencoded"
_GZIP = 16 + zlib.MAX_WBITS


class UnknownEncoding(Malformed):
    """A body that is packed in a way that is not known here."""


def unpacked(data: bytes, encoding: str, limit: int) -> bytes:
    """The body itself, of which `limit` + 1 bytes are enough. Raises UnknownEncoding, or Malformed for broken gzip."""
    how = encoding.strip().lower()
    if how in ("", "identity"):
        return data
    if how not in ("gzip", "x-gzip"):
        raise UnknownEncoding(f"a body in {how[:40]!r} is not read here.", remedy="Send it plain, or as gzip.")
    packed = zlib.decompressobj(_GZIP)
    try:
        plain = packed.decompress(data, limit + 1)
    except zlib.error as wrong:
        raise Malformed(f"body: no gzip: {wrong}.", remedy="Send it plain, or as gzip.") from None
    if not packed.eof and len(plain) <= limit:
        raise Malformed("body: no gzip: its end is missing.", remedy="Send it plain, or as gzip.")
    return plain


def payload(data: bytes, content_type: str) -> bytes:
    """The document in a form of GitHub's; any other body as it is."""
    if content_type.partition(";")[0].strip().lower() != FORM or not data.startswith(b"payload="):
        return data
    field = data.removeprefix(b"payload=").partition(b"&")[0].decode("ascii", "replace")
    return unquote_plus(field).encode("utf-8", "surrogateescape")
