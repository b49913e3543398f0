"""Running an accepted major incident (M3 to M10): bridge, stakeholders, plan, groups, cause, milestones, handover.

Each writes `major-noted` with one key that says what: `bridge`, `stakeholders`, `plan`, `informed`, `rca`,
`milestone`. A later event of the same key holds from then on; nothing is changed in place.
"""

from __future__ import annotations

from itil_cli.errors import Malformed
from itil_cli.process import family, knowledge
from itil_cli.process.incident import Incident, Value
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import refuse
from itil_cli.process.lifecycle.verbs import majoring
from itil_cli.process.lifecycle.verbs.majoring import permit_accepted, permit_running
from itil_cli.process.majors.major import MILESTONES, misplaced, stakeholders
from itil_cli.process.majors.major import bridge as bridge_of
from itil_cli.process.time.instants import format_instant, parse_duration, parse_instant


def bridge(case: Case, incident_id: str) -> str:
    """Where people meet is opened, or closed again (M3)."""
    incident = permit_running(case, "major bridge", incident_id)
    url, closes = case.command.text("open"), case.command.flag("close")
    if bool(url) == closes:
        raise refuse(case, "M3", "a bridge is opened or closed.", "Add --open URL, or --close.")
    if closes and bridge_of(incident) is None:
        raise refuse(case, "M3", f"{incident_id} has no open bridge.")
    if url and url == bridge_of(incident):
        raise refuse(case, "M3", f"{url} is the open bridge of {incident_id} already.", "Add --close to close it.")
    case.add(incident_id, "major-noted", text=case.command.text("message"), bridge=url or "closed")
    return incident_id


def stakeholder(case: Case, incident_id: str) -> str:
    """Who is to hear of it: people or groups (M5)."""
    incident = permit_running(case, "major stakeholder", incident_id)
    named = dict.fromkeys(_addressee(case, name) for name in case.command.texts("people"))
    if not named:
        raise refuse(case, "M5", "adding stakeholders needs their names.", "Name people or groups.")
    known = stakeholders(incident)
    fresh = [name for name in named if name not in known]
    if not fresh:
        said = f"{', '.join(named)} {'is a stakeholder' if len(named) == 1 else 'are stakeholders'} already."
        raise refuse(case, "M5", said, f"`itil major stakeholder {incident_id}` lists them.")
    case.add(incident_id, "major-noted", stakeholders=fresh)
    return incident_id


def _addressee(case: Case, name: str) -> str:
    return name if name in case.policy.groups else names.person(case, name).email


def plan(case: Case, incident_id: str) -> str:
    """To whom, how and how often (M5); the interval moves the next update."""
    permit_running(case, "major plan", incident_id)
    given: dict[str, Value] = {}
    for name in ("audience", "channel", "interval"):
        if said := case.command.text(name):
            given[name] = said
    if not given:
        raise refuse(case, "M5", "a plan says something.", "Add --audience, --channel or --interval.")
    _check_interval(case.command.text("interval"))
    case.add(incident_id, "major-noted", text=case.command.text("message"), promised={"plan": given})
    majoring.tell_next_update(case, incident_id)
    return incident_id


def _check_interval(interval: str | None) -> None:
    try:
        said = parse_duration(interval) if interval is not None else None
        wrong = said is not None and (said.unit != "s" or said.amount <= 0)
    except ValueError:
        wrong = True
    if wrong:
        raise Malformed(f"{interval!r} is no interval.", remedy="Write 30m or 1h.")


def inform(case: Case, incident_id: str) -> str:
    """A support group is called in (M4); the assignment stays."""
    permit_running(case, "major inform", incident_id)
    group = names.group(case, case.command.text("group") or "")
    case.add(incident_id, "major-noted", text=case.command.text("message"), informed=group)
    return incident_id


def rca(case: Case, incident_id: str) -> str:
    """Who attended the call about the root cause, and what came of it (M8)."""
    permit_accepted(case, "major rca", incident_id)
    attended = [names.person(case, name).email for name in case.command.texts("attended")]
    if not attended:
        raise refuse(case, "M8", "a call about the cause names who attended.", "Add --attended P.")
    case.add(incident_id, "major-noted", text=case.command.text("message"), rca=attended)
    return incident_id


def milestone(case: Case, incident_id: str) -> str:
    """When something was really reached: a later event corrects what the earlier ones say (S12)."""
    incident = permit_accepted(case, "major milestone", incident_id)
    name = names.choice("milestone", case.command.text("name") or "", MILESTONES)
    when, message = case.command.text("at"), case.command.text("message")
    if when is None or message is None:
        raise refuse(case, "S12", "a milestone needs its time and how it is known.", 'Add --at TIME -m "…".')
    if parse_instant(when) > case.now:
        raise refuse(case, "S12", f"{when} is after now, {format_instant(case.now)}.", "Give an earlier --at.")
    wrong = misplaced(incident, name, parse_instant(when))
    if wrong:
        raise refuse(case, "S12", wrong, f"`itil major report {incident_id}` lists the milestones.")
    case.add(incident_id, "major-noted", text=message, milestone=name, when=when)
    return incident_id


def handover(case: Case, incident_id: str) -> str:
    """A synopsis goes to the problem manager; where no problem is linked, one is proposed (M10)."""
    incident = permit_accepted(case, "major handover", incident_id)
    message = case.command.text("message")
    if message is None:
        raise refuse(case, "M10", "a handover needs its synopsis.", 'Add -m "…".')
    problem = _problem(case, incident)
    case.add(incident_id, "major-handed-over", text=message, problem=problem, informs=["problem-manager"])
    return incident_id


def _problem(case: Case, incident: Incident) -> str:
    given = case.command.text("problem")
    if given:
        problem = names.known_record(case, given, "PRB", "problem")
        if problem not in incident.linked("problem"):
            family.join(case, incident.id, "problem", problem)
        return problem
    linked = incident.linked("problem")
    return linked[0] if linked else knowledge.propose_problem(case, incident.id, rule="M10")
