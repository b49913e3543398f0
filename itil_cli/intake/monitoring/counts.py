"""What the receiver counts, and how its writer is, as numbers for Prometheus: in OpenMetrics for whom asks for it,
else in Prometheus's own text format (they differ in the names of counters and at the end)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PLAIN = "text/plain; version=0.0.4; charset=utf-8"
_LABELS = Mapping[Any, float]


class Health(NamedTuple):
    """How the writer is: why it cannot write (nothing: it can), how many bodies wait, for how long it has been busy
    (seconds)."""

    troubles: tuple[str, ...] = ()
    waiting: int = 0
    busy: float = 0.0


@dataclass(slots=True)
class Counts:
    """What happened since the start; shared by all threads."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)
    commits: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def request(self, sender: str, status: int) -> None:
        """One request was answered."""
        with self._lock:
            self.requests[sender, status] += 1

    def took(self, results: Iterable[str], commits: int) -> None:
        """Alerts were taken in, by so many commits."""
        with self._lock:
            self.alerts.update(results)
            self.commits += commits

    def text(self, health: Health, *, openmetrics: bool) -> str:
        """All of it, in one of the two formats."""
        with self._lock:
            requests, alerts, commits = dict(self.requests), dict(self.alerts), self.commits
        by_sender = {(("sender", sender), ("code", str(code))): count for (sender, code), count in requests.items()}
        by_result = {(("result", name),): count for name, count in alerts.items()}
        counters: list[tuple[str, str, _LABELS]] = [
            ("itil_serve_requests", "Requests, by sender and status.", by_sender),
            ("itil_serve_alerts", "Alerts, by what became of them.", by_result),
            ("itil_serve_commits", "Commits that took alerts in.", {(): commits}),
        ]
        gauges: list[tuple[str, str, _LABELS]] = [
            ("itil_serve_waiting", "Bodies that wait for their commit.", {(): health.waiting}),
            ("itil_serve_busy_seconds", "For how long the writer has been at its batch.", {(): round(health.busy, 3)}),
            ("itil_serve_healthy", "Whether the store can be written.", {(): int(not health.troubles)}),
        ]
        lines = [line for one in counters for line in _family(*one, "counter", openmetrics)]
        lines += [line for one in gauges for line in _family(*one, "gauge", openmetrics)]
        return "\n".join([*lines, *(["# EOF"] if openmetrics else []), ""])


def _family(name: str, what: str, values: _LABELS, kind: str, openmetrics: bool) -> Iterator[str]:
    full = f"{name}_total" if kind == "counter" else name
    described = name if openmetrics else full
    yield f"# HELP {described} {what}"
    yield f"# TYPE {described} {kind}"
    for labels, value in sorted(values.items()):
        named = ",".join(f'{label}="{said}"' for label, said in labels)
        yield f"{full}{{{named}}} {value:g}" if named else f"{full} {value:g}"
