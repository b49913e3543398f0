"""Attachments in a commit: what an event brought stays as it was brought, until a `redacted` event takes it away.

- A file that comes is named by an event of the same commit, and its name was made of its bytes; what an event names
  comes with it.
- An event's file is never changed or taken away but by a redaction in the same commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from itil_cli.process.attachments import attachment_path, fits, holder_of, named, taken_away
from itil_cli.process.auditing.findings import Finding

if TYPE_CHECKING:
    from itil_cli.process.auditing.values import Other, Touched


def judge(
    others: Iterable[Other],
    touched: Iterable[Touched],
    read: Callable[[str], bytes | None],
    there: Callable[[str], bytes | None],
) -> Iterator[Finding]:
    """The findings about attachments; `read` gives an object's bytes, `there` a file of the first parent."""
    files = [(one, held) for one in others if (held := holder_of(one.path))]
    changed = list(touched)
    brought = {path for one in changed for path in _brought(one)}
    came = {one.path for one, _ in files}
    for path in sorted(brought - came):
        if there(path) is None:
            yield Finding("attachment", "an event names it, and it is not there.", path=path)
    redacted = {path for one in changed if one.new is not None for path in taken_away(one.old, one.new)}
    for one, (_, stored) in files:
        if one.status != "A":
            if one.status != "D" or one.path not in redacted:
                yield Finding("attachment", _gone(one.status), path=one.path)
        elif one.path not in brought:
            yield Finding("attachment", "no event of this commit names it.", path=one.path)
        elif not fits(stored, read(one.new or "") or b""):
            yield Finding("attachment", "its name was not made of its bytes.", path=one.path)


def _brought(one: Touched) -> Iterator[str]:
    if one.new is not None:
        yield from (attachment_path(one.new.id, name) for _, event in one.added for name in named(event))


def _gone(status: str) -> str:
    done = "was taken away" if status == "D" else "is not as it was brought"
    return f"the attachment {done}; only `itil redact` takes one away."
