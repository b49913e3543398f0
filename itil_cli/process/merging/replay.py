"""What was done in a clone, decided again on what was published meanwhile (S16): the events of one commit.

- A record that nobody else changed is taken as it is. Where somebody did, histories are merged; then each event of
  the clone must fit, must make no published event void, and must still be its author's to do.
- An event that must not stand becomes a work-log entry: `noted` by the same person, at the same time and under the
  same name, with `rule: sync`, what it `was`, and why it is void.
- What stands in two files falls in both: a link with either side, a spread with the act that it comes from.
- An event older than `offline-limit` happened too long ago to be taken at its word: its `at` is the present, and
  the old one is kept as `said`. Imported events are as old as they say.
- Events that are published already (an earlier sync that was cut off) are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from itil_cli.process.auditing.check import mended
from itil_cli.process.events.ordering import ordered
from itil_cli.process.incident import REDACTED, Event, Record, Value, kind_of
from itil_cli.process.knowledge.steps import FACTS, STATUSES
from itil_cli.process.merging.merge import TextMerge, merge_fields, merge_text, voids
from itil_cli.process.time.instants import format_instant

RULE = "sync"
_SPREAD = ("by-parent: ", "by-problem: ")
Right = Callable[[Record, str], bool]  # whether the event of this name is its author's to do, where it stands


class Changed(NamedTuple):
    """One record in a commit of the clone: before (None: new) and after, and as it is published (None: not)."""

    before: Record | None
    after: Record
    published: Record | None


class Void(NamedTuple):
    """An event that became a work-log entry, and why."""

    id: str
    n: str
    do: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a replay is judged by. `now` is the sync's time, `is_late` says what is older than the policy allows.

    Rights are asked by the settings of the clone (`right_then`) and by the published ones; `strict`, where the two
    differ, judges the records that nobody else changed, too."""

    now: int
    is_late: Callable[[int], bool]
    text: TextMerge
    right_then: Right
    right_now: Right
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """The records as they shall be; what became void; which events are late: id, n, and what they said."""

    records: Mapping[str, Record]
    voids: tuple[Void, ...]
    late: tuple[tuple[str, str, str], ...]
    conflicts: tuple[str, ...]


def replay(changes: Mapping[str, Changed], rules: Rules) -> Replayed:
    """One commit's records on top of the published ones."""
    fallen: dict[tuple[str, str], str] = {}
    while True:
        steps = {record_id: _Step(one, rules, _of(fallen, record_id)) for record_id, one in changes.items()}
        more = dict(_in_both(changes, steps, fallen))
        if not more:
            break
        fallen |= more
    return Replayed(
        {record_id: step.record for record_id, step in steps.items()},
        tuple(void for step in steps.values() for void in step.voids),
        tuple(late for step in steps.values() for late in step.late),
        tuple(record_id for record_id, step in steps.items() if step.conflict),
    )


def _of(fallen: Mapping[tuple[str, str], str], record_id: str) -> dict[str, str]:
    return {n: why for (one, n), why in fallen.items() if one == record_id}


def _in_both(
    changes: Mapping[str, Changed], steps: Mapping[str, _Step], fallen: Mapping[tuple[str, str], str]
) -> Iterable[tuple[tuple[str, str], str]]:
    """What falls in a file because it fell in another."""
    for record_id, step in steps.items():
        for void in step.voids:
            for other, one in changes.items():
                event = next((event for event in one.after.events if event.n == void.n), None)
                if other == record_id or event is None or (other, void.n) in fallen:
                    continue
                if event.do in ("linked", "unlinked") or _comes_from(event, record_id):
                    yield (other, void.n), f"{void.why} ({record_id})"


def _comes_from(event: Event, record_id: str) -> bool:
    return (event.str("rule") or "") in [f"{kind}{record_id}" for kind in _SPREAD]


def _blotted(record: Record) -> Record:
    """Without the texts that its `redacted` events name."""
    gone = {event.str("event") for event in record.events if event.do == "redacted"}
    events = tuple(
        replace(event, text=REDACTED) if event.n in gone and event.text else event for event in record.events
    )
    return replace(record, events=events)


class _Step:
    """The replay of one record; `fallen` are events that must not stand, each with the reason."""

    def __init__(self, changed: Changed, rules: Rules, fallen: Mapping[str, str]) -> None:
        self.voids: list[Void] = []
        self.late: list[tuple[str, str, str]] = []
        self.conflict = False
        self._changed, self._rules, self._fallen = changed, rules, fallen
        before, after, published = changed
        known = {event.n for record in (before, published) if record for event in record.events}
        self._added = [self._dated(event) for event in after.events if event.n not in known]
        alone = published == before and not fallen and not rules.strict
        self.record = self._alone() if alone else self._merged(published or Record(after.id, {}, ()))

    def _dated(self, event: Event) -> Event:
        """The event, at the present where it is too old."""
        if event.do == "imported" or not self._rules.is_late(event.at):
            return event
        said = format_instant(event.at)
        self.late.append((self._changed.after.id, event.n, said))
        return replace(event, at=max(self._rules.now, event.at), data={**event.data, "said": said})

    def _alone(self) -> Record:
        after = self._changed.after
        if not self.late:
            return after
        dated = {event.n: event for event in self._added}
        return mended(replace(after, events=ordered(dated.get(event.n, event) for event in after.events)))

    def _merged(self, published: Record) -> Record:
        before, after = self._changed.before or Record(published.id, {}, ()), self._changed.after
        fields, _ = merge_fields(before.fields, after.fields, published.fields)
        if kind_of(published.id) in STATUSES and published.events:  # facts change by the events that stand
            fields = {name: published.fields.get(name) if name in FACTS else said for name, said in fields.items()}
        strays = {*after.strays, *published.strays}
        merged = replace(published, fields=fields, strays=tuple(sorted(strays, key=lambda one: (one.at, one.n))))
        self._kept = set(voids(published))
        for event in self._added:
            merged = self._with(merged, event)
        return mended(_blotted(self._described(before, merged)))

    def _with(self, record: Record, event: Event) -> Record:
        wanted = replace(record, events=ordered((*record.events, event)))
        why = self._fallen.get(event.n) or self._why_not(wanted, event)
        if why is None:
            return wanted
        self.voids.append(Void(record.id, event.n, event.do, event.by, why))
        return replace(record, events=ordered((*record.events, as_note(event, why))))

    def _why_not(self, wanted: Record, event: Event) -> str | None:
        found = voids(wanted)
        if event.n in found:
            return found[event.n]
        published = next((n for n in found if n not in self._kept), None)
        if published is not None:
            return f"it would make {published} void, which is published: {found[published]}"
        if self._rules.right_then(self._changed.after, event.n) and not self._rules.right_now(wanted, event.n):
            return f"it is not {event.by}'s to do any more"
        return None

    def _described(self, before: Record, merged: Record) -> Record:
        """The description of both; the clone's only where an `edited` event of its own still says so."""
        after = self._changed.after
        edits = [event.n for event in self._added if event.do == "edited" and event.get("description") is True]
        gone = {void.n for void in self.voids}
        if edits and gone.issuperset(edits):
            return merged
        text, self.conflict = merge_text(before.description, after.description, merged.description, self._rules.text)
        return replace(merged, description=text)


def as_note(event: Event, why: str) -> Event:
    """The work-log entry that an event becomes which must not stand."""
    was: dict[str, Value] = {"do": event.do, **event.data}
    text = f"{event.do} is void: {why}."
    data: dict[str, Value] = {"rule": RULE, "was": was, "void": why}
    if "said" in was:
        data["said"] = was.pop("said")
    return replace(event, do="noted", data=data, text=f"{text}\n\n{event.text}" if event.text else text)
