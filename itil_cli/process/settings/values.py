"""The policy as values. Durations are as written (`4h`); only closure's two waits are parsed.

Whoever counts them parses them (`instants.parse_seconds`), since what is promised in events is the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from itil_cli.process.settings.weeks import Window
from itil_cli.process.time.instants import Duration


class WeekFrom(NamedTuple):
    """Weekly hours from a date (`2026-07-01`) on; `""`: they have always held.

    `weekly` has the open days only, `{"mon": (("09:00", "17:00"),)}`, in local wall time."""

    start: str
    weekly: Mapping[str, tuple[Window, ...]]


class CalendarSpec(NamedTuple):
    """A calendar as the policy says it; `calendars.build` makes one that counts. Dates are ISO text."""

    name: str
    zone: str
    hours: tuple[WeekFrom, ...]
    holidays: tuple[str, ...] = ()
    special: Mapping[str, tuple[Window, ...]] = MappingProxyType({})


class Target(NamedTuple):
    """What is promised: response and resolution (S5), counted on a calendar."""

    response: str
    resolution: str
    calendar: str


class TargetRule(NamedTuple):
    """Targets of a service or tenant, by priority (`unclassified` too); None fits any."""

    service: str | None
    tenant: str | None
    targets: Mapping[str, Target]

    def fits(self, service: str | None, tenant: str | None) -> bool:
        """Whether it is about this service and this tenant."""
        return self.service in (None, service) and self.tenant in (None, tenant)


class Ola(NamedTuple):
    """What a group promises for one visit, by priority."""

    targets: Mapping[str, str]
    calendar: str


class Vendor(NamedTuple):
    """What a vendor promises (S8)."""

    name: str
    contract: str
    calendar: str
    contact: str | None = None


class ClockRule(NamedTuple):
    """Targets of a further clock for a service or tenant, by priority; None fits any."""

    service: str | None
    tenant: str | None
    targets: Mapping[str, str]


class ClockSpec(NamedTuple):
    """A further clock, from one kind of event to another. `pauses` are the pending reasons that pause it."""

    name: str
    start: str
    stop: str
    pauses: tuple[str, ...]
    calendar: str
    targets: Mapping[str, str]
    rules: tuple[ClockRule, ...] = ()

    def target(self, priority: str | None, service: str | None, tenant: str | None) -> str | None:
        """What is promised: by the first rule that fits and names the priority; None where nothing is."""
        if priority is None:
            return None
        for rule in self.rules:
            fits = rule.service in (None, service) and rule.tenant in (None, tenant)
            if fits and priority in rule.targets:
                return rule.targets[priority]
        return self.targets.get(priority)


class Reason(NamedTuple):
    """A reason to wait: which clocks it pauses, what it needs, when the requestor is reminded (S4)."""

    name: str
    pauses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    remind: tuple[str, ...] = ()


class Group(NamedTuple):
    """A desk or a support group. `tenants` empty: it serves all."""

    name: str
    level: int
    escalates_to: str | None = None
    desk: bool = False
    tenants: tuple[str, ...] = ()
    lead: str | None = None


class Closure(NamedTuple):
    """Waits after a resolution (P13). `auto_close_after` None: by hand only; `reopen_window` None: until closed."""

    calendar: str
    auto_close_after: Duration | None
    reopen_window: Duration | None


class Route(NamedTuple):
    """A routing rule (S19). `when` are its conditions; the rest is what it gives.

    `category` is given where impact and urgency are, else it is one of the conditions."""

    when: Mapping[str, str]
    group: str | None = None
    impact: str | None = None
    urgency: str | None = None
    category: str | None = None

    @property
    def name(self) -> str:
        """Its conditions in words, as events tell it: `tenant acme, service vpn`."""
        return ", ".join(f"{key} {value}" for key, value in self.when.items()) or "any"

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether all conditions hold; a category holds for its sub-categories too."""
        return all(_holds(key, wanted, facts.get(key)) for key, wanted in self.when.items())


def _holds(key: str, wanted: str, fact: str | None) -> bool:
    return fact == wanted or (key == "category" and fact is not None and fact.startswith(f"{wanted}/"))


class CriticalPeriod(NamedTuple):
    """First and last day of it (ISO text), both in."""

    start: str
    end: str
    why: str | None = None


class ProposeOn(NamedTuple):
    """What proposes a major incident beside its priority. `children` None: no number of them does."""

    children: int | None = None
    criticality: tuple[str, ...] = ()
    critical_period: bool = False


class MajorPolicy(NamedTuple):
    """Major incidents (S12). `criteria` gives each code its sentence."""

    propose: tuple[str, ...]
    propose_on: ProposeOn
    criteria: Mapping[str, str]
    targets: Mapping[str, Target]
    calendar: str
    first_update: str
    update_every: Mapping[str, str]
    review_before_close: bool
    critical_periods: tuple[CriticalPeriod, ...]


class Thresholds(NamedTuple):
    """Percent of a target that are recorded, and that are shown (S3, S13)."""

    record: tuple[int, ...]
    show: tuple[int, ...]


class ReportPlan(NamedTuple):
    """A report that is made and kept (P05): `every` is day, week, month, quarter or year."""

    name: str
    every: str
