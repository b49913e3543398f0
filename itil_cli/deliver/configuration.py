"""How messages leave this machine: `~/.config/itil/deliver.toml` of whoever sends, never the store.

[smtp]
host = "mail.example.com"     # port = 587, tls = "starttls" (or "tls", or "none" to this machine)
user = "itil"                 # the password is in ITIL_SMTP_PASSWORD, or here
token-command = ["oama", "access", "itil@example.com"]  # instead of a password: prints an access token (OAuth)
ca = "/etc/ssl/our-mail.pem"  # an authority of your own: only what it signed counts

[webhook]                     # beside it, or alone
url = "https://hooks.example.com/…"
shape = "slack"               # or "teams", "generic"
what = ["escalated", "major-update"]

[command]                     # instead of [smtp]: gets the whole message on standard input
run = ["/usr/sbin/sendmail", "-i", "-t"]
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from itil_cli.errors import Broken, NotFound, did_you_mean
from itil_cli.process.settings.mailing import MESSAGES

PASSWORD, FILE = "ITIL_SMTP_PASSWORD", "ITIL_DELIVER"
SHAPES = ("slack", "teams", "generic")
TLS = ("starttls", "tls", "none")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_KEYS: Mapping[str, Mapping[str, type]] = {
    "smtp": {"host": str, "port": int, "tls": str, "user": str, "password": str, "token-command": list, "ca": str},
    "command": {"run": list},
    "webhook": {"url": str, "shape": str, "what": list},
}


class Smtp(NamedTuple):
    """A mail server; `ca` is the file of an authority whose certificates count instead of the system's.

    `token_command` prints what is shown instead of a password."""

    host: str
    port: int
    tls: str
    user: str | None
    password: str | None
    ca: str | None = None
    token_command: tuple[str, ...] = ()


class Program(NamedTuple):
    """A program that takes a message on standard input."""

    run: tuple[str, ...]


class Webhook(NamedTuple):
    """An address that takes JSON, and which messages it gets."""

    url: str
    shape: str
    what: tuple[str, ...]


class Ways(NamedTuple):
    """How messages leave: mail one way or none, and a webhook or none."""

    mail: Smtp | Program | None
    webhook: Webhook | None

    def described(self) -> list[str]:
        """How things leave, a line each, without what is secret: of a webhook's address only the host."""
        lines = []
        if isinstance(self.mail, Smtp):
            who = f" as {self.mail.user}" if self.mail.user else ""
            lines.append(f"Mail goes through {self.mail.host}:{self.mail.port} ({self.mail.tls}){who}.")
        elif self.mail:
            lines.append(f"Mail goes to the program `{' '.join(self.mail.run)}`.")
        if self.webhook:
            host = urlsplit(self.webhook.url).hostname
            lines.append(f"The webhook at {host} ({self.webhook.shape}) gets {', '.join(self.webhook.what)}.")
        return lines


def place() -> Path:
    """Where the configuration lies: ITIL_DELIVER, else below XDG_CONFIG_HOME or ~/.config."""
    given = os.environ.get(FILE)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(given) if given else Path(base) / "itil" / "deliver.toml"


def load(path: Path) -> Ways:
    """What the file says. Raises NotFound where there is none, Broken where it is wrong."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(f"There is no {path}.", remedy="docs/mail.md says what it holds.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise _broken(path, f"it is no TOML: {wrong}.") from None
    _check(path, said)
    return Ways(_mail(path, said), _webhook(path, said["webhook"]) if "webhook" in said else None)


def _mail(path: Path, said: Mapping[str, Any]) -> Smtp | Program | None:
    if "smtp" in said:
        return _smtp(path, said["smtp"])
    if "command" not in said:
        return None
    run = said["command"].get("run")
    if not run or not all(isinstance(word, str) for word in run):
        raise _broken(path, "command.run is a list of words, the program first.")
    return Program(tuple(run))


def _webhook(path: Path, said: Mapping[str, Any]) -> Webhook:
    url, shape, what = said.get("url", ""), said.get("shape", "generic"), said.get("what", [])
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise _broken(path, "webhook.url begins with https:// (http:// is for this machine only).")
    if shape not in SHAPES:
        raise _broken(path, f"webhook.shape is one of {', '.join(SHAPES)}.", did_you_mean(shape, SHAPES) or None)
    unknown = [one for one in what if one not in MESSAGES]
    if unknown or not what:
        raise _broken(path, f"webhook.what is a list of messages: {', '.join(MESSAGES)}.")
    return Webhook(url, shape, tuple(what))


def _check(path: Path, said: Mapping[str, Any]) -> None:
    if not said or not said.keys() <= _KEYS.keys() or {"smtp", "command"} <= said.keys():
        known = "[smtp] or [command], and [webhook] beside it or alone"
        raise _broken(path, f"its sections are {known}, not {', '.join(said) or 'none'}.")
    for section, values in said.items():
        for key, value in values.items() if isinstance(values, dict) else [(section, values)]:
            if key not in _KEYS[section]:
                raise _broken(path, f"there is no {section}.{key}.", did_you_mean(key, _KEYS[section]))
            if type(value) is not _KEYS[section][key]:
                raise _broken(path, f"{section}.{key} is no {_KEYS[section][key].__name__}.")


def _smtp(path: Path, said: Mapping[str, Any]) -> Smtp:
    host, tls = said.get("host"), said.get("tls", "starttls")
    if not host or tls not in TLS:
        raise _broken(path, "smtp.host is missing." if not host else f"smtp.tls is one of {', '.join(TLS)}.")
    if tls == "none" and host not in LOOPBACK:
        raise _broken(path, f"without TLS mail goes to this machine only, not to {host}.")
    token = _token_command(path, said)
    password = None if token else os.environ.get(PASSWORD) or said.get("password")
    if said.get("user") and not password and not token:
        raise _broken(path, f"there is no password for {said['user']}.", f"Put it into {PASSWORD}.")
    _check_authority(path, said.get("ca"))
    return Smtp(host, said.get("port", _PORTS[tls]), tls, said.get("user"), password, said.get("ca"), token)


def _token_command(path: Path, said: Mapping[str, Any]) -> tuple[str, ...]:
    words = said.get("token-command")
    if words is None:
        return ()
    if not words or not all(isinstance(word, str) and word for word in words):
        raise _broken(path, "smtp.token-command is a list of words, the program first.")
    if "password" in said or not said.get("user"):
        raise _broken(path, "smtp.token-command goes with smtp.user, and instead of smtp.password.")
    return tuple(words)


def _check_authority(path: Path, ca: str | None) -> None:
    if ca is None:
        return
    import ssl

    try:
        ssl.create_default_context(cafile=ca)
    except OSError:  # ssl.SSLError is one, too
        raise _broken(path, f"smtp.ca: {ca} holds no certificate.", "Name a PEM file.") from None


def _broken(path: Path, text: str, remedy: str | None = None) -> Broken:
    return Broken(text, code="deliver-settings", path=str(path), remedy=remedy or "docs/mail.md says what it holds.")
