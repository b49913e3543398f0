"""Major incidents (M1, M2, M6, M8, S12): propose, accept, reject, demote, update, review."""

from __future__ import annotations

from itil_cli.process.demands.values import since_reopening
from itil_cli.process.incident import CANCELED, CLOSED, OPEN, Incident, Value
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.promises import major_targets, targets
from itil_cli.process.lifecycle.verbs import routing
from itil_cli.process.majors.major import communication
from itil_cli.process.time.instants import format_instant, parse_instant


def propose(case: Case, incident_id: str) -> str:
    """Desk or support declares it with the criterion it meets (M1)."""
    incident = permit(case, "major propose", incident_id)
    _check_candidate(case, incident)
    if incident.major == "proposed":
        remedy = f"The major incident manager decides: `itil major accept {incident_id} -m IMPACT`, or reject."
        raise refuse(case, "S12", f"{incident_id} is proposed already.", remedy)
    case.add(
        incident_id,
        "major-proposed",
        text=case.command.text("message"),
        criterion=_criterion(case, required=True),
    )
    return incident_id


def accept(case: Case, incident_id: str) -> str:
    """The major incident manager takes it on: owner, shorter targets, communication clock (M2, M11)."""
    incident = permit(case, "major accept", incident_id)
    _check_candidate(case, incident)
    if case.command.text("message") is None:
        raise refuse(case, "M2", "accepting needs the business impact.", 'Add -m "business impact".')
    if case.command.text("impact") or case.command.text("urgency"):
        _classify(case, incident)
    priority = case.incident(incident_id).priority
    if priority not in ("P1", "P2"):
        raise refuse(
            case,
            "S12",
            f"a major incident is P1 or P2; {incident_id} is {priority}.",
            "Add --impact I --urgency U.",
        )
    case.add(
        incident_id,
        "major-accepted",
        text=case.command.text("message"),
        criterion=_criterion(case, required=incident.major != "proposed"),
        promised=major_targets(case, priority) | communication_promise(case, priority),
    )
    case.notes.append(f"{case.actor.email} is its manager now.")
    tell_next_update(case, incident_id)
    return incident_id


def communication_promise(case: Case, priority: str) -> dict[str, Value]:
    """When updates are due from acceptance on, as the policy in force has it (S5, S12)."""
    major = case.policy.major
    every = major.update_every.get(priority)
    return {"first-update": major.first_update, "update-every": every, "update-calendar": major.calendar}


def targets_by(case: Case, priority: str) -> dict[str, Value]:
    """What an accepted major incident of this priority is promised; empty where the policy names no targets for it."""
    promise = major_targets(case, priority)
    every = case.policy.major.update_every.get(priority)
    return promise | ({"update-every": every} if promise and every else {})


def _classify(case: Case, incident: Incident) -> None:
    impact = case.command.text("impact") or incident.impact
    urgency = case.command.text("urgency") or incident.urgency
    if impact is None or urgency is None:
        raise refuse(case, "C3", "impact and urgency go together.", "Give both.")
    routing.write_classification(case, incident.id, impact, urgency)


def reject(case: Case, incident_id: str) -> str:
    """No major incident (M2)."""
    incident = permit(case, "major reject", incident_id)
    if incident.major != "proposed":
        remedy = f"`itil major demote {incident_id} -m WHY` ends an accepted one." if incident.major else "`itil major`"
        raise refuse(case, "S12", f"{incident_id} is not proposed as a major incident.", remedy)
    case.add(incident_id, "major-rejected", text=_reason(case, "M2", "rejecting"))
    return incident_id


def demote(case: Case, incident_id: str) -> str:
    """Major no more; the ordinary targets hold again (S12)."""
    incident = permit_accepted(case, "major demote", incident_id)
    ordinary = targets(case, incident.priority, incident.service, incident.tenant)
    case.add(incident_id, "major-demoted", text=_reason(case, "M2", "demoting"), promised=ordinary)
    return incident_id


def update(case: Case, incident_id: str) -> str:
    """Status, impact and actions go out to the audience (M6)."""
    permit_running(case, "major update", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "M6", "an update needs its text.", 'Add -m "…".')
    _check_next(case)
    details: dict[str, Value] = {}
    for name in ("status", "impact", "actions", "next-update", "audience"):
        details[name] = case.command.text(name.replace("-", "_"))
    case.add(incident_id, "major-updated", text=message, public=True, promised=details)
    tell_next_update(case, incident_id)
    return incident_id


def _check_next(case: Case) -> None:
    """What is announced is still to come; when it is owed is the plan's, whatever is announced (M6)."""
    announced = case.command.text("next_update")
    if announced and parse_instant(announced) <= case.now:
        said = f"the next update, {announced}, is not after now, {format_instant(case.now)}."
        raise refuse(case, "M6", said, "Give a later --next-update.")


def tell_next_update(case: Case, incident_id: str) -> None:
    """When the next update is owed, on the card (M6)."""
    owed = communication(case.incident(incident_id), case.policy, case.calendars).owed
    announced = case.command.text("next_update")
    if owed:
        more = f"; {announced} is announced" if announced and parse_instant(announced) > owed.due else ""
        case.notes.append(f"The next update is due {format_instant(owed.due)}{more}.")


def permit_accepted(case: Case, verb: str, incident_id: str) -> Incident:
    """The accepted major incident that a verb is about. Raises Refused (S12) for any other."""
    incident = permit(case, verb, incident_id)
    if incident.major != "accepted":
        more = "" if incident.major == "proposed" else " --criterion C"
        remedy = f"First `itil major accept {incident_id} -m IMPACT{more}` (major incident manager)."
        raise refuse(case, "S12", f"{incident_id} is no accepted major incident.", remedy)
    return incident


def permit_running(case: Case, verb: str, incident_id: str) -> Incident:
    """The same, unless it is over: closed or canceled."""
    incident = permit_accepted(case, verb, incident_id)
    if incident.status in (CLOSED, CANCELED):
        remedy = "What may follow: rca, review, handover, milestone, and actions (`itil action`)."
        raise refuse(case, "S12", f"{incident_id} is {incident.status}; {verb} is for one under way.", remedy)
    return incident


def review(case: Case, incident_id: str) -> str:
    """The review begins, is held, or is waived with a reason; its report is generated from events (M8)."""
    incident = permit(case, "major review", incident_id)
    step = case.command.text("step") or "finish"
    if incident.major != "accepted" or incident.status in OPEN:
        raise refuse(case, "M8", f"{incident_id} is {incident.status}; a resolved major incident is reviewed.")
    presented = [names.person(case, name).email for name in case.command.texts("presented_to")]
    _check_step(case, incident, step, presented)
    text = case.command.text("message") if step == "start" else _reason(case, "M8", _DOING[step])
    case.add(incident_id, "major-reviewed", text=text, step=step, presented_to=presented)
    return incident_id


def _check_step(case: Case, incident: Incident, step: str, presented: list[str]) -> None:
    """A review begins and is held once; to whom it was presented may be added later (S12)."""
    steps = [event.str("step") or "finish" for event in since_reopening(incident) if event.do == "major-reviewed"]
    held = [known for known in steps if known != "start"]
    if step == "start" and steps:
        said = f"the review of {incident.id} has begun already."
        raise refuse(case, "M8", said, f'`itil major review {incident.id} finish -m "…"` ends it.')
    if held and not (step == "finish" and (presented or held == ["waive"])):
        said = f"the review of {incident.id} was {'waived' if held == ['waive'] else 'held'} already."
        raise refuse(case, "M8", said, "Add --presented-to P to say who has seen it since, or `itil note`.")


_DOING = {"finish": "finishing a review", "waive": "waiving a review"}


def _reason(case: Case, code: str, what: str) -> str:
    message = case.command.text("message")
    if message is None:
        raise refuse(case, code, f"{what} needs a text.", 'Add -m "…".')
    return message


def _check_candidate(case: Case, incident: Incident) -> None:
    if incident.parent:
        text = f"{incident.id} is a child of {incident.parent}; its parent may be a major incident."
        raise refuse(case, "S12", text, f"`itil major propose {incident.parent} --criterion C`")
    if incident.major == "accepted":
        text = f"{incident.id} is an accepted major incident already."
        raise refuse(case, "S12", text, f"`itil major {incident.id}` shows how it stands.")


def _criterion(case: Case, *, required: bool) -> str | None:
    given = case.command.text("criterion")
    criteria = case.policy.major.criteria
    if given:
        return names.choice("major criterion", given, criteria)
    if required:
        raise refuse(
            case,
            "M1",
            "a major incident names the criterion it meets.",
            f"Add --criterion C ({', '.join(criteria)}).",
        )
    return None
