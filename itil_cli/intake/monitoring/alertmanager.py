"""Alertmanager's webhook (version 4): a group of alerts, each firing or resolved. Grafana sends the same shape.

- An incident for each alert, or one for each of Alertmanager's groups, as `monitoring.grouping` says.
- The fingerprint is the one that Alertmanager computes of an alert's labels.
- In a group that goes on firing, an alert that has recovered leaves the incident open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from itil_cli.intake.monitoring.alert import Alert, moment, name_of, one_line, told
from itil_cli.intake.monitoring.bodies import Body, listed, mapping, text, texts, wrong

SOURCE = "alertmanager"
_STATES = ("firing", "resolved")
_TITLES = ("summary", "title", "message")
_TEXTS = ("description", "message")


def alerts(value: Any, *, grouped: bool = False) -> list[Alert]:
    """The alerts of a webhook's body, in its order. Raises Malformed that says which part is wrong."""
    body = mapping(value, SOURCE)
    version = body.get("version")
    if version not in ("4", "1", None):  # Grafana writes "1"
        raise wrong("version", f"{version!r} is not 4, the version of Alertmanager's webhook")
    group = _group(body) if grouped else None
    return [_alert(body, one, f"alerts[{place}].", group) for place, one in enumerate(listed(body, "alerts", ""))]


def _group(body: Body) -> Mapping[str, str]:
    """The labels that make the group, or those that all of its alerts have."""
    text(body, "groupKey", "")
    return texts(body, "groupLabels", "") or texts(body, "commonLabels", "")


def _alert(body: Body, value: Any, where: str, group: Mapping[str, str] | None) -> Alert:
    one = mapping(value, where.rstrip("."))
    state = text(one, "status", where)
    if state not in _STATES:
        raise wrong(f"{where}status", f"{state!r} is not firing or resolved")
    labels, notes = texts(one, "labels", where), texts(one, "annotations", where)
    fingerprint = name_of(text(one, "fingerprint", where))
    about = notes if group is None else texts(body, "commonAnnotations", "") or notes
    return Alert(
        key=f"{SOURCE}:{fingerprint}" if group is None else f"{SOURCE}:group:{name_of(text(body, 'groupKey', ''))}",
        fingerprint=fingerprint,
        since=_since(one, where),
        firing=state == "firing",
        title=_title(about, group or labels),
        text=told(_first(notes, _TEXTS), labels, _links(body, one, notes)),
        labels=labels,
        others_firing=group is not None and body.get("status") == "firing",
    )


def _since(one: Body, where: str) -> str:
    try:
        since = moment(one.get("startsAt"))
    except ValueError as fault:
        raise wrong(f"{where}startsAt", str(fault)) from None
    if not since:
        raise wrong(f"{where}startsAt", "it is missing")
    return since


def _first(said: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if one_line(said.get(name, ""))), "")


def _title(notes: Mapping[str, str], labels: Mapping[str, str]) -> str:
    said = _first(notes, _TITLES)
    if said:
        return one_line(said)
    name = one_line(labels.get("alertname", "")) or "Alert"
    others = ", ".join(f"{label}={value}" for label, value in sorted(labels.items()) if label != "alertname")
    return one_line(f"{name} ({others})" if others else name)


def _links(body: Body, one: Body, notes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, said in (
        ("source", one.get("generatorURL")),
        ("runbook", notes.get("runbook_url")),
        ("dashboard", one.get("dashboardURL") or notes.get("dashboard")),
        ("Alertmanager", body.get("externalURL")),
    ):
        if isinstance(said, str):
            yield name, said
