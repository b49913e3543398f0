"""Which repository a folder belongs to, found without a process of its own.

- The nearest `.git` upwards counts, be it a folder or a file that names one (a linked worktree).
- A bare repository counts only where it is named itself and lies in no work tree, as with git's
  `safe.bareRepository=explicit`.
- Settings are git's: one `git config --list` gives them with all includes.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from itil_cli.errors import NotFound
from itil_cli.store.git.process import GitProcess


class Place(NamedTuple):
    """Where a repository lies. `common_dir` is shared by all its worktrees; `root` is None in a bare one."""

    git_dir: Path
    common_dir: Path
    root: Path | None

    @property
    def process(self) -> GitProcess:
        """git, as it runs here. In a work tree it finds the repository itself, and checks who owns it."""
        if self.root is None:
            return GitProcess(self.git_dir, ("--git-dir", str(self.git_dir)))
        return GitProcess(self.root)


def discover(start: Path) -> Place:
    """The repository around `start`. Raises NotFound."""
    here = start.resolve()
    for folder in (here, *here.parents):
        git_dir = _git_dir(folder / ".git")
        if git_dir is not None:
            return Place(git_dir, _common(git_dir), folder)
    if _is_git_dir(here):
        return Place(here, _common(here), None)
    raise NotFound(f"There is no git repository in {start} or above it.", remedy="Make a store with `itil init`.")


def _git_dir(path: Path) -> Path | None:
    if path.is_file():
        text = path.read_text("utf-8", "surrogateescape").replace("\0", "")
        path = (path.parent / text.removeprefix("gitdir: ").rstrip("\n")).resolve()
    return path if _is_git_dir(path) else None


def _common(git_dir: Path) -> Path:
    pointer = git_dir / "commondir"
    return (git_dir / pointer.read_text().strip()).resolve() if pointer.is_file() else git_dir


def _is_git_dir(path: Path) -> bool:
    head = path / "HEAD"  # a link before the first commit leads nowhere
    return (head.is_file() or head.is_symlink()) and ((path / "objects").is_dir() or (path / "commondir").is_file())


def parse_settings(listed: bytes) -> dict[str, str]:
    """`git config --list -z` as a mapping; of several values the last counts."""
    pairs = (entry.partition("\n") for entry in listed.decode("utf-8", "replace").split("\0")[:-1])
    return {name: value if mark else "true" for name, mark, value in pairs}
