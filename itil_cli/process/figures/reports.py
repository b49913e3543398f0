"""The built-in reports as data: which figures, and which tables. To add one, add an entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from itil_cli.process.figures.gather import Figures, Table
from itil_cli.process.time.period import Period

REPEATS = 2  # incidents of one service and category from which on they are repeats
CANDIDATES = 3  # from which on a problem is worth a thought


class Report(NamedTuple):
    """A report: `about` is its sentence, `with_goals` adds every figure for which the policy has a goal.

    `charts` names the pictures of its HTML page, in their order."""

    name: str
    title: str
    about: str
    figures: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    with_goals: bool = False
    charts: tuple[str, ...] = ("flow", "sla", "ages", "heat", "spread", "pareto")


S15 = (
    "created", "resolved", "backlog", "mtta", "mttr_wall", "mttr_sla", "sla_response", "sla_resolution", "fcr",
    "first_level", "first_assignment", "reassign_avg", "bounced", "reopen_rate", "misclassified", "misrouted",
    "major", "pending_share", "kedb_use", "problem_link", "comms",
)  # fmt: skip
_VOLUMES = ("created", "resolved", "backlog")
_TARGETS = ("response_target", "sla_response", "resolution_target", "mttr_sla", "sla_resolution")
_SLA = ("sla_response", "sla_resolution", "mtta", "mttr_sla")


def _repeats(row: Figures) -> bool:
    return row["created"].numerator >= REPEATS


def _candidate(row: Figures) -> bool:
    return row["created"].numerator >= CANDIDATES and not row["problem_link"].numerator


def _any_legs(row: Figures) -> bool:
    return any(row[name].denominator for name in ("uc", "ola") if name in row)


_LENGTHS = ((62, "day"), (400, "week"))  # up to so many days, what a picture over time is made of


def drawn(period: Period, charts: Sequence[str]) -> tuple[Table, ...]:
    """The tables that these pictures of the HTML page are made of; they are not written out."""
    days = (period.end - period.start) // 86_400
    step = next((name for most, name in _LENGTHS if days <= most), "month")
    flow = Table("Created, resolved and open", (step,), _VOLUMES, chart="flow", drawn_only=True)
    known = {table.chart: table for table in (flow, *_DRAWN)}
    return tuple(known[name] for name in charts)


_DRAWN = (
    Table("Vendors in time", ("vendor",), ("uc",), chart="vendors", drawn_only=True, keep=_any_legs),
    Table("SLA by priority", ("priority",), ("sla_response", "sla_resolution"), chart="sla", drawn_only=True),
    Table("Age of what is open", ("priority",), ("backlog",), chart="ages", drawn_only=True),
    Table("When incidents are logged", ("weekday", "hour"), ("created",), chart="heat", drawn_only=True),
    Table("Time to resolve", (), ("mttr_wall",), chart="spread", drawn_only=True),
    Table("Categories", ("category_top",), ("created",), sort="created", chart="pareto", drawn_only=True),
)

FOLLOWS = Table("From status to status", ("from", "to"), ("moves", "move_time"), sort="moves", median=True)

_REPORTS = (
    Report("summary", "Summary", "Every figure, and the main ones by priority.", S15,
           (Table("By priority", ("priority",), (*_VOLUMES, "mttr_wall", "sla_response", "sla_resolution")),)),
    Report("sla", "Service levels", "Verdicts of the clocks, by priority, service and group.",
           ("sla_response", "sla_resolution", "mtta", "mttr_sla", "mttr_wall", "pending_share", "ola", "uc"),
           (Table("By priority", ("priority",), _SLA),
            Table("By service", ("service",), _SLA),
            Table("Legs of groups (OLA)", ("group",), ("ola", "ola_time"), keep=_any_legs)),
           charts=("sla", "spread", "flow")),
    Report("backlog", "Backlog", "What stands open, and how long already.", ("backlog", "created", "resolved"),
           (Table("By priority", ("priority",), ("backlog",)),
            Table("By group", ("group",), ("backlog",)),
            Table("By service", ("service",), ("backlog",))),
           charts=("flow", "ages")),
    Report("workload", "Workload", "Who has how much to do.", (*_VOLUMES, "reassign_avg", "mttr_wall"),
           (Table("By group", ("group",), (*_VOLUMES, "mttr_wall", "reassign_avg")),
            Table("By assignee", ("assignee",), (*_VOLUMES, "mttr_wall")),
            Table("By channel", ("channel",), ("created",), sort="created")),
           charts=("flow", "heat")),
    Report("quality", "Quality", "Right the first time: routing, classification, reopening, knowledge.",
           ("resolved", "fcr", "first_level", "first_assignment", "reassign_avg", "bounced", "reopen_rate",
            "misclassified", "misrouted", "kedb_use", "problem_link", "not_informed", "policy_findings"),
           (Table("By group", ("group",), ("resolved", "first_assignment", "bounced", "reopen_rate", "misclassified",
                                           "not_informed", "policy_findings")),
            Table("By category", ("category",), ("resolved", "fcr", "reopen_rate", "misclassified", "kedb_use"))),
           charts=("pareto", "heat", "spread")),
    Report("major", "Major incidents", "How many, how fast, and whether people were kept informed.",
           ("major", "comms", "created", "mttr_wall", "major_actions_overdue"),
           (Table("By service", ("service",), ("major", "comms"), keep=lambda row: bool(row["major"].numerator)),),
           charts=("flow",)),
    Report("model", "Incident models", "How recurring incidents fare that follow a model, and the others.",
           ("created", "resolved", "mttr_wall", "sla_resolution", "reopen_rate", "kedb_use"),
           (Table("By model", ("model",),
                  (*_VOLUMES, "mttr_wall", "sla_resolution", "reassign_avg", "reopen_rate", "misclassified")),),
           charts=("flow", "sla", "spread")),
    Report("improvement", "Improvement", "Goals against actual figures, repeats, and what may be a problem.",
           ("sla_response", "sla_resolution", "fcr", "reopen_rate", "misclassified", "misrouted", "bounced",
            "kedb_use", "problem_link", "actions_overdue"),
           (Table("Repeats by service and category", ("service", "category"), ("created", "mttr_wall"),
                  sort="created", most=20, keep=_repeats),
            Table("Problem candidates: repeats without a problem", ("service", "category"),
                  ("created", "reopen_rate", "problem_link"), sort="created", most=20, keep=_candidate)),
           with_goals=True,
           charts=("pareto", "sla", "spread")),
    Report("agreement", "Service agreements", "Each service against its targets.",
           ("sla_response", "sla_resolution", "mttr_sla"),
           (Table("By service and priority", ("service", "priority"), _TARGETS),
            Table("By service", ("service",), (*_VOLUMES, *_SLA))),
           charts=("sla", "spread")),
    Report("vendor", "Vendors", "Vendors' answers against their contracts.", ("uc", "uc_target", "uc_time"),
           (Table("By vendor", ("vendor",), ("uc", "uc_target", "uc_time"), keep=_any_legs),
            Table("By vendor and priority", ("vendor", "priority"), ("uc", "uc_target", "uc_time"), keep=_any_legs)),
           charts=("vendors",)),
    Report("flow", "Flow", "What comes, what goes, and where the time is spent.",
           (*_VOLUMES, "mttr_wall", "pending_share", "status_share", "reassign_avg", "reopen_rate"),
           (FOLLOWS, Table("By week", ("week",), (*_VOLUMES, "mttr_wall"))),
           charts=("flow", "spread", "ages")),
)  # fmt: skip

REPORTS: dict[str, Report] = {one.name: one for one in _REPORTS}
