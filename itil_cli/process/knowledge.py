"""Problems, known errors and articles: records of the same make with small life cycles of their own.

A workaround proposes a problem and informs the problem manager (P14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.process.incident import Incident, Record, Value

if TYPE_CHECKING:
    from itil_cli.process.lifecycle.case import Case


def propose_problem(case: Case, incident_id: str) -> str | None:
    """A proposed problem for an incident that got only a workaround (P14); None where one is linked."""
    incident = case.incident(incident_id)
    if incident.linked("problem") or any(_has_problem(case, known) for known in incident.linked("known-error")):
        return None
    problem_id = case.new_id("PRB")
    case.create(Record(problem_id, _problem_fields(incident), (), case.record(incident_id).description))
    case.add(problem_id, "proposed", incident=incident_id, informs=["problem-manager"], rule="P14")
    event = case.add(incident_id, "linked", relation="problem", target=problem_id, rule="P14")
    case.add(problem_id, "linked", n=event.n, relation="incident", target=incident_id)
    case.notes.append(f"{problem_id} is proposed: a workaround leaves the cause (P14).")
    return problem_id


def _problem_fields(incident: Incident) -> dict[str, Value]:
    fields: dict[str, Value] = {
        "title": incident.title,
        "status": "proposed",
        "service": incident.service,
        "category": incident.category,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _has_problem(case: Case, known_error: str) -> bool:
    return bool(case.record(known_error).fields.get("problem"))
