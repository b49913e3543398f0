"""Alertmanager's webhook, version 4: what each alert becomes, and what is said of a body that is none."""

from __future__ import annotations

from typing import Any

import pytest

from itil_cli.errors import Malformed
from itil_cli.intake.monitoring.alertmanager import alerts

# As Alertmanager 0.25 sends it.
FIRING: dict[str, Any] = {
    "status": "firing",
    "labels": {"alertname": "Down", "instance": "web-1:9100", "severity": "critical"},
    "annotations": {"summary": "web-1 is down", "description": "No answer for 5m.", "runbook_url": "https://wiki/down"},
    "startsAt": "2026-11-25T06:00:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prom:9090/graph?g0.expr=up",
    "fingerprint": "f2a5c6d1b2c3d4e5",
}
RESOLVED = {**FIRING, "status": "resolved", "endsAt": "2026-11-25T06:10:00Z", "fingerprint": "0123456789abcdef"}


def body(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "receiver": "itil",
        "status": "firing",
        "alerts": list(given),
        "groupLabels": {"alertname": "Down"},
        "commonLabels": {"alertname": "Down", "severity": "critical"},
        "commonAnnotations": {},
        "externalURL": "http://am:9093",
        "version": "4",
        "groupKey": '{}:{alertname="Down"}',
        "truncatedAlerts": 0,
        **more,
    }


def test_each_alert_has_a_key_of_its_own_by_its_fingerprint() -> None:
    first, second = alerts(body(FIRING, RESOLVED))
    assert (first.key, first.firing) == ("alertmanager:f2a5c6d1b2c3d4e5", True)
    assert (second.key, second.firing) == ("alertmanager:0123456789abcdef", False)
    assert first.occurrence == "f2a5c6d1b2c3d4e5@2026-11-25T06:00:00.123Z"
    assert not first.others_firing and first.labels["severity"] == "critical"


def test_title_text_and_links_come_from_annotations() -> None:
    (alert,) = alerts(body(FIRING))
    assert alert.title == "web-1 is down"
    assert alert.text == (
        "No answer for 5m.\n\n"
        "- alertname: Down\n- instance: web-1:9100\n- severity: critical\n\n"
        "- source: http://prom:9090/graph?g0.expr=up\n- runbook: https://wiki/down\n- Alertmanager: http://am:9093"
    )


def test_without_annotations_the_labels_make_the_title() -> None:
    (alert,) = alerts(body({**FIRING, "annotations": {}}))
    assert alert.title == "Down (instance=web-1:9100, severity=critical)"
    (bare,) = alerts(body({**FIRING, "annotations": {}, "labels": {}}))
    assert bare.title == "Alert"


def test_grouped_they_share_the_groups_key_and_the_last_one_resolves() -> None:
    first, second = alerts(body(FIRING, RESOLVED), grouped=True)
    assert first.key == second.key == 'alertmanager:group:{}:{alertname="Down"}'
    assert first.fingerprint != second.fingerprint
    assert second.others_firing  # the group goes on firing
    (last,) = alerts(body(RESOLVED, status="resolved"), grouped=True)
    assert not last.others_firing


def test_grafanas_body_is_taken_too() -> None:
    """Grafana writes version 1, values beside the labels, and a dashboard's address."""
    given = {
        **FIRING,
        "values": {"B": 1},
        "valueString": "[…]",
        "dashboardURL": "https://grafana/d/1",
        "silenceURL": "x",
    }
    (alert,) = alerts(body(given, version="1", title="[FIRING:1]", orgId=1, state="alerting"))
    assert "- dashboard: https://grafana/d/1" in alert.text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([], "alertmanager: [] is not an object."),
        ({"version": "3"}, "version: '3' is not 4, the version of Alertmanager's webhook."),
        ({"version": "4"}, "alerts: there is no list."),
        (body(alerts="x"), 'alerts: "x" is not a list.'),
        (body(FIRING, {}), "alerts[1].status: it is missing."),
        (body(7), "alerts[0]: 7 is not an object."),  # type: ignore[arg-type]
        (body({**FIRING, "status": "ok"}), "alerts[0].status: 'ok' is not firing or resolved."),
        (body({**FIRING, "labels": {"n": 1}}), "alerts[0].labels.n: 1 is not a text."),
        (body({**FIRING, "startsAt": "soon"}), "alerts[0].startsAt: 'soon' is no time such as 2026-11-24T08:59:00Z."),
        (body({**FIRING, "startsAt": None}), "alerts[0].startsAt: it is missing."),
        (body({**FIRING, "fingerprint": ""}), 'alerts[0].fingerprint: "" is not a text.'),
    ],
)
def test_a_body_of_another_shape_says_where(given: Any, text: str) -> None:
    with pytest.raises(Malformed) as found:
        alerts(given)
    assert found.value.text == text and found.value.remedy == "docs/monitoring.md says what is taken."


def test_a_group_needs_its_key() -> None:
    with pytest.raises(Malformed, match=r"groupKey: it is missing\."):
        alerts(body(FIRING, groupKey=None), grouped=True)
