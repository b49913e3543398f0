"""Many new records at once, by one `git fast-import` (S17: an import creates files and never changes one).

- All of it or nothing: objects are written beside the branch; its swap is the only commit point.
- A tip that moved meanwhile refuses the import; nothing has changed then.
- `single` is one commit of all the files as they end; `events` is one commit for every event, in time order.
- In `events` the author time is the event's `at`; each version of a file is what its events say up to there.
- Files of the work tree that an import would overwrite refuse it beforehand.
- Afterwards git brings work tree and index along (`read-tree -m -u`), and leaves the user's other work alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble
from itil_cli.process.incident import Record, path_of
from itil_cli.store.files.versions import final, versions
from itil_cli.store.git.commits import Stamp

if TYPE_CHECKING:
    from itil_cli.store.transaction import Signing, Transaction

ASIDE = "refs/itil/import"
Step = tuple[int, int, int]  # at, position in the import, position in the record: commits stand in this order


@dataclass(frozen=True, slots=True)
class Bulk:
    """How to record an import: `history` is `single` or `events`; `signing` says who and when."""

    history: str
    subject: str
    trailers: tuple[tuple[str, str], ...]
    signing: Signing
    progress: Callable[[int], None] = lambda done: None


@dataclass(frozen=True, slots=True)
class _Onto:
    """What the first commit follows (`tip`; empty for the later ones), and who commits."""

    tip: str
    author: Stamp
    committer: Stamp


def load_bulk(transaction: Transaction, records: Iterable[Record], bulk: Bulk) -> str:
    """Record all of `records`, none of which the store has; returns the branch's new tip.

    Raises GitTrouble where the branch moved, a file lies in the way, or git fails."""
    git = transaction.git
    paths: list[str] = []
    stamps = transaction.stamps(bulk.signing)
    making = _events if bulk.history == "events" else _single
    stream = making(records, bulk, _Onto(transaction.commit_id, *stamps), paths)
    try:
        git.fast_import(stream)
        _refuse_in_the_way(transaction, paths)
        new = git.run("rev-parse", "--verify", "--end-of-options", ASIDE).decode().strip()
        transaction.move(new)
    finally:
        with suppress(GitTrouble):
            git.run("update-ref", "-d", ASIDE)
    return new


def _single(records: Iterable[Record], bulk: Bulk, onto: _Onto, paths: list[str]) -> Iterator[bytes]:
    for mark, record in enumerate(records, start=1):
        yield from _blob(mark, final(record))
        paths.append(path_of(record.id))
        bulk.progress(mark)
    files = [(mark, path) for mark, path in enumerate(paths, start=1)]
    yield from _commit(onto, bulk.signing.at, _message(bulk.subject, bulk.trailers), files)
    yield b"done\n"


def _events(records: Iterable[Record], bulk: Bulk, onto: _Onto, paths: list[str]) -> Iterator[bytes]:
    """First every version of every file, so that each is packed as a change of the one before it; then the
    commits in time order."""
    steps: list[tuple[Step, str]] = []
    for place, record in enumerate(records):
        for position, data in enumerate(versions(record)):
            event = record.events[position]
            steps.append(((event.at, place, position), f"{record.id} {event.do}: {record.title}\n{event.n}"))
            yield from _blob(len(steps), data)
        paths.append(path_of(record.id))
        bulk.progress(place + 1)
    for mark in sorted(range(len(steps)), key=lambda index: steps[index][0]):
        (at, place, _), words = steps[mark]
        subject, name = words.split("\n")
        trailers = (("Incident", subject.partition(" ")[0]), ("Event", name), *bulk.trailers)
        yield from _commit(onto, at, _message(subject, trailers), [(mark + 1, paths[place])])
        onto = replace(onto, tip="")
    yield b"done\n"


def _blob(mark: int, data: bytes) -> Iterator[bytes]:
    yield b"blob\nmark :%d\ndata %d\n" % (mark, len(data))
    yield data
    yield b"\n"


def _commit(onto: _Onto, at: int, message: bytes, files: Sequence[tuple[int, str]]) -> Iterator[bytes]:
    author = replace(onto.author, at=at)
    yield (f"commit {ASIDE}\nauthor {author.line()}\ncommitter {onto.committer.line()}\ndata {len(message)}\n").encode()
    yield message
    yield f"\nfrom {onto.tip}\n".encode() if onto.tip else b"\n"
    for mark, path in files:
        yield f"M 100644 :{mark} {path}\n".encode()
    yield b"\n"


def _message(subject: str, trailers: Iterable[tuple[str, str]]) -> bytes:
    lines = (f"{name}: {value}" for name, value in trailers)
    return f"{subject}\n\n{chr(10).join(lines)}\n".encode()


def _refuse_in_the_way(transaction: Transaction, paths: Iterable[str]) -> None:
    root = transaction.git.worktree
    if root is None:
        return
    for path in paths:
        if os.path.lexists(root / path):
            raise GitTrouble(
                f"{path} lies in the work tree, but is not committed.",
                remedy="Move it away, then import again; nothing has been imported.",
            )
