"""Any JSON by a mapping of the policy: the mappings of docs/monitoring.md on the senders' own bodies, and what is said
where an expression does not fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from itil_cli.errors import Broken, Malformed
from itil_cli.intake.monitoring.alert import Alert
from itil_cli.intake.monitoring.mapped import alerts
from itil_cli.process.settings.policy import parse
from itil_cli.store.yaml import yamlsafe

PAGE = Path(__file__).parents[2] / "docs" / "monitoring.md"
PLAIN = {"key": "id", "title": "name", "firing": "state == 'down'"}


def documented() -> dict[str, Any]:
    """Every mapping that the page shows, by sender."""
    blocks = re.findall(r"```yaml\n(monitoring:\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found: dict[str, Any] = {}
    for block in blocks:
        value = yamlsafe.load(block.encode()).value
        assert isinstance(value, dict)
        found |= parse(value).monitoring.json
    return found


def read(sender: str, body: dict[str, Any]) -> list[Alert]:
    return alerts(body, sender, documented()[sender])


def test_datadog() -> None:
    """The body is the one that its webhook template of the page makes."""
    body = {
        "key": "monitor-42-host:web-1",
        "title": "[Triggered] CPU is high on web-1",
        "transition": "Triggered",
        "text": "%%%\nCPU over 90\n%%%",
        "priority": "P2",
        "tags": "service:shop,host:web-1,env:prod",
        "link": "https://app.datadoghq.com/event/1",
        "date": "1764050400000",
    }
    (alert,) = read("datadog", body)
    assert alert.labels == {"service": "shop", "host": "web-1", "env": "prod"}
    assert alert.firing and alert.key == "json:datadog:monitor-42-host:web-1"
    assert alert.since == "2025-11-25T06:00:00.000Z" and alert.severity == "P2"
    (recovered,) = read("datadog", {**body, "transition": "Recovered", "date": "1764050460000"})
    assert not recovered.firing and recovered.key == alert.key
    assert read("datadog", {**body, "transition": "No Data"}) == []


def test_sentry() -> None:
    """An issue alert and an issue that is resolved, as Sentry's integration posts them."""
    issue = {
        "id": "1170820242",
        "title": "ReferenceError: blorp is not defined",
        "culprit": "?(runner)",
        "level": "error",
        "web_url": "https://sentry.io/organizations/example/issues/1170820242/",
        "project": {"slug": "front-end"},
        "firstSeen": "2026-11-20T06:00:00.123000Z",
        "lastSeen": "2026-11-25T06:00:00.123000Z",
    }
    (opened,) = read("sentry", {"action": "created", "data": {"issue": issue}})
    (resolved,) = read("sentry", {"action": "resolved", "data": {"issue": issue}})
    assert opened.firing and not resolved.firing and opened.key == resolved.key == "json:sentry:1170820242"
    assert opened.services == ("front-end",) and opened.severity == "error"
    assert read("sentry", {"action": "assigned", "data": {"issue": issue}}) == []


def test_pagerduty() -> None:
    """Webhooks of version 3."""

    def event(kind: str, at: str) -> dict[str, Any]:
        incident = {
            "id": "PGR0VU2",
            "type": "incident",
            "title": "A little bump in the road",
            "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
            "urgency": "high",
            "service": {"summary": "API Service"},
            "created_at": "2026-11-25T06:00:00Z",
        }
        return {"event": {"id": "5ac64822", "event_type": kind, "occurred_at": at, "data": incident}}

    (opened,) = read("pagerduty", event("incident.triggered", "2026-11-25T06:00:00Z"))
    (resolved,) = read("pagerduty", event("incident.resolved", "2026-11-25T06:09:00Z"))
    assert opened.firing and not resolved.firing and opened.key == resolved.key
    assert opened.services == ("API Service",) and opened.severity == "high"
    assert read("pagerduty", event("incident.annotated", "2026-11-25T06:02:00Z")) == []


def test_zabbix() -> None:
    """The body is the one that its webhook script of the page makes."""
    body = {"event": "12345", "name": "High load", "value": "1", "severity": "Warning", "host": "db-1"}
    (alert,) = read("zabbix", body)
    assert alert.firing and alert.cis == ("db-1",) and alert.severity == "Warning"
    (recovered,) = read("zabbix", {**body, "value": "0"})
    assert not recovered.firing and recovered.key == alert.key


def test_without_a_time_the_same_body_counts_once() -> None:
    (first,) = alerts({"id": "a", "name": "A", "state": "down"}, "x", PLAIN)
    (again,) = alerts({"state": "down", "name": "A", "id": "a"}, "x", PLAIN)
    (other,) = alerts({"id": "a", "name": "A", "state": "down", "try": 2}, "x", PLAIN)
    assert first.occurrence == again.occurrence != other.occurrence


def test_a_list_of_alerts_and_numbers_as_names() -> None:
    found = alerts(
        {"items": [{"id": 7, "name": "A", "state": "down"}, {"id": 8, "name": "B"}]}, "x", {**PLAIN, "alerts": "items"}
    )
    assert [(one.key, one.firing) for one in found] == [("json:x:7", True), ("json:x:8", False)]


def test_labels_are_an_object_or_a_list_of_tags() -> None:
    spec = {**PLAIN, "labels": "tags"}
    (by_object,) = alerts({"id": "a", "name": "A", "tags": {"b": 1, "c": [], "d": "x\ny"}}, "x", spec)
    (by_list,) = alerts({"id": "a", "name": "A", "tags": ["b:1", "d:x:y", 3]}, "x", spec)
    assert by_object.labels == {"b": "1", "d": "x y"} and by_list.labels == {"b": "1", "d": "x:y"}


@pytest.mark.parametrize(
    ("more", "body", "text"),
    [
        ({}, {"name": "A"}, "x.key: `id` gives nothing."),
        ({}, {"id": {}, "name": "A"}, "x.key: `id` gives nothing."),
        ({}, {"id": "a"}, "x.title: `name` gives nothing."),
        ({"alerts": "items"}, {"items": 1}, "x.alerts: `items` gives no list."),
        (
            {"since": "at"},
            {"id": "a", "name": "A", "at": "noon"},
            "x.since: `at`: 'noon' is no time such as 2026-11-24T08:59:00Z.",
        ),
        ({"title": "join(',', id)"}, {"id": 1}, "x.title: `join(',', id)`: "),
    ],
)
def test_a_body_that_the_mapping_does_not_fit(more: dict[str, str], body: Any, text: str) -> None:
    with pytest.raises(Malformed) as found:
        alerts(body, "x", {**PLAIN, **more})
    assert found.value.text.startswith(text)


def test_an_expression_that_is_none_is_the_policys_fault() -> None:
    with pytest.raises(Broken) as found:
        alerts({}, "x", {**PLAIN, "firing": "state =="})
    assert str(found.value).startswith("itil.yaml: monitoring.json.x.firing: ")
    assert found.value.remedy == "jmespath.org says how it is written."
