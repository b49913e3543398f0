"""The mailbox that mail is fetched from: `~/.config/itil/receive.toml` of whoever fetches, never the store.

[imap]
url = "imaps://helpdesk@mail.example.com/INBOX"   # the password in ITIL_IMAP_PASSWORD, or as password = "…"
token-command = ["oama", "access", "helpdesk@example.com"]  # instead of a password: prints an access token (OAuth)
ca = "/etc/ssl/our-mail.pem"                      # an authority of your own: only what it signed counts
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from itil_cli.errors import Broken, NotFound, did_you_mean
from itil_cli.intake.mail.imap import Mailbox, mailbox

PASSWORD, FILE = "ITIL_IMAP_PASSWORD", "ITIL_RECEIVE"
_KEYS = ("url", "password", "token-command", "ca")


def place() -> Path:
    """Where the configuration lies: ITIL_RECEIVE, else below XDG_CONFIG_HOME or ~/.config."""
    given = os.environ.get(FILE)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(given) if given else Path(base) / "itil" / "receive.toml"


def configured(url: str | None, path: Path) -> Mailbox:
    """The mailbox of a URL, or the one of the file. Raises NotFound, Broken or Malformed."""
    said = _load(path)
    wanted = url or said.get("url")
    if not wanted:
        raise NotFound(f"{path} names no mailbox.", remedy="Give --imap URL, or write `url` into its [imap].")
    token = tuple(said.get("token-command", ()))
    password = None if token else os.environ.get(PASSWORD) or said.get("password")
    return mailbox(wanted, password, said.get("ca"), token)


def _load(path: Path) -> dict[str, Any]:
    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise _broken(path, f"it is no TOML: {wrong}.") from None
    said = whole.get("imap")
    if whole.keys() != {"imap"} or not isinstance(said, dict):
        raise _broken(path, f"its only section is [imap], not {', '.join(whole) or 'none'}.")
    for key, value in said.items():
        if key not in _KEYS:
            raise _broken(path, f"there is no imap.{key}.", did_you_mean(key, _KEYS))
        if key == "token-command":
            _check_command(path, said)
        elif not isinstance(value, str):
            raise _broken(path, f"imap.{key} is no str.")
    if said.get("ca"):
        _check_authority(path, said["ca"])
    return said


def _check_command(path: Path, said: dict[str, Any]) -> None:
    words = said["token-command"]
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise _broken(path, "imap.token-command is a list of words, the program first.")
    if "password" in said:
        raise _broken(path, "imap.token-command stands instead of imap.password.")


def _check_authority(path: Path, ca: str) -> None:
    import ssl

    try:
        ssl.create_default_context(cafile=ca)
    except OSError:  # ssl.SSLError is one, too
        raise _broken(path, f"imap.ca: {ca} holds no certificate.", "Name a PEM file.") from None


def _broken(path: Path, text: str, remedy: str | None = None) -> Broken:
    return Broken(text, code="receive-settings", path=str(path), remedy=remedy or "docs/mail.md says what it holds.")
