"""Investigation (I1–I8, P12, S4): pend, resume, vendor, apply."""

from __future__ import annotations

from itil_cli.errors import did_you_mean
from itil_cli.process import family
from itil_cli.process.incident import ID, PENDING, Incident, kind_of
from itil_cli.process.knowledge import deciding
from itil_cli.process.lifecycle import names
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import permit, refuse
from itil_cli.process.lifecycle.promises import contract
from itil_cli.process.settings.policy import Reason
from itil_cli.process.time.instants import format_instant, parse_instant

# What a reason may need (policy `pending.REASON.needs`): the option's name and how it is given.
_NEEDS = {
    "until": ("until", "--until TIME"),
    "vendor": ("vendor", "--vendor V"),
    "vendor-ticket": ("vendor_ticket", "--vendor-ticket X"),
    "ref": ("ref", "--ref R"),
}


def pend(case: Case, incident_id: str) -> str:
    """Wait, for a justified reason that the requestor hears (P12); what it pauses is written down (S5)."""
    incident = permit(case, "pend", incident_id)
    reason = _reason(case)
    message = case.command.text("message")
    if message is None:
        raise refuse(
            case,
            "P12",
            "pending needs a message to the requestor.",
            f'Add -m "…" (allowed reasons: {", ".join(case.policy.pending)}).',
        )
    _check_needs(case, reason)
    _check_date(case)
    _open_vendor(case, incident)
    case.add(
        incident_id,
        "pended",
        text=message,
        reason=reason.name,
        pauses=list(reason.pauses),
        until=case.command.text("until"),
        vendor=case.command.text("vendor"),
        vendor_ticket=case.command.text("vendor_ticket"),
        ref=case.command.text("ref"),
        public=True,
    )
    _link_problem(case, incident_id)
    if until := case.command.text("until"):
        case.notes.append(f"It resumes by itself at {until}.")
    return incident_id


def _link_problem(case: Case, incident_id: str) -> None:
    """What waits for a problem of the store is linked to it, so that its resolution finds it (P14)."""
    problem = (case.command.text("ref") or "").upper()
    if case.command.text("reason") != "awaiting-problem" or not (kind_of(problem) == "PRB" and ID.fullmatch(problem)):
        return
    names.known_record(case, problem, "PRB", "problem")
    if problem not in case.incident(incident_id).linked("problem"):
        family.join(case, incident_id, "problem", problem)


def _reason(case: Case) -> Reason:
    name = case.command.text("reason")
    if name is None:
        raise refuse(
            case,
            "P12",
            "pending needs a justified reason.",
            f"Add --reason R (allowed reasons: {', '.join(case.policy.pending)}).",
        )
    return case.policy.pending[names.choice("pending reason", name, case.policy.pending)]


def _check_needs(case: Case, reason: Reason) -> None:
    asked = {need: _NEEDS.get(need, (need.replace("-", "_"), f"--{need} X")) for need in reason.needs}
    missing = [need for need, (option, _) in asked.items() if case.command.text(option) is None]
    if missing:
        how = " ".join(asked[need][1] for need in missing)
        raise refuse(case, "P12", f"pending for {reason.name} needs its {' and '.join(missing)}.", f"Add {how}.")


def _check_date(case: Case) -> None:
    until = case.command.text("until")
    if until and parse_instant(until) <= case.now:
        text = f"the date agreed, {until}, is not after now, {format_instant(case.now)}."
        raise refuse(case, "P12", text, "Give a later --until TIME.")


def _open_vendor(case: Case, incident: Incident) -> None:
    vendor = case.command.text("vendor")
    if vendor and vendor not in incident.vendors:
        case.add(
            incident.id,
            "vendor-opened",
            vendor=vendor,
            ticket=case.command.text("vendor_ticket"),
            promised=contract(case, vendor),
        )
        _tell_of(case, vendor)


def _tell_of(case: Case, vendor: str) -> None:
    """Where the vendor is reached; or that the policy knows no contract of this name, which may be a slip."""
    known = case.policy.vendors.get(vendor)
    said = f"{vendor} is reached at {known.contact}." if known and known.contact else None
    if known is None and case.policy.vendors:
        hint = did_you_mean(vendor, case.policy.vendors)
        said = f"The policy knows no vendor {vendor}: no contract counts.{f' {hint}' if hint else ''}"
    if said and said not in case.notes:
        case.notes.append(said)


def resume(case: Case, incident_id: str) -> str:
    """The wait is over; the clocks run on."""
    permit(case, "resume", incident_id)
    case.add(incident_id, "resumed", text=case.command.text("message"))
    return incident_id


def vendor(case: Case, incident_id: str) -> str:
    """A vendor's ticket is opened, or answered (I6, S8)."""
    incident = permit(case, "vendor", incident_id)
    opened, answered = case.command.text("opened"), case.command.flag("answered")
    if bool(opened) == answered:
        raise refuse(case, "I6", "say what happened at the vendor.", "Add --opened V --ticket X, or --answered.")
    if opened:
        ticket = case.command.text("ticket")
        if ticket is None:
            raise refuse(case, "I6", "a vendor's ticket needs its number.", "Add --ticket X.")
        said = case.command.text("message")
        case.add(incident_id, "vendor-opened", text=said, vendor=opened, ticket=ticket, promised=contract(case, opened))
        _tell_of(case, opened)
    else:
        _answer(case, incident)
    return incident_id


def _answer(case: Case, incident: Incident) -> None:
    """By the vendor who is named, else by the one who was asked last."""
    named = case.command.text("vendor")
    if not incident.vendors or named not in (None, *incident.vendors):
        raise refuse(case, "I6", f"{incident.id} has no open ticket at {named or 'a vendor'}.")
    vendor = named or incident.vendors[-1]
    case.add(incident.id, "vendor-answered", text=case.command.text("message"), vendor=vendor)
    left = [one for one in incident.vendors if one != vendor]
    if left:
        case.notes.append(f"{vendor} has answered; a ticket is open at {' and '.join(left)}.")


def apply(case: Case, incident_id: str) -> str:
    """A known error or an article was consulted, and helped or not (I3, I4)."""
    incident = permit(case, "apply", incident_id)
    wanted = (case.command.text("record") or "").upper()
    kind = kind_of(wanted)
    found = names.known_record(case, wanted, "KB" if kind == "KB" else "KE", "known error or article")
    deciding.refuse_unpublished(case, found)
    helped = not case.command.flag("did_not_help")
    if applied_since_reopening(incident).get(found) is helped:
        said = "helped" if helped else "did not help"
        raise refuse(case, "I3", f"that {found} {said} is on record already.", "Say more with `itil note`.")
    case.add(incident_id, "applied", text=case.command.text("message"), record=found, helped=helped)
    case.notes.append(f"On record: {found} {'helped (I4)' if helped else 'was consulted in vain (I3)'}.")
    return incident_id


def applied_since_reopening(incident: Incident) -> dict[str, bool]:
    """Known errors and articles consulted since it was last reopened, and whether each helped as was said last."""
    found: dict[str, bool] = {}
    for state in incident.trail:
        event = state.event
        if event.do == "reopened":
            found.clear()
        elif event.do == "applied":
            found[event.str("record") or ""] = event.get("helped") is not False
    return found


def resume_first(case: Case, incident_id: str) -> None:
    """Resolving from Pending resumes first (S9)."""
    if case.incident(incident_id).status == PENDING:
        case.add(incident_id, "resumed", rule="resolve")
