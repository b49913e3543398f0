"""The import of another system's log: read, leave out what is here, map, record, and say what came of it."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from itil_cli.cli.context import App
from itil_cli.cli.deciding import alone
from itil_cli.errors import Malformed, NotYourRole
from itil_cli.intake.ids import IncidentId
from itil_cli.intake.servicenow.states import STATES, State
from itil_cli.intake.taken import Kind, Options, Taken
from itil_cli.process.incident import PENDING, PRIORITIES, STATUSES, Record, Value
from itil_cli.process.lifecycle.terms import closing_by
from itil_cli.process.masking.values import masked_record
from itil_cli.process.time.calendars import build
from itil_cli.process.transitions import who_may
from itil_cli.render.text import number_of

if TYPE_CHECKING:
    from itil_cli.process.settings.policy import Policy
    from itil_cli.store.transaction import Transaction

_SYSTEM = re.compile(r"[a-z0-9-]+")  # as the trailer of the commit wants it


@dataclass(frozen=True, slots=True)
class Import:
    """What the command line asks for of any log: `history` is `events` or `single`."""

    file: Path
    history: str


class Source(NamedTuple):
    """A log that was read: the system it is of, what errors call it, each number's rows, and how they are taken in."""

    system: str
    name: str
    rows: Mapping[str, Sequence[Any]]
    take: Callable[[Options, IncidentId, Collection[str]], Iterator[Taken]]


@dataclass(slots=True)
class Done:
    """What came of it: counts, the findings by kind, and the new tip."""

    system: str
    file: str
    incidents: int
    present: int = 0
    grown: int = 0
    events: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    secrets: Counter[str] = field(default_factory=Counter)
    commit: str | None = None


def import_servicenow(app: App, asked: Import, zone: str, states: Sequence[str], policy_out: Path | None) -> Done:
    """Take a ServiceNow log in; what is here already stays as it is."""
    from itil_cli.intake.servicenow import records as servicenow
    from itil_cli.intake.servicenow.log import read
    from itil_cli.intake.servicenow.policy import policy_text

    meant = {**STATES, **dict(state_option(text) for text in states)}

    def opened(file: BinaryIO) -> Source:
        log = read(file, asked.file.name)
        if policy_out:
            policy_out.write_text(policy_text(log, zone), encoding="utf-8")

        def take(options: Options, id_of: IncidentId, fresh: Collection[str]) -> Iterator[Taken]:
            wanted = replace(log, incidents={number: log.incidents[number] for number in fresh})
            return servicenow.records(wanted, replace(options, zone=zone, states=meant), id_of)

        return Source(servicenow.SYSTEM, log.name, log.incidents, take)

    return _import(app, asked, opened)


def import_jsonl(app: App, asked: Import, system: str) -> Done:
    """Take rows as JSON in, of whatever system; what is here already stays as it is."""
    from itil_cli.intake import jsonl

    if not _SYSTEM.fullmatch(system):
        raise Malformed(f"--system {system!r} is no name.", remedy="Letters, digits and dashes, such as jira.")

    def opened(file: BinaryIO) -> Source:
        log = jsonl.read(file, asked.file.name)

        def take(options: Options, id_of: IncidentId, fresh: Collection[str]) -> Iterator[Taken]:
            wanted = replace(log, incidents={number: log.incidents[number] for number in fresh})
            return jsonl.records(wanted, options, id_of, system)

        return Source(system, log.name, log.incidents, take)

    return _import(app, asked, opened)


def _import(app: App, asked: Import, opened: Callable[[BinaryIO], Source]) -> Done:
    _refuse_others(app)
    with asked.file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        source = opened(file)
    with alone(app, "import") as transaction:
        options = _options(app, transaction.policy)
        return _record(app, transaction, source, options, asked.history, digest)


def _refuse_others(app: App) -> None:
    if app.bench is not None:
        raise Malformed("An import has commits of its own.", remedy="Run it outside of `itil batch`.")
    who = who_may("import")
    if not set(who) & set(app.person.roles):
        raise NotYourRole(
            f"{app.actor} may not import.",
            code="S17",
            who=who,
            remedy="An incident manager may: `--as PERSON`.",
        )


def state_option(text: str) -> tuple[str, State]:
    """`On Hold=pending:awaiting-vendor` of the command line. Raises Malformed."""
    name, equals, wanted = text.rpartition("=")
    status, _, reason = wanted.partition(":")
    if not equals or status not in STATUSES or (reason and status != PENDING):
        raise Malformed(
            f"--map {text!r} is not STATE=STATUS.",
            remedy=f"STATUS is one of {', '.join(STATUSES)}; pending:REASON names the reason.",
        )
    return name, State(status, reason or ("awaiting-activity" if status == PENDING else None))


def _options(app: App, policy: Policy) -> Options:
    targets = {priority: policy.target(priority) for priority in PRIORITIES}
    promises = {
        priority: {"response": target.response, "resolution": target.resolution, "calendar": target.calendar}
        for priority, target in targets.items()
    }
    pauses = {name: tuple(reason.pauses) for name, reason in policy.pending.items()}
    calendars = build(policy)
    return Options(
        app.actor, targets=promises, pauses=pauses, closing=lambda at: _given(closing_by(policy, calendars, at))
    )


def _given(promise: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in promise.items() if value is not None}


def _record(app: App, transaction: Transaction, source: Source, options: Options, history: str, digest: str) -> Done:
    from itil_cli.store.bulk import Bulk, load_bulk
    from itil_cli.store.sources import taken_in
    from itil_cli.store.transaction import Signing

    present = taken_in(transaction, source.system)
    done = Done(source.system, source.name, len(source.rows))
    known = {number: rows for number, rows in source.rows.items() if number in present}
    done.present = len(known)
    done.grown = sum(len(rows) > present[number] for number, rows in known.items())
    fresh = [number for number in source.rows if number not in known]
    if not fresh:
        return done
    taken = source.take(options, IncidentId(set(transaction.ids())), fresh)
    bulk = Bulk(
        history,
        f"Import {source.system}: {number_of(len(fresh), 'incident')}",
        (("Actor", app.actor), ("Import", f"{source.system} {digest}")),
        Signing(app.actor, app.now, app.clock()),
        _progress(app, len(fresh)),
    )
    done.commit = load_bulk(transaction, _counted(taken, done), bulk)
    return done


def _counted(taken: Iterator[Taken], done: Done) -> Iterator[Record]:
    for one in taken:
        done.kinds.update(one.kinds)
        done.events += len(one.record.events)
        record, secrets = masked_record(one.record)
        done.secrets.update(secrets)
        yield record


def _progress(app: App, total: int) -> Callable[[int], None]:
    """Says on a terminal how far it is; nothing elsewhere."""
    if app.quiet or not sys.stderr.isatty():
        return lambda done: None

    def say(done: int) -> None:
        if done % 500 == 0 or done == total:
            end = "\n" if done == total else ""
            print(f"\r{done:,} of {total:,} incidents", end=end, file=sys.stderr, flush=True)

    return say


def answer(app: App, done: Done) -> None:
    """The summary: what was taken in, what was here, and what the process forbids, by kind."""
    findings = sorted(done.kinds.items(), key=lambda item: (-item[1], item[0]))
    document = {
        "schema": "itil/1",
        "kind": "import",
        "system": done.system,
        "incidents": done.incidents,
        "imported": done.incidents - done.present,
        "present": done.present,
        "events": done.events,
        "commit": done.commit,
        "findings": [
            {"code": kind.code, "from": kind.origin, "to": kind.to, "count": count} for kind, count in findings
        ],
        "masked": [{"kind": kind, "count": count} for kind, count in sorted(done.secrets.items())],
    }
    app.emit(document, "\n".join(_lines(done, findings)))


def _masked(done: Done) -> Iterator[str]:
    for kind, count in sorted(done.secrets.items()):
        yield f"  {kind}  masked as ***, in {count:,} {'incident' if count == 1 else 'incidents'}: change it."


def _lines(done: Done, findings: list[tuple[Kind, int]]) -> Iterator[str]:
    if not done.incidents:
        yield f"There is nothing to import in {done.file}."
    if done.present:
        yield f"{done.present:,} of {done.incidents:,} are here already."
    if done.grown:
        yield f"{done.grown:,} of them have more rows now; an import never changes a record: they stay."
    if done.commit:
        new = done.incidents - done.present
        yield f"{number_of(new, 'incident')} imported from {done.file}, {number_of(done.events, 'event')}."
    if findings:
        yield f"{sum(count for _, count in findings):,} rows go where our process forbids; kept, and marked:"
    for kind, count in findings:
        yield f"  {kind.origin} → {kind.to}  {kind.code}  {count}"
    yield from _masked(done)
