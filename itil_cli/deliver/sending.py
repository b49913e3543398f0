"""Sending: by SMTP, or by a program of the sender's own. What fails says whether trying again makes sense.

- The line to a server is opened for the first message, and again after a message at which it broke.
- A server that cannot be reached, that is not who it should be, or that does not let us in fails every message that
  is left, without another try; so does one that breaks off three messages running.
- Nothing and nobody's password goes in the clear, unless to this machine with `tls = "none"`.
- Where a program gives tokens instead of a password (`token-command`), each line asks it anew.
"""

from __future__ import annotations

import smtplib
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage

from itil_cli.deliver.configuration import Program, Smtp
from itil_cli.errors import ItilError

SECONDS = 60
MOST_BREAKS = 3
LOGINS = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})  # what the library knows
Send = Callable[[EmailMessage], None]
FirstWords = Callable[[str, Sequence[str]], str]  # of XOAUTH2: of a user, by the program that gives tokens


class NotSent(Exception):
    """A message that did not leave; `for_good` where the other side will never take it."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


@contextmanager
def sender(way: Smtp | Program | None, first_words: FirstWords) -> Iterator[Send]:
    """A function that sends one message; it raises NotSent."""
    if isinstance(way, Smtp):
        line = _Line(way, first_words)
        try:
            yield line.send
        finally:
            line.close()
    elif way is None:
        yield _nowhere
    else:
        yield lambda mail: _run(way, mail)


def _nowhere(mail: EmailMessage) -> None:
    raise NotSent("nothing says how mail is sent")


class _Line:
    """The line to a mail server."""

    def __init__(self, way: Smtp, first_words: FirstWords) -> None:
        self._way, self._first_words = way, first_words
        self._server: smtplib.SMTP | None = None
        self._shut = ""
        self._breaks = 0

    def send(self, mail: EmailMessage) -> None:
        """Send one message. Raises NotSent."""
        if self._shut:
            raise NotSent(self._shut)
        try:
            self._server = self._server or _opened(self._way, self._first_words)
        except NotSent as trouble:
            self._shut = str(trouble)
            raise
        try:
            _send(self._server, mail)
        except NotSent as trouble:
            self._broke(str(trouble))
            raise
        self._breaks = 0

    def _broke(self, why: str) -> None:
        """After trouble: the line may be gone (the library lets go of it then)."""
        if self._server is not None and self._server.sock is None:
            self._server, self._breaks = None, self._breaks + 1
            self._shut = why if self._breaks == MOST_BREAKS else ""

    def close(self) -> None:
        """Say goodbye."""
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()


def _opened(way: Smtp, first_words: FirstWords) -> smtplib.SMTP:
    """A server that lets us in. Raises NotSent in words for whoever set it up."""
    server: smtplib.SMTP | None = None
    try:
        said = first_words(way.user or "", way.token_command) if way.token_command else None
        server = _connected(way)
        if said is not None:
            _show_token(server, said)
        elif way.user:
            _log_in(server, way.user, way.password or "")
        return server
    except ItilError as trouble:  # there is no token
        raise NotSent(trouble.text.rstrip(".")) from None
    except (OSError, smtplib.SMTPException) as trouble:
        if server is not None:
            server.close()
        raise NotSent(_why(way, trouble)) from None


def _connected(way: Smtp) -> smtplib.SMTP:
    if way.tls == "none":
        return smtplib.SMTP(way.host, way.port, timeout=SECONDS)
    context = ssl.create_default_context(cafile=way.ca)
    if way.tls == "tls":
        return smtplib.SMTP_SSL(way.host, way.port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(way.host, way.port, timeout=SECONDS)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _show_token(server: smtplib.SMTP, said: str) -> None:
    server.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in server.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("XOAUTH2")
    # To what the server says of a token that it does not take, an empty answer ends it.
    server.auth("XOAUTH2", lambda challenge=None: said if challenge is None else "")


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    server.ehlo_or_helo_if_needed()
    if not LOGINS & set(server.esmtp_features.get("auth", "").upper().split()):
        raise smtplib.SMTPNotSupportedError
    if (user + password).isascii():
        server.login(user, password)
        return
    # RFC 4616 has UTF-8; the library does not.
    said = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, text = server.docmd("AUTH", f"PLAIN {said}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, text)


def _why(way: Smtp, trouble: Exception) -> str:
    """Why a server does not let us in."""
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {way.host} is not trusted: {trouble.verify_message}"
            " (`smtp.ca` names the file of an authority of your own)"
        )
    if isinstance(trouble, ssl.SSLError):
        return f"{way.host} speaks no TLS at port {way.port} (`smtp.tls` and `smtp.port` go together): {trouble.reason}"
    if isinstance(trouble, smtplib.SMTPAuthenticationError):
        return f"{way.host} does not take the login of {way.user}: {_answer(trouble)}"
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        if "XOAUTH2" in str(trouble):
            return f"{way.host} takes no tokens (XOAUTH2)"
        what = "STARTTLS; nothing is sent in the clear" if "STARTTLS" in str(trouble) else "login that we know"
        return f"{way.host} offers no {what}"
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"{way.host} says {_answer(trouble)}"
    if isinstance(trouble, TimeoutError):
        return f"{way.host} says nothing at port {way.port} for {SECONDS} seconds"
    said = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else str(trouble)
    return f"{way.host} cannot be reached at port {way.port}: {said}"


def _send(server: smtplib.SMTP, mail: EmailMessage) -> None:
    """Send one message. A 5xx is for good, but for one about us: our address, or that we are not logged in."""
    try:
        server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        text = _text(said)
        is_about_us = code == 530 or text.startswith(
            "5.7."
        )  # RFC 3463: what we may do, not whether there is the address
        raise NotSent(f"{code} {text}", for_good=code >= 500 and not is_about_us) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as refused:
        raise NotSent(f"the server does not take us: {_answer(refused)}") from None
    except smtplib.SMTPResponseException as refused:
        raise NotSent(_answer(refused), for_good=refused.smtp_code >= 500) from None
    except smtplib.SMTPNotSupportedError as trouble:
        raise NotSent(str(trouble), for_good=True) from None
    except (OSError, smtplib.SMTPException) as trouble:
        server.close()
        raise NotSent(f"the server broke off: {trouble}") from None


def _answer(said: smtplib.SMTPResponseException) -> str:
    return f"{said.smtp_code} {_text(said.smtp_error)}"


def _text(said: bytes | str) -> str:
    return " ".join((said.decode("utf-8", "replace") if isinstance(said, bytes) else said).split())


def _run(way: Program, mail: EmailMessage) -> None:
    try:
        done = subprocess.run(way.run, input=mail.as_bytes(), capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NotSent(str(trouble)) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise NotSent(f"{way.run[0]} exits with {done.returncode}: {said}")
