"""The clocks of those who help: groups (OLA), vendors (UC), and what a policy adds (S8, S5).

- A leg of a group runs from the event that brings the group with its `ola` until another group holds the
  incident, or it is open no more. Whoever hands it on in time has met it. What a rule gave to a group before
  anybody had classified it has its leg from the first classification on.
- A vendor's runs from `vendor-opened` to `vendor-answered`. Resolved before he answered, it has no verdict,
  unless it was missed by then.
- A policy's own clock stands in events under `clocks`: an entry with `stop` (and `pause`, its reasons) starts
  it; `target` and `calendar` promise. Before classification the start promises nothing: the first
  classification's promise then holds from the start, as everywhere (S4). A further start while it runs is none.
- It ends at its `stop`; closing ends it without verdict, unless it was missed. One that stops at `resolved` is
  reopened like the resolution.
- Canceling ends all without verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from itil_cli.process.clocks.meter import PAUSES, RUNS, Meter
from itil_cli.process.clocks.promises import Promises
from itil_cli.process.incident import (
    ASSIGNED,
    CANCELED,
    CLOSED,
    IN_PROGRESS,
    OPEN,
    PENDING,
    RESOLVED,
    Event,
    State,
    Value,
    texts,
)

# What an imported status stands for.
_KIND = {
    ASSIGNED: "assigned", IN_PROGRESS: "accepted", PENDING: "pended", RESOLVED: "resolved", CLOSED: "closed",
    CANCELED: "canceled",
}  # fmt: skip


class Visits:
    """The legs of groups: one for each visit."""

    __slots__ = ("_promises", "legs")

    def __init__(self, promises: Promises) -> None:
        self._promises = promises
        self.legs: list[Meter] = []

    def step(self, state: State, at: int) -> None:
        """Begin, go on with, or end a leg."""
        running = self.legs[-1] if self.legs and not self.legs[-1].ended else None
        if running and (running.group != state.group or state.status not in OPEN):
            running.stop(at, judged=state.status != CANCELED)
            running = None
        event = state.event
        promise = self._promises.of(event, event.get("ola"), event.get("ola-calendar"))
        if promise and running:
            running.retarget(at, promise)
        elif promise and state.status in OPEN:
            running = Meter("ola", at, promise, group=state.group)
            self.legs.append(running)
        if running:
            running.turn(at, _mode(state, "ola"))


class Vendors:
    """The vendors' answers."""

    __slots__ = ("_promises", "legs")

    def __init__(self, promises: Promises) -> None:
        self._promises = promises
        self.legs: list[Meter] = []

    def step(self, state: State, at: int) -> None:
        """Opened, answered, or over."""
        event = state.event
        vendor = event.str("vendor")
        if event.do == "vendor-answered":
            for leg in self._running(vendor):
                leg.stop(at, judged=True)
        for leg in self._running():
            if state.status in OPEN:
                leg.turn(at, _mode(state, "uc"))
            else:
                _give_up(leg, at, canceled=state.status == CANCELED)
        if event.do == "vendor-opened":
            self._open(state, vendor, at)

    def _running(self, vendor: str | None = None) -> Iterator[Meter]:
        return (leg for leg in self.legs if not leg.ended and vendor in (None, leg.vendor))

    def _open(self, state: State, vendor: str | None, at: int) -> None:
        promise = self._promises.of(state.event, state.event.get("uc"), state.event.get("uc-calendar"))
        if promise is None or any(self._running(vendor)):
            return
        leg = Meter("uc", at, promise, vendor=vendor)
        leg.turn(at, _mode(state, "uc"))
        self.legs.append(leg)


class Further:
    """The clocks that a policy adds."""

    __slots__ = ("_ends", "_promises", "meters", "pausing")

    def __init__(self, promises: Promises) -> None:
        self._promises = promises
        self._ends: dict[str, str | None] = {}
        self.meters: dict[str, Meter] = {}
        self.pausing: dict[str, tuple[str, ...]] = {}

    def step(self, before: str, state: State, at: int, *, afresh: bool) -> None:
        """Whatever an event does to them; `before` is the status before it, `afresh` as for `Meter.retarget`."""
        event = state.event
        kind = _KIND.get(state.status) if event.do == "imported" and state.status != before else event.do
        if before not in OPEN and state.status in OPEN:
            self._reopen(event, at)
        for name, meter in self.meters.items():
            self._end(name, meter, kind, state, at)
        said = event.get("clocks")
        if isinstance(said, dict):
            for name, entry in said.items():
                if isinstance(entry, dict):
                    self._take(name, entry, event, at, afresh)
        for name, meter in self.meters.items():
            waits = state.status == PENDING and state.reason in self.pausing[name]
            meter.turn(at, PAUSES if waits else RUNS)

    def _end(self, name: str, meter: Meter, kind: str | None, state: State, at: int) -> None:
        if kind == self._ends[name] and state.status != CANCELED:
            meter.stop(at, judged=True)
        elif state.status in (CLOSED, CANCELED):
            _give_up(meter, at, canceled=state.status == CANCELED)

    def _reopen(self, event: Event, at: int) -> None:
        for name, meter in self.meters.items():
            if self._ends[name] == "resolved":
                meter.reopen(at, event.str("mode") or "resume", event.n)

    def _take(self, name: str, entry: Mapping[str, Value], event: Event, at: int, afresh: bool) -> None:
        known = self.meters.get(name)
        promise = self._promises.of(event, entry.get("target"), entry.get("calendar"))
        if "stop" in entry and (known is None or known.ended):
            self.meters[name] = Meter(name, at, promise)
            self.meters[name].first_verdict = known.first_verdict if known else None
            stop = entry["stop"]
            self._ends[name], self.pausing[name] = stop if isinstance(stop, str) else None, texts(entry.get("pause"))
        elif known and promise and known.promise is None:
            known.hold_from_start(at, promise)
        elif known and promise and not known.ended:
            known.retarget(at, promise, afresh=afresh)


def _mode(state: State, whose: str) -> str:
    return PAUSES if state.status == PENDING and whose in state.pauses else RUNS


def _give_up(meter: Meter, at: int, *, canceled: bool) -> None:
    """End what nobody ends any more: a miss is one even so, but not of what is canceled."""
    if not meter.ended:
        meter.advance(at)
        meter.stop(at, judged=meter.breached_at is not None and not canceled)
