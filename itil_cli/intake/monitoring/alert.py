"""An alert: something outside says that a thing is wrong, or that it is right again.

- `key` is what at most one open incident has; `fingerprint` names the alert within it. They differ where one
  incident takes in a whole group of alerts.
- `since` is when the alert began: with the fingerprint it makes the occurrence, which is taken once, however often
  it is sent. It is UTC text that sorts by time, or a digest of the body where the sender gives no time.
- Texts of senders are strangers' texts: one line where one is wanted, without control characters, and not too long.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

MONITORING, CI = "monitoring", "ci"  # channels
TITLE, TEXT = 200, 16_000  # characters that are kept
_FRACTION = re.compile(r"(\.\d{6})\d+")
_NO_START = "0001-"  # what Go writes for no time


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as its sender tells it. `others_firing`: more of the same key goes on firing; `is_new`: nobody can
    have taken it before."""

    key: str
    fingerprint: str
    since: str
    firing: bool
    title: str
    text: str = ""
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    severity: str | None = None
    services: tuple[str, ...] = ()  # the first that is known counts
    cis: tuple[str, ...] = ()
    channel: str = MONITORING
    others_firing: bool = False
    again: str | None = None  # what is said of a repetition or a recovery, beside the title
    impact: str | None = None  # as the sender says it, whatever the policy makes of severity and labels
    urgency: str | None = None
    is_new: bool = False
    told_at: str | None = None  # when it was first told, where `since` is no time

    @property
    def known_from(self) -> int | None:
        """From when on it may have been taken before (epoch seconds); None where it was not, or nobody can tell."""
        text = self.told_at or self.since
        if self.is_new or not text.endswith("Z"):
            return None
        return int(datetime.fromisoformat(text).timestamp())

    @property
    def occurrence(self) -> str:
        """What is taken once: the alert, and when it began."""
        return f"{self.fingerprint}@{self.since}"


def moment(text: object) -> str:
    """A sender's time (RFC 3339, any fraction; or epoch seconds or milliseconds) as `2026-11-24T08:59:00.123Z`.

    The empty text where there is none. ValueError where it is something else."""
    if text is None or text == "":
        return ""
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise ValueError(f"{text!r} is no time")
    try:
        at = _from_number(float(text)) if _is_number(text) else datetime.fromisoformat(_FRACTION.sub(r"\1", str(text)))
        return "" if str(text).startswith(_NO_START) else _plain(at)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{text!r} is no time such as 2026-11-24T08:59:00Z") from None


def _is_number(text: str | int | float) -> bool:
    return not isinstance(text, str) or re.fullmatch(r"[0-9]{9,16}(\.[0-9]+)?", text) is not None


def _from_number(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC)


def _plain(at: datetime) -> str:
    """A time without an offset is taken for UTC, as the senders mean it."""
    exact = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    return exact.strftime("%Y-%m-%dT%H:%M:%S") + f".{exact.microsecond // 1000:03d}Z"


def one_line(text: str, most: int = TITLE) -> str:
    """The text on one line, printable, and cut where it is too long."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def name_of(text: str) -> str:
    """The text as a name for machines: as it is, or shorter and with a digest where it is long or not printable."""
    if len(text) <= TITLE and text.isprintable():
        return text
    return f"{one_line(text, TITLE // 2)}#{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def lines(text: str, most: int = TEXT) -> str:
    """A text of several lines, printable, and cut where it is too long."""
    rows = text.replace("\r\n", "\n").split("\n")
    clean = "\n".join("".join(letter if letter.isprintable() else " " for letter in row).rstrip() for row in rows)
    return clean.strip("\n") if len(clean) <= most else clean[: most - 1].strip("\n") + "…"


def told(text: str, labels: Mapping[str, str], links: Iterable[tuple[str, str]]) -> str:
    """The description: what the sender says, the labels in order, and where to look."""
    parts = [lines(text, TEXT // 2)]
    parts += ["\n".join(f"- {one_line(name)}: {one_line(value)}" for name, value in sorted(labels.items()))]
    parts += ["\n".join(f"- {name}: {one_line(link, 1000)}" for name, link in links if link)]
    return lines("\n\n".join(part for part in parts if part))
