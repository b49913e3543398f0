"""The policy: settings checked, merged with the defaults that they pin, and made into values.

- What the store does not say comes from its `defaults`. A mapping adds to the default one, key by key; a
  list, a text or a number replaces it; `matrix` and `groups`, once given, stand alone.
- A calendar without a zone is in the store's; `always` and `business` are there in any case.
- A priority of None is that of an incident not yet classified (S4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itil_cli.process.settings import schema
from itil_cli.process.settings.checks import CHECKS, known_category
from itil_cli.process.settings.mailing import MailPolicy, MessagePolicy, mail_policy, message_policy
from itil_cli.process.settings.monitoring import Monitoring, monitoring
from itil_cli.process.settings.schema import OFF, Wrong
from itil_cli.process.settings.table import DEFAULTS, SETTINGS
from itil_cli.process.settings.values import (
    CalendarSpec,
    ClockRule,
    ClockSpec,
    Closure,
    CriticalPeriod,
    Group,
    MajorPolicy,
    Ola,
    ProposeOn,
    Reason,
    ReportPlan,
    Route,
    Target,
    TargetRule,
    Thresholds,
    Vendor,
    WeekFrom,
)
from itil_cli.process.settings.weeks import weekly, windows
from itil_cli.process.time.instants import Duration, parse_duration

__all__ = [
    "CalendarSpec",
    "ClockSpec",
    "Closure",
    "Group",
    "MajorPolicy",
    "Policy",
    "Reason",
    "Route",
    "Target",
    "Vendor",
    "Wrong",
    "effective",
    "parse",
    "problems",
]
Settings = Mapping[str, Any]
UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class Policy:
    """Every setting as a value. Names are those of `itil.yaml` (docs/settings.md says what each means)."""

    defaults: int
    version: int
    name: str
    zone: str
    sandbox: bool
    calendars: Mapping[str, CalendarSpec]
    matrix: Mapping[str, Mapping[str, str]]
    criteria: Mapping[str, Mapping[str, str]]
    targets: Mapping[str, Target]
    target_rules: tuple[TargetRule, ...]
    olas: Mapping[str, Ola]
    vendors: Mapping[str, Vendor]
    clocks: Mapping[str, ClockSpec]
    thresholds: Thresholds
    on_priority_change: str
    on_reopen: str
    in_progress_on: str
    offline_limit: str
    inform_every: Mapping[str, str]
    pending: Mapping[str, Reason]
    closure: Closure
    codes: Mapping[str, str]
    cancel: str
    mandatory: Mapping[str, tuple[str, ...]]
    requestors: str
    requestor_domains: tuple[str, ...]
    groups: Mapping[str, Group]
    categories: tuple[str, ...]
    routing: tuple[Route, ...]
    monitoring: Monitoring
    chain: tuple[str, ...]
    acknowledge_within: Mapping[str, str]
    repeat_contacts: int
    repeat_recurrences: int | None
    major: MajorPolicy
    reports: tuple[ReportPlan, ...]
    goals: Mapping[str, str]
    mail: MailPolicy
    messages: MessagePolicy

    def target(self, priority: str | None, service: str | None = None, tenant: str | None = None) -> Target:
        """What is promised. The first rule that fits and names the priority counts."""
        name = priority or UNCLASSIFIED
        for rule in self.target_rules:
            if name in rule.targets and rule.fits(service, tenant):
                return rule.targets[name]
        return self.targets[name]

    def major_target(self, priority: str) -> Target | None:
        """The shorter target of an accepted major incident (M11); None where there is none."""
        return self.major.targets.get(priority)

    def ola(self, group: str, priority: str | None) -> tuple[str, str] | None:
        """Target and calendar of one visit to a group (S8); None where nothing is promised."""
        promised = self.olas.get(group)
        if promised is None or priority is None or priority not in promised.targets:
            return None
        return promised.targets[priority], promised.calendar

    def desk(self, tenant: str | None = None) -> str:
        """The service desk of a tenant: the one that names him, else the first that serves all."""
        desks = [group for group in self.groups.values() if group.desk]
        own = [group for group in desks if tenant in group.tenants]
        open_to_all = [group for group in desks if not group.tenants]
        return (own or open_to_all or desks)[0].name

    def first_support_group(self) -> str:
        """The first group that is no desk, where a machine's incidents go (D2); the desk where there is none."""
        return next((group.name for group in self.groups.values() if not group.desk), self.desk())

    def category_known(self, name: str) -> bool:
        """Whether it is a category, or a sub-category of one (`network/vpn`)."""
        return known_category(name, self.categories)

    def route(self, facts: Mapping[str, str]) -> Route | None:
        """The first routing rule that fits (tenant, service, product, category, channel)."""
        return next((route for route in self.routing if route.fits(facts)), None)

    def accepts_requestor(self, email: str) -> bool:
        """Whether an incident of somebody who is not in people.yaml is taken (S19)."""
        if self.requestors != "domains":
            return self.requestors == "anyone"
        domain = email.rpartition("@")[2].casefold()
        return domain in (name.casefold() for name in self.requestor_domains)


def effective(value: Settings) -> dict[str, Any]:
    """The settings in force as plain values: the given ones over the defaults."""
    return _zoned(SETTINGS.merged(DEFAULTS, value))


def _zoned(merged: dict[str, Any]) -> dict[str, Any]:
    """The same, with a zone in each calendar."""
    calendars = merged["calendars"]
    if not isinstance(calendars, dict):
        return merged
    zone = {"zone": merged["zone"]}
    return merged | {
        "calendars": {name: zone | spec if isinstance(spec, dict) else spec for name, spec in calendars.items()}
    }


def problems(value: Any) -> list[Wrong]:
    """Everything that is wrong with the settings: each by itself first, then to each other."""
    return _check(value)[1]


def parse(value: Any, where: str = "itil.yaml") -> Policy:
    """The policy that the plain value of `where` says. Raises the first Wrong."""
    settings, wrongs = _check(value)
    if wrongs:
        raise wrongs[0]
    return _policy(settings)


def _check(value: Any) -> tuple[dict[str, Any], list[Wrong]]:
    if type(value) is not dict:
        return {}, [schema.unfit((), value, SETTINGS.words)]
    settings = SETTINGS.merged(DEFAULTS, value)
    wrongs = schema.problems(SETTINGS, settings)
    if not wrongs:
        wrongs = [wrong for check in CHECKS for wrong in check(settings)]
    return _zoned(settings), wrongs


def _policy(settings: Settings) -> Policy:
    closure, escalation = settings["closure"], settings["escalation"]
    return Policy(
        defaults=settings["defaults"],
        version=settings["version"],
        name=settings["name"],
        zone=settings["zone"],
        sandbox=settings["sandbox"],
        calendars={name: _calendar(name, spec) for name, spec in settings["calendars"].items()},
        matrix=settings["matrix"],
        criteria=settings["criteria"],
        targets=_targets(settings["targets"]),
        target_rules=tuple(map(_target_rule, settings["targets"]["rules"])),
        olas={name: _ola(spec) for name, spec in settings["ola"].items()},
        vendors={name: Vendor(name, **spec) for name, spec in settings["vendors"].items()},
        clocks={name: _clock(name, spec) for name, spec in settings["clocks"].items()},
        thresholds=Thresholds(**_tuples(settings["thresholds"])),
        on_priority_change=settings["on-priority-change"],
        on_reopen=settings["on-reopen"],
        in_progress_on=settings["in-progress-on"],
        offline_limit=settings["offline-limit"],
        inform_every=_kept(settings["inform-every"]),
        pending={name: Reason(name, **_tuples(spec)) for name, spec in _kept(settings["pending"]).items()},
        closure=_closure(closure),
        codes=_kept(closure["codes"]),
        cancel=settings["cancel"],
        mandatory=_tuples(settings["mandatory"]),
        requestors=settings["requestors"],
        requestor_domains=tuple(settings["requestor-domains"]),
        groups={name: _group(name, spec) for name, spec in settings["groups"].items()},
        categories=tuple(settings["categories"]),
        routing=tuple(map(_route, settings["routing"])),
        monitoring=monitoring(settings["monitoring"]),
        chain=tuple(escalation["chain"]),
        acknowledge_within=_kept(escalation["acknowledge-within"]),
        repeat_contacts=escalation["repeat-contacts"],
        repeat_recurrences=_count(escalation["repeat-recurrences"]),
        major=_major(settings["major"]),
        reports=tuple(ReportPlan(**plan) for plan in settings["reports"]),
        goals=settings["goals"],
        mail=mail_policy(settings["mail"]),
        messages=message_policy(settings["messages"]),
    )


def _tuples(spec: Settings) -> dict[str, Any]:
    return {name: tuple(items) for name, items in spec.items()}


def _kept(spec: Settings) -> dict[str, Any]:
    """The entries that are not taken out by `off`."""
    return {name: item for name, item in spec.items() if item != OFF}


def _calendar(name: str, spec: Settings) -> CalendarSpec:
    hours = tuple(WeekFrom(week.get("from", ""), weekly(week)) for week in spec["hours"])
    special = {date: windows(texts) for date, texts in spec.get("special", {}).items()}
    return CalendarSpec(name, spec["zone"], hours, tuple(spec.get("holidays", ())), special)


def _targets(spec: Settings) -> dict[str, Target]:
    return {name: Target(**item) for name, item in spec.items() if isinstance(item, dict)}


def _target_rule(spec: Settings) -> TargetRule:
    return TargetRule(spec.get("service"), spec.get("tenant"), _targets(spec))


def _ola(spec: Settings) -> Ola:
    return Ola({name: item for name, item in spec.items() if name != "calendar"}, spec["calendar"])


def _clock(name: str, spec: Settings) -> ClockSpec:
    pauses = tuple(spec.get("pause", ()))
    rules = tuple(ClockRule(one.get("service"), one.get("tenant"), one["targets"]) for one in spec.get("rules", ()))
    return ClockSpec(name, spec["start"], spec["stop"], pauses, spec["calendar"], spec["targets"], rules)


def _closure(spec: Settings) -> Closure:
    return Closure(spec["calendar"], _wait(spec["auto-close-after"]), _wait(spec["reopen-window"]))


def _count(value: int | str) -> int | None:
    return value if isinstance(value, int) else None


def _wait(text: str) -> Duration | None:
    return None if text in (OFF, "until-closed") else parse_duration(text)


def _group(name: str, spec: Settings) -> Group:
    tenants = tuple(spec.get("tenants", ()))
    return Group(name, spec["level"], spec.get("escalates-to"), spec.get("desk", False), tenants, spec.get("lead"))


_GIVEN = ("group", "impact", "urgency")


def _route(spec: Settings) -> Route:
    gives = (*_GIVEN, "category") if "impact" in spec else _GIVEN
    when = {key: wanted for key, wanted in spec.items() if key not in gives}
    return Route(when, **{key: spec[key] for key in gives if key in spec})


def _propose_on(spec: Settings) -> ProposeOn:
    return ProposeOn(_count(spec["children"]), tuple(spec["criticality"]), spec["critical-period"])


def _major(spec: Settings) -> MajorPolicy:
    calendar = spec["calendar"]
    return MajorPolicy(
        propose=tuple(spec["propose"]),
        propose_on=_propose_on(spec["propose-on"]),
        criteria=_kept(spec["criteria"]),
        targets={name: Target(calendar=calendar, **item) for name, item in spec["targets"].items()},
        calendar=calendar,
        first_update=spec["first-update"],
        update_every=_kept(spec["update-every"]),
        review_before_close=spec["review-before-close"],
        critical_periods=tuple(
            CriticalPeriod(period["from"], period["to"], period.get("why")) for period in spec["critical-periods"]
        ),
    )
