"""THE table of settings: every key of `itil.yaml`, what it must be, its default, and a sentence.

- The defaults are those of `defaults: 1` (S19). They never change: a later set of defaults gets the next
  number, and a store takes it when it says so.
- `itil policy show --all`, `itil policy schema` and `docs/settings.md` are printed from here.
- Names that only have a meaning together (groups, calendars, reasons) are checked in `checks.py`.
"""

from __future__ import annotations

from typing import Any

from itil_cli.process.incident import LEVELS, PRIORITIES
from itil_cli.process.settings.kinds import (
    DAYS,
    OFF_OR_SECONDS,
    PERCENT_OR_DURATION,
    SECONDS,
    Choice,
    DurationText,
    Integer,
    Matching,
    Zone,
)
from itil_cli.process.settings.mailing import MAIL, MESSAGE_SETTINGS
from itil_cli.process.settings.monitoring import MONITORING
from itil_cli.process.settings.parts import (
    CALENDAR,
    CLOCK,
    DURATION,
    FLAG,
    GROUP,
    MAJOR_TARGET,
    NAME,
    NAMES,
    OLA,
    PERIOD,
    PRIORITY,
    PROPOSE_ON,
    REASON,
    REPORT,
    ROUTE,
    TARGET_TIME,
    TARGETS,
    VENDOR,
    by_priority,
)
from itil_cli.process.settings.schema import OFF, Field, ListOf, MapOf, Struct

NEWEST_DEFAULTS = 1
MANDATORY = (
    "title", "description", "requestor", "channel", "tenant", "service", "cis", "category", "product",
    "impact", "urgency", "code", "notes", "known-error", "problem",
)  # fmt: skip
FIGURES = (
    "mtta", "mttr_wall", "mttr_sla", "sla_response", "sla_resolution", "fcr", "first_level",
    "first_assignment", "reassign_avg", "bounced", "reopen_rate", "backlog", "misclassified", "misrouted",
    "major", "pending_share", "kedb_use", "problem_link", "comms", "created", "not_informed", "policy_findings",
    "actions_overdue", "major_actions_overdue",
)  # fmt: skip
CLOSURE_KINDS = ("permanent", "workaround", "no-fault", "recovered", "by-parent", "by-problem")

_CRITERIA_ABOUT = {
    "financial-application": "An application that handles money is hit.",
    "data-corruption": "Data is corrupted or lost.",
    "network-down": "The whole network, or a site's, is down.",
    "critical-service": "A critical service is lost.",
    "critical-period": "It falls into a critical period.",
    "security": "Security is violated.",
    "multiple-systems": "Several systems are hit at once.",
    "many-customers": "Many customers are hit.",
    "reputation": "The organisation's good name is at stake.",
    "no-workaround": "Nothing helps meanwhile.",
}
_IMPACT_ABOUT = {
    "critical": "All or a critical service, many customers, financial or security loss",
    "high": "Several systems or a department",
    "medium": "A group of users, or one system degraded",
    "low": "One user, or a workaround exists",
}
_URGENCY_ABOUT = {
    "critical": "At once",
    "high": "Same day",
    "medium": "Within three working days",
    "low": "Business can continue",
}
_MATRIX = {
    "critical": {"critical": "P1", "high": "P1", "medium": "P2", "low": "P3"},
    "high": {"critical": "P1", "high": "P2", "medium": "P3", "low": "P4"},
    "medium": {"critical": "P2", "high": "P3", "medium": "P4", "low": "P5"},
    "low": {"critical": "P3", "high": "P4", "medium": "P5", "low": "P5"},
}
_PENDING: dict[str, Any] = {
    "awaiting-requestor": {"pauses": ["sla", "ola"], "remind": ["2bd", "4bd"]},
    "awaiting-vendor": {"pauses": ["ola"], "needs": ["vendor", "vendor-ticket"]},
    "awaiting-change": {"pauses": ["ola"], "needs": ["ref"]},
    "awaiting-problem": {"pauses": ["ola"], "needs": ["ref"]},
    "awaiting-parent": {"pauses": ["ola"]},
    "awaiting-activity": {"pauses": ["ola"], "needs": ["ref"]},
    "scheduled": {"pauses": ["sla", "ola"], "needs": ["until"]},
}
_LEVELS_TO_WORDS = MapOf(NAME, keys=LEVELS, what="level")
_ROW = MapOf(PRIORITY, keys=LEVELS, what="level", replaces=True)

SETTINGS = Struct(
    {
        "defaults": Field(
            Integer(1, 999),
            "The version of the built-in defaults; an upgrade changes no verdict.",
            1,
        ),
        "version": Field(Integer(1, 999_999), "The version of this policy; it only grows.", 1),
        "name": Field(NAME, "What the store is called in reports.", "Incidents"),
        "zone": Field(Zone(), "The store's time zone: of `business`, and of reports.", "Etc/UTC"),
        "sandbox": Field(FLAG, "Committer times may follow --now: for a demonstration only.", False),
        "calendars": Field(
            MapOf(CALENDAR, what="calendar"),
            "Opening hours by name; `always` and `business` are there in any case.",
            {
                "always": {"zone": "Etc/UTC", "hours": [{"mon-sun": ["00:00-24:00"]}]},
                "business": {"hours": [{"mon-fri": ["09:00-17:00"]}]},
            },
        ),
        "matrix": Field(
            MapOf(_ROW, keys=LEVELS, what="level", replaces=True),
            "Impact, then urgency, give the priority; a matrix is given whole.",
            _MATRIX,
        ),
        "criteria": Field(
            Struct(
                {
                    "impact": Field(_LEVELS_TO_WORDS, "What each impact means.", _IMPACT_ABOUT),
                    "urgency": Field(_LEVELS_TO_WORDS, "What each urgency means.", _URGENCY_ABOUT),
                }
            ),
            "What the levels mean; shown by prompts and help.",
        ),
        "targets": Field(TARGETS, "What is promised, in seconds of a calendar (s, m, h)."),
        "ola": Field(MapOf(OLA, what="group"), "What a group promises the desk for each visit.", {}),
        "vendors": Field(MapOf(VENDOR, what="vendor"), "What vendors promise.", {}),
        "clocks": Field(MapOf(CLOCK, what="clock"), "Further clocks; response and resolution are built in.", {}),
        "thresholds": Field(
            Struct(
                {
                    "record": Field(
                        ListOf(Integer(1, 1000)),
                        "Percent that are recorded and notified.",
                        [75, 100],
                    ),
                    "show": Field(ListOf(Integer(1, 1000)), "Percent that are shown.", [50, 75, 90, 100]),
                }
            ),
            "Points inside a target (share used).",
        ),
        "on-priority-change": Field(
            Choice("retroactive", "from-change", "upgrade-from-change"),
            "What a new priority does to time already used.",
            "retroactive",
        ),
        "on-reopen": Field(
            Choice("resume", "restart", "keep", "first-only"),
            "What reopening does to the resolution clock.",
            "resume",
        ),
        "in-progress-on": Field(
            Choice("acceptance", "assignment-to-person"), "What makes an incident In Progress.", "acceptance"
        ),
        "offline-limit": Field(DURATION, "How late an event made without a connection may arrive.", "7cd"),
        "inform-every": Field(
            by_priority(OFF_OR_SECONDS),
            "How often the requestor hears from the desk.",
            {"P1": "1h", "P2": "4h"},
        ),
        "pending": Field(
            MapOf(REASON, what="pending reason", removable=True),
            "Reasons to wait; `off` takes one out.",
            _PENDING,
        ),
        "closure": Field(
            Struct(
                {
                    "calendar": Field(NAME, "The calendar of the two waits.", "business"),
                    "auto-close-after": Field(
                        DurationText(SECONDS + DAYS, OFF), "When a resolved incident closes by itself.", "5bd"
                    ),
                    "reopen-window": Field(
                        DurationText(SECONDS + DAYS, "until-closed"),
                        "How long it can be reopened.",
                        "until-closed",
                    ),
                    "codes": Field(
                        MapOf(Choice(*CLOSURE_KINDS), what="closure code", removable=True),
                        "Closure codes and what kind of resolution each is; `off` takes one out.",
                        {
                            "fixed": "permanent",
                            "workaround": "workaround",
                            "no-fault": "no-fault",
                            "user-error": "no-fault",
                            "recovered": "recovered",
                        },
                    ),
                }
            ),
            "Confirmation and closure.",
        ),
        "cancel": Field(Choice(OFF, "staff", "all"), "Who may cancel.", "staff"),
        "mandatory": Field(
            MapOf(ListOf(Choice(*MANDATORY)), keys=("log", "assign", "resolve"), what="verb"),
            "What a verb is refused without.",
            {"log": ["title"], "assign": ["category", "impact", "urgency"], "resolve": ["code", "notes"]},
        ),
        "requestors": Field(Choice("anyone", "known", "domains"), "Whose incidents are taken.", "anyone"),
        "requestor-domains": Field(
            ListOf(Matching(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", "a domain such as example.com")),
            "Whose addresses are taken when requestors says `domains`.",
            [],
        ),
        "groups": Field(
            MapOf(GROUP, what="group", replaces=True),
            "The service desk and the support groups; given, they replace the default ones.",
            {
                "service-desk": {"level": 1, "escalates-to": "support", "desk": True},
                "support": {"level": 2},
            },
        ),
        "categories": Field(
            ListOf(NAME, least=1),
            "Operational categories, each with free sub-categories by `/`.",
            ["application", "hardware", "network", "security", "access", "data", "other"],
        ),
        "routing": Field(ListOf(ROUTE), "Which group gets what is logged; the first that fits counts.", []),
        "monitoring": Field(MONITORING, "How alerts of monitoring and CI become incidents."),
        "escalation": Field(
            Struct(
                {
                    "chain": Field(
                        NAMES,
                        "The levels upwards: assignee, group-lead, a role or an address.",
                        ["assignee", "group-lead", "incident-manager"],
                    ),
                    "acknowledge-within": Field(
                        by_priority(OFF_OR_SECONDS),
                        "After how long without an answer the next level is told.",
                        {"P1": "15m", "P2": "30m", "P3": "4h"},
                    ),
                    "repeat-contacts": Field(Integer(1, 999), "How many contacts by people make an escalation.", 2),
                    "repeat-recurrences": Field(
                        Integer(1, 9999, OFF), "How many repeats of a machine make an escalation.", 5
                    ),
                }
            ),
            "Escalation up the chain.",
        ),
        "major": Field(
            Struct(
                {
                    "propose": Field(
                        ListOf(PRIORITY), "Priorities that propose a major incident by themselves.", ["P1"]
                    ),
                    "propose-on": Field(PROPOSE_ON, "What else proposes one by itself."),
                    "criteria": Field(
                        MapOf(NAME, what="criterion", removable=True),
                        "What makes a major incident.",
                        _CRITERIA_ABOUT,
                    ),
                    "targets": Field(
                        MapOf(MAJOR_TARGET, keys=PRIORITIES, what="priority"),
                        "Shorter targets, from acceptance on.",
                        {
                            "P1": {"response": "5m", "resolution": "2h"},
                            "P2": {"response": "15m", "resolution": "4h"},
                        },
                    ),
                    "calendar": Field(NAME, "The calendar of targets and updates.", "always"),
                    "first-update": Field(TARGET_TIME, "The first update after acceptance.", "15m"),
                    "update-every": Field(
                        by_priority(OFF_OR_SECONDS),
                        "The next update after the last.",
                        {"P1": "30m", "P2": "60m"},
                    ),
                    "review-before-close": Field(FLAG, "Whether it closes only after its review.", True),
                    "critical-periods": Field(
                        ListOf(PERIOD), "When an incident is a major one sooner, such as month end.", []
                    ),
                }
            ),
            "Major incidents.",
        ),
        "reports": Field(
            ListOf(REPORT),
            "Which reports are made and kept, and how often.",
            [{"name": "summary", "every": "month"}],
        ),
        "mail": Field(MAIL, "Incidents by mail."),
        "messages": Field(MESSAGE_SETTINGS, "What people are told."),
        "goals": Field(
            MapOf(PERCENT_OR_DURATION, keys=FIGURES, what="figure"),
            "What the figures should be.",
            {},
        ),
    },
    words="a mapping of settings",
)
DEFAULTS: dict[str, Any] = SETTINGS.default()


def initial_policy(name: str, zone: str) -> str:
    """The commented `itil.yaml` of a new store: what a team changes first, and where the rest is shown."""
    plain = " ".join("".join(character if character.isprintable() else " " for character in name).split())
    return _INITIAL.format(name=(plain or "Incidents").replace("'", "''"), zone=zone)


_INITIAL = """\
# The policy of this store. What it does not say comes from the defaults: `itil policy show --all` prints
# every setting with its value and what it means; `itil policy validate` checks this file.
defaults: 1                      # version of the built-in defaults; an upgrade changes no verdict
version: 1                       # of this policy; raise it with every change
name: '{name}'
zone: {zone}

# Opening hours. `business` is Monday to Friday 09:00-17:00 in the zone above; `always` is around the clock. What was
# counted stays (S5): later, new hours begin with `from:` and a day to come. Before the first incident, write them
# into the first commit instead: `git commit --amend --all`.
# calendars:
#   business:
#     hours: [{{mon-fri: ['09:00-17:00']}}]
#     holidays: ['2026-12-25']

# What is promised, by priority; the others stay as they are.
# targets:
#   P3: {{response: 4h, resolution: 24h, calendar: business}}

# Who works here. Naming groups replaces the two that there are: service-desk and support.
# groups:
#   service-desk: {{level: 1, escalates-to: support, desk: true}}
#   support: {{level: 2}}

# What incidents are about, and where they go.
# categories: [application, hardware, network, security, access, data, other]
# routing: [{{service: vpn, group: support}}]
"""
