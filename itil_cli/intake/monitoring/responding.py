"""What an alert asks for: a new incident, a recurrence, a resolution, a note, or nothing.

- What fires opens an incident, or repeats the open one with its key (D5); what has recovered resolves it where
  nobody has accepted it, else it is noted: from then on people decide.
- An occurrence is taken once: what was taken before, or is older than what is known of the same alert, changes
  nothing. The events carry it, under `alert` and `recovered`.
- What has recovered does so once until it fires again, also where the sender gives no time: every success of a job
  says so.
- An alert that comes and goes is flapping: its recoveries are noted, so that its incident stays open and counts. A job
  of CI is not: that it fails again and again before it succeeds is its way.
- An incident with very many events takes one of an alert an hour, so that its file never grows full (people's verbs
  always fit, and so does the recovery that resolves it). What is held back meanwhile is counted: the next event of the
  alert says how many `times` it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from itil_cli.intake.monitoring.alert import CI, Alert, one_line
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import ASSIGNED, NEW, Record
from itil_cli.process.lifecycle import Command
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.services import Services

OPENED, REPEATED, RESOLVED, NOTED = "opened", "repeated", "resolved", "noted"
KNOWN, IGNORED, DAMPED = "known", "ignored", "damped"
MANY_EVENTS, AN_HOUR = 1000, 3600
FIRING, RECOVERED = "alert", "recovered"  # the keys of an event that hold the occurrence


class HeldBack(NamedTuple):
    """How often an alert fired without an event of its own, and when the last of these began."""

    times: int = 0
    last: str = ""


NOTHING = HeldBack()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store knows of a key: the open incident that holds it, those that held it before, newest first, and
    what of the alert is held back."""

    holder: Record | None
    past: Sequence[Record] = ()
    held_back: HeldBack = NOTHING

    @property
    def records(self) -> Iterator[Record]:
        """All of them, the open one first."""
        yield from [self.holder] if self.holder else []
        yield from self.past


class Scene(NamedTuple):
    """Where an alert arrives: the settings in force, the bot's address, and the time (epoch seconds)."""

    policy: Policy
    services: Services
    bot: str
    now: int


@dataclass(frozen=True, slots=True)
class Response:
    """What becomes of the alert, the command that does it (None: nothing), and what to do where that is refused."""

    result: str
    command: Command | None = None
    otherwise: Command | None = None


def respond(alert: Alert, standing: Standing, scene: Scene) -> Response:
    """The command that an alert asks for, by the policy and what is known of its key."""
    if scene.policy.monitoring.rule(alert.labels).ignore:
        return Response(IGNORED)
    return _fired(alert, standing, scene) if alert.firing else _recovered(alert, standing, scene)


def _fired(alert: Alert, standing: Standing, scene: Scene) -> Response:
    if _is_known(alert, standing):
        return Response(KNOWN)
    if standing.holder is None:
        return Response(OPENED, Command("log", (), _facts(alert, scene)))
    if _is_full(standing.holder, scene.now):
        return Response(DAMPED)
    return _again(alert, standing.holder, standing.held_back.times, scene)


def _again(alert: Alert, holder: Record, held_back: int, scene: Scene) -> Response:
    """It fires again. An incident that somebody else opened under this key gets a note: only its bot repeats it."""
    if holder.events[0].by != scene.bot:
        return Response(NOTED, _note(alert, holder, _with_count(f"It fires again: {alert.title}", held_back)))
    said = alert.again or (alert.title if alert.title != fold(holder).title else None)
    options = {"message": said, FIRING: alert.occurrence, "times": held_back + 1 if held_back else None}
    return Response(REPEATED, Command("contact", (holder.id,), options))


def _with_count(text: str, held_back: int) -> str:
    if not held_back:
        return text
    times = "once" if held_back == 1 else f"{held_back:,} times"
    return f"{text}\n\nBefore that it fired {times} without an entry of its own."


def _recovered(alert: Alert, standing: Standing, scene: Scene) -> Response:
    holder, monitoring = standing.holder, scene.policy.monitoring
    if _is_known(alert, standing) or (holder is not None and _has_recovered(alert, holder)):
        return Response(KNOWN)
    if holder is None or monitoring.on_recovery == "nothing":
        return Response(IGNORED)
    held_back = standing.held_back.times
    why = _why_open(alert, standing, scene)
    if why:
        note = _note(alert, holder, _with_count(f"It has recovered; {why}.", held_back))
        return Response(DAMPED) if _is_full(holder, scene.now) else Response(NOTED, note)
    code = next(code for code, kind in scene.policy.codes.items() if kind == "recovered")
    message = "\n\n".join(filter(None, (f"It has recovered: {alert.title}", alert.again)))
    options = {"code": code, "message": _with_count(message, held_back), RECOVERED: alert.occurrence}
    otherwise = _note(alert, holder, _with_count("It has recovered; it could not be resolved by itself.", held_back))
    return Response(RESOLVED, Command("resolve", (holder.id,), options), otherwise)


def _why_open(alert: Alert, standing: Standing, scene: Scene) -> str | None:
    """Why a recovery leaves the incident open; None where it resolves it."""
    holder = standing.holder
    assert holder is not None
    incident = fold(holder)
    if alert.others_firing:
        return "other alerts of its group still fire"
    if _is_older(alert, [holder]):
        return "it fired again meanwhile"
    if incident.status not in (NEW, ASSIGNED) or incident.accepted_at is not None:
        return f"the incident is {incident.status}, so people resolve it"
    times = firings(alert, standing, scene)
    flapping = scene.policy.monitoring.flapping
    if alert.channel != CI and flapping.times is not None and times >= flapping.times:
        return f"it is flapping, {times} times within {flapping.within // 60} minutes"
    if scene.policy.monitoring.on_recovery == "note" or "recovered" not in scene.policy.codes.values():
        return "the policy leaves resolving it to people"
    return "the incident is not the bot's own" if holder.events[0].by != scene.bot else None


def firings(alert: Alert, standing: Standing, scene: Scene) -> int:
    """How often the alert fired within the window of flapping, up to now; others of its group are not counted."""
    since = scene.now - scene.policy.monitoring.flapping.within
    recent = (event for record in standing.records for event in record.events if event.at > since)
    return sum(_is_of(event.str(FIRING), alert) for event in recent)


def _is_of(mark: str | None, alert: Alert) -> bool:
    return mark is not None and mark.rpartition("@")[0] == alert.fingerprint


def _is_known(alert: Alert, standing: Standing) -> bool:
    """Whether this occurrence was taken, or a later one of the same alert."""
    marks = [*_marks(standing.records, alert.fingerprint, FIRING if alert.firing else RECOVERED)]
    if alert.firing and standing.held_back.times:
        marks.append(standing.held_back.last)
    return any(since == alert.since or _is_later(since, alert.since) for since in marks)


def _has_recovered(alert: Alert, holder: Record) -> bool:
    """Whether the last that is known of the alert is its recovery, where its sender gives no time to tell by."""
    if alert.since.endswith("Z"):
        return False
    last = None
    for event in holder.events:
        for key in (FIRING, RECOVERED):
            if (event.str(key) or "").rpartition("@")[0] == alert.fingerprint:
                last = key
    return last == RECOVERED


def _is_older(alert: Alert, records: Iterable[Record]) -> bool:
    """Whether the same alert is known to have fired later than it now says it began."""
    return any(_is_later(since, alert.since) for since in _marks(records, alert.fingerprint, FIRING))


def _is_later(since: str, other: str) -> bool:
    """Of two times; a digest is neither later nor earlier than anything."""
    return since.endswith("Z") and other.endswith("Z") and since > other


def _marks(records: Iterable[Record], fingerprint: str, key: str) -> Iterator[str]:
    """When each occurrence of the alert began that the events carry under `key`."""
    marks = (event.str(key) or "" for record in records for event in record.events)
    yield from (since for known, _, since in (mark.rpartition("@") for mark in marks) if known == fingerprint)


def _note(alert: Alert, holder: Record, text: str) -> Command:
    mark = {FIRING if alert.firing else RECOVERED: alert.occurrence}
    return Command("note", (holder.id,), {"message": text, **mark})


def _is_full(holder: Record, now: int) -> bool:
    """Whether it has so many events that another one of an alert has to wait."""
    if len(holder.events) < MANY_EVENTS:
        return False
    return any(event.at > now - AN_HOUR and (event.get(FIRING) or event.get(RECOVERED)) for event in holder.events)


def _facts(alert: Alert, scene: Scene) -> Mapping[str, object]:
    """The options of `log`: what the first rule that fits says, else the sender, else its labels."""
    monitoring, rule = scene.policy.monitoring, scene.policy.monitoring.rule(alert.labels)
    severity = alert.severity or alert.labels.get(monitoring.severity_label) or ""
    impact, urgency = monitoring.severities.get(severity.casefold(), (None, None))
    services = [rule.service, *alert.services, *(alert.labels.get(name) for name in monitoring.service_labels)]
    cis = [rule.ci] if rule.ci else [*alert.cis, *(alert.labels.get(name) for name in monitoring.ci_labels)]
    return {
        "title": alert.title,
        "description": alert.text,
        "channel": alert.channel,
        "service": next(_known(services, scene.services.names()), None),
        "cis": tuple(dict.fromkeys(_known(cis, scene.services.cis()))),
        "category": rule.category,
        "impact": alert.impact or rule.impact or impact,
        "urgency": alert.urgency or rule.urgency or urgency,
        "dedup_key": alert.key,
        FIRING: alert.occurrence,
    }


def _known(names: Iterable[str | None], known: Sequence[str]) -> Iterator[str]:
    """Those of services.yaml; all of them where that file names none."""
    plain = (one_line(name) for name in names if name)
    return (name for name in plain if name and (not known or name in known))
