"""The commits of a record, and findings, as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from itil_cli.process.time.instants import format_instant
from itil_cli.render.text import one_line, when


class Commit(Protocol):
    """What is shown of a commit. `at` is the author time in epoch seconds."""

    @property
    def oid(self) -> str: ...
    @property
    def at(self) -> int: ...
    @property
    def author(self) -> str: ...
    @property
    def subject(self) -> str: ...


def history_lines(commits: Iterable[Commit]) -> str:
    """One line a commit, newest first: short id, time, author, subject."""
    return "\n".join(
        one_line(f"{commit.oid[:10]}  {when(commit.at)}  {commit.author}  {commit.subject}") for commit in commits
    )


def commit_document(commit: Commit) -> dict[str, Any]:
    """A commit for JSON."""
    at = format_instant(commit.at)
    return {"oid": commit.oid, "at": at, "author": commit.author, "subject": commit.subject}


def finding_lines(findings: Sequence[Any]) -> str:
    """`incidents/…md:4: error[S2]: status says "closed", the events say "in-progress".`"""
    return "\n".join(one_line(_finding_line(finding)) for finding in findings)


def _finding_line(finding: Any) -> str:
    place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
    return f"{place or finding.commit or 'store'}: {finding.severity}[{finding.code}]: {finding.text}"
