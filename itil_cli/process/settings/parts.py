"""What one calendar, target, group, rule, … of the settings must be: the kinds that `table.py` names."""

from __future__ import annotations

from itil_cli.process.incident import LEVELS, PRIORITIES
from itil_cli.process.settings.kinds import (
    EMAIL,
    SECONDS,
    Choice,
    Date,
    DurationText,
    Flag,
    Integer,
    Text,
    Zone,
)
from itil_cli.process.settings.schema import OFF, REQUIRED, Field, ListOf, MapOf, Struct
from itil_cli.process.settings.weeks import WINDOWS, Week

NAME, NAMES, FLAG = Text(), ListOf(Text()), Flag()
PRIORITY, LEVEL = Choice(*PRIORITIES), Choice(*LEVELS)
DURATION, TARGET_TIME = DurationText(), DurationText(SECONDS)


def by_priority(kind: DurationText) -> MapOf:
    """A duration for each priority; removable where the kind has `off`."""
    return MapOf(kind, keys=PRIORITIES, what="priority", removable=OFF in kind.instead)


def _target(response: str, resolution: str, calendar: str) -> dict[str, str]:
    return {"response": response, "resolution": resolution, "calendar": calendar}


CALENDAR = Struct(
    {
        "zone": Field(Zone(), "The zone whose wall clock the hours are read on; the store's unless given."),
        "hours": Field(ListOf(Week(), least=1), "Weekly hours, each set from a date on.", REQUIRED),
        "holidays": Field(ListOf(Date()), "Dates that are closed, whatever else is said of them."),
        "special": Field(
            MapOf(WINDOWS, key=Date(), what="date"), "Dates with hours of their own, instead of the week's."
        ),
    },
    words="a calendar",
)
TARGET = Struct(
    {
        "response": Field(TARGET_TIME, "From logging to the first acceptance.", REQUIRED),
        "resolution": Field(TARGET_TIME, "From logging to Resolved, pauses left out.", REQUIRED),
        "calendar": Field(NAME, "The calendar that both are counted on.", REQUIRED),
    },
    words="a target",
)
_TARGETS: dict[str, tuple[str, dict[str, str]]] = {
    "unclassified": ("Promised until the first classification.", _target("4h", "24h", "business")),
    "P1": ("Promised for P1.", _target("15m", "4h", "always")),
    "P2": ("Promised for P2.", _target("30m", "8h", "always")),
    "P3": ("Promised for P3.", _target("4h", "24h", "business")),
    "P4": ("Promised for P4.", _target("8h", "40h", "business")),
    "P5": ("Promised for P5.", _target("16h", "80h", "business")),
}
TARGET_RULE = Struct(
    {
        "service": Field(NAME, "Holds for this service."),
        "tenant": Field(NAME, "Holds for this tenant."),
        **{name: Field(TARGET, f"{about[:-1]} instead.") for name, (about, _) in _TARGETS.items()},
    },
    words="a rule",
)
TARGETS = Struct(
    {
        **{name: Field(TARGET, about, default) for name, (about, default) in _TARGETS.items()},
        "rules": Field(ListOf(TARGET_RULE), "Targets by service or tenant; the first that fits counts.", []),
    }
)
OLA = Struct(
    {
        **{name: Field(TARGET_TIME, f"For one visit of a {name}.") for name in PRIORITIES},
        "calendar": Field(NAME, "The calendar that it is counted on.", REQUIRED),
    },
    words="an OLA",
)
VENDOR = Struct(
    {
        "contract": Field(TARGET_TIME, "How soon the vendor has to answer.", REQUIRED),
        "calendar": Field(NAME, "The calendar that it is counted on.", REQUIRED),
        "contact": Field(NAME, "Where to reach the vendor."),
    },
    words="a vendor",
)
CLOCK_RULE = Struct(
    {
        "service": Field(NAME, "Holds for this service."),
        "tenant": Field(NAME, "Holds for this tenant."),
        "targets": Field(by_priority(TARGET_TIME), "Its target by priority instead.", REQUIRED),
    },
    words="a rule of a clock",
)
CLOCK = Struct(
    {
        "start": Field(NAME, "The event that starts it.", REQUIRED),
        "stop": Field(NAME, "The event that stops it.", REQUIRED),
        "pause": Field(NAMES, "The pending reasons that pause it."),
        "calendar": Field(NAME, "The calendar that it is counted on.", REQUIRED),
        "targets": Field(by_priority(TARGET_TIME), "Its target by priority; none: not promised.", REQUIRED),
        "rules": Field(ListOf(CLOCK_RULE), "Targets by service or tenant; the first that fits counts."),
    },
    words="a clock",
)
REASON = Struct(
    {
        "pauses": Field(ListOf(Choice("sla", "ola", "uc")), "Which clocks stand still meanwhile."),
        "needs": Field(ListOf(Choice("vendor", "vendor-ticket", "ref", "until")), "What must be given."),
        "remind": Field(ListOf(DURATION), "When the requestor is reminded."),
    },
    words="a pending reason",
)
GROUP = Struct(
    {
        "level": Field(Integer(1, 9), "1 is the desk's level.", REQUIRED),
        "escalates-to": Field(NAME, "The group above it."),
        "desk": Field(FLAG, "Whether it is a service desk, where requestors' incidents enter."),
        "tenants": Field(NAMES, "Whom it serves; all tenants unless given."),
        "lead": Field(EMAIL, "Who leads it: the level `group-lead` of the chain."),
    },
    words="a group",
)
ROUTE = Struct(
    {
        "tenant": Field(NAME, "Fits this tenant."),
        "service": Field(NAME, "Fits this service."),
        "product": Field(NAME, "Fits this product."),
        "channel": Field(NAME, "Fits this channel."),
        "category": Field(NAME, "Fits this category; given by a rule that gives impact and urgency."),
        "group": Field(NAME, "Assigns to this group."),
        "impact": Field(LEVEL, "Classifies with this impact."),
        "urgency": Field(LEVEL, "Classifies with this urgency."),
    },
    words="a routing rule",
)
MAJOR_TARGET = Struct(
    {
        "response": Field(TARGET_TIME, "From logging to the first acceptance.", REQUIRED),
        "resolution": Field(TARGET_TIME, "From logging to Resolved.", REQUIRED),
    },
    words="a target of a major incident",
)
PROPOSE_ON = Struct(
    {
        "children": Field(Integer(1, 9999, OFF), "So many children of one parent.", OFF),
        "criticality": Field(
            ListOf(LEVEL), "High or critical impact on a service of this criticality (`services.yaml`).", []
        ),
        "critical-period": Field(FLAG, "A P1 or P2 inside one of the critical periods.", False),
    },
    words="rules of proposal",
)
PERIOD = Struct(
    {
        "from": Field(Date(), "Its first day.", REQUIRED),
        "to": Field(Date(), "Its last day.", REQUIRED),
        "why": Field(NAME, "What is critical about it."),
    },
    words="a period",
)
REPORT = Struct(
    {
        "name": Field(NAME, "Which report.", REQUIRED),
        "every": Field(Choice("day", "week", "month", "quarter", "year"), "How often.", REQUIRED),
    },
    words="a report",
)
