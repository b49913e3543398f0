"""What the policy asks for before a verb is done (`mandatory`, S10): one that is missing is refused.

- Category and product are asked for by C1, impact and urgency by C3, the service and items by C4, what a
  resolution says by R4, a problem by P14, a known error by I3, anything else by D3.
- Asked at logging, an option gives it; later its own verb does.
- `--no-problem WHY` answers for a problem.
"""

from __future__ import annotations

from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import refuse

# The rule that asks for a field, and the option that gives it.
_ASKS = {
    "description": ("D3", "-d TEXT"),
    "category": ("C1", "--category C"),
    "product": ("C1", "--product P"),
    "service": ("C4", "--service S"),
    "cis": ("C4", "--ci X"),
    "impact": ("C3", "--impact I"),
    "urgency": ("C3", "--urgency U"),
    "code": ("R4", "--code C"),
    "notes": ("R4", '-m "…"'),
    "known-error": ("I3", "--known-error KE"),
    "problem": ("P14", "--problem PRB or --no-problem WHY"),
}
_BY_CLASSIFYING = ("category", "product", "service", "cis", "impact", "urgency")
_DOING = {"log": "logging", "assign": "assigning", "resolve": "resolving"}


def check_mandatory(case: Case, verb: str, incident_id: str) -> None:
    """Raises Refused for the fields of `mandatory.VERB` that the incident still lacks, under the first one's rule.

    What one command gives is asked for at once; what another gives is asked for after it."""
    missing = [name for name in case.policy.mandatory.get(verb, ()) if not _has(case, name, incident_id)]
    if not missing:
        return
    first = _how(case, missing[0], incident_id)
    together = [name for name in missing if _how(case, name, incident_id) == first]
    options = " ".join(_ask(name)[1] for name in together)
    of_what = "an incident" if case.command.verb == "log" else incident_id
    text = f"{_DOING[verb]} {of_what} needs its {_all(together)}."
    raise refuse(case, _ask(missing[0])[0], text, first.format(options))


def _ask(name: str) -> tuple[str, str]:
    return _ASKS.get(name, ("D3", f"--{name} X"))


def _all(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _how(case: Case, name: str, incident_id: str) -> str:
    """Which command gives it, with a place for its options."""
    given_here = case.command.verb == "log" or (case.command.verb, name) == ("resolve", "category")
    if name in _BY_CLASSIFYING and not given_here:
        return f"First `itil classify {incident_id} {{}}`."
    if name == "description" and not given_here:
        return f"First `itil edit {incident_id} {{}}`."
    return "Add {}."


def _has(case: Case, name: str, incident_id: str) -> bool:
    incident, command = case.incident(incident_id), case.command
    if name == "description":
        return bool(case.record(incident_id).description.strip())
    if name in ("known-error", "problem"):
        return bool(incident.linked(name)) or (name == "problem" and command.text("no_problem") is not None)
    if name in ("code", "notes"):
        return command.text({"code": "code", "notes": "message"}[name]) is not None
    return bool(getattr(incident, name))
