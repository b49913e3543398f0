"""Access tokens of OAuth: a program of the user's own prints one, and it is shown to the server as XOAUTH2 has it.

Which program stands in his own configuration (`token-command`), never in the store. A token is kept nowhere and told
to nobody but the server; getting a new one in time is the program's affair."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from itil_cli.errors import GitTrouble

SECONDS = 60
LONGEST = 65_536  # characters; tokens of large companies have some thousand


def xoauth2(user: str, command: Sequence[str]) -> str:
    """What a client says first in XOAUTH2. Raises GitTrouble where the program gives no token."""
    return f"user={user}\1auth=Bearer {_token(command)}\1\1"


def _token(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _failed(command, f"it says nothing for {SECONDS} seconds") from None
    except (OSError, ValueError) as wrong:
        raise _failed(command, getattr(wrong, "strerror", None) or str(wrong)) from None
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise _failed(command, f"it exits with {done.returncode}{': ' + said if said else ''}")
    token = done.stdout.decode("utf-8", "replace").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token or len(token) > LONGEST:
        raise _failed(command, "what it prints is no token")
    return token


def _failed(command: Sequence[str], why: str) -> GitTrouble:
    remedy = "`token-command` prints an access token and nothing else (docs/mail.md)."
    return GitTrouble(f"`{command[0]}` gives no token: {why}.", code="token", remedy=remedy)
