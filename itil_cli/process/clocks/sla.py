"""Response and resolution, the clocks that are promised to the requestor (S4, S5, S6).

- Response runs from logging to the first acceptance and never pauses. After each reopening a further one runs
  to the next acceptance. Ended without one (canceled, by-parent, recovered), it has no verdict.
- A resolution of no such kind that nobody accepted (only an import knows one) does not answer either: reopened,
  the same response goes on, the time Resolved included.
- Resolution runs from logging to Resolved. Reopening follows the mode that the event carries.
- A promise made while a clock stands still counts from the reopening on.
"""

from __future__ import annotations

from itil_cli.process.clocks.meter import PAUSES, RUNS, Meter
from itil_cli.process.clocks.promises import Promise, Promises
from itil_cli.process.incident import CANCELED, IN_PROGRESS, OPEN, RESOLVED, Event, State

UNANSWERED = frozenset({"by-parent", "recovered"})  # kinds of resolution that need no acceptance (S4)


class Sla:
    """The clocks of one incident that the requestor was promised, event by event."""

    __slots__ = (
        "_calendar", "_classified", "_promised", "_promises", "_response_open", "resolution", "responses",
    )  # fmt: skip

    def __init__(self, promises: Promises) -> None:
        self._promises = promises
        self._classified = False
        self._calendar: str | None = None
        self._promised: dict[str, Promise | None] = {"response": None, "resolution": None}
        self._response_open = False
        self.responses: list[Meter] = []
        self.resolution: Meter | None = None

    def meters(self) -> list[Meter]:
        """Response, resolution, then the responses after reopenings."""
        return [*self.responses[:1], self.resolution, *self.responses[1:]] if self.resolution else []

    def log(self, event: Event, at: int) -> None:
        """The record begins. Without a priority its promise is provisional (S4)."""
        self._note(event)
        self._classified = _classifies(event)
        self.resolution = Meter("resolution", at, self._promised["resolution"])
        self.responses.append(Meter("response", at, self._promised["response"]))
        self.resolution.provisional = self.responses[0].provisional = not self._classified

    def promise(self, event: Event, at: int, *, afresh: bool) -> None:
        """Another promise: the first classification's holds from logging, a later one's from now on (S4, S5)."""
        self._note(event)
        if self._classified:
            for meter in self.meters():
                self._retarget(meter, at, afresh=afresh)
        elif _classifies(event):
            self._classified = True
            self._classify(at)

    def _note(self, event: Event) -> None:
        data = event.data
        self._calendar = event.str("calendar") or self._calendar
        for name in ("response", "resolution"):
            if name in data:
                self._promised[name] = self._promises.of(event, data[name], self._calendar)

    def _classify(self, at: int) -> None:
        for meter in self.meters():
            promise = self._promised[_kind(meter)]
            meter.provisional = False
            if promise is not None and promise is not meter.promise:
                meter.hold_from_start(at, promise)

    def _retarget(self, meter: Meter, at: int, *, afresh: bool = False) -> None:
        promise = self._promised[_kind(meter)]
        if promise is None or meter.ended:
            return
        if meter.promise is None:
            meter.hold_from_start(at, promise)
        else:
            meter.retarget(at, promise, afresh=afresh)

    def move(self, before: str, state: State, at: int) -> None:
        """Another status: acceptance, an end, or a reopening."""
        if before in OPEN and state.status not in OPEN:
            self._end(state, at)
        elif before not in OPEN and state.status in OPEN:
            self._reopen(state.event, at)
        if state.status == IN_PROGRESS:
            for meter in self.responses:
                meter.stop(at, judged=True)

    def pause(self, paused: bool, at: int) -> None:
        """Resolution stands still, or goes on; response never pauses (S4)."""
        if self.resolution:
            self.resolution.turn(at, PAUSES if paused else RUNS)

    def _end(self, state: State, at: int) -> None:
        if self.resolution:
            self.resolution.stop(at, judged=state.status != CANCELED)
        kind = state.event.str("kind") or state.event.str("code")
        waits = bool(self.responses) and not self.responses[0].ended
        self._response_open = waits and state.status == RESOLVED and kind not in UNANSWERED
        for meter in self.responses:
            meter.stop(at, judged=False)

    def _reopen(self, event: Event, at: int) -> None:
        mode = event.str("mode") or "resume"
        if self.resolution:
            self.resolution.reopen(at, mode, event.n)
            self._retarget(self.resolution, at)
        if self._response_open:
            self.responses[0].reopen(at, "keep", event.n)
            self._retarget(self.responses[0], at)
        if self.responses:
            further = Meter(f"response_{len(self.responses) + 1}", at, self._promised["response"])
            self.responses.append(further)


def _kind(meter: Meter) -> str:
    return "resolution" if meter.name == "resolution" else "response"


def _classifies(event: Event) -> bool:
    return event.do == "classified" or event.str("priority") is not None
