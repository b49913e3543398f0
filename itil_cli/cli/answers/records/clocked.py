"""What `sla` answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from itil_cli.cli.context import App
from itil_cli.cli.looking.clocking import Clocking
from itil_cli.cli.looking.past import rows, seen
from itil_cli.errors import Malformed, NotFound
from itil_cli.process.clock import Clock, explain, split
from itil_cli.process.clocks.outlook import Glance, any_breached, next_of
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Incident, Record, path_of
from itil_cli.process.summary import summary
from itil_cli.process.time.instants import format_instant, parse_seconds

if TYPE_CHECKING:
    from itil_cli.process.settings.policy import Policy
    from itil_cli.store.index.listed import Listed, Row
    from itil_cli.store.snapshot import Snapshot


def seconds_option(text: str | None, name: str) -> int | None:
    """Seconds of an option such as `2h`. Raises Malformed."""
    if text is None:
        return None
    try:
        return parse_seconds(text)
    except ValueError as wrong:
        raise Malformed(f"{name}: {wrong}.", code="duration", remedy="Write it as 90s, 15m or 2h.") from None


def policy_of(app: App, name: str) -> Policy:
    """The policy in a file, or of a commit."""
    from itil_cli.store.files.settings import load_policy

    file = Path(name)
    return load_policy(file.read_bytes(), name) if file.is_file() else app.store.snapshot(name).policy


class _One(NamedTuple):
    """An incident with the clock that matters now, and whether any clock of the SLA is past its target or missed."""

    id: str
    priority: str | None
    title: str | None
    next: Clock | Glance | None
    breached: bool


def answer_one(app: App, snapshot: Snapshot, record_id: str, options: Mapping[str, Any]) -> None:
    """The clocks of one incident; explained, or split by whose time it was."""
    from itil_cli.render.incidents.sla import explained_documents, flag_documents, sla_card, threshold_documents
    from itil_cli.render.machine import clock_documents, document

    clocking = Clocking(app, snapshot)
    incident = fold(_logged(seen(snapshot.records[record_id], app.now), app.now))
    clocks = clocking.of(incident)
    intervals = _intervals(incident, clocks, clocking) if options["explain"] else {}
    parts = _parts(incident, clocking) if options["split"] else []
    documents = explained_documents(clocks, intervals) if options["explain"] else clock_documents(clocks)
    more: dict[str, Any] = {"thresholds": threshold_documents(clocks, clocking.shown), "flags": flag_documents(clocks)}
    more |= {"split": [part._asdict() for part in parts]} if options["split"] else {}
    within = seconds_option(options["due_in"], "--due-in")
    one = _One(incident.id, incident.priority, incident.title, next_of(clocks), any_breached(clocks))
    app.exit_code = 1 if _fails(one, app.now, within or 0, options["fail_on"]) else 0
    whole = document("sla", id=record_id, now=format_instant(app.now), clocks=documents, **more)
    app.emit(whole, _text(sla_card(incident, clocks, clocking.shown), clocks, intervals, parts))


def _logged(record: Record, now: int) -> Record:
    if record.events:
        return record
    raise NotFound(f"{record.id} was not logged yet at {format_instant(now)}.", remedy="Give a later --now.")


def _intervals(incident: Incident, clocks: Sequence[Clock], clocking: Clocking) -> dict[int, Any]:
    explained = explain(incident, clocking.calendars, clocking.at(incident))
    return {place: intervals for place, (_, intervals) in enumerate(explained)}


def _parts(incident: Incident, clocking: Clocking) -> list[Any]:
    return list(split(incident, clocking.calendars, clocking.at(incident)))


def _text(card: str, clocks: Sequence[Clock], intervals: Mapping[int, Any], parts: Sequence[Any]) -> str:
    from itil_cli.render.incidents.sla import explanation, split_lines

    blocks = [explanation(clocks[place], found) for place, found in intervals.items()]
    if parts:
        blocks.append(f"resolution, split:\n{split_lines(parts)}")
    return "\n\n".join([card, *blocks]) if blocks else card


def answer_list(
    app: App, snapshot: Snapshot, ids: Sequence[str], filters: Sequence[str], options: Mapping[str, Any]
) -> None:
    """The incidents by what breaches next. Of each only its line or its place is held, since they may be many."""
    chosen = _named(app, snapshot, ids) if ids else _rows(app, snapshot, filters, options)
    found = sorted(_told(app, snapshot, chosen, options))
    if not app.json:
        app.emit(None, "\n".join(line for _, _, line in found if line) or "There are none.")
        return
    from itil_cli.cli.answers.records.listing import clocked
    from itil_cli.render.machine import clock_documents, incidents_text, summary_document

    here = {row.id: row for row in chosen} if isinstance(chosen, list) else None
    order = [record_id for _, record_id, _ in found]
    rows = [here[one] for one in order] if here else snapshot.index.rows_at([path_of(one) for one in order])
    app.emit_pieces(
        incidents_text(
            summary_document(row.summary) | {"clocks": clock_documents(clocks)}
            for row, clocks in clocked(app, snapshot, rows)
        )
    )


def _rows(app: App, snapshot: Snapshot, filters: Sequence[str], options: Mapping[str, Any]) -> Collection[Row]:
    from itil_cli.cli.looking.filtering import filter_of
    from itil_cli.cli.params import FIELDS

    fields = {name: options[name] for name in FIELDS}
    return rows(
        app,
        snapshot.index,
        filter_of(app, filters, fields, everything=options["everything"], snapshot=snapshot),
        ["id"],
    )


def _named(app: App, snapshot: Snapshot, ids: Sequence[str]) -> list[Row]:
    from itil_cli.store.index.listed import Row

    incidents = [fold(seen(snapshot.records[record_id], app.now)) for record_id in ids]
    return [Row(path_of(one.id), "", one.id, summary(one)) for one in incidents]


def _told(
    app: App, snapshot: Snapshot, chosen: Collection[Row], options: Mapping[str, Any]
) -> Iterator[tuple[tuple[int, int], str, str]]:
    """How urgent each is that was asked for, its id, and its line; a breach that fails the command is noted."""
    from itil_cli.store.index.listed import Listed

    within, fail_on = seconds_option(options["due_in"], "--due-in"), options["fail_on"]
    for one in (_briefly if isinstance(chosen, Listed) else _wholly)(app, snapshot, chosen):
        if (options["breached"] and not one.breached) or (
            within is not None and not _is_due(one.next, app.now, within)
        ):
            continue
        if _fails(one, app.now, within or 0, fail_on):
            app.exit_code = 1
        yield _urgency(one.next), one.id, "" if app.json else _line(one)


def _briefly(app: App, snapshot: Snapshot, chosen: Collection[Row]) -> Iterator[_One]:
    """From what the index keeps of the clock that matters."""
    clocking = Clocking(app, snapshot)
    found = cast("Listed", chosen).brief(("priority", "title"), clocking.digest)
    judged = clocking.judged((one.id, one.outlook) for one in found)
    for one, (clock, breached) in zip(found, judged, strict=True):
        priority, title = one.values
        yield _One(one.id, priority, title, clock, breached)


def _wholly(app: App, snapshot: Snapshot, chosen: Collection[Row]) -> Iterator[_One]:
    """From all clocks: of what was named, or is shown as it was."""
    from itil_cli.cli.answers.records.listing import clocked

    for row, clocks in clocked(app, snapshot, chosen):
        yield _One(row.id, row.summary["priority"], row.summary["title"], next_of(clocks), any_breached(clocks))


def _is_due(clock: Clock | Glance | None, now: int, within: int) -> bool:
    """Whether the clock that is due first is due within so many seconds of wall time."""
    return clock is not None and clock.state == "running" and clock.due is not None and clock.due <= now + within


def _fails(one: _One, now: int, within: int, fail_on: str | None) -> bool:
    if fail_on is None:
        return False
    return one.breached or (fail_on == "due" and _is_due(one.next, now, within))


def _urgency(clock: Clock | Glance | None) -> tuple[int, int]:
    if clock is None or clock.state == "stopped":
        return 2, 0
    return (0, clock.due) if clock.due is not None else (1, clock.remaining)


def _line(one: _One) -> str:
    """The incident on a line; empty where no clock was promised."""
    from itil_cli.render.incidents.sla import clock_line
    from itil_cli.render.text import one_line

    if one.next is None:
        return ""
    return one_line(f"{one.id}  {one.priority or '–':<2}  {clock_line(one.next)}  {one.title}")


def answer_what_if(
    app: App, snapshot: Snapshot, policy: str, period: str | None, fields: Mapping[str, Sequence[str]]
) -> None:
    """Which verdicts flip under another policy, and the totals."""
    from itil_cli.cli.looking.filtering import filter_of
    from itil_cli.process.clocks.whatif import Both, Totals, flips
    from itil_cli.process.time.calendars import build
    from itil_cli.process.time.period import parse_period
    from itil_cli.render.incidents.sla import flip_lines
    from itil_cli.render.machine import document

    other = policy_of(app, policy)
    span = parse_period(period, snapshot.policy.zone, app.now) if period else None
    rows = snapshot.index.rows(filter_of(app, (), fields, everything=True, snapshot=snapshot), ["id"])
    chosen = [row.id for row in rows if span is None or span.holds(row.summary.get("resolved_at"))]
    totals: dict[str, list[Totals]] = {}
    both = Both(build(snapshot.policy), other, build(other))
    found = list(flips((seen(snapshot.index.record(one), app.now) for one in chosen), both, app.now, totals))
    plain = [{**flip._asdict(), "before": flip.before._asdict(), "after": flip.after._asdict()} for flip in found]
    sums = {name: {"before": before._asdict(), "after": after._asdict()} for name, (before, after) in totals.items()}
    app.emit(
        document("what-if", policy=policy, incidents=len(chosen), flips=plain, totals=sums), flip_lines(found, totals)
    )
