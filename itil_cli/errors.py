"""Every error that a user can meet: one base class, one exit code a kind, a code, and a remedy.

An error says where, what, and what to do. `main` is the one place that catches them; whatever else
reaches it is our bug (exit 70).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class ItilError(Exception):
    """Base of all errors. `text` says what is wrong, `remedy` what to do about it."""

    exit_code = 70
    kind = "bug"

    def __init__(
        self,
        text: str,
        *,
        code: str | None = None,
        remedy: str | None = None,
        allowed: Sequence[str] = (),
        who: Sequence[str] = (),
    ) -> None:
        super().__init__(text)
        self.text = text
        self.code = code or self.kind
        self.remedy = remedy
        self.allowed = tuple(allowed)
        self.who = tuple(who)

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}" if self.remedy else self.text


class Malformed(ItilError):
    """An unknown option or a value that does not parse."""

    exit_code = 2
    kind = "usage"


class Refused(ItilError):
    """The process forbids it, or what a rule asks for is missing. `code` is the rule's."""

    exit_code = 3
    kind = "refused"


class NotFound(ItilError):
    """A name or id that does not exist, or that fits several."""

    exit_code = 4
    kind = "not-found"


class Broken(ItilError):
    """A file or the policy cannot be read. `line` and `column` count from 1; None where unknown."""

    exit_code = 5
    kind = "broken"

    def __init__(
        self,
        text: str,
        *,
        code: str | None = None,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(text, code=code, remedy=remedy)
        self.path = path
        self.line = line
        self.column = column

    def at(self, path: str) -> Broken:
        """The same error, naming the file it stands in."""
        return Broken(self.text, code=self.code, path=path, line=self.line, column=self.column, remedy=self.remedy)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        said = super().__str__()
        return f"{place}: {said}" if place else said


class GitTrouble(ItilError):
    """git, the lock, the disk, or a conflict stood in the way."""

    exit_code = 6
    kind = "git"


class NotYourRole(ItilError):
    """The actor's roles do not allow it; `who` says whose do."""

    exit_code = 7
    kind = "role"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean X?` for the nearest known name, else for the only one that begins so, or the empty string."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(name, names, n=1)
    longer = [one for one in names if name and one.casefold().startswith(name.casefold())]
    found = near or (longer if len(longer) == 1 else [])
    return f"Did you mean {found[0]}?" if found else ""
