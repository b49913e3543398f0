"""Stores of any size for the benchmarks: the real ServiceNow log, repeated, and open incidents of every status.

- The log (ITIL_SHARED, default ../shared) is read as `itil import servicenow` reads it; each repetition is a
  year and four days further back, with ids of its own.
- One incident in 25, but not more than 4,000, is open or resolved: made here, logged in the last weeks before NOW.
- The same size gives the same store, byte for byte, but for the commits' times.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import count, islice
from pathlib import Path

from itil_cli.intake.ids import IncidentId
from itil_cli.intake.servicenow.log import read
from itil_cli.intake.servicenow.records import records
from itil_cli.intake.taken import Options
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event, Record, Value
from itil_cli.store.bulk import Bulk, load_bulk
from itil_cli.store.store import Store
from itil_cli.store.transaction import Signing

ITIL = [sys.executable, "-m", "itil_cli"]
WHO = "ada@example.com"
NOW = 1_795_521_600  # 2026-11-24T12:00:00Z
NOW_TEXT = "2026-11-24T12:00:00Z"
SIZES = (1_000, 10_000, 100_000)
OPEN_SHARE, OPEN_MOST = 25, 4_000
YEAR = 369 * 86400
STATUSES = ("new", "assigned", "in-progress", "pending", "resolved")
WORDS = ("printer", "payments", "gateway", "network", "vpn", "mailbox", "badge", "scanner", "browser", "laptop")
PROMISES = {
    "P1": ("15m", "4h", "always"),
    "P2": ("30m", "8h", "always"),
    "P3": ("4h", "24h", "business"),
    "P4": ("8h", "40h", "business"),
}
Data = dict[str, Value]


def log_file() -> Path | None:
    """The real log; None where it is not on this machine."""
    shared = Path(os.environ.get("ITIL_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    file = shared / "data/servicenow/incident_event_log.zip"
    return file if file.exists() else None


def make(folder: Path, size: int, of: Callable[[int], Iterator[Record]] | None = None) -> Path:
    """A store with so many incidents, in one commit, its work tree checked out; `of` makes others than the log has."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for name, value in {"user.name": "Ada Test", "user.email": WHO, "gc.auto": "0"}.items():
        subprocess.run(["git", "-C", str(folder), "config", name, value], check=True)
    subprocess.run([*ITIL, "init", str(folder)], check=True, capture_output=True)
    _policy(folder)
    store = Store.find(folder)
    try:
        with store.writing() as transaction:
            signing = Signing(WHO, NOW, int(time.time()))
            load_bulk(transaction, (of or incidents)(size), Bulk("single", f"{size:,} incidents", (), signing))
    finally:
        store.close()
    return folder


def _policy(folder: Path) -> None:
    """The groups that the incidents name."""
    names = ["service-desk", *(f"Group {number}" for number in range(100))]
    said = {"service-desk": "level: 1, desk: true, escalates-to: support"}
    lines = [f"  {name}: {{{said.get(name, 'level: 2')}}}" for name in (*names, "support")]
    policy = folder / "itil.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "\ngroups:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run(["git", "-C", str(folder), "commit", "-q", "-a", "-m", "Groups"], check=True)


def incidents(size: int) -> Iterator[Record]:
    """The open ones first, then the log again and again."""
    alive = min(size // OPEN_SHARE, OPEN_MOST)
    yield from (_alive(number) for number in range(alive))
    yield from islice(_finished(), size - alive)


def _finished() -> Iterator[Record]:
    ids = IncidentId()
    last = max(record.events[-1].at for record in _real())
    for turn in count():
        back = NOW - last - turn * YEAR - 86400
        for number, record in enumerate(_real()):
            events = tuple(replace(event, at=event.at + back) for event in record.events)
            name = ids(f"INC{number:07d}", events[0].at)
            yield Record(name, record.fields, events)


@lru_cache(maxsize=1)
def _real() -> tuple[Record, ...]:
    file = log_file()
    assert file, "the real log is not on this machine"
    with file.open("rb") as stream:
        log = read(stream, file.name)
    targets = {
        name: {"response": response, "resolution": resolution, "calendar": calendar}
        for name, (response, resolution, calendar) in PROMISES.items()
    }
    taken = records(log, Options(WHO, targets=targets), IncidentId())
    return tuple(one.record for one in taken)


def _alive(number: int) -> Record:
    """An incident on its way: how far it has come, and when it was logged, follow from its number."""
    status, at = STATUSES[number % len(STATUSES)], NOW - 600 - number * 397
    made = _Made(number, at)
    if status != "new":
        made.add("assigned", group=f"Group {number % 70}")
    if status in ("in-progress", "pending", "resolved"):
        made.add("accepted")
    if status == "pending":
        made.add("pended", "Which one is it?", reason="awaiting-requestor", pauses=["sla"], public=True)
    if status == "resolved":
        made.add("resolved", "Restarted it.", code="fixed", category="hardware")
    ids = IncidentId()
    record_id = ids(f"INC9{number:06d}", at)
    record = Record(record_id, {}, tuple(made.events), f"It says so since this morning, case {number}.")
    return replace(record, fields=fold(record).fields())


class _Made:
    """Events a minute apart."""

    def __init__(self, number: int, at: int) -> None:
        self.number, self.at = number, at
        self.events: list[Event] = []
        priority = f"P{number % 4 + 1}"
        response, resolution, calendar = PROMISES[priority]
        title = f"{WORDS[number % 10].title()} and {WORDS[number // 10 % 10]} fail in room {number % 97}"
        promise: Data = {"response": response, "resolution": resolution, "calendar": calendar}
        self.add("logged", title=title, requestor=f"caller{number % 500}@example.com", channel="phone",
                 group="service-desk", impact="medium", urgency="medium", priority=priority, **promise)  # fmt: skip

    def add(self, do: str, text: str | None = None, **data: Value) -> None:
        """One more event, by the desk."""
        name = f"{len(self.events) + 1}-{self.number % 32**2:04d}"
        self.events.append(Event(self.at + 60 * len(self.events), WHO, name, do, data, text))


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
