"""The policy: the example as values, the defaults of S19, and everything that can be wrong, as it is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from itil_cli.process.settings.checks import CHECKS
from itil_cli.process.settings.policy import Policy, Wrong, effective, parse, problems
from itil_cli.process.settings.values import (
    CalendarSpec,
    ClockSpec,
    CriticalPeriod,
    Group,
    Reason,
    ReportPlan,
    Route,
    Target,
    TargetRule,
    Vendor,
    WeekFrom,
)
from itil_cli.process.time.instants import Duration
from itil_cli.store.yaml import yamlsafe

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.fixture
def example(shared: Path) -> Policy:
    """The shared example."""
    return parse(yamlsafe.load((shared / "examples" / "itil.yaml").read_bytes()).value)


@pytest.fixture
def default() -> Policy:
    """What holds when nobody says anything."""
    return parse({})


def said(**value: Any) -> list[str]:
    return [str(wrong) for wrong in problems({name.replace("_", "-"): item for name, item in value.items()})]


# The shared example parses to the values it says.


def test_the_examples_name_zone_and_version(example: Policy) -> None:
    assert (example.defaults, example.version, example.name) == (1, 3, "Acme Operations")
    assert (example.zone, example.sandbox, example.offline_limit) == ("Europe/Paris", False, "7cd")


def test_the_examples_calendars(example: Policy) -> None:
    two = (("08:30", "12:30"), ("13:30", "17:30"))
    assert example.calendars["business"] == CalendarSpec(
        "business",
        "Europe/Paris",
        (
            WeekFrom("2026-01-01", dict.fromkeys(WEEKDAYS, (("09:00", "17:00"),))),
            WeekFrom("2026-07-01", dict.fromkeys(WEEKDAYS[:4], two) | {"fri": (("09:00", "15:00"),)}),
        ),
        ("2026-04-06", "2026-05-01"),
        {"2026-12-24": (("09:00", "12:00"),)},
    )
    assert example.calendars["always"].zone == "Etc/UTC"


def test_the_examples_targets_rules_olas_vendors_and_clocks(example: Policy) -> None:
    assert example.target("P2") == Target("30m", "8h", "always")
    assert example.target("P2", service="payments") == Target("15m", "6h", "always")
    assert example.target("P3", service="payments") == Target("4h", "24h", "business")
    assert example.target_rules == (TargetRule("payments", None, {"P2": Target("15m", "6h", "always")}),)
    assert example.ola("network", "P3") == ("4h", "business")
    assert example.ola("network", "P1") is None and example.ola("support", "P3") is None
    assert example.vendors == {"telco": Vendor("telco", "4h", "business", "noc@telco.example")}
    assert example.clocks == {
        "to-closure": ClockSpec("to-closure", "logged", "closed", (), "business", {"P3": "62h", "P4": "134h"})
    }
    assert (example.thresholds.record, example.thresholds.show) == ((75, 100), (50, 75, 90, 100))


def test_the_examples_pending_reasons_and_closure(example: Policy) -> None:
    assert example.pending["awaiting-requestor"] == Reason("awaiting-requestor", ("sla", "ola"), (), ("2bd", "4bd"))
    assert example.pending["awaiting-vendor"] == Reason("awaiting-vendor", ("ola",), ("vendor", "vendor-ticket"))
    assert example.pending["scheduled"] == Reason("scheduled", ("sla", "ola"), ("until",))
    assert (example.closure.calendar, example.closure.reopen_window) == ("business", None)
    assert example.closure.auto_close_after == Duration(5, "bd")
    assert example.codes["user-error"] == "no-fault" and example.cancel == "staff"


def test_the_examples_groups_routing_and_escalation(example: Policy) -> None:
    assert example.groups["service-desk"] == Group("service-desk", 1, "support", desk=True)
    assert example.groups["network"] == Group("network", 3, tenants=("acme",))
    assert example.routing == (
        Route({"channel": "ci"}, "support", "medium", "high", "application"),
        Route({"tenant": "acme", "service": "vpn"}, "network"),
    )
    assert example.chain == ("assignee", "group-lead", "incident-manager")
    assert example.acknowledge_within == {"P1": "15m", "P2": "30m", "P3": "4h"}
    assert example.repeat_contacts == 2


def test_the_examples_major_reports_and_goals(example: Policy) -> None:
    assert example.major.propose == ("P1",)
    assert example.major.targets == {"P1": Target("5m", "2h", "always"), "P2": Target("15m", "4h", "always")}
    assert (example.major.first_update, example.major.update_every) == ("15m", {"P1": "30m", "P2": "60m"})
    assert example.major.critical_periods == (CriticalPeriod("2026-12-28", "2027-01-05", "year end"),)
    assert example.reports == (ReportPlan("summary", "month"), ReportPlan("sla", "week"))
    assert example.goals == {"sla_resolution": "95%", "reopen_rate": "5%"}


def test_criteria_add_to_the_default_ones(example: Policy) -> None:
    assert example.criteria["impact"]["critical"].startswith("All of a critical service")
    assert example.criteria["impact"]["low"] == "One user, or a workaround exists"


# The defaults of S19.


def test_s19_the_matrix(default: Policy) -> None:
    rows = {
        "critical": "P1 P1 P2 P3",
        "high": "P1 P2 P3 P4",
        "medium": "P2 P3 P4 P5",
        "low": "P3 P4 P5 P5",
    }
    levels = ("critical", "high", "medium", "low")
    assert default.matrix == {impact: dict(zip(levels, row.split(), strict=True)) for impact, row in rows.items()}


def test_s19_the_targets(default: Policy) -> None:
    said = {name: f"{one.response} / {one.resolution} / {one.calendar}" for name, one in default.targets.items()}
    assert said == {
        "unclassified": "4h / 24h / business",
        "P1": "15m / 4h / always",
        "P2": "30m / 8h / always",
        "P3": "4h / 24h / business",
        "P4": "8h / 40h / business",
        "P5": "16h / 80h / business",
    }
    assert default.target(None) == default.target("P3")
    assert default.major_target("P1") == Target("5m", "2h", "always")
    assert default.major_target("P2") == Target("15m", "4h", "always")
    assert default.major_target("P3") is None


def test_s19_the_calendars_are_in_the_stores_zone() -> None:
    policy = parse({"zone": "Asia/Kolkata"})
    assert policy.calendars["business"] == CalendarSpec(
        "business", "Asia/Kolkata", (WeekFrom("", dict.fromkeys(WEEKDAYS, (("09:00", "17:00"),))),)
    )
    always = policy.calendars["always"]
    assert (always.zone, always.hours[0].weekly["sun"]) == ("Etc/UTC", (("00:00", "24:00"),))


def test_s19_groups_codes_and_categories(default: Policy) -> None:
    assert default.groups == {
        "service-desk": Group("service-desk", 1, "support", desk=True),
        "support": Group("support", 2),
    }
    assert default.codes == {
        "fixed": "permanent",
        "workaround": "workaround",
        "no-fault": "no-fault",
        "user-error": "no-fault",
        "recovered": "recovered",
    }
    assert " ".join(default.categories) == "application hardware network security access data other"


def test_s19_major_criteria(default: Policy) -> None:
    assert " ".join(default.major.criteria) == (
        "financial-application data-corruption network-down critical-service critical-period security "
        "multiple-systems many-customers reputation no-workaround"
    )
    assert (default.major.propose, default.major.calendar) == (("P1",), "always")
    assert (default.major.first_update, default.major.update_every) == ("15m", {"P1": "30m", "P2": "60m"})
    assert default.major.review_before_close


def test_s4_the_default_reasons(default: Policy) -> None:
    assert {name: (reason.pauses, reason.needs) for name, reason in default.pending.items()} == {
        "awaiting-requestor": (("sla", "ola"), ()),
        "awaiting-vendor": (("ola",), ("vendor", "vendor-ticket")),
        "awaiting-change": (("ola",), ("ref",)),
        "awaiting-problem": (("ola",), ("ref",)),
        "awaiting-parent": (("ola",), ()),
        "awaiting-activity": (("ola",), ("ref",)),
        "scheduled": (("sla", "ola"), ("until",)),
    }


def test_the_switches_that_s3_to_s14_name(default: Policy) -> None:
    assert (default.on_priority_change, default.on_reopen, default.in_progress_on) == (
        "retroactive",
        "resume",
        "acceptance",
    )
    assert (default.cancel, default.requestors, default.repeat_contacts) == ("staff", "anyone", 2)
    assert (default.thresholds.record, default.thresholds.show) == ((75, 100), (50, 75, 90, 100))
    assert default.inform_every == {"P1": "1h", "P2": "4h"}
    assert (default.closure.auto_close_after, default.closure.reopen_window) == (Duration(5, "bd"), None)
    assert default.mandatory == {
        "log": ("title",),
        "assign": ("category", "impact", "urgency"),
        "resolve": ("code", "notes"),
    }


# How a store's own settings and the defaults go together.


def test_a_mapping_adds_to_its_default_and_a_list_replaces_it() -> None:
    policy = parse({"categories": ["shop"], "closure": {"reopen-window": "5cd", "codes": {"done": "permanent"}}})
    assert policy.categories == ("shop",)
    assert policy.closure.reopen_window == Duration(5, "cd")
    assert list(policy.codes) == ["fixed", "workaround", "no-fault", "user-error", "recovered", "done"]


def test_matrix_and_groups_once_given_stand_alone() -> None:
    policy = parse({"groups": {"desk": {"level": 1, "desk": True}}})
    assert list(policy.groups) == ["desk"]


def test_off_takes_an_entry_out() -> None:
    policy = parse(
        {
            "pending": {"awaiting-parent": "off"},
            "closure": {"auto-close-after": "off", "codes": {"user-error": "off"}},
            "inform-every": {"P1": "off"},
            "major": {"criteria": {"reputation": "off"}, "update-every": {"P2": "off"}},
            "escalation": {"acknowledge-within": {"P3": "off"}},
        }
    )
    assert "awaiting-parent" not in policy.pending and "user-error" not in policy.codes
    assert policy.closure.auto_close_after is None
    assert policy.inform_every == {"P2": "4h"} and policy.acknowledge_within == {"P1": "15m", "P2": "30m"}
    assert "reputation" not in policy.major.criteria and policy.major.update_every == {"P1": "30m"}


def test_effective_settings_are_plain_and_show_each_calendars_zone() -> None:
    settings = effective({"zone": "Europe/Paris", "calendars": {"own": {"hours": [{"mon": ["09:00-10:00"]}]}}})
    zones = {name: spec["zone"] for name, spec in settings["calendars"].items()}
    assert zones == {"always": "Etc/UTC", "business": "Europe/Paris", "own": "Europe/Paris"}
    assert problems(settings) == []
    assert effective(settings) == settings


# What a policy answers.


def test_s14_a_tenants_desk_is_the_one_that_names_it() -> None:
    groups = {
        "acme-desk": {"level": 1, "desk": True, "tenants": ["acme"]},
        "desk": {"level": 1, "desk": True},
        "network": {"level": 2},
    }
    policy = parse({"groups": groups})
    assert (policy.desk("acme"), policy.desk("other"), policy.desk()) == ("acme-desk", "desk", "desk")
    assert policy.first_support_group() == "network"
    only = parse({"groups": {"acme-desk": groups["acme-desk"]}})
    assert (only.desk("other"), only.first_support_group()) == ("acme-desk", "acme-desk")


def test_s19_the_first_rule_that_fits_routes() -> None:
    policy = parse(
        {
            "routing": [
                {"category": "network", "channel": "phone", "group": "service-desk"},
                {"category": "network", "group": "support"},
            ]
        }
    )
    sub = policy.route({"category": "network/vpn", "channel": "chat"})
    assert sub is not None and (sub.group, sub.name) == ("support", "category network")
    assert policy.route({"category": "network", "channel": "phone"}) == policy.routing[0]
    assert policy.route({"category": "networking"}) is None and policy.route({}) is None


def test_a_rule_without_conditions_fits_everything() -> None:
    route = parse({"routing": [{"group": "support"}]}).route({})
    assert route is not None and route.name == "any"


def test_s19_a_category_has_free_sub_categories(default: Policy) -> None:
    known = ("network", "network/vpn", "network/vpn/client")
    assert all(map(default.category_known, known))
    assert not any(map(default.category_known, ("net", "network/", "/network", "vpn/network", "")))


def test_s19_whose_incidents_are_taken(default: Policy) -> None:
    assert default.accepts_requestor("eve@elsewhere.example")
    assert not parse({"requestors": "known"}).accepts_requestor("eve@elsewhere.example")
    domains = parse({"requestors": "domains", "requestor-domains": ["Example.com"]})
    assert domains.accepts_requestor("eve@example.COM") and not domains.accepts_requestor("eve@not-example.com")


# Every check, and every error as it is printed.

DESK: dict[str, Any] = {"level": 1, "desk": True}
HOURS = [{"mon": ["09:00-17:00"]}]


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ({"groop": {}}, ["groop: there is no such setting. Did you mean groups?"]),
        ({"defaults": 2}, ["defaults: these are defaults 2; this version of itil knows 1. Use a newer itil, or pin the number it knows."]),
        ({"zone": "Europe/Pari"}, ["zone: there is no time zone 'Europe/Pari'. Did you mean Europe/Paris?"]),
        ({"cancel": "of"}, ["cancel: 'of' is not off, staff or all. Did you mean off?"]),
        ({"categories": []}, ["categories: the list is empty. Name at least one."]),
        # dated hours
        (
            {"calendars": {"x": {"hours": [{"from": "2026-02-01", "mon": []}, {"mon": []}]}}},
            ["calendars.x.hours[1]: these hours hold from always, not after the ones before (2026-02-01). Put them in order, each with its `from`."],
        ),
        (
            {"calendars": {"x": {"hours": [{"mon": []}, {"mon": []}]}}},
            ["calendars.x.hours[1]: these hours hold from always, not after the ones before (always). Put them in order, each with its `from`."],
        ),
        ({"calendars": {"x": {}}}, ["calendars.x: hours is missing. Add `hours:`: Weekly hours, each set from a date on."]),
        (
            {"calendars": {"x": {"hours": HOURS, "special": {"2026-2-3": ["09:00-10:00"]}}}},
            ["calendars.x.special.2026-2-3: '2026-2-3' is not a date such as 2026-12-24."],
        ),
        # calendars named
        (
            {"targets": {"P3": {"calendar": "bussiness"}}},
            ["targets.P3.calendar: there is no calendar 'bussiness'. Did you mean business?"],
        ),
        (
            {"targets": {"rules": [{"service": "x", "P2": {"response": "1h", "resolution": "2h", "calendar": "x"}}]}},
            ["targets.rules[0].P2.calendar: there is no calendar 'x'. There are: always, business."],
        ),
        (
            {"ola": {"support": {"P1": "1h", "calendar": "x"}}},
            ["ola.support.calendar: there is no calendar 'x'. There are: always, business."],
        ),
        (
            {"vendors": {"telco": {"contract": "4h", "calendar": "x"}}},
            ["vendors.telco.calendar: there is no calendar 'x'. There are: always, business."],
        ),
        (
            {"clocks": {"c": {"start": "logged", "stop": "closed", "calendar": "x", "targets": {}}}},
            ["clocks.c.calendar: there is no calendar 'x'. There are: always, business."],
        ),
        ({"closure": {"calendar": "x"}}, ["closure.calendar: there is no calendar 'x'. There are: always, business."]),
        ({"major": {"calendar": "x"}}, ["major.calendar: there is no calendar 'x'. There are: always, business."]),
        # the matrix
        (
            {"matrix": {impact: dict.fromkeys(("critical", "high", "medium", "low"), "P1") for impact in ("critical", "high", "medium")}},
            ["matrix: the impact low is missing. A matrix has four rows of four."],
        ),
        (
            {"matrix": {impact: dict.fromkeys(("critical", "high", "medium"), "P1") for impact in ("critical",)}},
            [
                "matrix.critical: the urgency low is missing. A matrix has four rows of four.",
                "matrix: the impact high is missing. A matrix has four rows of four.",
                "matrix: the impact medium is missing. A matrix has four rows of four.",
                "matrix: the impact low is missing. A matrix has four rows of four.",
            ],
        ),
        # groups named
        ({"ola": {"suport": {"calendar": "business"}}}, ["ola.suport: there is no group 'suport'. Did you mean support?"]),
        (
            {"groups": {"a": {**DESK, "escalates-to": "b"}}},
            ["groups.a.escalates-to: there is no group 'b'. There are: a."],
        ),
        ({"routing": [{"group": "suport"}]}, ["routing[0].group: there is no group 'suport'. Did you mean support?"]),
        # ladders
        (
            {"groups": {"a": {**DESK, "escalates-to": "b"}, "b": {"level": 2, "escalates-to": "a"}}},
            ["groups.a.escalates-to: this goes round in a circle: a → b → a. End it somewhere."],
        ),
        (
            {"groups": {"a": {**DESK, "escalates-to": "b"}, "b": {"level": 2, "escalates-to": "b"}}},
            ["groups.b.escalates-to: this goes round in a circle: b → b. End it somewhere."],
        ),
        # desks
        ({"groups": {"a": {"level": 1}}}, ["groups: no group is a service desk. Give one of them `desk: true` (P04)."]),
        ({"groups": {}}, ["groups: no group is a service desk. Give one of them `desk: true` (P04)."]),
        # routing
        (
            {"routing": [{"service": "x", "impact": "high"}]},
            ["routing[0]: impact and urgency go together. Give both, or neither."],
        ),
        ({"routing": [{"service": "x"}]}, ["routing[0]: this rule gives nothing. Give it a group, or impact and urgency."]),
        (
            {"routing": [{"category": "netwrk", "group": "support"}]},
            ["routing[0].category: there is no category 'netwrk'. Did you mean network?"],
        ),
        # monitoring
        (
            {"monitoring": {"rules": [{"match": {"job": "x"}, "impact": "high"}]}},
            ["monitoring.rules[0]: impact and urgency go together. Give both, or neither."],
        ),
        (
            {"monitoring": {"rules": [{"match": {}, "category": "netwrk"}]}},
            ["monitoring.rules[0].category: there is no category 'netwrk'. Did you mean network?"],
        ),
        # clocks
        (
            {"clocks": {"response": {"start": "logged", "stop": "closed", "calendar": "always", "targets": {}}}},
            ["clocks.response: this clock is built in. Give yours another name."],
        ),
        (
            {"clocks": {"response_2": {"start": "logged", "stop": "closed", "calendar": "always", "targets": {}}}},
            ["clocks.response_2: this clock is built in. Give yours another name."],
        ),
        (
            {"clocks": {"c": {"start": "lodged", "stop": "closd", "calendar": "always", "targets": {}}}},
            [
                "clocks.c.start: there is no event 'lodged'. Did you mean logged?",
                "clocks.c.stop: there is no event 'closd'. Did you mean closed?",
            ],
        ),
        (
            {
                "pending": {"scheduled": "off"},
                "clocks": {
                    "c": {"start": "logged", "stop": "closed", "calendar": "always", "targets": {}, "pause": ["scheduled"]}
                },
            },
            ["clocks.c.pause[0]: there is no pending reason 'scheduled'. There are: awaiting-requestor, awaiting-vendor, awaiting-change, awaiting-problem, awaiting-parent, awaiting-activity."],
        ),
        # the chain
        ({"escalation": {"chain": ["assigne"]}}, ["escalation.chain[0]: there is no level 'assigne'. Did you mean assignee?"]),
        # requestors
        ({"requestors": "domains"}, ["requestors: no domains are named. Add `requestor-domains: [example.com]`."]),
        # digests
        (
            {"messages": {"digest": {"to": ["suport", "service-desk", "incident-manager", "a@x.example"]}}},
            ["messages.digest.to[0]: there is no group or role 'suport'. Did you mean support?"],
        ),
        ({"messages": {"digest": {"at": ["9:00"]}}}, ["messages.digest.at[0]: '9:00' is not a time such as 09:00."]),
        (
            {"messages": {"digest": {"what": ["resolved"]}}},
            ["messages.digest.what[0]: 'resolved' is not receipt, pending, told, closed, reopened, canceled, contacted, assigned, escalated, problem, known-error, major-proposed, major-update, synopsis, called-in or action. Did you mean reopened?"],
        ),
        # periods
        (
            {"major": {"critical-periods": [{"from": "2026-02-01", "to": "2026-01-31"}]}},
            ["major.critical-periods[0].to: 2026-01-31 is before 2026-02-01. Swap them."],
        ),
        # settings of other sections
        ({"groups": {"a": {**DESK, "lead": "bob"}}}, ["groups.a.lead: 'bob' is not an e-mail address."]),
        ({"version": "3"}, ["version: '3' is not a whole number from 1 to 999999."]),
        ({"goals": {"sla_resolutio": "95%"}}, ["goals.sla_resolutio: there is no such figure. Did you mean sla_resolution?"]),
        ({"requestor-domains": ["exa mple"]}, ["requestor-domains[0]: 'exa mple' is not a domain such as example.com."]),
        ({"mandatory": {"close": ["title"]}}, ["mandatory.close: there is no such verb. There are: log, assign, resolve."]),
        ({"reports": [{"name": "sla"}]}, ["reports[0]: every is missing. Add `every:`: How often."]),
        ({"calendars": "x"}, ["calendars: 'x' is not a mapping of calendars to a calendar."]),
        ({"targets": None}, ["targets: nothing is not a mapping."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_path(value: dict[str, Any], texts: list[str]) -> None:
    assert [str(wrong) for wrong in problems(value)] == texts


def test_every_check_has_an_error_above() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "_defaults",
        "_dated_hours",
        "_calendars",
        "_matrix",
        "_groups_named",
        "_ladders",
        "_desks",
        "_routing",
        "_monitoring",
        "_clocks",
        "_chain",
        "_requestors",
        "_digests",
        "_periods",
    ]


@pytest.mark.parametrize(("value", "text"), [(None, "nothing"), ([], "a list"), ("x", "'x'")])
def test_what_is_no_mapping_is_no_policy(value: Any, text: str) -> None:
    assert [str(wrong) for wrong in problems(value)] == [f"{text} is not a mapping of settings."]


def test_values_are_checked_by_themselves_before_each_other() -> None:
    assert said(cancel="of", closure={"calendar": "x"}) == ["cancel: 'of' is not off, staff or all. Did you mean off?"]


def test_a_chain_may_name_an_address() -> None:
    assert parse({"escalation": {"chain": ["boss@example.com"]}}).chain == ("boss@example.com",)


def test_parse_raises_the_first_wrong_in_the_tables_order() -> None:
    with pytest.raises(Wrong) as found:
        parse({"groop": {}, "cancel": "of"})
    assert found.value.path == ("cancel",) and found.value.exit_code == 5
