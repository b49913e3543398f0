"""Every figure of S15 as data: what it counts, by which event, in which sentence it is defined.

- `of` says what one incident adds. For a share: whether it is one; for a mean: a number, or None to be left out;
  for a count: nothing is asked; for a ratio: what is added to numerator and denominator, and to which part.
- `beside` names measures that stand beside a figure; they are counts and have sentences of their own.
- `better` tells which way is good, for goals: 1 more, -1 less, 0 neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from itil_cli.process.figures import sources as on
from itil_cli.process.figures.facts import Facts
from itil_cli.process.figures.sources import Happening, Scope, Source
from itil_cli.process.figures.values import COUNT, MEAN, RATIO, SHARE

Of = Callable[[Facts, Happening, Scope], Any]


class Measure(NamedTuple):
    """One figure. `parts` names what divides it, `seconds` tells that its numbers are seconds."""

    id: str
    kind: str
    source: Source
    sentence: str
    of: Of
    beside: tuple[str, ...] = ()
    better: int = 0
    seconds: bool = False
    parts: str | None = None

    @property
    def title(self) -> str:
        """Its name for readers; what stands beside a figure has none but its id."""
        return _TITLES.get(self.id, self.id)


def _every(one: Facts, what: Happening, scope: Scope) -> None:
    return None


def _field(name: str) -> Of:
    return lambda one, what, scope: getattr(one, name)


def _time_to_accept(one: Facts, what: Happening, scope: Scope) -> int:
    return what.at - one.logged_at


def _elapsed(one: Facts, what: Happening, scope: Scope) -> int:
    return int(what.what.elapsed)


def _target(one: Facts, what: Happening, scope: Scope) -> int:
    return int(what.what.target)


def _met(one: Facts, what: Happening, scope: Scope) -> bool:
    return bool(what.what.verdict == "met")


def _first_contact(one: Facts, what: Happening, scope: Scope) -> bool:
    by_desk = one.resolving_group in scope.desks and len(set(one.groups)) <= 1
    return by_desk and not (one.reassignments or one.contacts or one.waited or one.reopens)


def _first_level(one: Facts, what: Happening, scope: Scope) -> bool:
    return scope.desks.issuperset(one.groups or [one.group or ""])


def _straight(one: Facts, what: Happening, scope: Scope) -> bool:
    return not one.reassignments


def _reopened(one: Facts, what: Happening, scope: Scope) -> bool:
    return one.reopens > 0


def _misclassified(one: Facts, what: Happening, scope: Scope) -> bool:
    return one.category != one.first_category


def _misrouted(one: Facts, what: Happening, scope: Scope) -> bool:
    return one.returned or one.bounced


def _is_major(one: Facts, what: Happening, scope: Scope) -> bool:
    return one.major == "accepted"


def _pending(one: Facts, what: Happening, scope: Scope) -> tuple[dict[str, int], int]:
    waits = {key[8:]: seconds for key, seconds in one.spent.items() if key.startswith("pending/")}
    return waits, what.at - one.logged_at


def _time_in_status(one: Facts, what: Happening, scope: Scope) -> tuple[dict[str, int], int]:
    return one.spent, what.at - one.logged_at


def _stood(one: Facts, what: Happening, scope: Scope) -> int:
    return int(what.what[3])


def _rule(one: Facts, what: Happening, scope: Scope) -> str:
    return str(what.what)


def _said(one: Facts, what: Happening, scope: Scope) -> bool:
    return bool(what.what)


AGES = ((1, "[0,1)"), (3, "[1,3)"), (7, "[3,7)"), (14, "[7,14)"), (30, "[14,30)"))
OLDEST = "[30,∞)"
AGE_NAMES = (*(name for _, name in AGES), OLDEST)


def _age(one: Facts, what: Happening, scope: Scope) -> str:
    days = (what.at - one.logged_at) // 86_400
    return next((name for least, name in AGES if days < least), OLDEST)


def _if(test: Of) -> Of:
    """A count of those only of which something holds."""
    return lambda one, what, scope: None if test(one, what, scope) else False


def _cause(name: str) -> Of:
    return _if(lambda one, what, scope: what.what.verdict == "missed" and what.what.cause == name)


def _clock_is(name: str) -> Of:
    return _if(lambda one, what, scope: getattr(what.what, name))


# What stands beside the figures.
_BESIDE = (
    Measure("never_accepted", COUNT, on.UNACCEPTED, "Ended in P without ever having been accepted.", _every),
    Measure("proposals_rejected", COUNT, on.LOGGED, "Logged in P, proposed as major, and rejected.",
            _if(lambda one, what, scope: one.major == "rejected")),
    Measure("response_open_breached", COUNT, on.OPEN_RESPONSE, "Open, not accepted, and already breached.", _every),
    Measure("response_again_met", COUNT, on.RESPONSE_AGAIN, "Accepted in time after a reopening.", _if(_met)),
    Measure("response_again_missed", COUNT, on.RESPONSE_AGAIN, "Accepted too late after a reopening.",
            _if(lambda one, what, scope: not _met(one, what, scope))),
    Measure("response_retarget", COUNT, on.ODD_RESPONSE, "Missed, since the target became shorter.",
            _cause("retarget")),
    Measure("response_late_classification", COUNT, on.ODD_RESPONSE, "Missed at the first classification.",
            _cause("late-classification")),
    Measure("response_downgraded", COUNT, on.ODD_RESPONSE, "Missed, with a longer target after the breach.",
            _clock_is("downgraded")),
    Measure("response_corrected", COUNT, on.ODD_RESPONSE, "A breach that a correction undid.", _clock_is("corrected")),
    Measure("resolution_open_breached", COUNT, on.OPEN_RESOLUTION, "Open and already breached.", _every),
    Measure("resolution_retarget", COUNT, on.ODD_RESOLUTION, "Missed, since the target became shorter.",
            _cause("retarget")),
    Measure("resolution_late_classification", COUNT, on.ODD_RESOLUTION, "Missed at the first classification.",
            _cause("late-classification")),
    Measure("resolution_downgraded", COUNT, on.ODD_RESOLUTION, "Missed, with a longer target after the breach.",
            _clock_is("downgraded")),
    Measure("resolution_corrected", COUNT, on.ODD_RESOLUTION, "A breach that a correction undid.",
            _clock_is("corrected")),
    Measure("unclassified_breaches", COUNT, on.UNCLASSIFIED, "Breaches of the promise made before classification.",
            _every),
    Measure("incidents_with_findings", COUNT, on.FOUND, "Incidents with such a finding in P.", _every),
    Measure("open_not_informed", COUNT, on.SILENT, "Open, and the requestor should have heard from us by now.", _every),
    Measure("actions_added", COUNT, on.ADDED_ACTION, "Follow-up actions added in P.", _every),
    Measure("actions_done", COUNT, on.DONE_ACTION, "Follow-up actions done in P.", _every),
    Measure("actions_done_late", COUNT, on.DONE_ACTION, "Of these, done after their date.", _if(_said)),
    Measure("never_reassigned", COUNT, on.RESOLVED, "Resolved without a group change.", _if(_straight)),
)  # fmt: skip

_FIGURES = (
    Measure("created", COUNT, on.LOGGED, "Incidents logged in P.", _every),
    Measure("resolved", COUNT, on.RESOLVED, "Incidents last resolved in P, and still resolved or closed.", _every),
    Measure("mtta", MEAN, on.ACCEPTED, "Mean of first accepted − logged, over those accepted in P.", _time_to_accept,
            ("never_accepted",), -1, True),
    Measure("mttr_wall", MEAN, on.RESOLVED,
            "Mean of last resolved − logged; last resolved in P, and still resolved or closed.", _field("life"), (),
            -1, True),
    Measure("mttr_sla", MEAN, on.RESOLVED_CLOCK, "Mean of the resolution clock's elapsed time at that resolution.",
            _elapsed, (), -1, True),
    Measure("sla_response", SHARE, on.RESPONSE, "Met ÷ (met + missed): first responses whose clock stopped in P.",
            _met, ("response_retarget", "response_late_classification", "response_downgraded", "response_corrected",
                   "response_open_breached", "response_again_met", "response_again_missed"), 1),
    Measure("sla_resolution", SHARE, on.RESOLUTION, "Met ÷ (met + missed): resolution clocks that stopped in P.",
            _met, ("resolution_retarget", "resolution_late_classification", "resolution_downgraded",
                   "resolution_corrected", "resolution_open_breached", "unclassified_breaches"), 1),
    Measure("fcr", SHARE, on.RESOLVED,
            "Resolved by the desk at first contact (no group change, no second contact, never pending, not reopened)"
            " ÷ resolved in P.", _first_contact, (), 1),
    Measure("first_level", SHARE, on.RESOLVED, "Every group that held it is the desk ÷ resolved in P.", _first_level,
            (), 1),
    Measure("first_assignment", SHARE, on.RESOLVED, "No group change after the first ÷ resolved in P.", _straight, (),
            1),
    Measure("reassign_avg", MEAN, on.RESOLVED, "Mean of group changes after the first, over those resolved in P.",
            _field("reassignments"), ("never_reassigned",), -1),
    Measure("bounced", SHARE, on.RESOLVED, "A group held it twice ÷ resolved in P.", _field("bounced"), (), -1),
    Measure("reopen_rate", SHARE, on.FIRST_RESOLVED,
            "First resolved in P and reopened at least once ÷ first resolved in P.", _reopened, (), -1),
    Measure("backlog", COUNT, on.STANDING,
            "Neither resolved, closed nor canceled at the end of P, or now if that is earlier; by age in days.", _age,
            (), -1, parts="ages"),
    Measure("misclassified", SHARE, on.RESOLVED,
            "Category at resolution ≠ category at first classification ÷ resolved in P.", _misclassified, (), -1),
    Measure("misrouted", SHARE, on.ASSIGNED,
            "Returned to the desk or bounced ÷ first assigned in P.", _misrouted, (), -1),
    Measure("major", SHARE, on.LOGGED, "Accepted majors logged in P ÷ created.", _is_major, ("proposals_rejected",),
            -1),
    Measure("pending_share", RATIO, on.RESOLVED,
            "Seconds pending, by reason ÷ Σ (last resolved − logged), over those resolved in P.", _pending, (), -1,
            parts="reasons"),
    Measure("kedb_use", SHARE, on.RESOLVED,
            "Resolved with a known error or an article, not one drafted from it ÷ resolved in P.",
            _field("known"), (), 1),
    Measure("problem_link", SHARE, on.RESOLVED, "Resolved with a problem ÷ resolved in P.", _field("problem"), (), 1),
    Measure("not_informed", SHARE, on.INFORMED,
            "Resolved in P, and the requestor once heard nothing for longer than `inform-every` ÷ resolved in P with a"
            " priority that has such an interval.", _said, ("open_not_informed",), -1),
    Measure("policy_findings", COUNT, on.FINDING,
            "What `itil check` finds about incidents: steps that the process forbids, files that differ from their"
            " events, names that the policy does not know; in P by the event concerned, else by the last one; by rule.",
            _rule, ("incidents_with_findings",), -1, parts="rules"),
    Measure("comms", SHARE, on.UPDATE, "Updates of major incidents sent on time ÷ due.", _said, (), 1),
    Measure("actions_overdue", SHARE, on.ACTION,
            "Follow-up actions whose date was over ÷ those not done, at the end of P, or now if that is earlier; of"
            " incidents, and, where nothing is filtered, of the process itself.", _said,
            ("actions_added", "actions_done", "actions_done_late"), -1),
    Measure("major_actions_overdue", SHARE, on.MAJOR_ACTION,
            "Follow-up actions whose date was over ÷ those not done, at the end of P, or now if that is earlier; of"
            " incidents that were accepted as major.", _said, (), -1),
    Measure("ola", SHARE, on.OLA, "Met ÷ (met + missed): legs of groups that ended in P.", _met, (), 1),
    Measure("ola_time", MEAN, on.OLA, "Mean of a leg's elapsed time, over legs of groups that ended in P.", _elapsed,
            (), -1, True),
    Measure("uc", SHARE, on.UC, "Met ÷ (met + missed): vendors' clocks that stopped in P.", _met, (), 1),
    Measure("uc_time", MEAN, on.UC, "Mean of a vendor's elapsed time, over his clocks that stopped in P.", _elapsed,
            (), -1, True),
    Measure("response_target", MEAN, on.RESPONSE, "Mean of what was promised, over first responses that stopped in P.",
            _target, seconds=True),
    Measure("resolution_target", MEAN, on.RESOLUTION, "Mean of what was promised, over resolutions that stopped in P.",
            _target, seconds=True),
    Measure("uc_target", MEAN, on.UC, "Mean of what vendors promised, over their clocks that stopped in P.", _target,
            seconds=True),
    Measure("moves", COUNT, on.MOVED, "Changes of status in P.", _every),
    Measure("move_time", MEAN, on.MOVED, "Mean time in a status until it changed in P.", _stood, seconds=True),
    Measure("status_share", RATIO, on.RESOLVED,
            "Seconds by status ÷ Σ (last resolved − logged), over those resolved in P.", _time_in_status,
            parts="statuses"),
)  # fmt: skip

_TITLES = {
    "created": "Created",
    "resolved": "Resolved",
    "mtta": "Time to accept",
    "mttr_wall": "Time to resolve",
    "mttr_sla": "Time to resolve, service hours",
    "sla_response": "Responses in time",
    "sla_resolution": "Resolutions in time",
    "fcr": "First contact resolution",
    "first_level": "Resolved at first level",
    "first_assignment": "Right group at first",
    "reassign_avg": "Group changes",
    "bounced": "Bounced",
    "reopen_rate": "Reopened",
    "backlog": "Backlog",
    "misclassified": "Misclassified",
    "misrouted": "Misrouted",
    "major": "Major incidents",
    "pending_share": "Share of time pending",
    "kedb_use": "Resolved with knowledge",
    "problem_link": "Resolved with a problem",
    "not_informed": "Requestors not informed in time",
    "policy_findings": "Policy findings",
    "comms": "Major updates on time",
    "actions_overdue": "Follow-up actions overdue",
    "major_actions_overdue": "Majors' actions overdue",
    "ola": "Legs of groups in time",
    "ola_time": "Time of a group's leg",
    "uc": "Vendors in time",
    "uc_time": "Time of a vendor",
    "response_target": "Response promised",
    "resolution_target": "Resolution promised",
    "uc_target": "Vendor's promise",
    "moves": "Changes of status",
    "move_time": "Time until then",
    "status_share": "Share of time by status",
}

FIGURES: dict[str, Measure] = {one.id: one for one in _FIGURES}
BESIDE: dict[str, Measure] = {one.id: one for one in _BESIDE}
EVERY: dict[str, Measure] = FIGURES | BESIDE
