"""Where mails lie: one message, an mbox, a Maildir. Each is given with what to do once it is taken in.

- An mbox stays as it is: what was taken in before is known by its Message-ID.
- In a Maildir what is in `new` is taken, and moved to `cur` as seen once it is safe.
"""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from itil_cli.errors import Malformed


class Letter(NamedTuple):
    """A message as it lies there, where that is, and what to call once it is taken in."""

    raw: bytes
    place: str
    done: Callable[[], object] = lambda: None


def letters(path: Path, limit: int) -> Iterator[Letter]:
    """The messages of a file or folder; read to a byte beyond `limit` at most. Raises Malformed."""
    if path.is_dir():
        return _maildir(path, limit)
    with path.open("rb") as file:
        start = file.read(5)
    if not start:
        return iter(())  # an mbox without a message
    return _mbox(path) if start == b"From " else iter([Letter(_read(path, limit), str(path))])


def check_size(raw: bytes, limit: int) -> bytes:
    """The message itself. Raises Malformed where it is too large."""
    if len(raw) > limit:
        raise Malformed(
            f"the message is larger than {limit >> 20} MiB.", remedy="`mail: {max-message: …}` says how much."
        )
    return raw


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)


def _mbox(path: Path) -> Iterator[Letter]:
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.keys(), 1):
            yield Letter(box.get_bytes(key), f"{path}, message {number}")
    finally:
        box.close()


def _maildir(path: Path, limit: int) -> Iterator[Letter]:
    if not (path / "new").is_dir():
        raise Malformed(f"{path} is no Maildir: it has no folder `new`.", remedy="Name a file, an mbox or a Maildir.")
    for file in sorted((path / "new").iterdir()):
        if file.is_file() and not file.is_symlink():
            yield Letter(_read(file, limit), str(file), lambda file=file: _seen(path, file))  # type: ignore[misc]


def _seen(box: Path, file: Path) -> None:
    (box / "cur").mkdir(exist_ok=True)
    file.rename(box / "cur" / f"{file.name.partition(':')[0]}:2,S")
