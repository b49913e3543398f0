"""The life cycles of problems, known errors and articles as one table, and the status as its fold (S2, S10).

- A problem is proposed, accepted, investigated, a known error, resolved, closed; or rejected.
- A known error is a draft, published, retired; an article is reviewed in between.
- Desk, support, IM and PM propose and draft, and review articles; the PM alone decides, publishes and retires.
- They edit what they propose and draft; what is accepted or published the PM alone. A reviewed article that is edited
  is a draft again: somebody has to read it once more.
- A resolved problem may be resolved once more, together with the incidents that still wait for it.
- An event that does not fit the status reached is void, as with incidents; links and notes fit any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from itil_cli.process.incident import PROCESS, Event, Record, Value, kind_of
from itil_cli.process.transitions import DESK, IM, PM, ROLES, SUPPORT

PROPOSED, ACCEPTED, INVESTIGATED, KNOWN = "proposed", "accepted", "investigated", "known-error"
RESOLVED, CLOSED, REJECTED = "resolved", "closed", "rejected"
DRAFT, REVIEWED, PUBLISHED, RETIRED = "draft", "reviewed", "published", "retired"
STATUSES: Mapping[str, tuple[str, ...]] = {
    "PRB": (PROPOSED, ACCEPTED, INVESTIGATED, KNOWN, RESOLVED, CLOSED, REJECTED),
    "KE": (DRAFT, PUBLISHED, RETIRED),
    "KB": (DRAFT, REVIEWED, PUBLISHED, RETIRED),
}
NAMES = {"PRB": "problem", "KE": "known error", "KB": "article", PROCESS: "the process"}
STAFF, MANAGER = frozenset({DESK, SUPPORT, IM, PM}), frozenset({PM})
STAYS = ""  # the status that was
FACTS = ("title", "service", "category", "cis", "problem")  # of the header, changed by `edited` events
OPEN_PROBLEM = (ACCEPTED, INVESTIGATED, KNOWN)
# What fits any status and changes none; actions and reviews are of the process and of incidents.
BESIDE = frozenset({"linked", "unlinked", "noted", "action-added", "action-done", "reviewed", "redacted"})


class Step(NamedTuple):
    """One line: a verb of a kind of record writes `do`, from these statuses (none: it begins) to that one (STAYS)."""

    kind: str
    verb: str
    do: str
    origin: tuple[str, ...]
    to: str
    code: str
    may: frozenset[str]


STEPS: tuple[Step, ...] = (
    Step("PRB", "problem new", "proposed", (), PROPOSED, "P14", STAFF),
    Step("PRB", "problem edit", "edited", (PROPOSED,), STAYS, "P14", STAFF),
    Step("PRB", "problem edit", "edited", OPEN_PROBLEM, STAYS, "P14", MANAGER),
    Step("PRB", "problem accept", "accepted", (PROPOSED,), ACCEPTED, "P14", MANAGER),
    Step("PRB", "problem reject", "rejected", (PROPOSED,), REJECTED, "P14", MANAGER),
    Step("PRB", "problem investigate", "investigated", (ACCEPTED, INVESTIGATED), INVESTIGATED, "P14", MANAGER),
    Step("PRB", "known-error publish", "identified", OPEN_PROBLEM, KNOWN, "P14", MANAGER),
    Step("PRB", "problem resolve", "resolved", OPEN_PROBLEM, RESOLVED, "P14", MANAGER),
    Step("PRB", "problem resolve", "resolved", (RESOLVED,), STAYS, "P14", MANAGER),
    Step("PRB", "problem close", "closed", (RESOLVED,), CLOSED, "P14", MANAGER),
    Step("KE", "known-error new", "drafted", (), DRAFT, "P06", STAFF),
    Step("KE", "known-error edit", "edited", (DRAFT,), STAYS, "P06", STAFF),
    Step("KE", "known-error edit", "edited", (PUBLISHED,), STAYS, "P06", MANAGER),
    Step("KE", "known-error publish", "published", (DRAFT,), PUBLISHED, "P06", MANAGER),
    Step("KE", "known-error retire", "retired", (DRAFT, PUBLISHED), RETIRED, "P06", MANAGER),
    Step("KB", "article new", "drafted", (), DRAFT, "F5", STAFF),
    Step("KB", "article edit", "edited", (DRAFT, REVIEWED), DRAFT, "F5", STAFF),
    Step("KB", "article edit", "edited", (PUBLISHED,), STAYS, "F5", MANAGER),
    Step("KB", "article review", "reviewed", (DRAFT, REVIEWED), REVIEWED, "F5", STAFF),
    Step("KB", "article publish", "published", (REVIEWED,), PUBLISHED, "F5", MANAGER),
    Step("KB", "article retire", "retired", (DRAFT, REVIEWED, PUBLISHED), RETIRED, "F5", MANAGER),
)


@dataclass(slots=True)
class Known:
    """What the events of a record say: its status (empty before the first one), and which are void and why."""

    status: str = ""
    voids: dict[str, str] = field(default_factory=dict)


def fold(record: Record) -> Known:
    """The status of a problem, known error or article. Never raises for what events say."""
    kind, known, seen = kind_of(record.id), Known(), set[str]()
    for event in record.events:
        step = step_for(kind, event.do, known.status)
        if event.n in seen:
            known.voids[event.n] = "its name stands twice"
        elif step is not None:
            known.status = step.to or known.status
        elif event.do not in BESIDE:
            known.voids[event.n] = _why_void(kind, event.do, known.status)
        seen.add(event.n)
    return known


def told(record: Record) -> dict[str, Value]:
    """What of the header the events tell: the status, and each fact as it was edited last (S2)."""
    known = fold(record)
    said: dict[str, Value] = {"status": known.status} if known.status else {}
    for event in record.events:
        if event.do == "edited" and event.n not in known.voids:
            said |= {name: event.get(name) for name in FACTS if event.get(name) is not None}
    return said


def why_unfit(record: Record, event: Event) -> str | None:
    """Why an event would be void as the next one; None where it fits."""
    return fold(replace(record, events=(*record.events, event))).voids.get(event.n)


def _why_void(kind: str, do: str, status: str) -> str:
    if not any(step.kind == kind and step.do == do for step in STEPS):
        return f"a {NAMES.get(kind, kind)} knows no event {do!r}"
    return f"{do} does not fit the status {status}" if status else f"{do} is no beginning"


def step_for(kind: str, do: str, status: str) -> Step | None:
    """The line that an event follows from a status; None where it follows none."""
    return next((one for one in STEPS if (one.kind, one.do) == (kind, do) and fits(one, status)), None)


def fits(step: Step, status: str) -> bool:
    """Whether a step may be done from a status (empty: there is no record yet)."""
    return status in step.origin if step.origin else not status


def step_of(verb: str, kind: str, status: str) -> Step:
    """The line of a verb for a kind of record of this status; its first one where none fits."""
    found = lines_of(verb, kind)
    return next((one for one in found if fits(one, status)), found[0])


def lines_of(verb: str, kind: str) -> tuple[Step, ...]:
    """Every line of a verb for a kind of record."""
    return tuple(one for one in STEPS if (one.verb, one.kind) == (verb, kind))


def allowed_from(kind: str, status: str) -> tuple[str, ...]:
    """The verbs that lead on from a status; editing leads nowhere."""
    found = [one for one in STEPS if one.kind == kind and one.origin and fits(one, status)]
    return tuple(one.verb for one in found if one.to != STAYS and one.do != "edited")


def who_may(step: Step) -> tuple[str, ...]:
    """The roles of a line, in the order of S10's columns."""
    return tuple(role for role in ROLES if role in step.may)
