"""A ServiceNow incident log → records: one incident each, one `imported` event for every row (S17).

- The first event is `logged` at the source's `opened_at`; then one `imported` for each row, in file order.
- `x` holds the source's cells that differ from the row before, the first row's all: each row can be rebuilt.
- `row` is the line in the file, so that the order of the whole log can be rebuilt too.
- `?` is a missing value: no summary field is made of it, and `x` keeps it.
- Names in summary fields have single spaces; `x` keeps the source's own.
- The source's wall times are read in one zone; an ambiguous one is its first, one in a gap moves on (S7).
- Events go forward in time: a row behind the former event gets that event's time, its own is `said`.
- A status that S10 does not lead to is set all the same, and marked `forbidden: CODE`.
- A state that the map does not know leaves the status as it was, and is marked too.
- `resolved_at`, `closed_at`, `closed_code` look into the future: only the row that resolves takes the code.
- The same file gives the same records, names of events and all; `x-source` tells them on a second run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from itil_cli.errors import Broken
from itil_cli.intake.ids import IncidentId
from itil_cli.intake.servicenow.fields import Data, clean, opening, summary
from itil_cli.intake.servicenow.log import MISSING, Log, Row
from itil_cli.intake.servicenow.states import (
    PAUSES_ELSE,
    START,
    UNKNOWN,
    UNKNOWN_CODE,
    State,
    forbidden,
)
from itil_cli.intake.servicenow.wall import wall_reader
from itil_cli.intake.taken import Kind, Options, Taken, letters
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import CLOSED, NEW, PENDING, RESOLVED, Event, Record, Value
from itil_cli.process.time.instants import format_instant

SYSTEM = "servicenow"


def records(log: Log, options: Options, id_of: IncidentId) -> Iterator[Taken]:
    """Each incident of the log, in file order. Raises Broken with the line of a time that is none."""
    instant = wall_reader(options.zone)
    for number, rows in log.incidents.items():
        events, kinds = _Walk(log, options, instant).over(rows)
        record_id = id_of(number, events[0].at)
        source: Value = {"system": SYSTEM, "number": number, "rows": len(rows)}
        fields = {**fold(Record(record_id, {}, events)).fields(), "x-source": source}
        yield Taken(number, Record(record_id, fields, events), kinds)


class _Walk:
    """Goes over the rows of one incident and knows what the former one said."""

    def __init__(self, log: Log, options: Options, instant: Callable[[str], int | None]) -> None:
        self.log = log
        self.options = options
        self.instant = instant
        self.events: list[Event] = []
        self.kinds: list[Kind] = []
        self.source: dict[str, str] = {}
        self.state = State(NEW)
        self.at = 0

    def over(self, rows: list[Row]) -> tuple[tuple[Event, ...], tuple[Kind, ...]]:
        """The events that these rows make, and the kinds of what is forbidden in them."""
        self._log(rows[0])
        for row in rows:
            self._import(row)
        return tuple(self.events), tuple(self.kinds)

    def _log(self, row: Row) -> None:
        first = dict(zip(self.log.columns, row.cells, strict=True))
        self.at = self._opened(first, row.line)
        data = opening(first)
        self._add("logged", {**data, **self._promise(data)}, row)

    def _import(self, row: Row) -> None:
        first, before = not self.source, self.state.status
        changed = self._changes(row)
        status = self._status(changed, first)
        fields = summary(changed, self.source)
        promise = {} if first else self._promise(fields)
        said = self._advance(row.line)
        if self.state.status == RESOLVED != before:
            promise |= self.options.closing(self.at)
        kept: Data = {"row": row.line, "x": dict(changed)}
        self._add("imported", {**status, **fields, **promise, **said, **kept}, row)

    def _changes(self, row: Row) -> dict[str, str]:
        cells = zip(self.log.columns, row.cells, strict=True)
        changed = {column: cell for column, cell in cells if self.source.get(column) != cell}
        self.source.update(changed)
        return changed

    def _status(self, changed: Mapping[str, str], first: bool) -> Data:
        before, named = self.state.status, self.source["incident_state"]
        code = None
        if named not in self.options.states:
            code = self._mark(UNKNOWN, named, UNKNOWN_CODE)
        elif "incident_state" in changed:
            self.state = self.options.states[named]
            origin = START if first and self.state.status != NEW else before
            code = self._mark(origin, self.state.status, forbidden(origin, self.state.status))
        data: Data = {"status": self.state.status, **({"forbidden": code} if code else {})}
        return {**data, **self._pending(), **self._code(before)}

    def _mark(self, origin: str, to: str, code: str | None) -> str | None:
        if code:
            self.kinds.append(Kind(origin, to, code))
        return code

    def _pending(self) -> Data:
        """Said on every pending row: the fold takes reason and pauses from each (S4)."""
        reason = self.state.reason
        if self.state.status != PENDING or reason is None:
            return {}
        return {"reason": reason, "pauses": list(self.options.pauses.get(reason, PAUSES_ELSE))}

    def _code(self, before: str) -> Data:
        status, code = self.state.status, clean(self.source.get("closed_code", MISSING))
        resolves = status == RESOLVED or (status == CLOSED and before != RESOLVED)
        return {"code": code} if code and resolves and status != before else {}

    def _promise(self, data: Data) -> Data:
        priority = data.get("priority")
        return dict(self.options.targets.get(priority, {})) if isinstance(priority, str) else {}

    def _advance(self, line: int) -> Data:
        own = self._instant(self.source["sys_updated_at"], line)
        if own is None or own >= self.at:
            self.at = own or self.at
            return {}
        return {"said": format_instant(own)}

    def _opened(self, first: Mapping[str, str], line: int) -> int:
        for column in ("opened_at", "sys_created_at", "sys_updated_at"):
            instant = self._instant(first.get(column, MISSING), line)
            if instant is not None:
                return instant
        raise Broken("The incident has no time of opening.", code="import", path=self.log.name, line=line)

    def _instant(self, cell: str, line: int) -> int | None:
        try:
            return self.instant(cell)
        except ValueError as wrong:
            raise Broken(f"{wrong}.", code="import", path=self.log.name, line=line) from None

    def _add(self, do: str, data: Data, row: Row) -> None:
        name = f"{len(self.events) + 1}-{letters(do, str(row.line), *row.cells)}"
        self.events.append(Event(self.at, self.options.by, name, do, data))
