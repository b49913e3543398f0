"""A file may only grow (S17): events are appended, texts stay, the summary is the fold.

- Older events are a subsequence of the newer ones, each as it was; what is new stands at the end, or in its place
  by time where it came later than others (a sync).
- A work-log text once written stays, unless a `redacted` event takes it out; the description changes only by an
  `edited` or `redacted` event that says so.
- The file lies where its id belongs, its id is its name, its mode is 100644, and it is never taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from itil_cli.errors import Broken
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.auditing.names import RULE_CODES as RULE_CODES
from itil_cli.process.auditing.values import Look, about
from itil_cli.process.events.ordering import key
from itil_cli.process.incident import ID, PROCESS, REDACTED, Event, Incident, Record, Value, kind_of, path_of
from itil_cli.process.knowledge.steps import FACTS, STATUSES, told
from itil_cli.process.masking.texts import in_words, kinds_in

FILE = "100644"
PROMPT = 600  # seconds until an event counts as late


def broken(look: Look) -> Iterator[Finding]:
    """It can be read."""
    if isinstance(look.one.after, Broken):
        yield Finding(look.one.after.code, look.one.after.text)


def kept(look: Look) -> Iterator[Finding]:
    """Nothing is deleted."""
    if look.one.status == "D":
        yield Finding("file-deleted", f"{look.one.path} was deleted; a record is kept for good.")


def mode(look: Look) -> Iterator[Finding]:
    """Records are plain files."""
    if look.one.status != "D" and look.one.mode != FILE:
        yield Finding("file-mode", f"the mode is {look.one.mode}, not {FILE}.")


def place(look: Look) -> Iterator[Finding]:
    """The id is the file's name and says where the file lies (P01)."""
    if look.one.new is None:
        return
    name, record_id = look.one.path.rpartition("/")[2].removesuffix(".md"), look.one.new.id
    if record_id != name:
        yield Finding("P01", f"the id says {record_id!r}, the file's name says {name!r}.")
    elif ID.fullmatch(name) is None or path_of(name) != look.one.path:
        yield Finding("P01", f"{name} does not lie where its id belongs.")
    if look.one.old is not None and look.one.old.id != record_id:
        yield Finding("P01", f"the id was {look.one.old.id!r} and is {record_id!r} now.")


def day(look: Look) -> Iterator[Finding]:
    """An id's day is that of its first event (UTC)."""
    new = look.one.new
    if new is None or look.one.old is not None or not new.events or kind_of(new.id) == PROCESS:
        return
    from itil_cli.process.time.instants import format_instant

    match, logged = ID.fullmatch(new.id), format_instant(new.events[0].at)[:10].replace("-", "")
    if match and "".join(match.groups()[1:4]) != logged:
        yield about(new.events[0], "P01", f"the id's day is not that of the first event, {logged}.")


def events_kept(look: Look) -> Iterator[Finding]:
    """Older events stand as they were, in their order."""
    if look.one.old is None or look.one.new is None:
        return
    old, new = look.one.old.events, look.one.new.events
    if new[: len(old)] == old:
        return
    there = {event.n: event for event in new}
    gone = {event.str("event") for _, event in look.one.added if event.do == "redacted"}
    for event in old:
        yield from _kept(event, there.get(event.n), event.n in gone)
    names = {event.n for event in old}
    if [one.n for one in new if one.n in names] != [one.n for one in old if one.n in there]:
        yield Finding("event-moved", "older events stand in another order than before.")


def _kept(old: Event, new: Event | None, redacted: bool) -> Iterator[Finding]:
    if new is None:
        yield about(old, "event-removed", f"the event {old.n} ({old.do}) was taken out.")
    elif (old.at, old.by, old.do, _said(old)) != (new.at, new.by, new.do, _said(new)):
        yield about(old, "event-changed", f"the event {old.n} ({old.do}) was changed after it was written.")
    elif old.text != new.text and not (redacted and new.text == REDACTED):
        yield about(old, "text-changed", f"the work-log entry #{old.n} is not as it was written.")


def _said(event: Event) -> dict[str, Value]:
    return {key: value for key, value in event.data.items() if value is not None}


def inserted(look: Look) -> Iterator[Finding]:
    """What is new stands at the end, or, where it arrived later than others, in its place by time."""
    old, new = look.one.old, look.one.new
    if old is None or new is None:
        return
    for where, event in look.one.added:
        before, after = new.events[:where], new.events[where + 1 :]
        if any(other.at < event.at for other in after):
            yield about(event, "event-inserted", f"the event {event.n} was put before older ones.")
        elif any(other.at > event.at for other in before):
            yield about(event, "S1", f"the event {event.n} is earlier than what stands before it.")
        elif _is_out_of_order([*before[-1:], event, *after[:1]]):
            said = f"the event {event.n} does not stand where its time and its position put it."
            yield about(event, "S16", said)


def _is_out_of_order(events: Sequence[Event]) -> bool:
    return list(events) != sorted(events, key=key)


def redactions(look: Look) -> Iterator[Finding]:
    """What a `redacted` event names is gone."""
    if look.one.new is None:
        return
    texts = {event.n: event.text for event in look.one.new.events}
    for _, event in look.one.added:
        named = event.str("event")
        if event.do == "redacted" and named is not None and texts.get(named) not in (None, REDACTED):
            yield about(event, "S17", f"the event {event.n} takes out the text of {named}, which still stands there.")


def strays(look: Look) -> Iterator[Finding]:
    """Work-log entries belong to events; those that were there stay."""
    old, new = look.one.old, look.one.new
    if new is None:
        return
    before = old.strays if old else ()
    for entry in new.strays:
        if entry not in before:
            yield Finding("I8", f"the work log has an entry #{entry.n} that no event knows.", event=entry.n)
    for entry in before:
        if entry not in new.strays:
            yield Finding("text-changed", f"the work-log entry #{entry.n} was changed or taken out.", event=entry.n)


def aside(look: Look) -> Iterator[Finding]:
    """Nothing stands in the work log before its first entry."""
    if look.one.aside:
        yield Finding("I8", "the work log has a text before its first entry that no event knows.")


def headings(look: Look) -> Iterator[Finding]:
    """An entry's heading says what its event says."""
    for n in look.one.misnamed:
        said = f"the heading of the work-log entry #{n} does not say what its event says."
        yield Finding("text-changed", said, event=n)


def description(look: Look) -> Iterator[Finding]:
    """What the requestor wrote changes only by an `edited` event, or goes by a `redacted` one."""
    old, new = look.one.old, look.one.new
    if old is None or new is None or old.description == new.description:
        return
    said = {event.do for _, event in look.one.added if event.get("description")}
    if "edited" not in said and not ("redacted" in said and new.description == REDACTED):
        yield Finding("description-changed", "the description was changed without an `edited` event.")


def secrets(look: Look) -> Iterator[Finding]:
    """What is new holds no secret; what it was cannot be taken back, so it is a warning, which the gate refuses."""
    new, old = look.one.new, look.one.old
    if new is None:
        return
    for _, event in look.one.added:
        said = () if event.do == "imported" else _texts(dict(event.data))  # an import masks the cells of its rows
        if kinds := kinds_in((event.text or "", "\n".join(said))):
            yield about(event, "secret", f"the event {event.n} holds {in_words(kinds)}.", WARNING)
    if (old is None or old.description != new.description) and (kinds := kinds_in((new.description,))):
        yield Finding("secret", f"the description holds {in_words(kinds)}.", WARNING)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def summary(look: Look) -> Iterator[Finding]:
    """The summary is the fold of the events (S2)."""
    incident, new = look.one.now, look.one.new
    if incident is None or new is None:
        return
    folded, said = incident.fields(), new.fields
    if said == folded:
        return
    for name in sorted(Incident.known()):
        left, right = said.get(name), folded.get(name)
        if left != right and (left or right):
            yield Finding("S2", f"{name} says {_shown(left)}, the events say {_shown(right)}.")


def header(look: Look) -> Iterator[Finding]:
    """The header of a problem, known error or article changes by its events alone, and says what they tell (S2)."""
    old, new = look.one.old, look.one.new
    if new is not None and kind_of(new.id) in STATUSES:
        edited = {name for _, event in look.one.added if event.do == "edited" for name in event.data}
        yield from differing(new, [old] if old is not None else [], {"status", *edited})


def differing(new: Record, olds: Sequence[Record], by_events: Collection[str]) -> Iterator[Finding]:
    """What of the header is neither as the events tell it (`by_events`) nor as it was before."""
    said = told(new)
    for name in ("status", *FACTS):
        is_told = name in said and name in by_events
        fits = [said[name]] if is_told else [old.fields.get(name) for old in olds]
        value = new.fields.get(name)
        if fits and (value or None) not in [one or None for one in fits]:
            yield Finding("S2", f"{name} says {_shown(value)}, the events say {_shown(fits[0])}.")


def _shown(value: Value) -> str:
    return "nothing" if value in (None, []) else repr(value)


CHECKS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    broken,
    kept,
    mode,
    place,
    day,
    events_kept,
    inserted,
    redactions,
    strays,
    aside,
    headings,
    description,
    secrets,
    summary,
    header,
)
