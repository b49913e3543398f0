"""Secrets are taken out of what is kept of a job's output.

- What a variable holds whose name looks secret, as it is and as it is written in URLs, JSON and base64; each line of
  a value of several lines.
- What the job itself asks to be masked: `::add-mask::` of GitHub, `task.setsecret` and `issecret=true` of Azure.
- Whatever has the shape of a token, a private key, a password in a URL or an assignment, wherever it comes from. The
  shapes are those that the scanners of repositories look for; rather too much is masked than too little.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote

MASK = "***"
SHORTEST = 4  # characters; a shorter value would tear every text apart
_PLAIN = frozenset({"true", "false", "none", "null", "main", "master", "default", "enabled", "disabled"})

_NAME = re.compile(
    r"token|secret|passw|passphrase|credential|apikey|api_key|accesskey|access_key|privatekey|private_key|"
    r"signing|webhook|connection_?string|(?:^|_)(?:auth|authorization|cookie|dsn|jwt|key|pass|pat|pin|pwd|salt|sas)"
    r"(?:_|$|[0-9])|key$",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"://[^\s/:@]{0,200}:([^\s/@]{1,500})@")

_SHAPES = (
    r"(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|A3T[A-Z0-9])[A-Z0-9]{16}",  # AWS
    r"gh[pousr]_[A-Za-z0-9]{20,255}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{22,255}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas|ffct)-[A-Za-z0-9_.-]{20,300}",  # GitLab
    r"GR1348941[A-Za-z0-9_-]{20}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,250}",  # Slack
    r"xapp-[0-9]-[A-Za-z0-9-]{10,250}",
    r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,200}",
    r"(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,200}",  # Stripe
    r"whsec_[A-Za-z0-9+/=]{20,200}",
    r"AIza[A-Za-z0-9_-]{35}",  # Google
    r"ya29\.[A-Za-z0-9_-]{20,500}",
    r"GOCSPX-[A-Za-z0-9_-]{20,60}",
    r"npm_[A-Za-z0-9]{30,60}",
    r"pypi-[A-Za-z0-9_-]{40,300}",
    r"rubygems_[a-f0-9]{40,60}",
    r"dckr_[po]at_[A-Za-z0-9_-]{20,60}",  # Docker
    r"hf_[A-Za-z0-9]{30,60}",  # Hugging Face
    r"sk-(?:[a-z]{2,8}[0-9]{0,2}-)?[A-Za-z0-9_-]{20,300}",  # OpenAI, Anthropic
    r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",  # SendGrid
    r"\b(?:SK|AC)[0-9a-f]{32}\b",  # Twilio
    r"\bkey-[0-9a-f]{32}\b",  # Mailgun
    r"\b[0-9a-f]{32}-us[0-9]{1,2}\b",  # Mailchimp
    r"eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,6000}\.[A-Za-z0-9_-]{0,2000}",  # JSON web tokens
    r"AGE-SECRET-KEY-1[A-Z0-9]{58}",
    r"hv[sbr]\.[A-Za-z0-9_-]{24,300}",  # Vault
    r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",  # Terraform
    r"do[opr]_v1_[a-f0-9]{64}",  # DigitalOcean
    r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}",  # Shopify
    r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,50}",  # Square
    r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,35}",  # Telegram
    r"discord(?:app)?\.com/api/webhooks/[0-9]{10,25}/[A-Za-z0-9_-]{40,100}",
    r"dapi[a-f0-9]{32}(?:-[0-9])?",  # Databricks
    r"(?:lin_api|ntn|secret|glsa|glc|pul|pscale_(?:tkn|pw|oauth)|sntry[su]|figd|nfp|rpa|r8|vercel|sbp|dop)"
    r"[_-][A-Za-z0-9_=+/.-]{30,300}",
    r"(?:PMAK|NRAK|HRKU|NRII|NRJS)-[A-Za-z0-9-]{20,100}",  # Postman, New Relic, Heroku
    r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,60}",  # Doppler
    r"AccountKey=[A-Za-z0-9+/=]{40,100}",  # Azure
    r"(?<=[?&]sig=)[A-Za-z0-9%+/=]{20,200}",
    r"CCIPAT_[A-Za-z0-9_]{20,100}|bkua_[a-z0-9]{40}|ATATT3[A-Za-z0-9_=-]{100,250}|ATBB[A-Za-z0-9]{24,60}",
)
_TOKENS = tuple(map(re.compile, _SHAPES))  # each by itself: a pattern that begins with a word is looked for faster
_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)"
)
_KEY_END = re.compile(r"\A[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")  # its beginning is cut off
_SECRET_WORD = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|"
    r"secret[_-]?key|encryption[_-]?key|account[_-]?key|auth[_-]?key|signing[_-]?key)"
)
_GROUPED = (  # what the group holds is masked
    re.compile(
        rf"(?:{_SECRET_WORD})[A-Za-z0-9_]{{0,20}}[\"']?\s{{0,3}}(?::=|=>|=|:)\s{{0,3}}"
        r"(\"[^\"\n]{4,2000}\"|'[^'\n]{4,2000}'|[^\s\"',;]{4,2000})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w-])--?(?:[a-z][a-z-]{{0,30}})?{_SECRET_WORD}[a-z-]{{0,10}}[ =]([^\s\"']{{4,2000}})", re.IGNORECASE
    ),
    re.compile(
        r"authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:[A-Za-z]{1,20}\s{1,3})?([^\s\"']{4,4000})", re.IGNORECASE
    ),
    re.compile(r"\bbearer\s{1,3}([A-Za-z0-9._~+/=-]{12,4000})", re.IGNORECASE),
    _USERINFO,
    re.compile(r"://([^\s/:@]{16,300})@"),
)
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
        text = _KEY_END.sub(MASK, _KEY_BLOCK.sub(MASK, text))
        for shape in _TOKENS:
            text = shape.sub(MASK, text)
        for shape in _GROUPED:
            text = shape.sub(_without_group, text)
        return text


def _without_group(match: re.Match[str]) -> str:
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return f"{match[0][:start]}{MASK}{match[0][end:]}"


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
