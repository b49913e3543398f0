"""What the hooks do when git runs them: read what git says, judge, answer in lines that control no terminal."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.errors import GitTrouble, ItilError
from itil_cli.process.auditing.codes import ways_out
from itil_cli.process.auditing.findings import Finding
from itil_cli.render.text import one_line

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

QUARANTINE = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")
INPUT = 1 << 20  # bytes of standard input
SHOWN = 50
MEMORY = 4 << 30
# What a commit to be cannot have right yet: its times are made when it is made.
_NOT_YET = frozenset({"author-time", "late", "too-late", "late-verdict", "commit-time"})


def receive(app: App, lines: bytes) -> None:
    """Judge a push. Raises GitTrouble (exit 6) that refuses it, and for whatever else goes wrong."""
    from itil_cli.store.gate.guard import DEADLINE, SECONDS, judge, pushes
    from itil_cli.store.git import process

    process.keep(*QUARANTINE)
    git = app.store.git
    seconds = int(git.settings.get(DEADLINE, SECONDS))
    try:
        with _limits(seconds):
            found = list(judge(git, pushes(lines)))
    except ItilError as wrong:
        raise _refused([Finding(wrong.code, wrong.text)]) from None
    except Exception as bug:  # a gate that fails stays shut
        raise _refused([Finding("server", f"the push could not be judged ({type(bug).__name__}).")]) from bug
    if found:
        raise _refused(found)


def _refused(found: list[Finding]) -> GitTrouble:
    lines = [_line(one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"and {len(found) - SHOWN} more.")
    print("\n".join(lines), file=sys.stderr)
    count = "a finding" if len(found) == 1 else f"{len(found)} findings"
    ways = " ".join((ways_out(one.code for one in found), "docs/audit.md explains each code.")).strip()
    return GitTrouble(f"the push is refused: {count}.", code="refused", remedy=ways)


def _line(one: Finding) -> str:
    where = " ".join(part for part in ((one.commit or "")[:10], one.path) if part)
    return one_line(f"{where or 'push'}: {one.severity}[{one.code}]: {one.text}")[:500]


@contextmanager
def _limits(seconds: int) -> Iterator[None]:
    """So much time and memory, and no core file; what needs more is refused."""
    import resource

    def too_long(number: int, frame: Any) -> None:
        raise GitTrouble(f"it took more than {seconds} s to judge.", remedy="Push fewer commits at a time.")

    old = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def before_commit(app: App) -> None:
    """Judge what is staged as if it were committed now. Raises GitTrouble."""
    from itil_cli.store.gate.guard import refuses
    from itil_cli.store.git import process

    if os.environ.get("GIT_INDEX_FILE"):
        process.keep("GIT_INDEX_FILE")
    git = app.store.git
    head = git.head().commit
    if head is None:
        return
    commit = _to_be(app, git, head)
    found = [one for one in _judged(git, commit, head) if refuses(one) and one.code not in _NOT_YET]
    if found:
        for one in found[:SHOWN]:
            print(_line(one), file=sys.stderr)
        raise GitTrouble("this commit would not pass the audit.", code="refused",
                         remedy="Use itil's verbs, or `itil adopt ID` for what you edited.")  # fmt: skip


def _to_be(app: App, git: Git, head: str) -> str:
    """A commit of the index that no ref names; git's gc takes it away."""
    from itil_cli.store.git.commits import Stamp

    tree = git.run("write-tree").decode("ascii").strip()
    who, now = git.identity(), app.clock()
    stamp = Stamp(who.name, who.email, now)
    commit = git.commit_tree(tree, (head,), "to be\n", stamp, stamp)
    git.loose.settle()
    return commit


def _judged(git: Git, commit: str, head: str) -> Iterator[Finding]:
    from itil_cli.store.ledger.ledger import Ledger

    for one in Ledger(git).judge(commit, [head]):
        yield from one.findings
