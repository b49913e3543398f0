"""What a secret looks like: one table of kinds, with the name that a user reads.

- The shapes of tokens are those that the scanners of repositories look for.
- Where a pattern has a group, that is the secret; else all of it is.
- What people write is prose: a word behind `password:` is none, `Winter2026` is. Configuration (`password=…`,
  `"secret": "…"`, `--token …`) is taken at its word.
- No pattern looks back over what it has read: each is tried on 50,000 hostile characters.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SECRET_WORD = (
    r"(?:passw(?:or)?[dt]|passphrase|kennwort|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|"
    r"private[_-]?key|secret[_-]?key|encryption[_-]?key|account[_-]?key|auth[_-]?key|signing[_-]?key)"
)
_DIGIT = r"(?=[A-Za-z0-9_=+/.-]{0,300}[0-9])"  # what has no digit is a name with hyphens
_START = r"(?<![A-Za-z0-9])"


class Kind(NamedTuple):
    """A kind of secret: its name, as in "an AWS key", and its shape."""

    name: str
    pattern: re.Pattern[str]


_TOKENS: tuple[tuple[str, str], ...] = (
    ("AWS key", r"(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|A3T[A-Z0-9])[A-Z0-9]{16}"),
    ("GitHub token", r"gh[pousr]_[A-Za-z0-9]{20,255}"),
    ("GitHub token", r"github_pat_[A-Za-z0-9_]{22,255}"),
    ("GitLab token", r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas|ffct)-[A-Za-z0-9_.-]{20,300}"),
    ("GitLab token", r"GR1348941[A-Za-z0-9_-]{20}"),
    ("Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}"),
    ("Slack token", r"xapp-[0-9]-[A-Za-z0-9-]{10,250}"),
    ("Slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,200}"),
    ("Stripe key", r"(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,200}"),
    ("Stripe key", r"whsec_[A-Za-z0-9+/=]{20,200}"),
    ("Google key", r"AIza[A-Za-z0-9_-]{35}"),
    ("Google key", r"ya29\.[A-Za-z0-9_-]{20,500}"),
    ("Google key", r"GOCSPX-[A-Za-z0-9_-]{20,60}"),
    ("npm token", r"npm_[A-Za-z0-9]{30,60}"),
    ("PyPI token", r"pypi-[A-Za-z0-9_-]{40,300}"),
    ("RubyGems key", r"rubygems_[a-f0-9]{40,60}"),
    ("Docker token", r"dckr_[po]at_[A-Za-z0-9_-]{20,60}"),
    ("Hugging Face token", r"hf_[A-Za-z0-9]{30,60}"),
    ("OpenAI or Anthropic key", _START + r"sk-" + _DIGIT + r"(?:[a-z]{2,8}[0-9]{0,2}-)?[A-Za-z0-9_-]{20,300}"),
    ("SendGrid key", r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}"),
    ("Twilio key", r"\b(?:SK|AC)[0-9a-f]{32}\b"),
    ("Mailgun key", r"\bkey-[0-9a-f]{32}\b"),
    ("Mailchimp key", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    ("JSON web token", r"eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,6000}\.[A-Za-z0-9_-]{0,2000}"),
    ("age key", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    ("Vault token", r"hv[sbr]\.[A-Za-z0-9_-]{24,300}"),
    ("Terraform token", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}"),
    ("DigitalOcean token", r"do[opr]_v1_[a-f0-9]{64}"),
    ("Shopify token", r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
    ("Square token", r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,50}"),
    ("Telegram token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,35}"),
    ("Discord webhook", r"discord(?:app)?\.com/api/webhooks/[0-9]{10,25}/[A-Za-z0-9_-]{40,100}"),
    ("Databricks token", r"dapi[a-f0-9]{32}(?:-[0-9])?"),
    (
        "service token",
        _START
        + r"(?:lin_api|ntn|secret|glsa|glc|pul|pscale_(?:tkn|pw|oauth)|sntry[su]|figd|nfp|rpa|r8|vercel|sbp|dop)[_-]"
        + _DIGIT
        + r"[A-Za-z0-9_=+/.-]{30,300}",
    ),
    ("Postman or New Relic key", _START + r"(?:PMAK|NRAK|HRKU|NRII|NRJS)-[A-Za-z0-9-]{20,100}"),
    ("Doppler token", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,60}"),
    ("Azure key", r"AccountKey=[A-Za-z0-9+/=]{40,100}"),
    ("Azure key", r"(?<=[?&]sig=)[A-Za-z0-9%+/=]{20,200}"),
    ("CircleCI or Buildkite token", r"CCIPAT_[A-Za-z0-9_]{20,100}|bkua_[a-z0-9]{40}"),
    ("Atlassian token", r"ATATT3[A-Za-z0-9_=-]{100,250}|ATBB[A-Za-z0-9]{24,60}"),
)
_BLOCKS: tuple[tuple[str, str], ...] = (
    (
        "private key",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)",
    ),
    ("private key", r"\A[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"),  # its beginning is cut off
)
_NONE = r"(?:true|false|none|null|\*\*\*)\b"
# A value that a person would not write as a word, no id of ours, no date, no address.
_VALUE = r"(?!(?:INC|PRB|KE|KB)-[0-9]|https?://|[0-9]{4}-[0-9]{2}-)(?=[^\s\"',;]{0,200}[0-9])([^\s\"',;]{6,200})"
_IN_TEXTS: tuple[tuple[str, str], ...] = (
    ("password in a URL", r"://[^\s/:@]{0,200}:([^\s/@]{1,500})@"),
    ("token in a URL", r"://([^\s/:@]{16,300})@"),
    (
        "Authorization header",
        r"authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:basic|bearer|digest|token|apikey)\s{1,3}([^\s\"']{8,4000})",
    ),
    ("Authorization header", r"\bbearer\s{1,3}(?=[A-Za-z0-9._~+/=-]{0,400}[0-9])([A-Za-z0-9._~+/=-]{12,4000})"),
    (
        "password or token",
        rf"{SECRET_WORD}[a-z0-9_]{{0,20}}(?:=|[\"']\s{{0,3}}[:=]\s{{0,3}})[\"']?(?!{_NONE})([^\s\"',;&]{{4,2000}})",
    ),
    (
        "password or token",
        rf"{SECRET_WORD}[a-z0-9_]{{0,20}}\s{{0,3}}(?::=|=>|=|:|\sis\s|\sist\s)\s{{0,3}}[\"']?{_VALUE}",
    ),
    (
        "password or token",
        rf"(?<![\w-])--?(?:[a-z][a-z-]{{0,30}})?{SECRET_WORD}[a-z-]{{0,10}}[ =]([^\s\"']{{4,2000}})",
    ),
)

TOKENS: tuple[Kind, ...] = tuple(Kind(name, re.compile(shape)) for name, shape in _TOKENS)
BLOCKS: tuple[Kind, ...] = tuple(Kind(name, re.compile(shape)) for name, shape in _BLOCKS)
IN_TEXTS: tuple[Kind, ...] = tuple(Kind(name, re.compile(shape, re.IGNORECASE)) for name, shape in _IN_TEXTS)
EVERY: tuple[Kind, ...] = (*BLOCKS, *TOKENS, *IN_TEXTS)
