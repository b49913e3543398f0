"""What a reply says itself, apart from what it quotes and from its signature."""

from __future__ import annotations

import re
from typing import NamedTuple

# The line by which a mail program begins what it quotes, in a handful of languages.
_WROTE = re.compile(
    r"(On|Am|Le|El|Op|Em|Il|Den) .{4,200}(wrote|schrieb|a écrit|escribió|schreef|escreveu|ha scritto|skrev).{0,80}:"
)
_FORWARD = re.compile(
    r"-{2,}\s*(Original Message|Ursprüngliche Nachricht|Message d'origine|Forwarded message|Mensaje original)\s*-{2,}"
)
_OUTLOOK = re.compile(r"\*?(From|Von|De|Da|Van)\s?:\*? .+")
_OUTLOOK_NEXT = re.compile(r"\*?(Sent|Gesendet|Envoyé|Enviado|Verzonden|Inviato|Date|Datum|To|An|À)\s?:\*? .+")
SIGNATURE = "-- "
MOST_SIGNED = 20  # lines of a signature


class Said(NamedTuple):
    """The three parts of a text; each may be empty."""

    text: str
    quoted: str
    signature: str


def split(text: str) -> Said:
    """Take a text apart. Quoted lines between answers go to the quoted part, in their order."""
    lines = text.split("\n")
    end = next((at for at in range(len(lines)) if _begins_quote(lines, at)), len(lines))
    own, quoted = lines[:end], lines[end:]
    cut = next((at for at in range(len(own)) if _begins_signature(own, at)), len(own))
    own, signature = own[:cut], own[cut + 1 :]
    said = [line for line in own if not line.startswith(">")]
    between = [line for line in own if line.startswith(">")]
    return Said(_tidy(said), _tidy([*between, *quoted]), _tidy(signature))


def _begins_signature(lines: list[str], at: int) -> bool:
    """`-- ` does; `--`, as many mails have it, only above a few lines: it may be a rule between two parts as well."""
    line = lines[at].rstrip("\r")
    return line == SIGNATURE or (line == "--" and sum(1 for one in lines[at + 1 :] if one.strip()) <= MOST_SIGNED)


def _begins_quote(lines: list[str], at: int) -> bool:
    line = lines[at].strip()
    following = next((one.strip() for one in lines[at + 1 : at + 3] if one.strip()), "")
    if _FORWARD.fullmatch(line):
        return True
    if _OUTLOOK.fullmatch(line) and _OUTLOOK_NEXT.fullmatch(following):
        return True
    joined = f"{line} {following}" if not line.endswith(":") else line
    return len(joined) < 400 and _WROTE.fullmatch(joined) is not None


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
