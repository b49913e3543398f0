"""The server's gate (RELIABILITY.md): what a push brings is judged before a ref moves, in git's quarantine.

- One protected branch, moved forward only; no other ref. An empty branch takes exactly the root that it trusts.
- Counts and sizes first, content after: nothing is read that is larger than a record may be.
- Who may do what is as at the branch's old tip: nobody grants himself a role in the push that uses it.
- Received is now, on this machine's clock: what comes from the future or too late is refused.
- Nothing of the push is imported or run. Whatever goes wrong refuses: there is no way to pass by failing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.process.auditing.findings import ERROR, Finding
from itil_cli.store.files.settings import PEOPLE, load_people
from itil_cli.store.gate.received import PROTECTED
from itil_cli.store.gate.sizes import sizes
from itil_cli.store.ledger.ledger import Judged, Ledger
from itil_cli.store.ledger.walk import descends, listed, whole

if TYPE_CHECKING:
    from itil_cli.process.settings.people import People
    from itil_cli.store.git.repository import Git

TRUST, SIGNED, MOST, DEADLINE = "itil.trust", "itil.signed", "itil.mostcommits", "itil.deadline"
COMMITS = 20_000  # in one push, unless `itil.mostCommits` says otherwise
SECONDS = 120  # for one push, unless `itil.deadline` says otherwise


class Push(NamedTuple):
    """One ref that a push wants to move, as git tells a hook."""

    old: str
    new: str
    ref: str


def pushes(data: bytes) -> list[Push]:
    """The lines of standard input. Raises ValueError for anything else."""
    found = []
    for line in data.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        old, new, ref = line.split(" ", 2)
        if not all(len(oid) in (40, 64) and set(oid) <= set("0123456789abcdef") for oid in (old, new)):
            raise ValueError(f"no ids: {line!r}")
        found.append(Push(old, new, ref))
    return found


def judge(git: Git, wanted: Sequence[Push]) -> Iterator[Finding]:
    """Why a push is refused; nothing when it is let in."""
    yield from (one for one in whole(git) if one.severity == ERROR and one.code != "replace-ref")
    protected = git.settings.get(PROTECTED)
    if protected is None:
        yield Finding("server", "this repository was not prepared by `itil server setup`.")
        return
    for push in wanted:
        if push.ref != protected:
            yield Finding("ref", f"{push.ref} is not {protected}; no other ref is taken.")
        elif set(push.new) == {"0"}:
            yield Finding("ref", f"{push.ref} is not deleted.")
        else:
            yield from _branch(git, push)


def _branch(git: Git, push: Push) -> Iterator[Finding]:
    empty = set(push.old) == {"0"}
    if not empty and not descends(git, push.old, push.new):
        yield Finding("ref", "the branch only moves forward; fetch and merge first.")
        return
    commits = listed(git, push.new, [] if empty else [push.old])
    found = [*_counted(git, commits), *(_rooted(git, commits) if empty else _no_root(commits))]
    found = found or [*sizes(git, push.new, None if empty else push.old, git.settings.get(TRUST))]
    if found:
        yield from found
        return
    roles = None if empty else _people(git, push.old)
    now = int(time.time())
    ledger = Ledger(git, roles=roles, received={oid: now for oid, _ in commits})
    yield from _content(git, ledger.judge(push.new, [] if empty else [push.old]))


def _people(git: Git, commit: str) -> People:
    return load_people(git.blob(f"{commit}:{PEOPLE}"))


def _counted(git: Git, commits: list[tuple[str, tuple[str, ...]]]) -> Iterator[Finding]:
    most = int(git.settings.get(MOST, COMMITS))
    if len(commits) > most:
        yield Finding("size", f"{len(commits):,} commits in one push are more than {most:,}.")


def _rooted(git: Git, commits: list[tuple[str, tuple[str, ...]]]) -> Iterator[Finding]:
    trusted = git.settings.get(TRUST)
    roots = [oid for oid, parents in commits if not parents]
    if trusted is None:
        yield Finding("root", "the branch is empty; `itil server setup --trust COMMIT` says which root it takes.")
    elif roots != [trusted]:
        yield Finding("root", f"the branch takes the root {trusted[:10]} alone.")


def _no_root(commits: list[tuple[str, tuple[str, ...]]]) -> Iterator[Finding]:
    for oid, parents in commits:
        if not parents:
            yield Finding("root", "a second root would bring a history of its own.", commit=oid)


def _content(git: Git, walk: Iterator[Judged]) -> Iterator[Finding]:
    found: list[Finding] = []
    accepted: set[tuple[str, str]] = set()
    commits = []
    for one in walk:
        found += one.findings
        accepted |= {(path, n) for path, event in one.events if (n := event.str("accept-late"))}
        commits.append(one)
    yield from (one for one in found if refuses(one) and not _is_accepted(one, accepted))
    if git.is_on(SIGNED):
        yield from _unsigned(commits)


def refuses(one: Finding) -> bool:
    """Whether a finding keeps a push, or a commit, out: every error; and a secret, while it can still be kept out."""
    return one.severity == ERROR or one.code == "secret"


def _is_accepted(one: Finding, accepted: set[tuple[str, str]]) -> bool:
    return one.code == "late-verdict" and (one.path, one.event) in accepted


def _unsigned(commits: list[Judged]) -> Iterator[Finding]:
    from itil_cli.store.ledger.signatures import Signed, verify

    asked = [Signed(one.commit, one.ground) for one in commits if one.commit is not None and one.ground is not None]
    yield from (wrong for _, wrong in verify(asked) if wrong is not None)
