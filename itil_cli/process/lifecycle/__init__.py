"""The life cycle: a command on records, by a person, at a time, gives events or a refusal.

`decide` is pure. It looks up the verb in one table; each verb is a plain function on a `Case`. Refusals
are errors with the rule's code: Refused (exit 3), NotYourRole (exit 7), NotFound (exit 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from itil_cli.process.incident import Ids, Record
from itil_cli.process.knowledge import deciding, drafting, editing
from itil_cli.process.lifecycle.case import Case, Command
from itil_cli.process.lifecycle.verbs import (
    commanding,
    escalating,
    finishing,
    following,
    majoring,
    mending,
    recording,
    relating,
    routing,
    sweeping,
    working,
)
from itil_cli.process.settings.people import People, Person
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.services import Services

__all__ = ["VERBS", "Command", "Decision", "decide"]

VERBS: dict[str, Callable[[Case, str], str]] = {
    "contact": recording.contact,
    "note": recording.note,
    "tell": recording.tell,
    "edit": recording.edit,
    "classify": routing.classify,
    "assign": routing.assign,
    "return": routing.return_,
    "accept": routing.accept,
    "take": routing.take,
    "escalate": escalating.escalate,
    "acknowledge": escalating.acknowledge,
    "pend": working.pend,
    "resume": working.resume,
    "vendor": working.vendor,
    "apply": working.apply,
    "resolve": finishing.resolve,
    "reopen": finishing.reopen,
    "close": finishing.close,
    "cancel": finishing.cancel,
    "correct": mending.correct,
    "redact": mending.redact,
    "link": relating.link,
    "unlink": relating.unlink,
    "sweep": sweeping.sweep,
    "major propose": majoring.propose,
    "major accept": majoring.accept,
    "major reject": majoring.reject,
    "major demote": majoring.demote,
    "major update": majoring.update,
    "major review": majoring.review,
    "major bridge": commanding.bridge,
    "major stakeholder": commanding.stakeholder,
    "major plan": commanding.plan,
    "major inform": commanding.inform,
    "major rca": commanding.rca,
    "major milestone": commanding.milestone,
    "major handover": commanding.handover,
    "review": following.review,
    "action add": following.add_action,
    "action done": following.finish_action,
    "task": following.task,
    "problem edit": editing.edit,
    "problem accept": deciding.accept,
    "problem reject": deciding.reject,
    "problem investigate": deciding.investigate,
    "problem resolve": deciding.resolve,
    "problem close": deciding.close,
    "known-error edit": editing.edit,
    "known-error publish": deciding.publish_known_error,
    "known-error retire": deciding.retire_known_error,
    "article edit": editing.edit,
    "article review": deciding.review_article,
    "article publish": deciding.publish_article,
    "article retire": deciding.retire_article,
}

# What begins a record: it has no id yet.
NEW: dict[str, Callable[[Case], str]] = {
    "log": recording.log,
    "problem new": drafting.new_problem,
    "known-error new": drafting.new_known_error,
    "article new": drafting.new_article,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command comes to: the records it is about, every change, and what the card should say.

    `changes` maps an id to the record before (None: new) and after; `keys` maps a dedup key to the open
    incident that holds it now, or None when it is free again."""

    ids: tuple[str, ...]
    changes: Mapping[str, tuple[Record | None, Record]]
    keys: Mapping[str, str | None]
    notes: tuple[str, ...]


def decide(
    command: Command,
    records: Mapping[str, Record],
    policy: Policy,
    people: People,
    actor: Person,
    now: int,
    ids: Ids,
    services: Services | None = None,
) -> Decision:
    """The events that a command asks for, for all of its records or for none (S10).

    `now` is epoch seconds. Raises Refused, NotYourRole or NotFound."""
    case = Case(command, records, policy, people, services or Services.none(), actor, now, ids)
    touched = tuple(_carry_out(case))
    _release_keys(case)
    return Decision(touched, case.changes(), case.keys, tuple(case.notes))


def _carry_out(case: Case) -> Iterator[str]:
    if case.command.verb in NEW:
        yield NEW[case.command.verb](case)
        return
    for incident_id in dict.fromkeys(case.command.ids):
        yield VERBS[case.command.verb](case, incident_id)


def _release_keys(case: Case) -> None:
    """A key points at an incident while that is open, at the earlier of two, and is free afterwards."""
    for record_id in sorted(case.after):
        if record_id.startswith("INC-"):
            incident = case.incident(record_id)
            if incident.dedup_key:
                holder = case.keys.get(incident.dedup_key)
                case.keys[incident.dedup_key] = holder or (record_id if incident.is_open else None)
