"""`itil audit`: the walk, what the findings come to as a whole, the anchor, and evidence for a rule."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.errors import Malformed
from itil_cli.process.auditing import evidence
from itil_cli.process.findings import ERROR, NOTE, WARNING, Finding
from itil_cli.process.time.instants import format_instant

if TYPE_CHECKING:
    from itil_cli.store.ledger import Judged
    from itil_cli.store.signatures import Signed


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    range: str | None = None
    signed: bool = False
    path: str | None = None
    rule: str | None = None
    sample: int | None = None
    seed: int = 0
    anchor: Path | None = None


@dataclass(slots=True)
class Audit:
    """What came of it. `settings` tells who changed which settings when; `levels` how far commits are believed."""

    tip: str
    since: str | None = None
    commits: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    settings: list[dict[str, Any]] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    population: int = 0

    @property
    def exit_code(self) -> int:
        """1 with findings of severity error."""
        return 1 if any(one.severity == ERROR for one in self.findings) else 0


def audit(app: App, asked: Asked) -> Audit:
    """Judge every commit of the range."""
    from itil_cli.store.ledger import Ledger
    from itil_cli.store.received import received
    from itil_cli.store.walk import descends, whole

    git = app.store.git
    found = list(whole(git))
    new, without, since = _range(app, asked)
    app.store.snapshot(new)  # a history without a policy at its end is no store's, and not "without findings"
    result = Audit(new, since, findings=found)
    if since and not descends(git, since, new):
        said = f"{since[:10]}, audited last, is no ancestor of {new[:10]}: the history was written anew."
        result.findings.append(Finding("anchor", said))
        without = []
    times = received(git)
    gc.disable()  # millions of small values without cycles: looking for cycles took a fifth of the time
    try:
        whole_walk = Ledger(git, received=times, anchor=since if without else None).judge(new, without, _progress(app))
        _collect(result, whole_walk, asked, times)
    finally:
        gc.enable()
    if asked.anchor is not None and result.exit_code == 0 and asked.path is None:
        asked.anchor.write_text(f"{new}\n", encoding="ascii")
    return result


def _range(app: App, asked: Asked) -> tuple[str, list[str], str | None]:
    """The newest commit, what is left out, and the anchor."""
    git = app.store.git
    old, dots, new = (asked.range or "").rpartition("..")
    tip = git.commit(new or "HEAD")
    if asked.anchor is None:
        return tip, [git.commit(old)] if dots and old else [], None
    if dots:
        raise Malformed("--anchor and a range do not go together.", remedy="The anchor is where the range begins.")
    if not asked.anchor.exists():
        return tip, [], None
    text = asked.anchor.read_text(encoding="ascii", errors="replace").strip()
    if len(text) not in (40, 64) or not all(letter in "0123456789abcdef" for letter in text):
        raise Malformed(f"{asked.anchor} holds no commit's id.", remedy="Remove it to audit everything.")
    return tip, [text], text


def _progress(app: App) -> Any:
    if app.quiet or not sys.stderr.isatty():
        return lambda done, total: None

    def say(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\r{done:,} of {total:,} commits", end=end, file=sys.stderr, flush=True)

    return say


def _collect(result: Audit, walk: Iterator[Judged], asked: Asked, times: dict[str, int]) -> None:
    late: set[tuple[str, str]] = set()
    others: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    sandbox: str | None = None
    signed: list[Signed] = []
    sampler = evidence.Sampler(asked.rule, asked.sample, Random(asked.seed).randrange)
    for one in walk:
        result.commits += 1
        result.events += len(one.events)
        result.findings += one.findings
        result.levels["attested" if one.facts.oid in times else "claimed"] += 1
        late |= {(path, n) for path, event in one.events if (n := event.str("accept-late"))}
        if one.facts.author != one.facts.committer:
            pair = (one.facts.author, one.facts.committer)
            others[pair] += 1
            first.setdefault(pair, one.facts.oid)
        if one.settings:
            result.settings.append(_settings(one))
        if sandbox is None and one.ground is not None and one.ground.policy.sandbox:
            sandbox = one.facts.oid
        if asked.signed:
            signed += _to_verify(one)
        if asked.rule:
            sampler.take(one.facts.oid, one.events, one.findings)
    if asked.signed:
        _verify(result, signed)
    result.findings += _said(others, first, sandbox)
    result.findings = [_countersigned(one, late) for one in result.findings]
    result.population, result.evidence = sampler.population, sampler.chosen()
    _only(result, asked)


def _settings(one: Judged) -> dict[str, Any]:
    facts = one.facts
    version = one.after.policy.version if one.after else None
    said = {"commit": facts.oid, "at": format_instant(facts.at), "person": facts.author}
    return said | {"committer": facts.committer, "files": one.settings, "version": version}


def _to_verify(one: Judged) -> Iterator[Signed]:
    from itil_cli.store.signatures import Signed

    if one.commit is not None and one.ground is not None:
        yield Signed(one.commit, one.ground)


def _verify(result: Audit, signed: list[Signed]) -> None:
    from itil_cli.store.signatures import verify

    for _, wrong in verify(signed):
        if wrong is None:
            result.levels["signed"] += 1
        else:
            result.findings.append(wrong)


def _said(
    others: Counter[tuple[str, str]], first: dict[tuple[str, str], str], sandbox: str | None
) -> Iterator[Finding]:
    """What is no fault, and should be known all the same."""
    for (author, committer), count in others.items():
        said = f"{count:,} of {author}'s commits were made by {committer} (--as)."
        yield Finding("as", said, NOTE, commit=first[author, committer], person=author)
    if sandbox:
        yield Finding("sandbox", "the policy says sandbox: committer times may be any.", NOTE, commit=sandbox)


def _countersigned(one: Finding, late: set[tuple[str, str]]) -> Finding:
    """A verdict that a late arrival improved, and the incident manager accepted."""
    if one.code == "late-verdict" and (one.path, one.event) in late:
        return replace(one, severity=WARNING)
    return one


def _only(result: Audit, asked: Asked) -> None:
    if asked.path:
        wanted = asked.path
        result.findings = [one for one in result.findings if one.path and wanted in one.path]
        result.evidence = [one for one in result.evidence if wanted in one["path"]]
    if asked.rule:
        result.findings = [one for one in result.findings if one.code == asked.rule]
