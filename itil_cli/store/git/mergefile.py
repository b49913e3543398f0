"""Three-way merge of texts by `git merge-file`, in or outside of a repository."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from itil_cli.errors import GitTrouble
from itil_cli.store.git.process import GitProcess, check

LABELS = ("one side", "base", "other side")
MOST = 127  # conflicts that the exit code can tell; beyond, git failed


def merge_bytes(base: bytes, one: bytes, other: bytes) -> tuple[bytes, bool]:
    """The merged bytes, and whether they hold conflict markers. Raises GitTrouble where it is no text."""
    with TemporaryDirectory(prefix="itil-") as folder:
        names = ("one", "base", "other")
        for name, data in zip(names, (one, base, other), strict=True):
            (Path(folder) / name).write_bytes(data)
        words = [word for label in LABELS for word in ("-L", label)]
        running = GitProcess(folder).start("merge-file", "-p", *words, *names)
        out, said = running.communicate()
        if not 0 <= running.returncode <= MOST:
            check("merge-file", running.returncode, said)
        return out, running.returncode > 0


def merge_lines(base: str, one: str, other: str) -> tuple[str, bool]:
    """The same for texts, as the process room takes it; a text has no last line's end of its own."""
    merged, conflict = merge_bytes(f"{base}\n".encode(), f"{one}\n".encode(), f"{other}\n".encode())
    return merged.decode().removesuffix("\n"), conflict


def merge_files(path: str, base: bytes | None, one: bytes | None, other: bytes | None) -> bytes | None:
    """A whole file (None: not there) that both sides changed. Raises GitTrouble (`conflict`) where they clash."""
    if one == other or other == base:
        return one
    if one == base:
        return other
    if one is not None and other is not None:
        try:
            merged, conflict = merge_bytes(base or b"", min(one, other), max(one, other))
        except GitTrouble:
            conflict = True
        if not conflict:
            return merged
    raise GitTrouble(
        f"{path} was changed here and there, and the changes do not go together; nothing has changed.",
        code="conflict",
        remedy=f"Bring yours together with theirs: `git log -p -- {path}`, change the file, commit, and sync again.",
    )
