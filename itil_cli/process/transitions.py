"""S10 as data: which verb leads from which status to which, and who may.

One table judges a command now (`lifecycle`), an event in the fold, and a commit later (the audit).
Conditions are words; `rights.py` says what each means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from itil_cli.process.incident import (
    ASSIGNED,
    CANCELED,
    CLOSED,
    IN_PROGRESS,
    NEW,
    OPEN,
    PENDING,
    RESOLVED,
    STATUSES,
)

REQUESTOR, DESK, SUPPORT, BOT = "requestor", "service-desk", "support", "bot"
IM, MIM, PM = "incident-manager", "major-incident-manager", "problem-manager"
AUDITOR = "auditor"
ROLES = (REQUESTOR, DESK, SUPPORT, IM, MIM, PM, AUDITOR, BOT)

# Conditions on a right. ANY: without condition. OWN: his own incident (requestor), one that his group
# holds (support). The others are said where they stand in the table.
ANY, OWN = "any", "own"
OWN_RESOLUTION = "own group's resolution"
IN_DESK = "held by a desk"
CONFIRMED = "with the confirmation"
WHILE_NEW = "own while new"
IF_ALL = "own, if the policy says cancel: all"
OWN_KEY = "what its key opened, code recovered"
BROUGHT = "what somebody else wrote (from)"
ADDRESSED = "addressed"
AGREED = "own; to another group agreed with it"
LADDER = "own; to another group up the ladder or agreed"
KNOWLEDGE = "problem, known-error and article only"

ALWAYS = frozenset(STATUSES)
LIVE = frozenset({NEW, ASSIGNED, IN_PROGRESS, PENDING})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of S10. `to` None leaves the status as it is; `rule` rows are for events that a rule makes.

    `kind`: only a resolution of this kind goes this way; None: any."""

    verb: str
    do: str
    origin: frozenset[str]
    to: str | None
    code: str
    may: Mapping[str, str] = field(default_factory=dict)
    rule: bool = False
    kind: str | None = None


def _staff(desk: str = ANY, support: str = OWN, im: str = ANY, **more: str) -> dict[str, str]:
    return {DESK: desk, SUPPORT: support, IM: im, **{_ROLE[name]: right for name, right in more.items()}}


_ROLE = {"requestor": REQUESTOR, "pm": PM, "bot": BOT, "mim": MIM}
_ONLY_MIM = {MIM: ANY}
_REPORT = {DESK: ANY, SUPPORT: ANY, IM: ANY}

ROWS: tuple[Row, ...] = (
    Row("log", "logged", frozenset(), NEW, "D7", _staff(support=ANY, requestor=ANY, pm=ANY, bot=ANY)),
    Row("contact", "contacted", ALWAYS, None, "D5", _staff(support=ANY, requestor=OWN, pm=ANY, bot=BROUGHT)),
    Row("contact", "recurred", ALWAYS, None, "D5", {BOT: OWN_KEY}),
    Row("note", "noted", ALWAYS, None, "I8", _staff(support=ANY, pm=ANY, bot=ANY)),
    Row("tell", "told", ALWAYS, None, "I7", _staff()),
    Row("vendor", "vendor-opened", OPEN, None, "I6", _staff()),
    Row("vendor", "vendor-answered", OPEN, None, "I6", _staff()),
    Row("apply", "applied", OPEN, None, "I3", _staff(pm=ANY)),
    Row("classify", "classified", OPEN, None, "C3", _staff()),
    Row("assign", "assigned", LIVE, ASSIGNED, "C6", _staff(support=AGREED)),
    Row("return", "returned", frozenset({ASSIGNED, IN_PROGRESS}), ASSIGNED, "P09", {SUPPORT: OWN, IM: ANY}),
    Row("accept", "accepted", frozenset({ASSIGNED}), IN_PROGRESS, "I1", _staff(desk=IN_DESK)),
    Row("pend", "pended", frozenset({IN_PROGRESS, PENDING}), PENDING, "P12", _staff()),
    Row("resume", "resumed", frozenset({PENDING}), IN_PROGRESS, "P12", _staff()),
    Row("resolve", "resolved", frozenset({NEW}), RESOLVED, "R2", {DESK: ANY, IM: ANY, BOT: OWN_KEY}),
    Row("resolve", "resolved", frozenset({ASSIGNED}), RESOLVED, "R2", {BOT: OWN_KEY}, kind="recovered"),
    Row("resolve", "resolved", frozenset({IN_PROGRESS, PENDING}), RESOLVED, "R2", _staff()),
    Row(
        "reopen",
        "reopened",
        frozenset({RESOLVED}),
        ASSIGNED,
        "F3",
        _staff(support=OWN_RESOLUTION, requestor=OWN),
    ),
    Row("close", "closed", frozenset({RESOLVED}), CLOSED, "F2", {REQUESTOR: OWN, DESK: CONFIRMED, IM: ANY}),
    Row("cancel", "canceled", LIVE, CANCELED, "S9", {REQUESTOR: IF_ALL, DESK: ANY, IM: ANY}),
    Row("escalate", "escalated", OPEN, None, "P10", _staff(support=LADDER)),
    Row(
        "acknowledge",
        "acknowledged",
        ALWAYS,
        None,
        "P11",
        {DESK: ADDRESSED, SUPPORT: ADDRESSED, IM: ANY, MIM: ADDRESSED, PM: ANY},
    ),
    Row("link", "linked", OPEN, None, "P03", _staff(pm=KNOWLEDGE)),
    Row("unlink", "unlinked", OPEN, None, "P03", _staff(pm=KNOWLEDGE)),
    Row("edit", "edited", OPEN, None, "D3", _staff(requestor=WHILE_NEW)),
    Row("correct", "corrected", ALWAYS, None, "S5", {IM: ANY}),
    Row("import", "imported", ALWAYS, None, "S17", {IM: ANY}),
    Row("task", "task-done", OPEN, None, "R1", _staff()),
    Row("review", "reviewed", ALWAYS, None, "M8", {DESK: ANY, IM: ANY, MIM: ANY}),
    Row("action", "action-added", ALWAYS, None, "M9", {DESK: ANY, IM: ANY, MIM: ANY, PM: ANY}),
    Row("action", "action-done", ALWAYS, None, "M9", {DESK: ANY, SUPPORT: ANY, IM: ANY, MIM: ANY, PM: ANY}),
    Row("redact", "redacted", ALWAYS, None, "S17", {IM: ANY}),
    Row("major propose", "major-proposed", OPEN, None, "M1", _REPORT),
    Row("major accept", "major-accepted", OPEN, None, "M2", _ONLY_MIM),
    Row("major reject", "major-rejected", OPEN, None, "M2", _ONLY_MIM),
    Row("major demote", "major-demoted", OPEN, None, "M2", _ONLY_MIM),
    Row("major update", "major-updated", ALWAYS, None, "M6", _ONLY_MIM),
    Row("major review", "major-reviewed", ALWAYS, None, "M8", _ONLY_MIM),
    Row("major handover", "major-handed-over", ALWAYS, None, "M10", _ONLY_MIM),
    Row("major bridge", "major-noted", ALWAYS, None, "M3", _ONLY_MIM),
    Row("major inform", "major-noted", ALWAYS, None, "M4", _ONLY_MIM),
    Row("major stakeholder", "major-noted", ALWAYS, None, "M5", _ONLY_MIM),
    Row("major plan", "major-noted", ALWAYS, None, "M5", _ONLY_MIM),
    Row("major rca", "major-noted", ALWAYS, None, "M8", _ONLY_MIM),
    Row("major milestone", "major-noted", ALWAYS, None, "S12", _ONLY_MIM),
    # What a rule writes, whoever ran the command: S4, S9, S11, S19.
    Row("rule", "accepted", frozenset({NEW}), IN_PROGRESS, "S4", rule=True),
    Row("rule", "resolved", OPEN, RESOLVED, "P03", rule=True),
    # A clock of the policy may run until closing; what it demands is told all the same (S13).
    Row("rule", "escalated", frozenset({RESOLVED}), None, "P02", rule=True),
)

# Relations that stay open to change after closing (S9, S10 "problem: any").
ANY_TIME_RELATIONS = frozenset({"problem", "known-error", "article", "follows"})
# Relations that an incident receives from another one's link, whatever its own status.
RECEIVED_RELATIONS = frozenset({"followed-by", "duplicated-by", "related"})

# What an error does not offer as a way on: what only a major incident has, and what is no step of an incident.
_NOT_OFFERED = (
    "import",
    "redact",
    *(row.verb for row in ROWS if row.verb.startswith("major") and row.may == _ONLY_MIM),
)

_BY_VERB: dict[str, tuple[Row, ...]] = {}
_BY_DO: dict[str, tuple[Row, ...]] = {}
for _row in ROWS:
    _BY_VERB[_row.verb] = (*_BY_VERB.get(_row.verb, ()), _row)
    _BY_DO[_row.do] = (*_BY_DO.get(_row.do, ()), _row)


def rows_of(verb: str) -> tuple[Row, ...]:
    """The lines of a verb; empty for an unknown one."""
    return _BY_VERB.get(verb, ())


def rows_for(do: str) -> tuple[Row, ...]:
    """The lines that write an event of this kind; empty for an unknown one."""
    return _BY_DO.get(do, ())


@lru_cache(maxsize=2048)
def leads_to(do: str) -> str | None:
    """The status that an event of this kind leads to; None where it leaves it as it is."""
    return next((row.to for row in rows_for(do) if row.to), None)


@lru_cache(maxsize=2048)
def legal(do: str, status: str, *, by_rule: bool, kind: str | None = None) -> bool:
    """Whether an event fits the status (S16); `by_rule` opens the lines for rules, `kind` is a resolution's."""
    return any(status in row.origin and (by_rule or not row.rule) and row.kind in (None, kind) for row in rows_for(do))


def allowed_from(status: str) -> tuple[str, ...]:
    """The verbs that lead on from a status, in the table's order, for an error's `allowed`."""
    seen = dict.fromkeys(row.verb for row in _for_people(status) if not row.verb.startswith(_NOT_OFFERED))
    return tuple(seen)


def steps_from(status: str) -> tuple[str, ...]:
    """Of these, the verbs that lead to another status."""
    return tuple(dict.fromkeys(row.verb for row in _for_people(status) if row.to))


def _for_people(status: str) -> list[Row]:
    """The lines that lead on from a status, but for those of rules, and of bots alone."""
    return [row for row in ROWS if status in row.origin and not row.rule and set(row.may) != {BOT}]


def who_may(verb: str, status: str | None = None) -> tuple[str, ...]:
    """The roles that may do a verb (in a status, if given), in the order of S10's columns."""
    rows = [row for row in rows_of(verb) if status is None or not row.origin or status in row.origin]
    return tuple(role for role in ROLES if any(role in row.may for row in rows))
