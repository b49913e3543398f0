"""`python -m tests.conformance FILE…` runs files of conformance cases, one JSON object a line.

Calendar cases (`op` between, add, is_open) ask the calendar; clock cases (`op` escalation) become events as a
record holds them, and ask the clocks. Prints `N passed, N failed` and the ids that fail; exit 1 if any does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from itil_cli.process.calendar import Calendar
from itil_cli.process.clock import Explained, explain
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Incident, Record, Value
from itil_cli.process.time.instants import format_seconds

Case = dict[str, Any]


def main(files: Sequence[str]) -> int:
    """Run the files; 0 when every case passes, 1 when one fails, 2 without a file."""
    if not files:
        print("usage: python -m tests.conformance FILE…", file=sys.stderr)
        return 2
    cases = [case for file in files for case in cases_of(Path(file))]
    failed = [(case["id"], why) for case in cases if (why := judge(case))]
    for name, why in failed:
        print(f"{name}: {why}")
    print(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def cases_of(file: Path) -> Iterator[Case]:
    """The cases of a file."""
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as wrong:
                sys.exit(f"{file}:{number}: no case, one JSON object a line is: {wrong}")


def judge(case: Case) -> str | None:
    """What is wrong with our answer, or None when it is the expected one."""
    try:
        return _OPS[case["op"]](case)
    except Exception as wrong:  # a crash is one failed case, not the end of the run
        return f"{type(wrong).__name__}: {wrong}"


def calendar_of(case: Case) -> Calendar:
    """The calendar that a case describes."""
    return Calendar(case["timezone"], case["hours"], case.get("holidays", ()), case.get("date_hours") or {})


def instant(text: str) -> int:
    """Epoch seconds of a time with its offset."""
    return int(datetime.fromisoformat(text).timestamp())


def _between(case: Case) -> str | None:
    return _differs(case["expected"], calendar_of(case).between(instant(case["start"]), instant(case["end"])))


def _add(case: Case) -> str | None:
    return _differs(instant(case["expected"]), calendar_of(case).add(instant(case["start"]), case["seconds"]))


def _is_open(case: Case) -> str | None:
    return _differs(case["expected"], calendar_of(case).is_open(instant(case["start"])))


def _escalation(case: Case) -> str | None:
    now = instant(case["now"]) if "now" in case else max(instant(event["at"]) for event in case["events"])
    found = {one.clock.name: one for one in explain(incident_of(case), {"business": calendar_of(case)}, now)}
    got = {key: _answer(key, found) for key in case["expected"]}
    wanted = {key: instant(said) if isinstance(said, str) else said for key, said in case["expected"].items()}
    return _differs(wanted, got)


def incident_of(case: Case) -> Incident:
    """The incident that a case tells of: logged with its targets, then each status as an import sets it.

    An import, since most sources pause and resolve what nobody has accepted; acceptance is In Progress."""
    promise: dict[str, Value] = {name: format_seconds(seconds) for name, seconds in case["targets"].items()}
    steps = [("logged", case["events"][0]["at"], {**promise, "priority": "P3", "calendar": "business"})]
    steps += [("imported", said["at"], data) for said, data in _statuses(case["events"])]
    events = [Event(instant(at), "ada@example.com", str(place), do, data) for place, (do, at, data) in enumerate(steps)]
    return fold(Record("INC-20260101-00000", {}, tuple(events)))


def _statuses(events: Sequence[Case]) -> Iterator[tuple[Case, dict[str, Value]]]:
    """What each event of a case sets. Answered after it was resolved, it is taken up for no time at all."""
    before, working = "new", "assigned"
    for said in events:
        name = said["event"]
        working = "in-progress" if name == "responded" else working
        if name == "responded" and before == "resolved":
            yield said, {"status": working, "mode": "first-only"}
            yield said, {"status": "resolved"}
        elif name in ("responded", "resumed", "reopened"):
            before = working
            yield said, {"status": working}
        elif name in _ENDS:
            before = name
            yield said, _ENDS[name]


_ENDS: dict[str, dict[str, Value]] = {
    "pending": {"status": "pending", "reason": "awaiting-requestor", "pauses": ["sla"]},
    "resolved": {"status": "resolved"},
}


def _answer(key: str, found: dict[str, Explained]) -> int | None:
    if key == "paused_seconds":
        life = found["resolution"].intervals
        return sum(one.seconds for one in life if one.status == "pending" and not one.counted)
    name, _, what = key.partition("_")
    clock = found[name].clock
    return {"due": clock.due, "elapsed": clock.elapsed, "margin": clock.remaining}[what]


def _differs(expected: object, got: object) -> str | None:
    return None if expected == got else f"expected {expected}, got {got}"


_OPS: dict[str, Callable[[Case], str | None]] = {
    "between": _between,
    "add": _add,
    "is_open": _is_open,
    "escalation": _escalation,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
