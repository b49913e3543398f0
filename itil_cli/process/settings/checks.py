"""What settings must be to each other: small functions over the merged settings that say what is wrong.

They run once every value by itself is as it should be, so they may rely on shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from itil_cli.process.incident import LEVELS
from itil_cli.process.settings.schema import OFF, Path, Wrong, missing_name
from itil_cli.process.settings.table import NEWEST_DEFAULTS
from itil_cli.process.transitions import ROLES

Settings = Mapping[str, Any]
BUILT_IN_CLOCKS = ("response", "resolution", "ola", "uc")
_SECOND_RESPONSE = re.compile(r"response_[0-9]+")  # the names of responses after a reopening
_TARGETS = ("unclassified", "P1", "P2", "P3", "P4", "P5")
_CHAIN = (
    "assignee", "group-lead", "service-desk", "support", "incident-manager", "major-incident-manager",
    "problem-manager",
)  # fmt: skip


def _defaults(settings: Settings) -> Iterator[Wrong]:
    said = settings["defaults"]
    if said > NEWEST_DEFAULTS:
        text = f"these are defaults {said}; this version of itil knows {NEWEST_DEFAULTS}."
        yield Wrong(("defaults",), text, "Use a newer itil, or pin the number it knows.")


def _calendars(settings: Settings) -> Iterator[Wrong]:
    known = settings["calendars"]
    for path, name in _calendars_named(settings):
        if name not in known:
            yield missing_name(path, "calendar", name, known)


def _calendars_named(settings: Settings) -> Iterator[tuple[Path, str]]:
    targets, closure, major = settings["targets"], settings["closure"], settings["major"]
    for name in _TARGETS:
        yield ("targets", name, "calendar"), targets[name]["calendar"]
    for index, rule in enumerate(targets["rules"]):
        for name in (name for name in _TARGETS if name in rule):
            yield ("targets", "rules", index, name, "calendar"), rule[name]["calendar"]
    for section in ("ola", "vendors", "clocks"):
        for name, item in settings[section].items():
            yield (section, name, "calendar"), item["calendar"]
    yield ("closure", "calendar"), closure["calendar"]
    yield ("major", "calendar"), major["calendar"]
    yield ("messages", "hours"), settings["messages"]["hours"]


def _dated_hours(settings: Settings) -> Iterator[Wrong]:
    for name, calendar in settings["calendars"].items():
        before = ""
        for index, week in enumerate(calendar["hours"]):
            start = week.get("from", "")
            if index and start <= before:
                text = f"these hours hold from {start or 'always'}, not after the ones before ({before or 'always'})."
                yield Wrong(("calendars", name, "hours", index), text, "Put them in order, each with its `from`.")
            before = start


def _matrix(settings: Settings) -> Iterator[Wrong]:
    for impact in LEVELS:
        row = settings["matrix"].get(impact)
        if row is None:
            yield Wrong(("matrix",), f"the impact {impact} is missing.", "A matrix has four rows of four.")
            continue
        for urgency in LEVELS:
            if urgency not in row:
                text = f"the urgency {urgency} is missing."
                yield Wrong(("matrix", impact), text, "A matrix has four rows of four.")


def _groups_named(settings: Settings) -> Iterator[Wrong]:
    known = settings["groups"]
    named: list[tuple[Path, str]] = [(("ola", name), name) for name in settings["ola"]]
    for name, group in known.items():
        if "escalates-to" in group:
            named.append((("groups", name, "escalates-to"), group["escalates-to"]))
    for index, rule in enumerate(settings["routing"]):
        if "group" in rule:
            named.append((("routing", index, "group"), rule["group"]))
    for path, name in named:
        if name not in known:
            yield missing_name(path, "group", name, known)


def _ladders(settings: Settings) -> Iterator[Wrong]:
    """Each circle is told once, at the first of its groups that the file names."""
    groups, done = settings["groups"], set()
    for first in groups:
        steps: list[str] = []
        name: str | None = first
        while name is not None and name in groups and name not in done and name not in steps:
            steps.append(name)
            name = groups[name].get("escalates-to")
        if name is not None and name in steps:
            circle = " → ".join([*steps[steps.index(name) :], name])
            yield Wrong(
                ("groups", name, "escalates-to"),
                f"this goes round in a circle: {circle}.",
                "End it somewhere.",
            )
        done.update(steps)


def _desks(settings: Settings) -> Iterator[Wrong]:
    if not any(group.get("desk") for group in settings["groups"].values()):
        yield Wrong(("groups",), "no group is a service desk.", "Give one of them `desk: true` (P04).")


def _routing(settings: Settings) -> Iterator[Wrong]:
    for index, rule in enumerate(settings["routing"]):
        path: Path = ("routing", index)
        if ("impact" in rule) != ("urgency" in rule):
            yield Wrong(path, "impact and urgency go together.", "Give both, or neither.")
        elif "group" not in rule and "impact" not in rule:
            yield Wrong(path, "this rule gives nothing.", "Give it a group, or impact and urgency.")
        category = rule.get("category")
        if category and not known_category(category, settings["categories"]):
            yield missing_name((*path, "category"), "category", category, settings["categories"])


def _monitoring(settings: Settings) -> Iterator[Wrong]:
    for index, rule in enumerate(settings["monitoring"]["rules"]):
        path: Path = ("monitoring", "rules", index)
        if ("impact" in rule) != ("urgency" in rule):
            yield Wrong(path, "impact and urgency go together.", "Give both, or neither.")
        category = rule.get("category")
        if category and not known_category(category, settings["categories"]):
            yield missing_name((*path, "category"), "category", category, settings["categories"])


def known_category(name: str, categories: Any) -> bool:
    """Whether it is a category, or a sub-category of one."""
    parts = name.split("/")
    return all(parts) and any("/".join(parts[: count + 1]) in categories for count in range(len(parts)))


def _clocks(settings: Settings) -> Iterator[Wrong]:
    if not settings["clocks"]:
        return
    from itil_cli.process.transitions import ROWS

    events = sorted({row.do for row in ROWS})
    for name, clock in settings["clocks"].items():
        if name in BUILT_IN_CLOCKS or _SECOND_RESPONSE.fullmatch(name):
            yield Wrong(("clocks", name), "this clock is built in.", "Give yours another name.", at_key=True)
        for end in ("start", "stop"):
            if clock[end] not in events:
                yield missing_name(("clocks", name, end), "event", clock[end], events)
        reasons = [reason for reason, said in settings["pending"].items() if said != OFF]
        for index, reason in enumerate(clock.get("pause", ())):
            if reason not in reasons:
                yield missing_name(("clocks", name, "pause", index), "pending reason", reason, reasons)


def _chain(settings: Settings) -> Iterator[Wrong]:
    for index, level in enumerate(settings["escalation"]["chain"]):
        if level not in _CHAIN and "@" not in level:
            yield missing_name(("escalation", "chain", index), "level", level, _CHAIN)


def _requestors(settings: Settings) -> Iterator[Wrong]:
    if settings["requestors"] == "domains" and not settings["requestor-domains"]:
        yield Wrong(("requestors",), "no domains are named.", "Add `requestor-domains: [example.com]`.")


def _digests(settings: Settings) -> Iterator[Wrong]:
    known = [*settings["groups"], *(one for one in ROLES if one not in settings["groups"])]
    for index, name in enumerate(settings["messages"]["digest"]["to"]):
        if "@" not in name and name not in known:
            yield missing_name(("messages", "digest", "to", index), "group or role", name, known)


def _periods(settings: Settings) -> Iterator[Wrong]:
    for index, period in enumerate(settings["major"]["critical-periods"]):
        if period["to"] < period["from"]:
            path = ("major", "critical-periods", index, "to")
            yield Wrong(path, f"{period['to']} is before {period['from']}.", "Swap them.")


CHECKS: tuple[Callable[[Settings], Iterator[Wrong]], ...] = (
    _defaults,
    _dated_hours,
    _calendars,
    _matrix,
    _groups_named,
    _ladders,
    _desks,
    _routing,
    _monitoring,
    _clocks,
    _chain,
    _requestors,
    _digests,
    _periods,
)
