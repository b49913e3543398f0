"""What a commit still owes the work tree: written before the branch moves, dropped when all is done.

- Redo only: every step says what should be, and is done only where the old is still there. Doing it twice
  does no harm, and a step whose commit never came to be is dropped.
- A step names its worktree, since the journal is shared by all of a repository.
- One line of JSON with its checksum; a torn line is an empty journal, for then the branch has not moved.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from itil_cli.errors import GitTrouble
from itil_cli.store.git.objects import sync_folder


@dataclass(frozen=True, slots=True)
class Step:
    """Bring one file and its index entry from one of `olds` to `new` (blob ids; None: not there).

    `file` and `index` say which of the two is still to be done."""

    root: str
    git_dir: str
    path: str
    olds: tuple[str | None, ...]
    new: str | None
    file: bool = True
    index: bool = True

    def after(self, earlier: Step) -> Step:
        """This step, where an earlier one on the same file is not done yet: what that found will do too."""
        return replace(self, olds=(*earlier.olds, *self.olds))


def merged(earlier: Sequence[Step], later: Sequence[Step]) -> list[Step]:
    """Both lists as one, with one step for each file."""
    steps = {(step.git_dir, step.path): step for step in earlier}
    for step in later:
        key = (step.git_dir, step.path)
        steps[key] = step.after(steps[key]) if key in steps else step
    return list(steps.values())


class Journal:
    """The journal file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "journal"

    def load(self) -> list[Step]:
        """The steps that are owed."""
        try:
            line = self._path.read_bytes().partition(b"\n")[0]
        except FileNotFoundError:
            return []
        except OSError as wrong:
            raise GitTrouble(f"{self._path}: {wrong.strerror}.", remedy="Nothing has changed.") from None
        try:
            checksum, _, body = line.partition(b" ")
            if int(checksum, 16) != zlib.crc32(body):
                return []
            return [Step(**{**step, "olds": tuple(step["olds"])}) for step in json.loads(body)]
        except (ValueError, TypeError, KeyError):
            return []

    def save(self, steps: Sequence[Step]) -> None:
        """Write the steps durably. Raises GitTrouble; the branch must not move then."""
        body = json.dumps([asdict(step) for step in steps], separators=(",", ":")).encode("ascii")
        line = b"%08x %s\n" % (zlib.crc32(body), body)
        try:
            self._write(line)
        except OSError as wrong:
            raise GitTrouble(f"{self._path}: {wrong.strerror}.", remedy="Nothing has changed.") from None

    def clear(self) -> None:
        """Drop it. If that fails the steps are done once more, which does no harm."""
        try:
            os.truncate(self._path, 0)
        except OSError:
            pass

    def _write(self, line: bytes) -> None:
        is_new = not os.path.lexists(self._path)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            written = 0
            while written < len(line):
                written += os.pwrite(handle, line[written:], written)
            os.ftruncate(handle, len(line))
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(str(self._folder))
