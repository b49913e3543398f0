"""Sending: by SMTP, or by a program of the sender's own. What fails says whether trying again makes sense."""

from __future__ import annotations

import smtplib
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from itil_cli.deliver.configuration import Program, Smtp

SECONDS = 60
Send = Callable[[EmailMessage], None]


class NotSent(Exception):
    """A message that did not leave; `for_good` where the other side will never take it."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


@contextmanager
def sender(way: Smtp | Program | None) -> Iterator[Send]:
    """A function that sends one message; it raises NotSent. A server that cannot be reached fails each of them."""
    if way is None:
        yield _nowhere
        return
    if isinstance(way, Program):
        yield lambda mail: _run(way, mail)
        return
    try:
        server = _connected(way)
    except (OSError, smtplib.SMTPException) as trouble:
        why = f"{way.host}: {trouble}"

        def fails(mail: EmailMessage) -> None:
            raise NotSent(why)

        yield fails
        return
    try:
        yield lambda mail: _send(server, mail)
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _nowhere(mail: EmailMessage) -> None:
    raise NotSent("nothing says how mail is sent")


def _connected(way: Smtp) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if way.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(way.host, way.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(way.host, way.port, timeout=SECONDS)
    if way.tls == "starttls":
        server.starttls(context=context)
    if way.user:
        server.login(way.user, way.password or "")
    return server


def _send(server: smtplib.SMTP, mail: EmailMessage) -> None:
    try:
        server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        raise NotSent(f"{code} {text.decode('utf-8', 'replace')}", for_good=code >= 500) from None
    except smtplib.SMTPResponseException as refused:
        said: bytes | str = refused.smtp_error
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        raise NotSent(f"{refused.smtp_code} {reason}", for_good=refused.smtp_code >= 500) from None
    except (OSError, smtplib.SMTPException) as trouble:
        raise NotSent(str(trouble)) from None


def _run(way: Program, mail: EmailMessage) -> None:
    try:
        done = subprocess.run(way.run, input=mail.as_bytes(), capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NotSent(str(trouble)) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise NotSent(f"{way.run[0]} exits with {done.returncode}: {said}")
