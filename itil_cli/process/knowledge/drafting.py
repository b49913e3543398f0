"""Beginning a problem, a known error or an article: by hand, from an incident, or by a rule (P14, F5, M10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from itil_cli.errors import Refused
from itil_cli.process.incident import Incident, Record, Value
from itil_cli.process.knowledge.body import FIX, SOLUTION, SYMPTOMS, WORKAROUND, compose
from itil_cli.process.knowledge.judge import permit_new
from itil_cli.process.knowledge.steps import OPEN_PROBLEM, PROPOSED, RETIRED, fold

if TYPE_CHECKING:
    from itil_cli.process.lifecycle.case import Case

_PM = ("problem-manager",)
_NOUNS = {"P14": "a problem", "P06": "a known error", "F5": "an article"}


def propose_after_workaround(case: Case, incident_id: str) -> None:
    """A workaround leaves the cause: a problem is proposed unless one is linked (P14).

    The open problem of a known error that helped is linked instead: one cause is one problem."""
    incident = case.incident(incident_id)
    if incident.linked("problem") or any(_has_problem(case, known) for known in incident.linked("known-error")):
        return
    for known, problem in _behind_what_helped(case, incident):
        from itil_cli.process import family

        family.join(case, incident_id, "problem", problem, rule="P14")
        case.notes.append(f"{incident_id} is linked to {problem}: {known}, which was applied, stands for it (P14).")
        return
    propose_problem(case, incident_id)


def _behind_what_helped(case: Case, incident: Incident) -> Iterator[tuple[str, str]]:
    """The known errors that helped since it was last reopened, each with the problem behind it that is not over."""
    from itil_cli.process.lifecycle.verbs.working import applied_since_reopening

    if case.command.flag("propose_anyway"):  # the audit asks so: it was done before this was known
        return
    for known, helped in applied_since_reopening(incident).items():
        problem = case.record(known).fields.get("problem") if helped else None
        if isinstance(problem, str) and fold(case.record(problem)).status in (PROPOSED, *OPEN_PROBLEM):
            yield known, problem


def propose_problem(case: Case, incident_id: str, *, rule: str = "P14") -> str:
    """A problem for one incident, proposed by a rule; the problem manager is told."""
    from itil_cli.process import family

    incident = case.incident(incident_id)
    problem_id = case.new_id("PRB")
    fields = _facts(_of(incident), incident.title)
    case.create(Record(problem_id, fields, (), case.record(incident_id).description))
    case.add(problem_id, "proposed", incident=incident_id, informs=_PM, rule=rule)
    family.join(case, incident_id, "problem", problem_id, rule=rule)
    why = "a workaround leaves the cause" if rule == "P14" else "a major incident hands over its cause"
    case.notes.append(f"{problem_id} is proposed: {why} ({rule}).")
    return problem_id


def _has_problem(case: Case, known_error: str) -> bool:
    return bool(case.record(known_error).fields.get("problem"))


def _of(source: Incident | Record | None) -> dict[str, Value]:
    """What a new record takes from an incident, or from a problem's header."""
    if isinstance(source, Incident):
        return {"service": source.service, "category": source.category, "cis": list(source.cis)}
    return {name: source.fields.get(name) for name in ("service", "category", "cis")} if source else {}


def _facts(source: Mapping[str, Value], title: str, **given: Value) -> dict[str, Value]:
    """Header fields: what is given, else what the source says; what is empty is left out."""
    said = {"title": title} | {name: given.get(name) or source.get(name) for name in ("service", "category", "cis")}
    return {name: value for name, value in said.items() if value not in (None, [], ())}


def new_problem(case: Case) -> str:
    """`problem new`: somebody sees a cause behind incidents; accepting it links them (S10)."""
    permit_new(case, "problem new")
    incidents = _incidents(case)
    first = case.incident(incidents[0]) if incidents else None
    problem_id = case.new_id("PRB")
    fields = _facts(_of(first), _title(case, first, "P14"), **_given(case))
    case.create(Record(problem_id, {name: said for name, said in fields.items() if name != "cis"}, (), _text(case)))
    case.add(problem_id, "proposed", incidents=incidents, informs=_PM)
    return problem_id


def new_known_error(case: Case) -> str:
    """`known-error new`: cause and workaround are known, the fix may come (P06)."""
    source = _source(case)
    permit_new(case, "known-error new", source)
    if source:
        _refuse_twice(case, source, "known-error")
    workaround = case.command.text("workaround") or (_solution(source) if source and _is_workaround(source) else None)
    if workaround is None:
        raise Refused("a known error needs its workaround.", code="P06", remedy='Add --workaround "…".')
    known_id = case.new_id("KE")
    problem = _problem(case, source)
    behind = source or (case.record(problem) if problem else None)
    fields = _facts(_of(behind), _title(case, behind, "P06"), **_given(case)) | (
        {"problem": problem} if problem else {}
    )
    sections = {WORKAROUND: workaround, FIX: case.command.text("fix")}
    text = _text(case) or (case.record(source.id).description if source else "")
    case.create(Record(known_id, fields, (), compose(text, sections)))
    case.add(known_id, "drafted", incident=source.id if source else None, problem=problem, informs=_PM)
    if source:
        _join(case, source.id, "known-error", known_id)
    return known_id


def new_article(case: Case) -> str:
    """`article new`: a draft, by hand or from an incident (F5)."""
    source = _source(case)
    permit_new(case, "article new", source)
    if source:
        _refuse_twice(case, source, "article")
        return draft_article(case, source.id, title=case.command.text("title"), text=case.command.text("description"))
    if case.command.text("description") is None:
        raise Refused("an article needs a text.", code="F5", remedy="Add -d TEXT, or --from INC.")
    return _article(case, _facts({}, _title(case, None, "F5"), **_given(case)), _text(case), None)


def drafted_from(case: Case, incident: Incident, relation: str) -> str | None:
    """What was drafted from an incident under this title, and is neither retired nor unlinked."""
    title = case.command.text("title") or incident.title
    for event in incident.events:
        target = event.str("target") or ""
        if event.get("drafted") is True and target in incident.linked(relation):
            record = case.record(target)
            if record.title == title and fold(record).status != RETIRED:
                return target
    return None


def _refuse_twice(case: Case, incident: Incident, relation: str) -> None:
    known = drafted_from(case, incident, relation)
    if known:
        code = "F5" if relation == "article" else "P06"
        remedy = f"`itil {relation} edit {known}` changes it; another one needs another title: -t."
        raise Refused(f"{known} was drafted from {incident.id} already.", code=code, remedy=remedy)


def draft_article(case: Case, incident_id: str, *, title: str | None = None, text: str | None = None) -> str:
    """A draft from what an incident says: its symptoms, and what helped (F5)."""
    incident = case.incident(incident_id)
    permit_new(case, "article new", incident)
    sections = {SYMPTOMS: case.record(incident_id).description or incident.title, SOLUTION: _solution(incident)}
    fields = _facts(_of(incident), title or incident.title, **_given(case))
    article_id = _article(case, fields, text or compose(None, sections), incident_id)
    _join(case, incident_id, "article", article_id)
    case.notes.append(f"{article_id} is drafted from {incident_id} (F5).")
    return article_id


def _article(case: Case, fields: dict[str, Value], text: str, incident: str | None) -> str:
    article_id = case.new_id("KB")
    case.create(Record(article_id, {name: said for name, said in fields.items() if name != "cis"}, (), text))
    case.add(article_id, "drafted", incident=incident)
    return article_id


def _join(case: Case, incident_id: str, relation: str, target: str) -> None:
    from itil_cli.process import family

    family.join(case, incident_id, relation, target, drafted=True)


def _solution(incident: Incident) -> str | None:
    said = [event.text for event in incident.events if event.do == "resolved" and event.n not in incident.voids]
    return said[-1] if said else None


def _is_workaround(incident: Incident) -> bool:
    return incident.kind == "workaround"


def _problem(case: Case, source: Incident | None) -> str | None:
    from itil_cli.process.lifecycle import names

    given = case.command.text("problem")
    if given:
        return names.known_record(case, given, "PRB", "problem")
    linked = source.linked("problem") if source else ()
    return linked[0] if linked else None


def _source(case: Case) -> Incident | None:
    given = case.command.text("from")
    return case.incident(given) if given else None


def _incidents(case: Case) -> list[str]:
    return [case.incident(name).id for name in case.command.texts("incidents")]


def _title(case: Case, source: Incident | Record | None, code: str) -> str:
    title = case.command.text("title") or (source.title if source else None)
    if title is None:
        raise Refused(f"{_NOUNS[code]} needs a title.", code=code, remedy="Add -t TITLE.")
    return title


def _text(case: Case) -> str:
    return case.command.text("description") or ""


def _given(case: Case) -> dict[str, Value]:
    """Service, category and items that the command names, known to the store (C4)."""
    from itil_cli.process.lifecycle import names

    service, category = case.command.text("service"), case.command.text("category")
    return {
        "service": names.service(case, service) if service else None,
        "category": names.category(case, category) if category else None,
        "cis": [names.ci(case, name) for name in case.command.texts("cis")],
    }
