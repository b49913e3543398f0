"""A finding: what `check` and `audit` have to say about a file or a commit. Data first, text second."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is a rule's or a parser's; `commit`, `event` and `person` are None where they do not apply.

    `key` is the place inside the header, from which `line` and `column` (from 1) are found."""

    code: str
    text: str
    severity: str = ERROR
    path: str | None = None
    event: str | None = None
    person: str | None = None
    commit: str | None = None
    key: tuple[str | int, ...] = ()
    line: int | None = None
    column: int | None = None
