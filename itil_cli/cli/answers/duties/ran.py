"""When the jobs of `itil schedule` ran last in this clone, whoever ran them: a small file each, beside the lock.

The files say what people want to know of a schedule, and nothing depends on them: they may be thrown away."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import NamedTuple

from itil_cli.cli.context import App
from itil_cli.errors import ItilError
from itil_cli.render.text import one_line

_FOLDER = "ran"
LONGEST = 300  # characters of an error


class Ran(NamedTuple):
    """When a job ended (epoch seconds), its exit code, and the error that it told."""

    at: int
    code: int
    trouble: str


def note(app: App, code: int) -> None:
    """The job has ended so. Where that cannot be written, or there is no store, it is left."""
    assert app.job
    with suppress(OSError, ItilError):
        folder = app.store.folder / _FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f".{app.job}.{os.getpid()}"
        said = {"at": app.now, "code": code, "trouble": one_line(app.trouble)[:LONGEST]}
        aside.write_text(json.dumps(said), encoding="utf-8")
        aside.rename(folder / app.job)


def last(app: App, job: str) -> Ran | None:
    """The last time; None where it has not run."""
    try:
        said = json.loads((app.store.folder / _FOLDER / job).read_text(encoding="utf-8"))
        return Ran(int(said["at"]), int(said["code"]), one_line(str(said["trouble"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None
