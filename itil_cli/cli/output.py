"""Answers that are whole documents: to standard output as they are, or into a file that is put in place whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from itil_cli.errors import NotFound

if TYPE_CHECKING:
    from itil_cli.cli.context import App
    from itil_cli.store.snapshot import Snapshot


def give(app: App, text: str, output: str | None) -> None:
    """The text where it was asked for; `-` is standard output."""
    if output in (None, "-"):
        app.put(text)
    else:
        into(Path(output or ""), lambda aside: aside.write_bytes(text.encode()))
        app.say(f"Written to {output}.")


def warn_of_broken(app: App, snapshot: Snapshot) -> None:
    """The files that could not be read are in no figure: each is named on stderr."""
    for _, error in snapshot.index.broken():
        app.say(f"warning[{error.code}]: {error} It is not counted.")


def into(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file aside, then rename it; what is no plain file (a pipe, a device) is written as it is."""
    if not path.parent.is_dir():
        raise NotFound(f"There is no folder {str(path.parent)!r}.", remedy="Make it, or name another file with -o.")
    if path.exists() and not path.is_file():
        write(path)
        return
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
