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
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


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


def _differs(expected: object, got: object) -> str | None:
    return None if expected == got else f"expected {expected}, got {got}"


_OPS: dict[str, Callable[[Case], str | None]] = {"between": _between, "add": _add, "is_open": _is_open}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
