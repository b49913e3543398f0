"""Each sender of docs/monitoring.md, set up with the page's own text and nothing else: what it posts opens an incident
with service, item and priority, is taken once, and resolves it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import pytest
from shell import Shell

PAGE = (Path(__file__).resolve().parents[2] / "docs/monitoring.md").read_text(encoding="utf-8")
Body = Callable[[bool, int], dict[str, Any]]  # whether it fires, and the minute of 09:00 at which it does


def section(name: str) -> str:
    (found,) = re.findall(rf"^## {name}\n(.*?)(?=^## )", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def block(name: str, language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", section(name), re.DOTALL | re.MULTILINE)
    return str(found)


def datadog(firing: bool, minute: int) -> dict[str, Any]:
    """The page's template, filled in as Datadog does."""
    said = {
        "ALERT_CYCLE_KEY": "5103231232", "EVENT_TITLE": "[P2] CPU is high on web-1",
        "ALERT_TRANSITION": "Triggered" if firing else "Recovered", "TEXT_ONLY_MSG": "CPU over 90 %",
        "ALERT_PRIORITY": "P2", "TAGS": "service:shop,host:web-1,env:prod", "LINK": "https://app.datadoghq.com/event/1",
        "DATE": str(1_773_046_800_000 + minute * 60_000),
    }  # fmt: skip
    return dict(json.loads(Template(block("Datadog", "json")).substitute(said)))


def sentry(firing: bool, minute: int) -> dict[str, Any]:
    return {
        "action": "created" if firing else "resolved",
        "installation": {"uuid": "7a485448-a9e2-4c85-8a3c-4f44175783c9"},
        "actor": {"type": "application", "id": "sentry", "name": "Sentry"},
        "data": {
            "issue": {
                "id": "1170820242", "shortId": "SHOP-1", "title": "TypeError: cart is null", "culprit": "cart in pay",
                "level": "error", "status": "unresolved" if firing else "resolved", "substatus": "new",
                "permalink": None, "url": "https://sentry.io/api/0/issues/1170820242/",
                "web_url": "https://acme.sentry.io/issues/1170820242/", "count": "1", "userCount": 1,
                "project": {"id": "1", "name": "Shop", "slug": "shop", "platform": "javascript"},
                "firstSeen": "2026-03-01T06:00:00.123000Z", "lastSeen": f"2026-03-09T09:{minute:02d}:00.123000Z",
            }
        },
    }  # fmt: skip


def pagerduty(firing: bool, minute: int) -> dict[str, Any]:
    return {
        "event": {
            "id": f"01CH754SM17TWPE2V2H4VPBRO{minute}", "resource_type": "incident",
            "event_type": "incident.triggered" if firing else "incident.resolved",
            "occurred_at": f"2026-03-09T09:{minute:02d}:00.000Z",
            "agent": {"id": "PLH1HKV", "type": "user_reference", "summary": "Tenex Engineer"},
            "client": None,
            "data": {
                "id": "PGR0VU2", "type": "incident", "number": 2, "status": "triggered" if firing else "resolved",
                "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2", "incident_key": "d3640fbd41094207a1c11e58e46b1662",
                "title": "The shop does not answer", "created_at": "2026-03-09T09:00:00Z", "urgency": "high",
                "service": {"id": "PF9KMXH", "summary": "shop", "type": "service_reference"},
                "assignees": [], "teams": [], "priority": None, "conference_bridge": None, "resolve_reason": None,
            },
        }
    }  # fmt: skip


def zabbix(firing: bool, minute: int) -> dict[str, Any]:
    """The parameters that the page names, as Zabbix fills its macros in; the script takes `token` out."""
    said = {
        "{EVENT.ID}": str(12_345 + minute), "{EVENT.NAME}": "High load on web-1",
        "{EVENT.VALUE}": "1" if firing else "0", "{EVENT.SEVERITY}": "Average", "{HOST.NAME}": "web-1",
    }  # fmt: skip
    named = dict(re.findall(r"`(\w+)` =\s`(\{[A-Z.]+\})`", section("Zabbix")))
    assert set(named.values()) == set(said)
    return {name: said[macro] for name, macro in named.items()}


SENDERS: dict[str, tuple[Body, str, str | None, list[str], str]] = {
    "Datadog": (datadog, "[P2] CPU is high on web-1", "shop", ["web-1"], "P3"),
    "Sentry": (sentry, "TypeError: cart is null", "shop", [], "P3"),
    "PagerDuty": (pagerduty, "The shop does not answer", "shop", [], "P2"),
    "Zabbix": (zabbix, "High load on web-1", None, ["web-1"], "P4"),
}


def received(company: Shell, words: list[str], body: Any) -> list[str]:
    file = company.store.parent / "body.json"
    file.write_text(json.dumps(body))
    answer = company("receive", *words, str(file), "--json", now="2026-03-09T10:00:00Z")
    assert answer.code == 0, answer.err
    return [one["result"] for one in answer.json["results"]]


@pytest.mark.parametrize("sender", SENDERS)
def test_a_sender_set_up_by_the_page(sender: str, company: Shell) -> None:
    body, title, service, cis, priority = SENDERS[sender]
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + block(sender, "yaml"))
    company.git("commit", "-qam", sender)
    assert company("policy", "validate").code == 0
    words = ["json", "--sender", sender.lower()]
    assert [received(company, words, body(True, 1)) for _ in range(2)] == [["opened"], ["known"]]
    (listed,) = company("list", "--json", now="2026-03-09T10:01:00Z").json["incidents"]
    shown = company("show", listed["id"], "--json", now="2026-03-09T10:01:00Z").json
    assert (shown["title"], shown["service"], shown["cis"], shown["priority"]) == (title, service, cis, priority)
    assert (shown["group"], shown["channel"], shown["requestor"]) == ("support", "monitoring", "ci@example.com")
    link = {"Datadog": "event/1", "Sentry": "issues/1170820242/", "PagerDuty": "incidents/PGR0VU2"}.get(sender, "")
    assert link in shown["description"]
    # Zabbix's recovery has the number of the problem that it ends.
    assert [received(company, words, body(False, 1 if sender == "Zabbix" else 2)) for _ in range(2)] == [
        ["resolved"], ["known"],
    ]  # fmt: skip
    assert received(company, words, body(True, 3)) == ["opened"]
    assert company("check").code == 0


def test_grafana_posts_as_alertmanager_does(company: Shell) -> None:
    """Its contact point of type webhook; the page asks for nothing in the policy."""
    assert "/alertmanager" in section("Grafana") and "```yaml" not in section("Grafana")

    def body(status: str) -> dict[str, Any]:
        alert = {
            "status": status,
            "labels": {"alertname": "High memory", "service": "shop", "instance": "web-1", "severity": "critical"},
            "annotations": {"summary": "The shop's memory is full", "runbook_url": "https://wiki.example.com/memory"},
            "startsAt": "2026-03-09T10:51:03.157076+02:00",
            "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-03-09T10:59:03+02:00",
            "generatorURL": "https://grafana.example.com/alerting/1afz29v7z/edit",
            "fingerprint": "c6eadffa33fcdf37",
            "silenceURL": "https://grafana.example.com/alerting/silence/new",
            "dashboardURL": "https://grafana.example.com/d/1",
            "panelURL": "https://grafana.example.com/d/1?viewPanel=2",
            "values": {"B": 44.23943737541908, "C": 1},
        }
        return {
            "receiver": "itil", "status": status, "orgId": 1, "alerts": [alert], "groupLabels": {}, "version": "1",
            "commonLabels": {}, "commonAnnotations": {}, "externalURL": "https://grafana.example.com/",
            "groupKey": "{}:{}", "truncatedAlerts": 0, "title": "[FIRING:1]", "state": "alerting", "message": "…",
        }  # fmt: skip

    assert [received(company, ["alertmanager"], body("firing")) for _ in range(2)] == [["opened"], ["known"]]
    (listed,) = company("list", "--json", now="2026-03-09T10:01:00Z").json["incidents"]
    assert (listed["title"], listed["service"], listed["priority"]) == ("The shop's memory is full", "shop", "P2")
    assert received(company, ["alertmanager"], body("resolved")) == ["resolved"]
