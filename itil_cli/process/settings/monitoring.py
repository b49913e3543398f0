"""What monitoring may do: the settings under `monitoring`, and their value.

- A severity, in any case of letters, gives impact and urgency; one that is not named here gives none.
- The labels that name a service and the configuration items are tried in order; what services.yaml does not know is
  left out, where that file names any.
- The first rule whose labels all fit says the rest; what it does not say comes from the labels.
- `json` says for each sender of JSON which part of a body is what, in JMESPath.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from itil_cli.process.settings.kinds import SECONDS, Choice, DurationText, Integer
from itil_cli.process.settings.parts import FLAG, LEVEL, NAME, NAMES
from itil_cli.process.settings.schema import OFF, REQUIRED, Field, ListOf, MapOf, Struct
from itil_cli.process.time.instants import parse_seconds


class AlertRule(NamedTuple):
    """What alerts with these labels are; None: as the labels say."""

    match: Mapping[str, str]
    ignore: bool = False
    service: str | None = None
    ci: str | None = None
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether every label that it names has the value that it wants."""
        return all(labels.get(name) == value for name, value in self.match.items())


class Flapping(NamedTuple):
    """So many times within so many seconds, and an alert flaps; None: never."""

    times: int | None
    within: int


class Monitoring(NamedTuple):
    """How alerts become incidents. `json` holds JMESPath expressions by sender and part."""

    grouping: str
    severity_label: str
    severities: Mapping[str, tuple[str, str]]
    service_labels: tuple[str, ...]
    ci_labels: tuple[str, ...]
    rules: tuple[AlertRule, ...]
    on_recovery: str
    flapping: Flapping
    json: Mapping[str, Mapping[str, str]]

    def rule(self, labels: Mapping[str, str]) -> AlertRule:
        """The first rule that fits; one that says nothing where none does."""
        return next((rule for rule in self.rules if rule.fits(labels)), AlertRule({}))


_LEVELS = Struct(
    {
        "impact": Field(LEVEL, "Its impact.", REQUIRED),
        "urgency": Field(LEVEL, "Its urgency.", REQUIRED),
    },
    words="what a severity means",
)
_RULE = Struct(
    {
        "match": Field(MapOf(NAME, what="label"), "The labels, each with its value; none: every alert.", REQUIRED),
        "ignore": Field(FLAG, "Whether these are not taken in at all."),
        "service": Field(NAME, "The service that is affected."),
        "ci": Field(NAME, "The configuration item that is affected."),
        "category": Field(NAME, "The category."),
        "impact": Field(LEVEL, "The impact, instead of the severity's."),
        "urgency": Field(LEVEL, "The urgency, instead of the severity's."),
    },
    words="a rule for alerts",
)
_FLAPPING = Struct(
    {
        "times": Field(Integer(2, 999, OFF), "So many times, and an alert flaps.", 3),
        "within": Field(DurationText(SECONDS), "Within what time.", "1h"),
    },
    words="what flapping is",
)
_BODY = Struct(
    {
        "alerts": Field(NAME, "The list of alerts; the whole body is one unless given."),
        "key": Field(NAME, "What at most one open incident has.", REQUIRED),
        "title": Field(NAME, "The incident's title.", REQUIRED),
        "firing": Field(NAME, "True where something is wrong.", REQUIRED),
        "resolved": Field(NAME, "True where it is right again; whatever does not fire unless given."),
        "since": Field(NAME, "When it began; the same body counts once unless given."),
        "text": Field(NAME, "What the sender says."),
        "severity": Field(NAME, "The severity."),
        "labels": Field(NAME, "The labels, an object."),
        "service": Field(NAME, "The service."),
        "ci": Field(NAME, "The configuration item, or a list of them."),
        "link": Field(NAME, "Where to look."),
    },
    words="a sender of JSON",
)


def _levels(impact: str, urgency: str) -> dict[str, str]:
    return {"impact": impact, "urgency": urgency}


MONITORING = Struct(
    {
        "grouping": Field(
            Choice("alert", "group"), "An incident for each alert, or one for each of Alertmanager's groups.", "alert"
        ),
        "severity-label": Field(NAME, "The label that holds the severity.", "severity"),
        "severities": Field(
            MapOf(_LEVELS, what="severity", removable=True),
            "What a severity means; `off` takes one out.",
            {
                "critical": _levels("high", "high"),
                "error": _levels("medium", "high"),
                "warning": _levels("medium", "medium"),
                "info": _levels("low", "low"),
            },
        ),
        "service-labels": Field(NAMES, "The labels that may name the service.", ["service", "app"]),
        "ci-labels": Field(NAMES, "The labels that may name a configuration item.", ["instance", "host"]),
        "rules": Field(
            ListOf(_RULE),
            "What alerts with certain labels are; the first that fits counts.",
            [
                {"match": {"alertname": "Watchdog"}, "ignore": True},
                {"match": {"event": "pull_request"}, "ignore": True},
            ],
        ),
        "on-recovery": Field(
            Choice("resolve", "note", "nothing"),
            "What is done when it is right again and nobody has accepted the incident.",
            "resolve",
        ),
        "flapping": Field(_FLAPPING, "An alert that comes and goes: its incident stays open, and counts."),
        "json": Field(MapOf(_BODY, what="sender"), "Senders of JSON: what is where, in JMESPath.", {}),
    }
)


def monitoring(spec: Mapping[str, Any]) -> Monitoring:
    """The value of checked settings."""
    severities = {name: said for name, said in spec["severities"].items() if said != OFF}
    times = spec["flapping"]["times"]
    return Monitoring(
        grouping=spec["grouping"],
        severity_label=spec["severity-label"],
        severities={name.casefold(): (said["impact"], said["urgency"]) for name, said in severities.items()},
        service_labels=tuple(spec["service-labels"]),
        ci_labels=tuple(spec["ci-labels"]),
        rules=tuple(AlertRule(**rule) for rule in spec["rules"]),
        on_recovery=spec["on-recovery"],
        flapping=Flapping(times if isinstance(times, int) else None, parse_seconds(spec["flapping"]["within"])),
        json=spec["json"],
    )
