"""Secrets are taken out of what is kept of a job's output.

- What a variable holds whose name looks secret, as it is and as it is written in URLs, JSON and base64; each line of
  a value of several lines.
- What the job itself asks to be masked: `::add-mask::` of GitHub, `task.setsecret` and `issecret=true` of Azure.
- Whatever has the shape of a token or a private key (`process/masking`), of a password in a URL or an assignment,
  wherever it comes from. Output is no prose: rather too much is masked than too little.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote

from itil_cli.process.masking.kinds import BLOCKS, SECRET_WORD, TOKENS
from itil_cli.process.masking.texts import MASK, without

SHORTEST = 4  # characters; a shorter value would tear every text apart
_PLAIN = frozenset({"true", "false", "none", "null", "main", "master", "default", "enabled", "disabled"})

_NAME = re.compile(
    r"token|secret|passw|passphrase|credential|apikey|api_key|accesskey|access_key|privatekey|private_key|"
    r"signing|webhook|connection_?string|(?:^|_)(?:auth|authorization|cookie|dsn|jwt|key|pass|pat|pin|pwd|salt|sas)"
    r"(?:_|$|[0-9])|key$",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"://[^\s/:@]{0,200}:([^\s/@]{1,500})@")

_GROUPED = (  # what the group holds is masked
    re.compile(
        rf"(?:{SECRET_WORD})[A-Za-z0-9_]{{0,20}}[\"']?\s{{0,3}}(?::=|=>|=|:)\s{{0,3}}"
        r"(\"[^\"\n]{4,2000}\"|'[^'\n]{4,2000}'|[^\s\"',;]{4,2000})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w-])--?(?:[a-z][a-z-]{{0,30}})?{SECRET_WORD}[a-z-]{{0,10}}[ =]([^\s\"']{{4,2000}})", re.IGNORECASE
    ),
    re.compile(
        r"authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:[A-Za-z]{1,20}\s{1,3})?([^\s\"']{4,4000})", re.IGNORECASE
    ),
    re.compile(r"\bbearer\s{1,3}([A-Za-z0-9._~+/=-]{12,4000})", re.IGNORECASE),
    _USERINFO,
    re.compile(r"://([^\s/:@]{16,300})@"),
)
_SHAPES = (*(kind.pattern for kind in (*BLOCKS, *TOKENS)), *_GROUPED)
_ASKED = re.compile(
    r"(?:::add-mask::|##\[add-mask\]|##vso\[task\.setsecret[^\]\n]{0,200}\]|"
    r"##vso\[task\.setvariable[^\]\n]{0,200}issecret=true[^\]\n]{0,200}\])([^\r\n]+)",
    re.IGNORECASE,
)


class Masker:
    """Takes secrets out of texts: `masker(text)`."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._values = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """The text with each secret as `***`."""
        if self._values is not None:
            text = self._values.sub(MASK, text)
        text = _ASKED.sub(MASK, text)
        for shape in _SHAPES:
            text = shape.sub(without, text)
        return text


def secrets_of(variables: Mapping[str, str]) -> list[str]:
    """The values of those variables whose names look secret, and passwords in any URL."""
    named = [value for name, value in variables.items() if _NAME.search(name)]
    inside = [match[1] for value in variables.values() for match in _USERINFO.finditer(value)]
    return [*named, *inside]


def asked_for(line: str) -> Iterator[str]:
    """What a line of output asks to be masked."""
    yield from (unquote(match[1].strip()) for match in _ASKED.finditer(line))


def _forms(value: str) -> Iterator[str]:
    """How a secret may be written; none where it is too short or a plain word."""
    pieces = [value, *value.splitlines()] if "\n" in value else [value]
    for piece in (one.strip() for one in pieces):
        if len(piece) < SHORTEST or piece.lower() in _PLAIN:
            continue
        yield piece
        yield quote(piece, safe="")
        yield quote_plus(piece)
        yield json.dumps(piece)[1:-1]
        encoded = piece.encode("utf-8", "surrogateescape")
        yield base64.b64encode(encoded).decode("ascii").rstrip("=")
        yield base64.urlsafe_b64encode(encoded).decode("ascii").rstrip("=")
