"""Is every file what its events say? A list of small functions that return findings and never raise.

- The summary is the fold of the events (S2); a difference is named with both values.
- An id is its file's name, and lies in its folder (P01).
- Every event has a name of its own (S16); every work-log entry belongs to an event (I8).
- A link stands on both sides under the same name (S11); void on one side, it is void on both (S16).
- Names of groups, categories, people and codes are the policy's, but for imported incidents (S17).
- A problem's, known error's and article's header is what its events tell, too; an overdue action is a warning.
- What an import marked as forbidden is a finding under the rule that forbids it (S17).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from itil_cli.errors import Broken, did_you_mean
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.auditing.names import unknown_names
from itil_cli.process.events.fold import fold, is_by_hand
from itil_cli.process.events.ordering import inserted, next_place
from itil_cli.process.family import COUNTERPART
from itil_cli.process.incident import ID, Event, Incident, Record, Value, kind_of, path_of
from itil_cli.process.knowledge.steps import STATUSES, told
from itil_cli.process.knowledge.steps import fold as fold_knowledge
from itil_cli.process.majors.actions import open_actions
from itil_cli.process.transitions import rows_for

if TYPE_CHECKING:
    from itil_cli.process.settings.people import People
    from itil_cli.process.settings.policy import Policy

LOST = "S16"  # the rule of an `unlinked` event that takes out what is void on the other side
_BEGINNINGS = ("logged", "imported")


@dataclass(frozen=True, slots=True)
class Told:
    """One record as those checks see it that ask no policy; `incident` is None for problems and the like."""

    record: Record
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Seen(Told):
    """One file as all checks see it."""

    path: str
    policy: Policy
    people: People
    now: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One side of a link, as an event tells it."""

    path: str
    holder: str
    position: int
    event: Event

    @property
    def target(self) -> str:
        """The id on the other side."""
        return self.event.str("target") or ""

    @property
    def counterpart(self) -> Event | None:
        """The event that the other side owes; None where it owes none."""
        relation = COUNTERPART.get(self.event.str("relation") or "")
        if relation is None or self.event.get("rule") == LOST:
            return None
        return replace(self.event, data={"relation": relation, "target": self.holder}, text=None)


@dataclass(slots=True)
class Links:
    """Every link event seen so far, and which record has which."""

    said: list[Link] = field(default_factory=list)
    known: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    void: dict[tuple[str, str], str] = field(default_factory=dict)
    standing: set[tuple[str, Value, Value]] = field(default_factory=set)

    def take(self, path: str, record: Record) -> None:
        """Note the link events of a record."""
        names = self.known.setdefault(record.id, set())
        for position, event in enumerate(record.events):
            if event.do in ("linked", "unlinked"):
                names.add((event.n, event.do))
                self.said.append(Link(path, record.id, position, event))
        if names and kind_of(record.id) == "INC":
            self._judge(fold(record))

    def _judge(self, incident: Incident) -> None:
        self.void |= {(incident.id, n): why for n, why in incident.voids.items()}
        pairs = [*incident.links, *(("parent-of", child) for child in incident.children)]
        pairs += [("child-of", incident.parent)] if incident.parent else []
        self.standing |= {(incident.id, relation, target) for relation, target in pairs}

    def missing(self) -> Iterator[Link]:
        """The links whose other side does not know of them."""
        for link in self.said:
            if link.counterpart and (link.event.n, link.event.do) not in self.known.get(link.target, ()):
                yield link

    def lost(self) -> Iterator[tuple[Link, str]]:
        """The links that stand here and are void on their other side, which makes them void here too (S16)."""
        for link in self.said:
            why, relation = self.void.get((link.target, link.event.n)), link.event.get("relation")
            if why and link.event.do == "linked" and (link.holder, relation, link.target) in self.standing:
                yield link, why


def check(
    files: Iterable[tuple[str, Record | Broken]],
    policy: Policy,
    people: People,
    links: Links | None = None,
    now: int | None = None,
) -> Iterator[Finding]:
    """All findings over all files, file by file, then the links between them. Never raises.

    What is overdue at `now` (epoch seconds) is warned of; None asks for none of that."""
    links = links if links is not None else Links()
    for path, held in files:
        if isinstance(held, Broken):
            yield Finding(held.code, held.text, path=path, line=held.line, column=held.column)
            continue
        links.take(path, held)
        yield from check_file(path, held, policy, people, now)
    yield from _one_sided(links)


def check_file(path: str, record: Record, policy: Policy, people: People, now: int | None = None) -> Iterator[Finding]:
    """The findings of one file."""
    incident = fold(record) if kind_of(record.id) == "INC" else None
    seen = Seen(record, incident, path, policy, people, now)
    for one in CHECKS:
        for finding in one(seen):
            yield replace(finding, path=path)


def own_findings(record: Record, incident: Incident) -> Iterator[tuple[str, int]]:
    """Rule and time (epoch seconds) of each finding about an incident that no policy is needed for.

    The time is that of the event which the finding is about, else of the last one."""
    times, told = {event.n: event.at for event in record.events}, Told(record, incident)
    for one in OWN:
        for finding in one(told):
            yield finding.code, times.get(finding.event or "", incident.last_at)


def _path(seen: Seen) -> Iterator[Finding]:
    name = seen.path.rpartition("/")[2].removesuffix(".md")
    if ID.fullmatch(name) is None:
        yield Finding("P01", f"the file's name {name!r} is no id; such a file is in no list.")
    elif path_of(name) != seen.path:
        yield Finding("P01", f"the file does not lie where its id belongs: {path_of(name)}.")
    if seen.record.id != name:
        yield Finding("P01", f"the id says {seen.record.id!r}, the file's name says {name!r}.", key=("id",))


def _beginning(seen: Told) -> Iterator[Finding]:
    if seen.incident is None:
        return
    events = seen.record.events
    if not events:
        yield Finding("P01", "there are no events; an incident begins with `logged`.", key=("events",))
    elif events[0].do not in _BEGINNINGS:
        yield _about(events[0], 0, "P01", f"the first event is {events[0].do!r}; an incident begins with `logged`.")


def _kinds_of_events(seen: Told) -> Iterator[Finding]:
    for position, event in enumerate(seen.record.events):
        if seen.incident is not None and not rows_for(event.do):
            yield _about(event, position, "S16", f"no event is called {event.do!r}.")


def _names_of_events(seen: Told) -> Iterator[Finding]:
    known: set[str] = set()
    for position, event in enumerate(seen.record.events):
        if event.n in known:
            yield _about(event, position, "S16", f"a second event is called {event.n!r}.")
        known.add(event.n)


def _summary(seen: Told) -> Iterator[Finding]:
    if seen.incident is None:
        return
    said, folded = seen.record.fields, seen.incident.fields()
    left_out = Incident.known() - said.keys() if is_by_hand(seen.record) else frozenset()
    for name in sorted(Incident.known() - left_out):
        if _bare(said.get(name)) != _bare(folded.get(name)):
            text = f"{name} says {_shown(said.get(name))}, the events say {_shown(folded.get(name))}."
            yield Finding("S2", text, key=(name,))


def _bare(value: Value) -> Value:
    return None if value in ([], "") else value


def _shown(value: Value) -> str:
    if value in (None, []):
        return "nothing"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _strays(seen: Told) -> Iterator[Finding]:
    for entry in seen.record.strays:
        yield Finding("I8", f"the work log has an entry #{entry.n} that no event knows.", event=entry.n)


def _forbidden(seen: Told) -> Iterator[Finding]:
    for position, event in enumerate(seen.record.events):
        code = event.str("forbidden")
        if event.do == "imported" and code:
            text = f"the source has a step to {event.get('status')} that the process forbids."
            yield replace(_about(event, position, code, text), severity=WARNING)


def _policy_names(seen: Seen) -> Iterator[Finding]:
    for rule, what, name, known in unknown_names(seen.incident, seen.policy, seen.people) if seen.incident else ():
        text = f"nobody is {name!r} ({what})." if "@" in name else f"the policy knows no {what} {name!r}."
        key = () if what in _IN_EVENTS else (what,)
        yield Finding(rule, f"{text} {did_you_mean(name, known)}".strip(), key=key)


_IN_EVENTS = ("closure code", "reason")  # what the header does not say


def _about(event: Event, position: int, code: str, text: str) -> Finding:
    return Finding(code, text, event=event.n, person=event.by, key=("events", position))


def _one_sided(links: Links) -> Iterator[Finding]:
    for link in links.missing():
        there = "does not know of it" if link.target in links.known else "is not in the store"
        text = f"{link.event.do} {link.event.str('relation')} {link.target}, which {there}."
        yield replace(_about(link.event, link.position, "S11", text), path=link.path)
    for link, why in links.lost():
        text = f"{link.event.do} {link.event.str('relation')} {link.target} is void there: {why}."
        yield replace(_about(link.event, link.position, "S16", text), path=link.path)


def _knowledge(seen: Seen) -> Iterator[Finding]:
    """A problem's, known error's or article's header is what its events tell, and every event fits (S2, S16)."""
    if kind_of(seen.record.id) not in STATUSES:
        return
    if not seen.record.events:
        yield Finding("P01", "there are no events; a record begins with one.", key=("events",))
        return
    known = fold_knowledge(seen.record)
    for name, owed in {"status": None, **told(seen.record)}.items():
        said = seen.record.fields.get(name)
        if _bare(said) != owed:
            yield Finding("S2", f"{name} says {_shown(said)}, the events say {_shown(owed)}.", key=(name,))
    for position, event in enumerate(seen.record.events):
        if event.n in known.voids:
            yield _about(event, position, "S16", f"{event.do} is void: {known.voids[event.n]}.")


def _overdue(seen: Seen) -> Iterator[Finding]:
    """An action whose date is over and that is not done (M9)."""
    void = seen.incident.voids if seen.incident else ()
    for action in open_actions(seen.record.events, void) if seen.now is not None else ():
        if seen.now is not None and action.overdue(seen.now):
            text = f"action {action.number} of {action.owner} was due {action.due}: {action.text}"
            yield Finding("M9", text, severity=WARNING, event=action.n, person=action.owner)


OWN: tuple[Callable[[Told], Iterator[Finding]], ...] = (
    _beginning,
    _kinds_of_events,
    _names_of_events,
    _summary,
    _strays,
    _forbidden,
)
CHECKS: tuple[Callable[[Seen], Iterator[Finding]], ...] = (
    _path,
    *OWN,
    _policy_names,
    _knowledge,
    _overdue,
)


def mended(record: Record, links: Iterable[Link] = (), lost: Iterable[Link] = ()) -> Record:
    """The record with the link events that it lacks, without the links that are `lost` on their other side, and its
    summary as the events have it (S2, S16)."""
    events = record.events
    for owed in (link.counterpart for link in links):
        events = events if owed is None else inserted(events, owed)
    for link in lost:
        events = (*events, _undone(events, link.event))
    whole = replace(record, events=events)
    if kind_of(record.id) in STATUSES and whole.events:
        return replace(whole, fields={**whole.fields, "status": None, **told(whole)})
    if kind_of(record.id) != "INC":
        return whole
    derived = fold(whole)
    foreign: Mapping[str, Value] = {key: said for key, said in whole.fields.items() if key not in derived.known()}
    return replace(whole, fields={**derived.fields(), **foreign})


def _undone(events: tuple[Event, ...], link: Event) -> Event:
    """The `unlinked` event that takes a lost link out of this file as well."""
    name = f"{next_place(events)}-{link.n.partition('-')[2]}"
    data: dict[str, Value] = {"relation": link.get("relation"), "target": link.get("target"), "rule": LOST}
    return Event(max(link.at, events[-1].at), link.by, name, "unlinked", data)
