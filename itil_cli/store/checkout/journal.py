"""What a commit still owes the work tree: written before the branch moves, dropped when all is done.

- Redo only: every step says what should be, and is done only where the old is still there. Doing it twice
  does no harm, and a step whose commit never came to be is dropped.
- A step names its worktree, since the journal is shared by all of a repository.
- A line of JSON for each commit, with its checksum. A torn line ends the journal, for then the branch has not
  moved; the next line is written in its place, and those before it are never touched.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from itil_cli.errors import GitTrouble
from itil_cli.store.git.objects import sync_folder, write_new
from itil_cli.store.git.sharing import share


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
    steps: dict[tuple[str, str], Step] = {}
    for step in (*earlier, *later):
        key = (step.git_dir, step.path)
        steps[key] = step.after(steps[key]) if key in steps else step
    return list(steps.values())


class Journal:
    """The journal file in `folder`."""

    def __init__(self, folder: Path, shared: int = 0) -> None:
        self._folder = folder
        self._shared = shared
        self._path = folder / "journal"
        self._end = 0  # behind the last good line

    def load(self) -> list[Step]:
        """The steps that are owed, in the order of their commits; a file may have several."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as wrong:
            raise self._trouble(wrong) from None
        steps: list[Step] = []
        self._end = 0
        for line in data.split(b"\n")[:-1]:
            found = _steps(line)
            if found is None:
                break
            steps += found
            self._end += len(line) + 1
        return steps

    def add(self, steps: Sequence[Step]) -> None:
        """Write the steps of one more commit durably. Raises GitTrouble; the branch must not move then."""
        line = _line(steps)
        try:
            self._write(line)
        except OSError as wrong:
            raise self._trouble(wrong) from None
        self._end += len(line)

    def keep(self, steps: Sequence[Step]) -> None:
        """Only these are still owed. If that cannot be written, more is done once more, which does no harm."""
        if not steps and not self._end:
            return
        try:
            if not steps:
                os.truncate(self._path, 0)
                self._end = 0
                return
            line, aside = _line(steps), self._folder / "journal.new"
            write_new(str(aside), line, 0o666)
            share(str(aside), self._shared)
            aside.replace(self._path)
            self._end = len(line)
        except OSError:
            pass

    def _write(self, line: bytes) -> None:
        is_new = not os.path.lexists(self._path)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            os.ftruncate(handle, self._end)
            written = 0
            while written < len(line):
                written += os.pwrite(handle, line[written:], self._end + written)
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            share(str(self._path), self._shared)
            sync_folder(str(self._folder))

    def _trouble(self, wrong: OSError) -> GitTrouble:
        return GitTrouble(f"{self._path}: {wrong.strerror}.", remedy="Nothing has changed.")


def _line(steps: Sequence[Step]) -> bytes:
    body = json.dumps([asdict(step) for step in steps], separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _steps(line: bytes) -> list[Step] | None:
    """What a line says; None for one that is torn."""
    checksum, _, body = line.partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(body):
            return None
        return [Step(**{**step, "olds": tuple(step["olds"])}) for step in json.loads(body)]
    except (ValueError, TypeError, KeyError):
        return None
