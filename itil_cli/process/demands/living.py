"""An incident that is open or resolved, as far as the home screen asks: from its fold, or from what an index keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from itil_cli.process.incident import OPEN, Incident
from itil_cli.process.messages.informing import Silence, lasting

Asked = tuple[str, bool]  # an address, a role or a group, and whether a decision is wanted


class Living(NamedTuple):
    """`asked` are the escalations that nobody has acknowledged, `silence` how long its requestor has heard nothing."""

    id: str
    status: str
    title: str = ""
    priority: str | None = None
    group: str | None = None
    assignee: str | None = None
    owner: str | None = None
    requestor: str | None = None
    reason: str | None = None
    major: str | None = None
    unanswered: str | None = None
    logged_at: int | None = None
    last_at: int = 0
    asked: Sequence[Asked] = ()
    silence: Silence | None = None

    @property
    def is_open(self) -> bool:
        """Neither resolved, closed nor canceled."""
        return self.status in OPEN


class Agenda(NamedTuple):
    """How many things are `due` from `since` on, until `until` (epoch seconds; None: for good)."""

    since: int
    until: int | None
    due: int

    def holds(self, now: int) -> bool:
        """Whether it is right at `now`."""
        return self.since <= now and (self.until is None or now < self.until)


_PLAIN = (
    "id", "status", "title", "priority", "group", "assignee", "owner", "requestor", "reason", "major", "unanswered",
    "logged_at", "last_at",
)  # fmt: skip


def living(incident: Incident) -> Living:
    """What a folded incident says of it."""
    said = {name: getattr(incident, name) for name in _PLAIN}
    return Living(**said, asked=asked_of(incident), silence=lasting(incident))


def asked_of(incident: Incident) -> list[Asked]:
    """Who was told of it and is waited for: for a decision until there is one, else until somebody takes notice."""
    return [
        (one.to, one.asks)
        for one in incident.escalations
        if one.asks or (one.acknowledged_at is None and not one.decision_wanted)
    ]
