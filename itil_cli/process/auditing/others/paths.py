"""Which files may be in a store, of what mode, and who may touch them (default deny).

- Records, settings, open keys, models and reports have their places; everything else is the incident manager's.
- Reports and what is known of a mail are kept as they were written: nobody changes them, and the incident manager
  alone takes one away, which is told. (Attachments: `attached.py`.)
- Every file is 100644: no links, no submodules, nothing executable.
- Refused whoever writes them: `.mailmap`, `.gitmodules`, attributes that merge by union, names with control
  characters or backslashes, names that differ from another one only by case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.auditing.growth import FILE
from itil_cli.process.auditing.others.settings import FILES
from itil_cli.process.auditing.values import Facts, Ground
from itil_cli.process.incident import KINDS
from itil_cli.process.transitions import BOT, DESK, IM, MIM, PM, SUPPORT

_RECORD = re.compile(
    r"incidents/[0-9]{4}/[0-9]{2}/[0-9]{2}/INC-[^/]+\.md|problems/PRB-[^/]+\.md|known-errors/KE-[^/]+\.md"
    r"|knowledge/KB-[^/]+\.md|reviews/process\.md"
)
_KEY = re.compile(r"keys/[0-9a-f]{64}")
_FREE: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"models/[A-Za-z0-9][A-Za-z0-9._-]*\.md"), frozenset({IM, PM})),
    (re.compile(r"reports/.+"), frozenset({DESK, SUPPORT, IM, MIM, PM, BOT})),  # `report --due` may be a bot's
    (
        re.compile(r"attachments/.+|mail/[0-9a-f]{2}/[0-9a-f]{64}|deliveries/.+"),
        frozenset({DESK, SUPPORT, IM, MIM, PM, BOT}),
    ),
)
# What a bot may add and only people may change: mail that came in. What it sent it may write on.
_TAKEN_IN = re.compile(r"attachments/INC-[^/]+/[^/]+|mail/[0-9a-f]{2}/[0-9a-f]{64}")
_SENT = re.compile(r"deliveries/[a-z-]+/([0-9]{4}/[0-9]{2}/[0-9]{2}/)?(INC|PRB|KE)-[^/]+")
_KEPT = re.compile(r"reports/.+|mail/[0-9a-f]{2}/[0-9a-f]{64}")
_FOR_GIT = re.compile(r"(?:.*/)?\.git[^/]*")  # what such a file says git does to others
_UGLY = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
_NEVER = re.compile(r"(?i)(^|/)(\.mailmap|\.gitmodules|\.git(/|$)|git~[0-9])")
_RECORDS = tuple(f"{folder}/" for folder in KINDS.values())
_READ = ("keys/", "mail/", "deliveries/")
LONGEST = 512


def is_record(path: str) -> bool:
    """Whether a record belongs at this place."""
    return _RECORD.fullmatch(path) is not None


def is_key(path: str) -> bool:
    """Whether it is the pointer of an open dedup key."""
    return _KEY.fullmatch(path) is not None


def is_read(path: str) -> bool:
    """Whether the audit reads what is in it."""
    return is_record(path) or path in FILES or path.startswith(_READ) or path.endswith(".gitattributes")


def judge(facts: Facts, ground: Ground, path: str, status: str, mode: str) -> Iterator[Finding]:
    """A file that is no record: its name, its mode, and whether the author may touch it."""
    if _UGLY.search(path) or _NEVER.search(path) or len(path) > LONGEST or not path.isprintable():
        yield Finding("file-path", "no file of a store is called so.", path=path)
        return
    if status != "D" and mode != FILE:
        yield Finding("file-mode", f"the mode is {mode}, not {FILE}.", path=path)
    if path in FILES or is_key(path):
        return
    if path.startswith(_RECORDS):
        yield Finding("P01", "no record lies here: the place does not fit an id.", path=path)
        return
    if status == "M" and _KEPT.fullmatch(path):
        yield Finding("file-changed", "what lies here is kept as it was written.", path=path)
        return
    roles, may = ground.standing(facts), _who_may(path, status)
    if not roles & may or (roles == {BOT} and not _a_bot_may(path, status)):
        yield Finding("file-role", f"{facts.author} may not touch it; {', '.join(sorted(may))} may.", path=path)
    elif status == "D" and _KEPT.fullmatch(path):
        yield Finding("file-deleted", "the incident manager took it away.", WARNING, path=path)


def _who_may(path: str, status: str) -> frozenset[str]:
    if _FOR_GIT.fullmatch(path) or (status == "D" and not path.startswith("models/")):
        return frozenset({IM})
    return next((may for pattern, may in _FREE if pattern.fullmatch(path)), frozenset({IM}))


def is_founded(path: str, wrong: Finding) -> bool:
    """Whether it is the attributes that `init` writes; whoever makes the store may, whatever people.yaml says."""
    return path == ".gitattributes" and wrong.code == "file-role"


def _a_bot_may(path: str, status: str) -> bool:
    taken_in = status == "A" and _TAKEN_IN.fullmatch(path) is not None
    return taken_in or path.startswith("reports/") or (status != "D" and _SENT.fullmatch(path) is not None)


def attributes(path: str, data: bytes) -> Iterator[Finding]:
    """A merge by union would put lines together that no command wrote."""
    if re.search(rb"(?m)^[^#\n]*\bmerge\s*=\s*union\b", data):
        yield Finding("file-path", "merge=union puts lines together that nobody wrote.", path=path)


def case_twins(path: str, known: dict[str, str]) -> Iterator[Finding]:
    """Two names that some disks take for one; `known` is filled as paths come."""
    first = known.setdefault(folded(path), path)
    if first != path:
        how = "by case" if first.casefold() == path.casefold() else "by how its letters are composed"
        yield Finding("file-path", f"it differs from {first} only {how}.", path=path)


def folded(path: str) -> str:
    """A path as a disk sees it that knows neither case nor composition: two that are equal there are one name."""
    return path.casefold() if path.isascii() else normalize("NFC", normalize("NFC", path).casefold())
