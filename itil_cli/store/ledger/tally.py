"""What an audit's commits come to: counted one by one, and added up where several workers count.

A tally knows only what is true of each commit by itself; what holds for the whole (a note for each committer, a
countersigned verdict) is said at the end, from the sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any

from itil_cli.process.auditing.findings import Finding
from itil_cli.process.time.instants import format_instant

if TYPE_CHECKING:
    from itil_cli.process.incident import Event
    from itil_cli.store.ledger.ledger import Judged


@dataclass(slots=True)
class Tally:
    """`settings` tells who changed which settings when; `levels` how far commits are believed; `countersigned`, by path
    and name of each event that `correct --accept-late` names, who accepted it, when and why; `others` counts commits by
    author and committer where these differ, `first` has the first of them; `sandbox` is the first commit under a
    policy that says so."""

    commits: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    settings: list[dict[str, Any]] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)
    countersigned: dict[tuple[str, str], str] = field(default_factory=dict)
    others: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], str] = field(default_factory=dict)
    sandbox: str | None = None

    def take(self, one: Judged, times: Mapping[str, int]) -> None:
        """One commit more; `times` says when a server received it."""
        facts = one.facts
        self.commits += 1
        self.events += len(one.events)
        self.findings += one.findings
        self.levels["attested" if facts.oid in times else "claimed"] += 1
        self.countersigned |= {(path, n): _why(event) for path, event in one.events if (n := event.str("accept-late"))}
        if facts.author != facts.committer:
            pair = (facts.author, facts.committer)
            self.others[pair] += 1
            self.first.setdefault(pair, facts.oid)
        if one.settings:
            self.settings.append(_settings(one))
        if self.sandbox is None and one.ground is not None and one.ground.policy.sandbox:
            self.sandbox = facts.oid

    def add(self, later: Tally) -> None:
        """The commits of another tally, which follow on this one's."""
        self.commits += later.commits
        self.events += later.events
        self.findings += later.findings
        self.settings += later.settings
        self.levels += later.levels
        self.countersigned |= later.countersigned
        self.others += later.others
        self.first = later.first | self.first
        self.sandbox = self.sandbox or later.sandbox

    def plain(self) -> dict[str, Any]:
        """The same in tuples, dictionaries and texts, for a pipe."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return said | {
            "findings": [astuple(one) for one in self.findings],
            "levels": dict(self.levels),
            "others": dict(self.others),
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Tally:
        """What `plain` wrote."""
        made = cls(**plain)
        made.findings = [Finding(*one) for one in plain["findings"]]
        made.levels, made.others = Counter(plain["levels"]), Counter(plain["others"])
        return made


def _why(event: Event) -> str:
    return f"{event.by} accepted it at {format_instant(event.at)}: {event.text or '–'}"


def _settings(one: Judged) -> dict[str, Any]:
    facts = one.facts
    version = one.after.policy.version if one.after else None
    said = {"commit": facts.oid, "at": format_instant(facts.at), "person": facts.author}
    return said | {"committer": facts.committer, "files": one.settings, "version": version}
