"""Taking in what was edited by hand (`itil adopt`), when it is legal.

- Events are append-only: an older one that was changed, moved or taken out is refused (S17).
- An event added by hand is judged like a command's: by the actor, in his role, fitting the status (S10), and
  saying what the policy promises: the audit's own judgement (`auditing/replay.py`).
- A changed title or description becomes an `edited` event (D3).
- A summary field that disagrees with the events is refused; there is a verb for it (S2).
- A problem, known error or article is judged alike, by its own table; its changed facts become an `edited` event too.
- Fields that the program does not know, comments and layout are taken as they are.
"""

from __future__ import annotations

from dataclasses import replace

from itil_cli.errors import Refused
from itil_cli.process.auditing.findings import ERROR
from itil_cli.process.events.fold import fold, why_void
from itil_cli.process.incident import Event, Incident, Record, kind_of
from itil_cli.process.knowledge import editing
from itil_cli.process.knowledge.steps import STATUSES, why_unfit
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.lifecycle.judge import not_your_role, origins, permit
from itil_cli.process.rights import Asked, may
from itil_cli.process.time.instants import CLOCK_SLACK, format_instant
from itil_cli.process.transitions import rows_for


def adopt(case: Case, head: Record, edited: Record) -> None:
    """Judge an edited file against HEAD's and add the events that it owes. Raises Refused or NotYourRole."""
    _check_prefix(head, edited)
    _check_added(case, head, edited)
    _check_decided(case, head, edited)
    _check_strays(head, edited)
    if kind_of(edited.id) in STATUSES:
        editing.adopt(case, head, edited)
    else:
        _adopt_incident(case, head, edited)


def _adopt_incident(case: Case, head: Record, edited: Record) -> None:
    derived = fold(edited)
    title = edited.fields.get("title")
    retitled = isinstance(title, str) and title != derived.title
    redescribed = edited.description != head.description
    _check_summary(edited, derived)
    if retitled or redescribed:
        permit(case, "edit", edited.id)
        case.add(edited.id, "edited", title=title if retitled else None, description=redescribed or None)


def _check_prefix(head: Record, edited: Record) -> None:
    for old, new in zip(head.events, (*edited.events, *[None] * len(head.events)), strict=False):
        if old != new:
            raise Refused(
                f"event {old.n} ({old.do}) of {head.id} was changed or taken out; events are append-only.",
                code="S17",
                remedy=f"Put it back, or mend it: `itil correct {head.id} --event {old.n}`.",
            )


def _check_added(case: Case, head: Record, edited: Record) -> None:
    for place in range(len(head.events), len(edited.events)):
        before = replace(edited, events=edited.events[:place], fields=head.fields)
        _check_event(case, before, edited.events[place])


def _check_event(case: Case, before: Record, event: Event) -> None:
    known = kind_of(before.id) in STATUSES
    why = why_unfit(before, event) if known else why_void(fold(before), event)
    if why:
        raise Refused(f"event {event.n} does not fit: {why}.", code="S16", remedy="Take it out of the file.")
    if event.by != case.actor.email:
        raise Refused(
            f"event {event.n} says it is by {event.by}; you are {case.actor.email}.",
            code="S17",
            remedy="Only what you did yourself is adopted (or `--as` that person).",
        )
    last = max((one.at for one in before.events), default=event.at)
    if not last <= event.at <= case.now + CLOCK_SLACK:
        raise Refused(
            f"event {event.n} is of {format_instant(event.at)}, before the last one or in the future.",
            code="S1",
            remedy="Give it the time at which it happened.",
        )
    if not known:
        _check_role(case, fold(before), event)


def _check_role(case: Case, before: Incident, event: Event) -> None:
    asked = Asked(case.actor, before, case.policy, case.people, event.data)
    if not any(
        may(row, asked) for row in rows_for(event.do) if before.status in origins(row, event.data) and not row.rule
    ):
        raise not_your_role(case, rows_for(event.do)[0].verb, before)


def _check_decided(case: Case, head: Record, edited: Record) -> None:
    """The audit decides every event again, promises and all; what it would find is refused here already."""
    from itil_cli.process.auditing.replaying.replay import Replay
    from itil_cli.process.auditing.values import Ground, Touched

    touched = Touched(edited.id, "M", "100644", head, edited)
    ground = Ground(case.policy, case.people, case.services)
    for finding in Replay(ground, case.records, [touched]).findings():
        if finding.severity == ERROR:
            text = finding.text[0].upper() + finding.text[1:]
            raise Refused(text, code=finding.code, remedy="Take it out of the file, and use the verb (`itil --help`).")


def _check_strays(head: Record, edited: Record) -> None:
    fresh = [entry.n for entry in edited.strays if entry not in head.strays]
    if fresh:
        raise Refused(
            f"the work log has an entry #{fresh[0]} that no event knows.",
            code="I8",
            remedy=f"Write it with `itil note {head.id} -m TEXT`.",
        )


def _check_summary(edited: Record, derived: Incident) -> None:
    said, folded = dict(edited.fields), derived.fields()
    for name in sorted(Incident.known() - {"title"}):
        if said.get(name) != folded.get(name):
            raise Refused(
                f"{name} says {said.get(name)!r}, the events say {folded.get(name)!r}.",
                code="S2",
                remedy="The summary is derived: use the verb that changes it (`itil --help`).",
            )
