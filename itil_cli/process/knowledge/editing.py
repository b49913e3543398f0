"""Editing a problem, a known error or an article: by a command, or what was edited by hand (S10, P06, P14, F5).

The header and the body are what they say; an `edited` event tells which of them somebody changed, and to what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from itil_cli.errors import Refused
from itil_cli.process.incident import Record, Value, kind_of
from itil_cli.process.knowledge.body import FIX, WORKAROUND, changed
from itil_cli.process.knowledge.judge import permit
from itil_cli.process.knowledge.steps import FACTS, fold

if TYPE_CHECKING:
    from itil_cli.process.lifecycle.case import Case

_VERBS = {"PRB": "problem edit", "KE": "known-error edit", "KB": "article edit"}
_CODES = {"PRB": "P14", "KE": "P06", "KB": "F5"}


def edit(case: Case, record_id: str) -> str:
    """What is given is changed, the rest stays; of a known error `description` is the text before its sections."""
    record = permit(case, case.command.verb, record_id)
    facts = _known(case, {name: case.command.options.get(name) for name in FACTS})
    body = _body(case, record)
    if not facts and body is None:
        raise Refused("there is nothing to edit.", code=_CODES[kind_of(record_id)], remedy="Give -t TITLE or -d TEXT.")
    _change(case, record_id, facts, described=body is not None)
    case.update(record_id, **facts)
    if body is not None:
        case.describe(record_id, body)
    return record_id


def _body(case: Case, record: Record) -> str | None:
    """The new body; None where nothing of it is given."""
    text = case.command.text("description")
    if kind_of(record.id) != "KE":
        return text.strip("\n") if text else None
    sections = {WORKAROUND: case.command.text("workaround"), FIX: case.command.text("fix")}
    given = text or any(sections.values())
    return changed(record.description, text, sections) if given else None


def adopt(case: Case, head: Record, edited: Record) -> None:
    """Add the `edited` event that a file changed by hand owes. Raises Refused, NotYourRole or NotFound."""
    status = fold(edited).status
    if edited.fields.get("status") != status:
        said = f"status says {edited.fields.get('status')!r}, the events say {status!r}."
        raise Refused(said, code="S2", remedy="The status is derived: use the verb that changes it (`itil --help`).")
    if any(event.do == "edited" for event in edited.events[len(head.events) :]):
        return
    differing = [name for name in FACTS if edited.fields.get(name) != head.fields.get(name)]
    for name in differing:
        if not _readable(name, edited.fields.get(name)):
            kind = "list of names" if name == "cis" else "text"
            said = f"{name} of {head.id} is no {kind} any more."
            raise Refused(said, code="S2", remedy="Write another one, or put back what was there.")
    facts = _known(case, {name: edited.fields[name] for name in differing})
    described = edited.description != head.description
    if facts or described:
        permit(case, _VERBS[kind_of(head.id)], head.id)
        _change(case, head.id, facts, described=described)


def _change(case: Case, record_id: str, facts: dict[str, Value], *, described: bool) -> None:
    case.add(record_id, "edited", promised=facts, description=described or None)


def _known(case: Case, given: Mapping[str, object]) -> dict[str, Value]:
    """Those of the facts that are given, by names that the store knows (C4). Raises NotFound."""
    return {name: _name(case, name, said) for name, said in given.items() if said}


def _name(case: Case, fact: str, said: object) -> Value:
    from itil_cli.process.lifecycle import names

    if isinstance(said, list | tuple):
        return [names.ci(case, str(one)) for one in said]
    text = str(said).strip()
    if fact == "service":
        return names.service(case, text)
    if fact == "category":
        return names.category(case, text)
    return names.known_record(case, text, "PRB", "problem") if fact == "problem" else text


def _readable(fact: str, said: Value) -> bool:
    """Whether a hand has left a value that the fact may have: a list of names, or a text."""
    if fact == "cis":
        return isinstance(said, list) and bool(said) and all(isinstance(one, str) for one in said)
    return isinstance(said, str) and bool(said.strip())
