"""A clock while its record is gone through: what it has counted, against which promise, and what it breached.

- Time is counted on the calendar promised at that time; what was counted stays when the promise changes (S5).
- A breach is latched once more than the target is counted; it is dated at the instant at which the target was
  reached, but never before the promise in force was made.
- The first promise made by a classification holds from the start: everything is counted anew on its calendar (S4).
- A stretch of time is a leg; legs that do not count are kept too, since `--explain` tells of them.
- Events come in order of time: no method is called with an instant before the former one's.
"""

from __future__ import annotations

from typing import NamedTuple

from itil_cli.process.clocks.promises import Promise
from itil_cli.process.time.instants import Duration

# What a leg is. The first two count.
RUNS, KEPT = "runs", "kept"  # kept: the time Resolved, where the policy keeps the due time on reopening
PAUSES, STOPS = "pauses", "stops"
BEFORE_CHANGE, BEFORE_REOPENING = "before-change", "before-reopening"  # counted once, and no more
COUNTED = frozenset({RUNS, KEPT})

RETARGET, LATE = "retarget", "late-classification"
MET, MISSED = "met", "missed"


Which = tuple[str, str | None, str | None, int]  # name, group, vendor, and when it started


class Leg(NamedTuple):
    """The stretch [start, end), and what was counted before and after it."""

    start: int
    end: int
    kind: str
    promise: Promise | None
    before: int
    after: int


class Meter:
    """One clock's count. `promise` is None as long as nobody promised anything: it then only notes legs."""

    __slots__ = (
        "breached_at", "cause", "corrected", "downgraded", "elapsed", "first_verdict", "group", "judged", "legs",
        "mode", "name", "promise", "promised_at", "provisional", "since", "started_at", "stopped_at",
        "unclassified_breached_at", "vendor", "verdict",
    )  # fmt: skip

    def __init__(
        self, name: str, at: int, promise: Promise | None, *, group: str | None = None, vendor: str | None = None
    ) -> None:
        self.name, self.group, self.vendor = name, group, vendor
        self.promise, self.provisional = promise, False
        self.started_at = self.promised_at = self.since = at
        self.elapsed = 0
        self.mode = RUNS
        self.legs: list[Leg] = []
        self.breached_at: int | None = None
        self.unclassified_breached_at: int | None = None
        self.stopped_at: int | None = None
        self.cause: str | None = None
        self.verdict: str | None = None
        self.first_verdict: str | None = None
        self.judged = self.downgraded = self.corrected = False

    @property
    def which(self) -> Which:
        """What tells it from the other clocks of its incident."""
        return self.name, self.group, self.vendor, self.started_at

    @property
    def ended(self) -> bool:
        """Whether it stands still for good, unless the incident is reopened."""
        return self.mode == STOPS

    def advance(self, at: int) -> None:
        """Count up to `at`; a breach on the way is latched."""
        if at <= self.since:
            return
        self._add(self.since, at, self.mode)
        self.since = at
        promise = self.promise
        if promise and self.breached_at is None and self.elapsed > promise.target:
            self.breached_at = self.reached(promise.target)

    def _add(self, start: int, end: int, kind: str) -> None:
        before, promise = self.elapsed, self.promise
        if promise and kind in COUNTED:
            self.elapsed += promise.measure.between(start, end)
        self.legs.append(Leg(start, end, kind, promise, before, self.elapsed))

    def turn(self, at: int, mode: str) -> None:
        """Run or pause from `at` on; nothing where it does so already, or has ended."""
        if self.mode != mode and not self.ended:
            self.advance(at)
            self.mode = mode

    def stop(self, at: int, *, judged: bool) -> None:
        """End it, with a verdict where it is `judged` (S3)."""
        if self.ended:
            return
        self.advance(at)
        self.mode, self.stopped_at, self.judged = STOPS, at, judged
        self._judge()

    def _judge(self) -> None:
        if not self.judged or not self.promise:
            return
        fresh = self.first_verdict == self.verdict
        self.verdict = MET if self.breached_at is None else MISSED
        if fresh:
            self.first_verdict = self.verdict

    def retarget(self, at: int, promise: Promise, *, afresh: bool = False) -> None:
        """Another promise from `at` on; `afresh`: what was counted does not count against it (S5)."""
        old = self.promise
        if promise.same(old):
            return
        self.advance(at)
        self.promise, self.promised_at = promise, at
        if old and self.breached_at is not None and promise.target > old.target:
            self.downgraded = True
        if afresh:
            self._forget(BEFORE_CHANGE)
        elif self.breached_at is None and self.elapsed > promise.target:
            self.breached_at, self.cause = at, RETARGET

    def hold_from_start(self, at: int, promise: Promise) -> None:
        """The first classification's promise, made at `at`, holds from the start (S4); a verdict is judged anew."""
        if not self.ended:
            self.advance(at)
        legs, self.legs, self.elapsed = self.legs, [], 0
        self.unclassified_breached_at, self.breached_at = self.breached_at, None
        self.promise, self.promised_at, self.provisional = promise, at, False
        for leg in legs:
            self._add(leg.start, leg.end, leg.kind)
        if self.elapsed > promise.target:
            self.breached_at, self.cause = at, LATE
        if self.ended:
            self._judge()

    def reopen(self, at: int, mode: str, n: str) -> None:
        """Go on after a resolution: `resume`, `restart`, `keep` or `first-only` (S6). `n` names the reopening."""
        if mode == "first-only" or not self.ended:
            return
        if mode == "keep":
            self._keep(at)
        self.advance(at)
        self.mode, self.stopped_at, self.verdict = RUNS, None, None
        if mode == "restart":
            self._restart(at, n)

    def _keep(self, at: int) -> None:
        """The time Resolved counts; a breach on the way is one at the reopening, until which it was resolved."""
        self._add(self.since, at, KEPT)
        self.since = at
        if self.promise and self.breached_at is None and self.elapsed > self.promise.target:
            self.breached_at = at

    def _restart(self, at: int, n: str) -> None:
        self._forget(BEFORE_REOPENING)
        self.started_at = self.promised_at = at
        self.breached_at, self.cause, self.downgraded = None, None, False
        self.promise = self.promise and self.promise._replace(n=n)

    def _forget(self, kind: str) -> None:
        self.legs = [leg._replace(kind=kind) if leg.kind in COUNTED else leg for leg in self.legs]
        self.elapsed = 0

    def due(self) -> int | None:
        """When the target is reached, or was (S3). Breached before the present promise, the former date counts."""
        if self.promise is None:
            return None
        breached = self.promised_at if self.breached_at is None else self.breached_at
        return self._reached(self.promise.target, min(self.promised_at, breached))

    def reached(self, seconds: int) -> int | None:
        """When so much was counted, or will be if it runs on from where it stands; None: never.

        What was reached before the present promise was made is dated at that promise (S5)."""
        return self._reached(seconds, self.promised_at)

    def _reached(self, seconds: int, earliest: int) -> int | None:
        if self.elapsed < seconds:
            return self._ahead(seconds - self.elapsed)
        for leg in self.legs:
            if leg.after >= seconds and leg.kind in COUNTED and leg.promise:
                return max(leg.promise.measure.add(leg.start, seconds - leg.before), earliest)
        return earliest

    def _ahead(self, seconds: int) -> int | None:
        return self.promise.measure.later(self.since, Duration(seconds, "s")) if self.promise else None
