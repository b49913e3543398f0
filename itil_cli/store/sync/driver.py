"""The merge driver in a clone's configuration: `.gitattributes` names it, git has to know what it is.

- `.gitattributes` comes with the repository, and says that records are merged by `itil`; what `itil` is stands in
  each clone's own configuration, since a repository must not name programs to run.
- The program is named by its absolute path, so that git finds it from an editor, too. A path that is no longer
  right is renewed by `itil setup`; the first write in a clone sets up what is missing.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from itil_cli.process.incident import KINDS

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

ATTRIBUTES = ".gitattributes"
FOLDERS = (*KINDS.values(), "models")
# Bytes stay bytes, whatever core.autocrlf says; `itil` merges records event by event (S16), and what lies beside them.
_MERGED = (*(f"{folder}/**" for folder in FOLDERS), "keys/*", "mail/**", "deliveries/**")
_LINES = (*(f"{paths} -text merge=itil" for paths in _MERGED), "*.yaml -text")
NAME, DRIVER = "merge.itil.name", "merge.itil.driver"
TITLE = "itil merges records event by event"


def program() -> str:
    """How git starts this program: its absolute path, quoted for git's shell."""
    installed = Path(sys.executable).parent / "itil"
    if installed.is_file():
        return shlex.quote(str(installed))
    return f"{shlex.quote(sys.executable)} -m itil_cli"


def wanted() -> dict[str, str]:
    """The settings of a clone in which git merges records as it should."""
    return {NAME: TITLE, DRIVER: f"{program()} merge-driver %O %A %B %P"}


def is_missing(git: Git) -> bool:
    """Whether `.gitattributes` names the driver and git does not know it."""
    if DRIVER in git.settings:
        return False
    attributes = git.blob(f"HEAD:{ATTRIBUTES}")
    return attributes is not None and b"merge=itil" in attributes


def lacking(there: bytes) -> list[str]:
    """The lines that `.gitattributes` should have and has not: the store is older than they are."""
    lines = there.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
    return [line for line in _LINES if line not in lines]


def completed(there: bytes) -> bytes:
    """`.gitattributes` with these lines; what else it says stays."""
    kept = there if not there or there.endswith(b"\n") else there + b"\n"
    return kept + "".join(f"{line}\n" for line in lacking(there)).encode()


def set_up(git: Git) -> list[str]:
    """Write what is not as it should be into the clone's configuration; the settings that were written."""
    changed = {name: value for name, value in wanted().items() if git.settings.get(name) != value}
    for name, value in changed.items():
        git.run("config", "--local", name, value)
    git.settings = {**git.settings, **changed}
    return [f"{name} = {value}" for name, value in changed.items()]
