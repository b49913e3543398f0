"""What an import makes, whatever it reads: records, and what in their steps our process forbids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from itil_cli.intake.ids import base32
from itil_cli.intake.servicenow.states import PAUSES, STATES, State
from itil_cli.process.incident import Record, Value


class Kind(NamedTuple):
    """One kind of finding: from what to what, and the rule it breaks."""

    origin: str
    to: str
    code: str


class Taken(NamedTuple):
    """One incident taken in: the source's number, the record, and each step of its log that ours forbids."""

    number: str
    record: Record
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """How to read the log: who imports (e-mail), the zone of its wall times, what its states mean, and the
    policy's promises by priority (`response`, `resolution`, `calendar`), pauses by reason, and what a resolution
    at an instant promises (`closes-at`, `reopen-until`)."""

    by: str
    zone: str = "UTC"
    states: Mapping[str, State] = field(default_factory=lambda: STATES)
    targets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pauses: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PAUSES)
    closing: Callable[[int], Mapping[str, Value]] = lambda at: {}


def letters(*parts: str) -> str:
    """Four characters that only these words give, so that two clones which import the same agree (S16)."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=4).digest()
    return base32(int.from_bytes(digest) & 0xFFFFF, 4).lower()
