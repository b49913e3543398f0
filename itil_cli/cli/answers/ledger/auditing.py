"""`itil audit`: the walk, what the findings come to as a whole, the anchor, and evidence for a rule."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.errors import Malformed
from itil_cli.process.auditing import evidence
from itil_cli.process.auditing.findings import ERROR, NOTE, WARNING, Finding
from itil_cli.process.auditing.verdicts import HOW, IMPROVED
from itil_cli.store.ledger.grounds import SETTINGS
from itil_cli.store.ledger.tally import Tally

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git
    from itil_cli.store.ledger.ledger import Judged
    from itil_cli.store.ledger.shares import Commits, Terms


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
    """What came of it; `asked` is what was looked for, `since` the anchor."""

    tip: str
    asked: Asked = field(default_factory=Asked)
    since: str | None = None
    tally: Tally = field(default_factory=Tally)
    findings: list[Finding] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    population: int = 0

    @property
    def exit_code(self) -> int:
        """1 with findings of severity error."""
        return 1 if any(one.severity == ERROR for one in self.findings) else 0


def audit(app: App, asked: Asked) -> Audit:
    """Judge every commit of the range."""
    from itil_cli.store.gate.received import received
    from itil_cli.store.ledger.shares import Terms
    from itil_cli.store.ledger.walk import descends, whole

    git = app.store.git
    found = list(whole(git))
    new, without, since = _range(app, asked)
    app.store.snapshot(new)  # a history without a policy at its end is no store's, and not "without findings"
    result = Audit(new, asked, since, findings=found)
    if since and not descends(git, since, new):
        said = f"{since[:10]}, audited last, is no ancestor of {new[:10]}: the history was written anew."
        result.findings.append(Finding("anchor", said))
        without = []
    terms = Terms(received(git), since if without else None, asked.signed)
    gc.disable()  # millions of small values without cycles: looking for cycles took a fifth of the time
    try:
        _collect(result, git, without, terms, asked, _progress(app))
    finally:
        gc.enable()
    if asked.anchor is not None and result.exit_code == 0 and not (asked.path or asked.rule):
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


def _collect(
    result: Audit, git: Git, without: list[str], terms: Terms, asked: Asked, progress: Callable[[int, int], None]
) -> None:
    from itil_cli.store.ledger.shares import tallied
    from itil_cli.store.ledger.walk import listed

    commits = listed(git, result.tip, without)
    if asked.rule is None:
        result.tally = tallied(git, commits, terms, progress)
    else:
        _sample(result, git, commits, terms, asked, progress)
    result.findings += result.tally.findings
    result.findings += _founded(git, result.tip, without, result.tally.founded)
    result.findings += _said(result.tally)
    result.findings = [_countersigned(one, result.tally.countersigned) for one in result.findings]
    _only(result, asked)


def _sample(
    result: Audit, git: Git, commits: Commits, terms: Terms, asked: Asked, progress: Callable[[int, int], None]
) -> None:
    """The events under a rule as well: they are drawn in one pass, so in one process."""
    from itil_cli.store.ledger.ledger import Ledger
    from itil_cli.store.ledger.shares import count_up

    sampler = evidence.Sampler(asked.rule, asked.sample, Random(asked.seed).randrange)

    def sampled() -> Iterator[Judged]:
        for one in Ledger(git, received=terms.received, anchor=terms.anchor).judge_all(commits, progress):
            sampler.take(one.facts.oid, one.events, one.findings)
            yield one

    result.tally = count_up(sampled(), terms)
    result.population, result.evidence = sampler.population, sampler.chosen()


def _founded(git: Git, tip: str, without: list[str], commits: list[str]) -> Iterator[Finding]:
    """A history has one beginning, on the line of first parents: in another one anybody may have had any role."""
    if not commits or (len(commits) == 1 and not without):
        return
    begun = any(git.object(f"{oid}:{SETTINGS[0]}") for oid in without)
    line = set() if begun else set(git.run("rev-list", "--first-parent", tip, "--").decode("ascii").split())
    for oid in commits:
        if oid not in line:
            yield Finding("root", "a second store begins here, with people and a policy of its own.", commit=oid)


def _said(tally: Tally) -> Iterator[Finding]:
    """What is no fault, and should be known all the same."""
    for (author, committer), count in tally.others.items():
        said = f"{count:,} of {author}'s commits {'was' if count == 1 else 'were'} made by {committer} (--as)."
        yield Finding("as", said, NOTE, commit=tally.first[author, committer], person=author)
    if tally.sandbox:
        yield Finding("sandbox", "the policy says sandbox: committer times may be any.", NOTE, commit=tally.sandbox)


def _countersigned(one: Finding, accepted: Mapping[tuple[str, str], str]) -> Finding:
    """A verdict that a late arrival improved, and the incident manager accepted: by whom, when and why."""
    why = accepted.get((one.path or "", one.event or ""))
    if one.code != IMPROVED or why is None:
        return one
    return replace(one, severity=WARNING, text=f"{one.text.partition(HOW)[0]} {why}")


def _only(result: Audit, asked: Asked) -> None:
    if asked.path:
        wanted = asked.path
        result.findings = [one for one in result.findings if one.path and wanted in one.path]
        result.evidence = [one for one in result.evidence if wanted in one["path"]]
    if asked.rule:
        result.findings = [one for one in result.findings if one.code == asked.rule]
