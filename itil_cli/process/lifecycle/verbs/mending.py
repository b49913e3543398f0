"""The incident manager mends what an event says, by a later event (S5), and takes out texts that must go (S17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from itil_cli.errors import Malformed, NotFound, did_you_mean
from itil_cli.process.attachments import named
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import LEVELS, REDACTED, Event, Incident, Value
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.promises import targets
from itil_cli.process.lifecycle.verbs import majoring

FIXED = frozenset({"at", "by", "n", "do"})


def correct(case: Case, incident_id: str) -> str:
    """`correct ID --event N --set FIELD=VALUE -m WHY`; impact and urgency bring the priority along, and what was
    promised by it: a major incident's own targets too.

    `--accept-late N` countersigns a late arrival that improved a verdict (S17); it changes nothing."""
    incident = permit(case, "correct", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "S5", "a correction needs a reason.", 'Add -m "why".')
    late = case.command.text("accept_late")
    if late is not None:
        case.add(incident_id, "corrected", text=message, accept_late=_event(case, incident, late).n)
        return incident_id
    event = _event(case, incident, case.command.text("event"))
    values = _values(case, incident, event)
    case.add(incident_id, "corrected", text=message, event=event.n, set=values)
    for decided, promise in _promised_since(case, incident, event, values.get("priority")):
        case.add(incident_id, "corrected", event=decided.n, set=promise)
    _check_nothing_breaks(case, incident)
    return incident_id


def redact(case: Case, incident_id: str) -> str:
    """`redact ID --event N -m WHY`: the entry's text and attachments are taken out; `--description` likewise.

    Who wrote it and when stays, and so does what the event did. History still has the text."""
    incident = permit(case, "redact", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "S17", "a redaction needs a reason.", 'Add -m "why".')
    wanted, described = case.command.text("event"), case.command.flag("description")
    if (wanted is None) == (not described):
        raise refuse(case, "S17", "say what is to go.", "Add --event N (`itil timeline ID`), or --description.")
    if wanted is None:
        case.describe(incident_id, REDACTED)
        case.add(incident_id, "redacted", text=message, description=True)
    else:
        event = _event(case, incident, wanted)
        if not event.text and not named(event):
            raise refuse(
                case, "S17", f"the event {event.n} ({event.do}) has no text.", f"See `itil timeline {incident_id}`."
            )
        if event.text:
            case.blot_out(incident_id, event.n, REDACTED)
        case.add(incident_id, "redacted", text=message, event=event.n)
    case.notes.append("git's history still holds the text: change a secret that stood there.")
    return incident_id


def _event(case: Case, incident: Incident, wanted: str | None) -> Event:
    if wanted is None:
        found = next((event for event in reversed(incident.events) if event.do == "classified"), None)
        if found is None:
            raise refuse(case, "S5", "say which event is wrong.", "Add --event N (`itil timeline ID`).")
        return found
    near = [event for event in incident.events if wanted in (event.n, event.n.split("-")[0])]
    exact = [event for event in near if event.n == wanted] or near
    if len(exact) > 1:  # the other side of a link has the number that it has there
        named = ", ".join(event.n for event in exact)
        raise NotFound(f"{wanted!r} fits several events: {named}.", code="ambiguous", remedy="Name one of them whole.")
    if exact:
        return exact[0]
    raise NotFound(f"{incident.id} has no event {wanted!r}.", remedy=f"`itil timeline {incident.id}` lists them.")


def _values(case: Case, incident: Incident, event: Event) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for pair in case.command.texts("set"):
        name, there, value = pair.partition("=")
        if not (name and there):
            raise Malformed(f"{pair!r} is not FIELD=VALUE.", remedy="Write --set impact=low.")
        given[name] = value
    given |= {name: said for name in ("impact", "urgency", "category") if (said := case.command.text(name))}
    if not given:
        raise refuse(case, "S5", "a correction needs what is right.", "Add --set FIELD=VALUE.")
    fixed = sorted(FIXED & given.keys())
    if fixed:
        raise refuse(case, "S5", f"{', '.join(fixed)} of an event is never corrected; that would move history.")
    if "priority" in given:
        raise refuse(case, "P08", "the priority follows from impact and urgency.", "Set these instead.")
    right = {name: _value(case, event, name, str(value)) for name, value in given.items()}
    return right | _priority(case, incident, event, right)


# What an event of a kind may say, whether it does or not; whatever else stands in one may be corrected, too.
_MAY_SAY: dict[str, tuple[str, ...]] = {
    "logged": ("title", "channel", "requestor", "service", "cis", "category", "product", "tenant", "potential"),
    "classified": ("impact", "urgency", "category", "product", "service", "cis"),
    "contacted": ("from", "channel"),
    "noted": ("public", "minutes"),
    "edited": ("title",),
    "assigned": ("group", "to"),
    "pended": ("reason", "until", "vendor", "vendor-ticket", "ref"),
    "vendor-opened": ("vendor", "ticket"),
    "resolved": ("code", "kind", "category", "confirmed-by"),
    "canceled": ("reason", "requested-by", "rerouted-to"),
}
_PEOPLE = ("requestor", "from", "to", "owner", "confirmed-by", "requested-by", "decided-by")
_LISTS = ("cis",)
_FLAGS = {"true": True, "false": False}


def _value(case: Case, event: Event, name: str, text: str) -> Value:
    """A value in the form that the event keeps it in. Raises NotFound for a field or a name that there is not."""
    known = dict.fromkeys([*_MAY_SAY.get(event.do, ()), *(key for key in event.data if key not in FIXED)])
    if name not in known:
        remedy = did_you_mean(name, known) or f"It may say: {', '.join(known)}."
        raise NotFound(f"{event.n} ({event.do}) says nothing of {name!r}.", remedy=remedy)
    if name in _LISTS or isinstance(event.get(name), list):
        return [names.ci(case, one) if name == "cis" else one for one in text.split(",") if one]
    if name in ("public", "potential") or isinstance(event.get(name), bool):
        return _flag(name, text)
    if name == "minutes" or isinstance(event.get(name), int):
        return _number(name, text)
    return _named(case, name, text)


def _flag(name: str, text: str) -> bool:
    if text not in _FLAGS:
        raise Malformed(f"{name}: {text!r} is neither true nor false.", remedy=f"Write --set {name}=true.")
    return _FLAGS[text]


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Malformed(f"{name}: {text!r} is not a number.", remedy=f"Write --set {name}=10.")
    return int(text)


def _named(case: Case, name: str, text: str) -> str:
    if name in _PEOPLE:
        return names.person(case, text).email if text not in case.policy.groups else text
    known = {"impact": LEVELS, "urgency": LEVELS, "code": case.policy.codes, "group": case.policy.groups}
    if name in known:
        return names.choice({"code": "closure code"}.get(name, name), text, known[name])
    if name == "category":
        return names.category(case, text)
    return names.service(case, text) if name == "service" else text


def _priority(case: Case, incident: Incident, event: Event, given: dict[str, Value]) -> dict[str, Value]:
    if not {"impact", "urgency"} & given.keys():
        return {}
    impact = names.choice("impact", str(given.get("impact") or event.get("impact")), LEVELS)
    urgency = names.choice("urgency", str(given.get("urgency") or event.get("urgency")), LEVELS)
    priority = case.policy.matrix[impact][urgency]
    majors = [one.do for one in _decided(incident, incident.events[: incident.events.index(event)])]
    return {"priority": priority, **_targets(case, incident, priority, major=majors[-1:] == ["major-accepted"])}


def _targets(case: Case, incident: Incident, priority: str, *, major: bool) -> dict[str, Value]:
    promise = targets(case, priority, incident.service, incident.tenant)
    return promise | (majoring.targets_by(case, priority) if major else {})


def _promised_since(
    case: Case, incident: Incident, event: Event, priority: Value
) -> Iterator[tuple[Event, dict[str, Value]]]:
    """What was decided about a major incident by the priority that was wrong, and what it promises by the right one."""
    if not isinstance(priority, str) or priority == event.get("priority"):
        return
    later = incident.events[incident.events.index(event) + 1 :]
    until_next = takewhile(lambda one: one.get("priority") is None or one.n in incident.voids, later)
    for one in _decided(incident, until_next):
        major = one.do == "major-accepted"
        promise = majoring.targets_by(case, priority) if major else _targets(case, incident, priority, major=False)
        if promise:
            yield one, promise


def _decided(incident: Incident, events: Iterable[Event]) -> list[Event]:
    wanted = ("major-accepted", "major-demoted")
    return [one for one in events if one.do in wanted and one.n not in incident.voids]


def _check_nothing_breaks(case: Case, before: Incident) -> None:
    """No act may come to nothing; what a rule told about a priority that never was may."""
    after = fold(case.record(before.id))
    told = {one.n for one in before.events if one.do == "escalated" and one.get("rule") is not None}
    broken = sorted(after.voids.keys() - before.voids.keys() - told)
    if broken:
        raise refuse(case, "S16", f"this correction would make void: {', '.join(broken)}.", "Correct those first.")
