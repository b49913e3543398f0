"""A mailbox on an IMAP server: what is unseen is given, and marked as seen once it is taken in.

- `imaps://USER@HOST[:PORT]/FOLDER` speaks TLS; `imap://` begins with STARTTLS, or speaks in the clear with this
  machine alone. A certificate is always checked.
- The password is in ITIL_IMAP_PASSWORD or in receive.toml, never on the command line. Where a program gives tokens
  instead (`token-command`), each line asks it anew.
- A message stays unseen until it is safe; one that is refused stays unseen. Where the line breaks nothing is lost, and
  what was taken in and not marked is known when it is given again.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from itil_cli.errors import GitTrouble, Malformed
from itil_cli.intake.mail.boxes import Letter, NotMarked

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SECONDS = 60


class Mailbox(NamedTuple):
    """A folder on a server, who logs in, and the file of an authority whose certificates count instead of the
    system's."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    folder: str
    ca: str | None = None
    token_command: tuple[str, ...] = ()


FirstWords = Callable[[str, Sequence[str]], str]  # of XOAUTH2: of a user, by the program that gives tokens


def mailbox(url: str, password: str | None, ca: str | None = None, token_command: tuple[str, ...] = ()) -> Mailbox:
    """What a URL names. Raises Malformed for one that will not do."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not parts.username or port == 0:
        raise Malformed(f"{url!r} is no mailbox.", remedy="Write imaps://USER@HOST/FOLDER.")
    if parts.password is not None:
        raise Malformed("a password in a URL is seen by everybody.", remedy="Put it into ITIL_IMAP_PASSWORD.")
    if not password and not token_command:
        raise Malformed("there is no password for the mailbox.", remedy="Put it into ITIL_IMAP_PASSWORD.")
    tls = "tls" if parts.scheme == "imaps" else "none" if parts.hostname in LOOPBACK else "starttls"
    folder = unquote(parts.path.strip("/")) or "INBOX"
    port = port or (993 if tls == "tls" else 143)
    return Mailbox(parts.hostname, port, tls, unquote(parts.username), password or "", folder, ca, token_command)


def unseen(box: Mailbox, limit: int, first_words: FirstWords) -> Iterator[Letter]:
    """The unseen messages, each read to a byte beyond `limit` at most. Raises GitTrouble where the server fails."""
    try:
        with _opened(box, first_words) as server:
            yield from _messages(server, box.folder, limit)
    except (imaplib.IMAP4.error, OSError) as trouble:
        raise GitTrouble(f"the mailbox at {box.host} fails: {_why(trouble)}.", code="imap") from None


def _opened(box: Mailbox, first_words: FirstWords) -> imaplib.IMAP4:
    """A server that has let us in. Raises GitTrouble in words for whoever set it up, or what the library raises."""
    said = first_words(box.user, box.token_command) if box.token_command else None
    try:
        server = _connected(box)
    except ssl.SSLCertVerificationError as wrong:
        raise _trouble(
            f"the certificate of {box.host} is not trusted: {wrong.verify_message}.",
            "`ca` in receive.toml names the file of an authority of your own.",
        ) from None
    except ssl.SSLError as wrong:
        raise _trouble(f"{box.host} speaks no TLS at port {box.port}: {wrong.reason}.", "See docs/mail.md.") from None
    try:
        if said is None:
            _log_in(server, box)
        else:
            _show_token(server, box, said)
    except imaplib.IMAP4.error as refused:
        server.shutdown()
        raise _trouble(f"{box.host} does not take the login of {box.user}: {_why(refused)}.") from None
    return server


def _connected(box: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context(cafile=box.ca)
    if box.tls == "tls":
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=SECONDS)
    server = imaplib.IMAP4(box.host, box.port, timeout=SECONDS)
    if box.tls == "none":
        return server
    try:
        if "STARTTLS" not in server.capabilities:
            raise _trouble(f"{box.host} offers no STARTTLS; no password is sent in the clear.", "Write imaps://.")
        server.starttls(ssl_context=context)
    except BaseException:
        with suppress(OSError):  # the library has let go of it already
            server.shutdown()
        raise
    return server


def _log_in(server: imaplib.IMAP4, box: Mailbox) -> None:
    if (box.user + box.password).isascii():
        server.login(box.user, box.password)
    else:  # RFC 4616 has UTF-8; LOGIN has not
        server.authenticate("PLAIN", lambda challenge: f"\0{box.user}\0{box.password}".encode())


def _show_token(server: imaplib.IMAP4, box: Mailbox, said: str) -> None:
    if "AUTH=XOAUTH2" not in server.capabilities:
        server.shutdown()
        raise _trouble(f"{box.host} takes no tokens (XOAUTH2).", "See `token-command` in docs/mail.md.")
    # To what the server says of a token that it does not take, an empty answer ends it.
    server.authenticate("XOAUTH2", lambda challenge: b"" if challenge else said.encode())


def _trouble(text: str, remedy: str | None = None) -> GitTrouble:
    return GitTrouble(text, code="imap", remedy=remedy)


def _why(trouble: Exception) -> str:
    said = trouble.args[0] if trouble.args else trouble
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(trouble)
    return text.strip().rstrip(".")


def _messages(server: imaplib.IMAP4, folder: str, limit: int) -> Iterator[Letter]:
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, _ = server.select(quoted)
    if status != "OK":
        raise imaplib.IMAP4.error(f"there is no folder {folder}")
    status, found = server.uid("SEARCH", "UNSEEN")
    if status != "OK":
        raise imaplib.IMAP4.error(_said(found))
    for uid in found[0].split() if found and found[0] else []:
        number = uid.decode("ascii")
        _, parts = server.uid("FETCH", number, f"(BODY.PEEK[]<0.{limit + 1}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if raw is None:  # somebody has taken it away meanwhile
            continue
        place = f"{folder}, message {number}"
        yield Letter(raw, place, partial(_seen, server, number))


def _seen(server: imaplib.IMAP4, number: str) -> None:
    """Mark a message as seen. Raises NotMarked."""
    try:
        status, said = server.uid("STORE", number, "+FLAGS", r"(\Seen)")
    except (imaplib.IMAP4.error, OSError) as trouble:
        raise NotMarked(_why(trouble)) from None
    if status != "OK":
        raise NotMarked(_said(said))


def _said(answer: list[bytes | None]) -> str:
    """What the server says why not."""
    return (answer[0] or b"it does not say why").decode("utf-8", "replace").strip().rstrip(".")
