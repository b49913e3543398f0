"""Where mails lie: one message, an mbox, a Maildir. Each is given with what to do once it is taken in.

- An mbox stays as it is: what was taken in before is known by its Message-ID. It is read as a copy, made while nobody
  has it locked and nobody writes to it: half a message is never taken for one.
- In a Maildir what nobody has read is taken: what is in `new`, and what is in `cur` without the flag `S` (a mail
  program moves there what it only lists). Once it is safe it is seen, under whatever name it has by then.
"""

from __future__ import annotations

import errno
import fcntl
import mailbox
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from itil_cli.errors import GitTrouble, Malformed

PATIENCE = 10.0  # seconds that an mbox may be locked, or be written to
_PAUSE = 0.1


class NotMarked(Exception):
    """A message was taken in, and could not be marked as seen: it is given again, and known then."""


class Letter(NamedTuple):
    """A message as it lies there, where that is, and what to call once it is taken in (it may raise NotMarked)."""

    raw: bytes
    place: str
    done: Callable[[], object] = lambda: None


def letters(path: Path, limit: int) -> Iterator[Letter]:
    """The messages of a file or folder; read to a byte beyond `limit` at most. Raises Malformed, GitTrouble."""
    if path.is_dir():
        return _maildir(path, limit)
    with path.open("rb") as file:
        start = file.read(5)
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
    with tempfile.NamedTemporaryFile() as copy:
        _copied(path, Path(copy.name))
        box = mailbox.mbox(copy.name, create=False)
        try:
            for number, key in enumerate(box.keys(), 1):
                yield Letter(box.get_bytes(key), f"{path}, message {number}")
        finally:
            box.close()


def _copied(path: Path, copy: Path) -> None:
    """Copy an mbox as it is between two changes. Raises GitTrouble where others do not let go of it."""
    until = time.monotonic() + PATIENCE
    while True:
        with path.open("rb") as file:
            before = _state(file.fileno())
            if is_free := _is_free(path, file.fileno()):
                with copy.open("wb") as to:
                    shutil.copyfileobj(file, to)
                if _state(file.fileno()) == before:
                    return
        if time.monotonic() > until:
            what = "others write to it all the time" if is_free else "another program has it locked"
            raise GitTrouble(f"{path}: {what}.", code="mailbox", remedy="Try again.")
        time.sleep(_PAUSE)


def _state(file: int) -> tuple[int, int]:
    said = os.fstat(file)
    return said.st_size, said.st_mtime_ns


def _is_free(path: Path, file: int) -> bool:
    """Whether nobody has it locked, in either of the ways of mail programs; it is ours until the file is closed."""
    try:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as wrong:
        if wrong.errno in (errno.EACCES, errno.EAGAIN):
            return False  # any other: a file system that has no locks
    return not path.with_name(f"{path.name}.lock").exists()


def _maildir(path: Path, limit: int) -> Iterator[Letter]:
    if not (path / "new").is_dir():
        raise Malformed(f"{path} is no Maildir: it has no folder `new`.", remedy="Name a file, an mbox or a Maildir.")
    for _, file in sorted(_unread(path).items()):
        try:
            raw = _read(file, limit)
        except FileNotFoundError:  # a mail program has moved it meanwhile
            moved = _found(path, file)
            if moved is None or not _is_unread(moved):
                continue
            raw = _read(moved, limit)
        yield Letter(raw, str(file), partial(_seen, path, file))


def _unread(box: Path) -> dict[str, Path]:
    """What nobody has read, by its name without flags; what is moved while we look is found all the same."""
    lists = [sorted(folder.iterdir()) for folder in (box / "new", box / "cur") if folder.is_dir()]
    return {_name(file): file for files in lists for file in files if _is_unread(file) and _is_plain(file)}


def _name(file: Path) -> str:
    return file.name.partition(":")[0]


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink() and not file.name.startswith(".")


def _flags(file: Path) -> str:
    return file.name.partition(":2,")[2]


def _is_unread(file: Path) -> bool:
    """Neither seen, nor thrown away, nor a draft."""
    return file.parent.name == "new" or not set(_flags(file)) & set("STD")


def _found(box: Path, file: Path) -> Path | None:
    """Where a message is now that was this file."""
    if file.exists():
        return file
    name = _name(file)
    folders = [folder for folder in (box / "new", box / "cur") if folder.is_dir()]
    return next((one for folder in folders for one in folder.iterdir() if _name(one) == name), None)


def _seen(box: Path, file: Path) -> None:
    """Mark a message as seen, wherever it is by now; one that is gone needs no mark."""
    for _ in range(3):  # a mail program may move it in just this moment
        there = _found(box, file)
        if there is None:
            return
        flags = "".join(sorted({*_flags(there), "S"}))
        try:
            (box / "cur").mkdir(exist_ok=True)
            there.rename(box / "cur" / f"{_name(file)}:2,{flags}")
        except FileNotFoundError:
            continue
        except OSError as wrong:
            raise NotMarked(f"{there}: {wrong.strerror}") from None
        return
    raise NotMarked(f"{box}: others move it all the time")
