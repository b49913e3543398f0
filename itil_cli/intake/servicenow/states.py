"""What the source's words mean here, and which of its steps our process forbids: tables, no code.

The source has no Assigned: `Active` says that a group has it and somebody works on it. So one row may
stand for several of our steps, and a step is forbidden only where no chain of legal steps (S10) leads
from the one status to the other without passing a status that a person had to write down:

- new → in-progress is assigned and accepted in one row; resolved → in-progress reopened and accepted.
- → pending needs an acceptance first (S10 pends from in-progress only), and a reason with a message: P12.
- → resolved from new is the first contact; from assigned only a bot may: R2.
- → closed only from resolved; anything else is a closure without a resolution: R2.
- closed and canceled are ends; what comes after is another incident: F3, S9.
- → new is never reached again: the program sets it at logging (D7). A log that begins at another status
  has lost its beginning, so it is counted too, as `(start) → …`.
- A state that the map does not know keeps the former status, and each such row is a finding: S10,
  `(unknown state) → …`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from itil_cli.process.incident import (
    ASSIGNED,
    CANCELED,
    CLOSED,
    IN_PROGRESS,
    NEW,
    PENDING,
    RESOLVED,
)

START = "(start)"
UNKNOWN, UNKNOWN_CODE = "(unknown state)", "S10"


class State(NamedTuple):
    """A status of ours, and the reason where it is pending (S4)."""

    status: str
    reason: str | None = None


STATES: Mapping[str, State] = {
    "New": State(NEW),
    "Assigned": State(ASSIGNED),
    "Active": State(IN_PROGRESS),
    "In Progress": State(IN_PROGRESS),
    "Work in Progress": State(IN_PROGRESS),
    "On Hold": State(PENDING, "awaiting-activity"),
    "Awaiting User Info": State(PENDING, "awaiting-requestor"),
    "Awaiting Caller": State(PENDING, "awaiting-requestor"),
    "Awaiting Vendor": State(PENDING, "awaiting-vendor"),
    "Awaiting Change": State(PENDING, "awaiting-change"),
    "Awaiting Problem": State(PENDING, "awaiting-problem"),
    "Awaiting Evidence": State(PENDING, "awaiting-activity"),
    "Resolved": State(RESOLVED),
    "Closed": State(CLOSED),
    "Canceled": State(CANCELED),
    "Cancelled": State(CANCELED),
}

# What each reason pauses by default (S4); the policy's own reasons go before these.
PAUSES: Mapping[str, tuple[str, ...]] = {"awaiting-requestor": ("sla", "ola"), "scheduled": ("sla", "ola")}
PAUSES_ELSE = ("ola",)

# from: {to: the rule that forbids it}. What is not named is allowed.
EVENTUAL: Mapping[str, Mapping[str, str]] = {
    START: dict.fromkeys((ASSIGNED, IN_PROGRESS, PENDING, RESOLVED, CLOSED, CANCELED), "D7"),
    NEW: {PENDING: "P12", CLOSED: "R2"},
    ASSIGNED: {NEW: "D7", PENDING: "P12", RESOLVED: "R2", CLOSED: "R2"},
    IN_PROGRESS: {NEW: "D7", CLOSED: "R2"},
    PENDING: {NEW: "D7", CLOSED: "R2"},
    RESOLVED: {NEW: "D7", PENDING: "P12", CANCELED: "S9"},
    CLOSED: {NEW: "D7", **dict.fromkeys((ASSIGNED, IN_PROGRESS, PENDING, RESOLVED, CANCELED), "F3")},
    CANCELED: {NEW: "D7", **dict.fromkeys((ASSIGNED, IN_PROGRESS, PENDING, RESOLVED, CLOSED), "S9")},
}

LEVELS: Mapping[str, str] = {
    "critical": "critical",
    "high": "high",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
}


def forbidden(origin: str, to: str) -> str | None:
    """The rule that forbids going from one status to another, or None where it is allowed."""
    return None if origin == to else EVENTUAL[origin].get(to)


def level_of(cell: str) -> str | None:
    """`high` for `1 - High`; None for what says no level."""
    return LEVELS.get(cell.rpartition("-")[2].strip().lower())


def priority_of(cell: str) -> str | None:
    """`P3` for `3 - Moderate`; None for what does not begin with 1 to 5."""
    number = cell.partition("-")[0].strip()
    return f"P{number}" if number in {"1", "2", "3", "4", "5"} else None
