"""A mailbox on an IMAP server: what is unseen is given, and marked as seen once it is taken in.

- `imaps://USER@HOST[:PORT]/FOLDER` speaks TLS with a checked certificate; `imap://` is for this machine only.
- The password is in ITIL_IMAP_PASSWORD, never on the command line.
- A message stays unseen until it is safe; one that is refused stays unseen.
"""

from __future__ import annotations

import imaplib
import os
import ssl
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from itil_cli.errors import GitTrouble, Malformed
from itil_cli.intake.mail.boxes import Letter

PASSWORD = "ITIL_IMAP_PASSWORD"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SECONDS = 60


def unseen(url: str, limit: int) -> Iterator[Letter]:
    """The unseen messages of a folder. Raises Malformed for a URL that will not do, GitTrouble where it fails."""
    parts = urlsplit(url)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not parts.username:
        raise Malformed(f"{url!r} is no mailbox.", remedy="Write imaps://USER@HOST/FOLDER.")
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
        raise Malformed("imap:// would send the password in the clear.", remedy="Write imaps://.")
    password = os.environ.get(PASSWORD)
    if not password:
        raise Malformed("there is no password for the mailbox.", remedy=f"Put it into {PASSWORD}.")
    try:
        with _connection(parts.scheme, parts.hostname, parts.port) as server:
            server.login(unquote(parts.username), password)
            yield from _messages(server, folder, limit)
    except (imaplib.IMAP4.error, OSError) as trouble:
        raise GitTrouble(f"the mailbox at {parts.hostname} fails: {_said(trouble)}.", code="imap") from None


def _said(trouble: Exception) -> str:
    said = trouble.args[0] if trouble.args else trouble
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(trouble)


def _connection(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imap":
        return imaplib.IMAP4(host, port or 143, timeout=SECONDS)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=SECONDS)


def _messages(server: imaplib.IMAP4, folder: str, limit: int) -> Iterator[Letter]:
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, _ = server.select(quoted)
    if status != "OK":
        raise imaplib.IMAP4.error(f"there is no folder {folder}")
    _, found = server.uid("SEARCH", "UNSEEN")
    for uid in found[0].split() if found and found[0] else []:
        number = uid.decode("ascii")
        _, parts = server.uid("FETCH", number, f"(BODY.PEEK[]<0.{limit + 1}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        place = f"{folder}, message {number}"
        yield Letter(raw, place, lambda number=number: server.uid("STORE", number, "+FLAGS", r"(\Seen)"))  # type: ignore[misc]
