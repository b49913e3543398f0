"""Detection and recording (D1–D8): log, contact, note, tell, edit."""

from __future__ import annotations

from itil_cli.errors import Malformed, NotYourRole, Refused
from itil_cli.process.incident import CANCELED, CLOSED, OPEN, RESOLVED, Incident, Record, Value
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.advising import advise
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import not_your_role, permit, refuse
from itil_cli.process.lifecycle.mandatory import check_mandatory
from itil_cli.process.lifecycle.promises import model_taken, targets
from itil_cli.process.lifecycle.verbs import escalating, finishing, routing
from itil_cli.process.rights import speaks_for
from itil_cli.process.settings.people import Person
from itil_cli.process.settings.policy import Route
from itil_cli.process.transitions import BOT, DESK, IM, MIM, PM, SUPPORT, rows_of

MINUTES = 100_000  # the most that one entry may say


def log(case: Case) -> str:
    """A new incident (D7): routed, classified and assigned as far as is known; returns its id."""
    existing = _open_with_key(case)
    if existing:
        case.notes.append(f"{existing} is open with this key; nothing new is logged.")
        return existing
    if not case.actor.roles & set(rows_of("log")[0].may):
        raise not_your_role(case, "log")
    title = case.command.text("title")
    if title is None:
        raise refuse(case, "D3", "an incident needs a title.", "Add -t TITLE.")
    requestor = _requestor(case)
    facts = _facts(case, requestor)
    route = case.policy.route(
        {key: str(value) for key, value in facts.items() if isinstance(value, str)}
        | {"channel": _channel(case, requestor)}
    )
    incident_id = _open_record(case, title, requestor, facts, route)
    _first_steps(case, incident_id, route)
    check_mandatory(case, "log", incident_id)
    advise(case, incident_id)
    return incident_id


def _open_with_key(case: Case) -> str | None:
    existing = case.command.text("existing")
    return existing if existing and case.incident(existing).status in OPEN else None


def _requestor(case: Case) -> Person:
    given = case.command.text("requestor")
    return _accepted_here(case, names.person(case, given) if given else case.actor)


def _accepted_here(case: Case, requestor: Person) -> Person:
    """Somebody whose incidents the policy takes (S19). Raises Refused for another."""
    if not requestor.known and not case.policy.accepts_requestor(requestor.email):
        raise refuse(
            case,
            "S19",
            f"{requestor.email} is not known here, and the policy says requestors: {case.policy.requestors}.",
            "Add the person to people.yaml (`itil people add`), or log it for somebody who is.",
        )
    return requestor


def _channel(case: Case, requestor: Person) -> str:
    given = case.command.text("channel")
    if given:
        return given
    if BOT in case.actor.roles:
        return "monitoring"
    return "self-service" if requestor.email == case.actor.email else "phone"


def _facts(case: Case, requestor: Person) -> dict[str, Value]:
    command = case.command
    service = command.text("service")
    category = command.text("category")
    known = case.services.get(names.service(case, service)) if service else None
    return {
        "service": service,
        "cis": [names.ci(case, name) for name in command.texts("cis")],
        "category": names.category(case, category) if category else None,
        "product": command.text("product") or (known.product if known else None),
        "tenant": command.text("tenant") or requestor.tenant,
    }


def _open_record(case: Case, title: str, requestor: Person, facts: dict[str, Value], route: Route | None) -> str:
    desk = case.policy.desk(_text(facts["tenant"]))
    group = _entry_group(case, route, desk, requestor)
    incident_id = case.new_id("INC")
    case.create(Record(incident_id, {}, (), case.command.text("description") or ""))
    model = model_taken(case)
    promised: dict[str, Value] = dict(model.targets) if model else {}
    key = case.command.text("dedup_key")
    if key:
        case.keys[key] = incident_id
    case.add(
        incident_id,
        "logged",
        title=title,
        channel=_channel(case, requestor),
        requestor=requestor.email,
        group=group,
        owner=desk if desk != group else None,
        potential=case.command.flag("potential") or None,
        model=case.command.text("model"),
        tasks=list(model.tasks) if model else None,
        dedup_key=key,
        alert=case.command.text("alert"),
        unverified=None if requestor.known else True,
        candidates=list(case.command.texts("candidates")),
        promised=facts
        | targets(case, None, _text(facts["service"]), _text(facts["tenant"]))
        | promised
        | _brought_along(case),
    )
    return incident_id


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _entry_group(case: Case, route: Route | None, desk: str, requestor: Person) -> str:
    """The desk for people (P04); a machine's own group for machines (D2); support's own for support (D8)."""
    wanted = case.command.text("group")
    if wanted and names.group(case, wanted) and wanted in case.actor.groups:
        return wanted
    by_mail = _channel(case, requestor) == "email" and BOT not in requestor.roles
    if BOT in case.actor.roles and not by_mail:
        return _machines_group(case, route, wanted)
    if wanted and not case.actor.roles & {DESK, IM}:
        raise _wrong_group(case, wanted)
    return desk


def _machines_group(case: Case, route: Route | None, wanted: str | None) -> str:
    """Where the policy's mapping sends it: the rule's group, else whose bot it is, else the first of support."""
    answers = case.actor.answers_for or ""
    mapped = answers if answers in case.policy.groups else case.policy.first_support_group()
    if route and route.group:
        mapped = route.group
    if wanted not in (None, mapped):
        raise refuse(
            case,
            "S19",
            f"a bot logs where the policy sends it, and that is {mapped}, not {wanted}.",
            "Leave --group out, or add a rule to `routing:`.",
        )
    return mapped


def _wrong_group(case: Case, wanted: str) -> Refused:
    if SUPPORT in case.actor.roles:
        return refuse(
            case,
            "P09",
            f"{case.actor.email} is not in {wanted}; support logs into its own group.",
            "Leave --group out, then `itil assign ID --group G --agreed-with PERSON`.",
        )
    return refuse(
        case,
        "P04",
        "a requestor's incident enters at the service desk.",
        "Leave --group out; the desk routes it.",
    )


def _first_steps(case: Case, incident_id: str, route: Route | None) -> None:
    impact = case.command.text("impact") or (route.impact if route else None)
    urgency = case.command.text("urgency") or (route.urgency if route else None)
    rule = f"routing: {route.name}" if route else None
    if impact and urgency:
        category = case.command.text("category") or (route.category if route else None)
        # Logging classifies whenever both are known (S19), even for those who may not classify by themselves.
        by_rule = rule or (None if case.actor.roles & {DESK, SUPPORT, IM} else "log")
        routing.write_classification(case, incident_id, impact, urgency, category=category, rule=by_rule)
    elif case.command.text("impact") or case.command.text("urgency"):
        raise refuse(case, "C3", "impact and urgency go together.", "Give both, or neither.")
    if case.command.flag("take"):
        routing.take(case, incident_id)
    else:
        _assign_first(case, incident_id, route, rule)


def _assign_first(case: Case, incident_id: str, route: Route | None, rule: str | None) -> None:
    """To the group that the command names, else the model, else the routing rule."""
    model = model_taken(case)
    given, modelled = case.command.text("group"), model.group if model else None
    wanted = given or modelled or (route.group if route else None)
    if wanted is None or (wanted == case.incident(incident_id).group and not (route or modelled)):
        return
    if not given and modelled and model:
        rule = f"model: {model.id}"
    elif route is None or wanted != route.group:
        rule = None
    routing.write_assignment(case, incident_id, names.group(case, wanted), rule=rule)


def contact(case: Case, incident_id: str) -> str:
    """The requestor is heard again (D5, D6); what follows from it is done in the same step."""
    is_bot = BOT in case.actor.roles
    if is_bot and case.command.text("from") is None:
        return _recur(case, incident_id)
    incident = permit(case, "contact", incident_id, do="contacted" if is_bot else None)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "D5", "a contact needs what was said.", 'Add -m "…".')
    meant = [f"--{name}" for name in ("escalate", "confirms", "rejects") if case.command.flag(name)]
    if len(meant) > 1:
        raise Malformed(f"{' and '.join(meant)} do not go together.", remedy="Give one of them.")
    caller = _caller(case, incident)
    if incident.status in (CLOSED, CANCELED) and not case.command.flag("confirms"):
        return _follow_up(case, incident, caller, message)
    own = speaks_for(caller, incident, case.people)
    case.add(
        incident_id,
        "contacted",
        text=message,
        public=True,
        channel=case.command.text("channel"),
        promised={"from": caller.email} | _brought_along(case),
    )
    _consequences(case, incident_id, incident, caller, own)
    return incident_id


def _brought_along(case: Case) -> dict[str, Value]:
    """What came with a mail: its id, its attachments' names, and whether a machine wrote it."""
    command = case.command
    return {
        "message-id": command.text("message_id"),
        "attachments": list(command.texts("attachments")),
        "automatic": command.flag("automatic") or None,
    }


def _caller(case: Case, incident: Incident) -> Person:
    given = case.command.text("from")
    if given:
        return names.person(case, given)
    staff = case.actor.roles & {DESK, SUPPORT, IM, MIM, PM}
    return case.people.get(incident.requestor) if staff and incident.requestor else case.actor


def _recur(case: Case, incident_id: str) -> str:
    permit(case, "contact", incident_id, do="recurred")
    key, alert = case.incident(incident_id).dedup_key, case.command.text("alert")
    times = case.command.options.get("times")
    said: dict[str, Value] = {
        "key": key,
        "alert": alert,
        "times": times if isinstance(times, int) and times > 1 else None,
    }
    case.add(incident_id, "recurred", text=case.command.text("message"), promised=said)
    escalating.by_rule(case, incident_id)
    return incident_id


def _follow_up(case: Case, incident: Incident, caller: Person, message: str) -> str:
    """After closing a contact is a new incident that follows the old one (S9)."""
    _accepted_here(case, caller)
    fresh = case.new_id("INC")
    case.create(Record(fresh, {}, (), message))
    case.add(
        fresh,
        "logged",
        title=incident.title,
        channel=case.command.text("channel") or _channel(case, caller),
        requestor=caller.email,
        service=incident.service,
        tenant=incident.tenant,
        group=case.policy.desk(incident.tenant),
        unverified=None if caller.known else True,
        promised=targets(case, None, incident.service, incident.tenant) | _brought_along(case),
    )
    from itil_cli.process import family

    family.join(case, fresh, "follows", incident.id)
    if case.command.flag("escalate"):
        escalating.by_contact(case, fresh)
    case.notes.append(f"{incident.id} is {incident.status}; {fresh} follows it.")
    return fresh


def _consequences(case: Case, incident_id: str, before: Incident, caller: Person, own: bool) -> None:
    command = case.command
    if own and before.reason == "awaiting-requestor":
        case.add(incident_id, "resumed", rule="contact")
    if command.flag("confirms") or command.flag("rejects"):
        _answer(case, incident_id, before, caller, own)
    elif command.flag("escalate"):
        escalating.by_contact(case, incident_id)
    else:
        escalating.by_rule(case, incident_id)


def _answer(case: Case, incident_id: str, before: Incident, caller: Person, own: bool) -> None:
    verb = "close" if case.command.flag("confirms") else "reopen"
    if before.status != RESOLVED:
        raise refuse(
            case,
            "F1",
            f"{incident_id} is {before.status}; only a resolved incident is confirmed or rejected.",
            "Leave --confirms and --rejects out: what was said is recorded all the same.",
        )
    if not own:
        raise NotYourRole(
            f"{caller.email} is not the requestor of {incident_id}.",
            code="S10",
            remedy=f"Only {before.requestor} confirms or rejects it.",
        )
    if before.major == "accepted":
        permit(case, verb, incident_id)
    if verb == "close":
        finishing.write_close(case, incident_id, caller.email, rule="contact")
    else:
        finishing.check_window(case, before)
        message = case.command.text("message") or ""
        finishing.write_reopen(case, incident_id, message, caller.email, rule="contact")


def note(case: Case, incident_id: str) -> str:
    """A work-log entry, internal unless `--public` (I8)."""
    permit(case, "note", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "I8", "a note needs a text.", 'Add -m "…".')
    case.add(
        incident_id,
        "noted",
        text=message,
        public=case.command.flag("public") or None,
        minutes=_minutes(case),
        alert=case.command.text("alert"),
        recovered=case.command.text("recovered"),
        promised=_brought_along(case),
    )
    return incident_id


def _minutes(case: Case) -> int | None:
    """The time spent; nobody spends less than none."""
    minutes = case.command.options.get("minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool):
        return None
    if not 0 <= minutes <= MINUTES:
        raise Malformed(f"{minutes} minutes are none to spend.", remedy=f"Give a number from 0 to {MINUTES}.")
    return minutes


def tell(case: Case, incident_id: str) -> str:
    """A message to the requestor (I7)."""
    permit(case, "tell", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "I7", "telling the requestor needs a message.", 'Add -m "…".')
    case.add(incident_id, "told", text=message, public=True)
    return incident_id


def edit(case: Case, incident_id: str) -> str:
    """Another title or description (D3); both stay in history."""
    permit(case, "edit", incident_id)
    title, description = case.command.text("title"), case.command.options.get("description")
    if title is None and not isinstance(description, str):
        raise refuse(case, "D3", "there is nothing to edit.", "Give -t TITLE or -d TEXT.")
    case.add(incident_id, "edited", title=title, description=isinstance(description, str) or None)
    if isinstance(description, str):
        case.describe(incident_id, description.strip("\n"))
    return incident_id
