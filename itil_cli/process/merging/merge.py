"""Two histories of one record become one, exactly by S16. Commutative, associative, idempotent.

- Events are the union by `n`, ordered by (`at`, position, random); none is dropped. What does not fit the state
  that it then meets is void: the fold says so, nothing is stored.
- The summary is the fold of the merged events. Both resolved: the earlier counts. Both reassigned, both changed
  the impact: the later holds, the latter with a warning.
- A field that no event knows is merged as one value: who changed it has it; of two changes the greater one
  stays, by its JSON, with a warning. An event that one side changed (a redaction) likewise.
- The description is merged as text, line by line, by the function that the caller gives: the one place where a
  person may be asked. Its sides go in sorted, so that the result does not hang on which is whose.
- Two different events that drew one name stay both: the greater one, by its JSON, gets a name made from it.
- Two different incidents that drew one id are no histories of one record: that is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from itil_cli.errors import GitTrouble
from itil_cli.process.auditing.check import mended
from itil_cli.process.events.fold import fold
from itil_cli.process.events.ordering import key, ordered
from itil_cli.process.incident import Entry, Event, Incident, Record, Value, kind_of
from itil_cli.process.knowledge.steps import fold as fold_knowledge

TextMerge = Callable[[str, str, str], tuple[str, bool]]  # base, one, other: the text, and whether it has conflicts


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it. `conflict`: the description holds markers for a person. `voids`: n and reason (S16)."""

    record: Record
    conflict: bool
    voids: Mapping[str, str]
    warnings: tuple[str, ...]


def merge(base: Record | None, ours: Record, theirs: Record, text: TextMerge) -> Merged:
    """One record of two that go back to `base` (None: to nothing). Raises GitTrouble (`same-id`)."""
    refuse_same_id(ours, theirs)
    base = base or Record(ours.id, {}, ())
    events = ordered(_union(base, ours, theirs))
    fields, said = merge_fields(base.fields, ours.fields, theirs.fields)
    description, conflict = merge_text(base.description, ours.description, theirs.description, text)
    strays = _strays(base, ours, theirs, {event.n for event in events})
    record = mended(Record(ours.id, fields, events, description, strays))
    found = voids(record)
    known = {**voids(ours), **voids(theirs)}
    warnings = [_void(event, found[event.n]) for event in events if event.n in found and event.n not in known]
    warnings += [*_impacts(base, ours, theirs, record), *_foreign(record, said)]
    return Merged(record, conflict, found, tuple(warnings))


def refuse_same_id(ours: Record, theirs: Record) -> None:
    """Raises GitTrouble where the two records have no beginning in common."""
    first, other = beginning(ours), beginning(theirs)
    if first and other and first != other:
        raise GitTrouble(
            f"two different records drew the id {ours.id}; they are not merged.",
            code="same-id",
            remedy="`itil sync`, instead of `git pull`, gives the one that is not yet published a new id.",
        )


def beginning(record: Record) -> tuple[Value, ...]:
    """What tells a record from another one of the same id: how it began. Empty where it has no events."""
    first = record.events[0] if record.events else None
    return (first.n, first.at, first.by, first.do, first.get("title")) if first else ()


def voids(record: Record) -> Mapping[str, str]:
    """The events of a record that are void, each with the reason."""
    if kind_of(record.id) == "INC":
        return fold(record).voids
    return fold_knowledge(record).voids if kind_of(record.id) in ("PRB", "KE", "KB") else {}


def _void(event: Event, why: str) -> str:
    return f"{event.n} ({event.do} by {event.by}) is void: {why}."


# Events


def _union(base: Record, ours: Record, theirs: Record) -> Iterator[Event]:
    old, mine, other = ({event.n: event for event in record.events} for record in (base, ours, theirs))
    for n in {**old, **mine, **other}:
        if n in old:
            found = _three_way(_as_json, old[n], mine.get(n, old[n]), other.get(n, old[n]))
            assert isinstance(found, Event)
            yield found
        elif n in mine and n in other:
            yield from _one_or_two(mine[n], other[n])
        else:
            yield mine[n] if n in mine else other[n]


def _one_or_two(one: Event, other: Event) -> Iterator[Event]:
    """Two events of one name that the base does not have: the same one, or two that drew the same letters."""
    less, greater = sorted((one, other), key=_as_json)
    same = (one.at, one.by, one.do) == (other.at, other.by, other.do)
    yield greater if same else less
    if not same:
        letters = hashlib.sha256(_as_json(greater).encode()).hexdigest()[:8]
        yield replace(greater, n=f"{greater.n.partition('-')[0]}-{letters}")


def _as_json(event: Event) -> str:
    return json.dumps([event.at, event.by, event.do, event.n, dict(event.data), event.text], sort_keys=True)


def _strays(base: Record, ours: Record, theirs: Record, known: set[str]) -> tuple[Entry, ...]:
    every = {entry for record in (base, ours, theirs) for entry in record.strays if entry.n not in known}
    gone = {entry for entry in base.strays if entry not in ours.strays or entry not in theirs.strays}
    return tuple(sorted(every - gone, key=lambda entry: (entry.at, entry.n, json.dumps(asdict(entry)))))


# Values


def _three_way(order: Callable[[Any], str], base: Any, one: Any, other: Any) -> Any:
    if one == other or other == base:
        return one
    return other if one == base else max(one, other, key=order)


def merge_fields(
    base: Mapping[str, Value], one: Mapping[str, Value], other: Mapping[str, Value]
) -> tuple[dict[str, Value], list[str]]:
    """Header fields by three-way merge of their values, and the names of those that both sides changed."""
    merged: dict[str, Value] = {}
    both: list[str] = []
    names = [*base, *sorted((one.keys() | other.keys()) - base.keys())]
    for name in names:
        values = base.get(name), one.get(name), other.get(name)
        value = _three_way(_order, *values)
        if len({_order(said) for said in values}) == 3:
            both.append(name)
        if value is not None:
            merged[name] = value
    return merged, both


def _order(value: Value) -> str:
    return "" if value is None else json.dumps(value, sort_keys=True)


def merge_text(base: str, one: str, other: str, text: TextMerge) -> tuple[str, bool]:
    """A text by three-way merge; its sides in an order that does not hang on which is whose."""
    if one == other or other == base:
        return one, False
    return (other, False) if one == base else text(base, *sorted((one, other)))


# Warnings


def _impacts(base: Record, ours: Record, theirs: Record, merged: Record) -> Iterator[str]:
    """Both sides changed the impact, and not to the same (S16)."""
    if kind_of(merged.id) != "INC":
        return
    known = {event.n for event in base.events}
    counted = voids(merged)
    sides = [_last_impact(record, known | counted.keys()) for record in (ours, theirs)]
    if sides[0] is None or sides[1] is None or sides[0].get("impact") == sides[1].get("impact"):
        return
    earlier, later = sorted((sides[0], sides[1]), key=key)
    text = f"both sides changed the impact: {later.get('impact')} ({later.n}, {later.by}) holds"
    yield f"{text}, not {earlier.get('impact')} ({earlier.n}, {earlier.by})."


def _last_impact(record: Record, apart: set[str]) -> Event | None:
    said = [event for event in record.events if event.do == "classified" and event.n not in apart]
    return said[-1] if said else None


def _foreign(record: Record, both: list[str]) -> Iterator[str]:
    derived = Incident.known() if kind_of(record.id) == "INC" else {"status"}
    for name in both:
        if name not in derived:
            yield f"both sides changed {name}: {json.dumps(record.fields.get(name))} stays."
