"""Whether an event is its author's to do, in the state that it meets (S10).

What a rule wrote, the other side of a link, and an import are not asked: they are judged where they come from.
"""

from __future__ import annotations

from dataclasses import replace

from itil_cli.process.events.fold import fold
from itil_cli.process.family import RELATIONS
from itil_cli.process.incident import Event, Record, kind_of
from itil_cli.process.knowledge.steps import STEPS
from itil_cli.process.lifecycle.judge import origins
from itil_cli.process.merging.replay import Right
from itil_cli.process.rights import Asked, may
from itil_cli.process.settings.people import People
from itil_cli.process.settings.policy import Policy
from itil_cli.process.transitions import rows_for

_NOT_ASKED = ("logged", "imported")


def rights_by(policy: Policy, people: People) -> Right:
    """The question, by this policy and these people."""

    def right(record: Record, n: str) -> bool:
        place = next(index for index, event in enumerate(record.events) if event.n == n)
        event = record.events[place]
        if event.get("rule") is not None or event.do in _NOT_ASKED or _is_other_side(event):
            return True
        if kind_of(record.id) != "INC":
            return _of_knowledge(event, kind_of(record.id), people)
        incident = fold(replace(record, events=record.events[:place]))
        asked = Asked(people.at(event.by, event.at), incident, policy, people, event.data)
        return any(incident.status in origins(row, event.data) and may(row, asked) for row in rows_for(event.do))

    return right


def _is_other_side(event: Event) -> bool:
    return event.do in ("linked", "unlinked") and event.str("relation") not in RELATIONS


def _of_knowledge(event: Event, kind: str, people: People) -> bool:
    steps = [step for step in STEPS if (step.kind, step.do) == (kind, event.do)]
    roles = people.at(event.by, event.at).roles
    return not steps or any(roles & step.may for step in steps)
