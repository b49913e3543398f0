"""Ledger: merge, merge-driver. Neither needs a store: files go in, a file comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app
from itil_cli.errors import Broken, GitTrouble, NotFound

if TYPE_CHECKING:
    from itil_cli.process.merging.merge import Merged


@click.command()
@click.argument("base")
@click.argument("ours")
@click.argument("theirs")
@click.option("-o", "--output", metavar="FILE", help="Write the merged file here, instead of printing it.")
@pass_app
def merge_command(app: App, base: str, ours: str, theirs: str, output: str | None) -> None:
    """Merge two versions of a record that go back to a third (S16).

    Events are united by name and ordered by time; what does not fit then is void, and told on stderr. Which side is
    ours does not matter. An empty BASE (/dev/null) stands for none. Exit 1: the description holds conflict markers.

    Example: itil merge base.md ours.md theirs.md -o merged.md
    """
    from itil_cli.store.files.merging import merge_records
    from itil_cli.store.git.mergefile import merge_lines

    old, mine, other = (_bytes(app, name) for name in (base, ours, theirs))
    data, merged = merge_records(old, mine, other, ours, merge_lines)
    _tell(app, merged)
    if output:
        (app.path / output).write_bytes(data)
    app.emit(_document(merged), "" if output else data.decode().removesuffix("\n"))


def _bytes(app: App, name: str) -> bytes:
    try:
        return (app.path / name).read_bytes()
    except OSError as wrong:
        raise NotFound(f"{name}: {wrong.strerror}.", remedy="Name three files: BASE OURS THEIRS.") from None


def _tell(app: App, merged: Merged) -> None:
    for warning in merged.warnings:
        app.say(f"{merged.record.id}: {warning}")
    if merged.conflict:
        app.say(f"{merged.record.id}: both sides changed the description; choose between the markers.")
        app.exit_code = 1


def _document(merged: Merged) -> dict[str, Any]:
    from itil_cli.render.machine import document

    return document(
        "merge",
        id=merged.record.id,
        conflict=merged.conflict,
        events=len(merged.record.events),
        void=[{"n": n, "why": why} for n, why in merged.voids.items()],
        warnings=list(merged.warnings),
    )


def _beside(app: App, path: str, mine: bytes, other: bytes) -> bytes | None:
    """What lies beside records, the same whichever side is ours; None for anything else."""
    from itil_cli.process.messages import claims
    from itil_cli.store.keys import LETTERS, is_key

    if is_key(path):
        return _pointer(app, path, "dedup key", mine, other)
    if path.startswith(LETTERS):
        return _pointer(app, path, "mail", mine, other)
    return claims.merged(*sorted((mine, other))) if path.startswith(claims.FOLDER) else None


def _pointer(app: App, path: str, what: str, mine: bytes, other: bytes) -> bytes:
    """The earlier of two incidents that were logged with one key or for one mail, here and there."""
    first, second = (data.decode("ascii", "replace").strip() for data in sorted((mine, other)))
    app.say(f"{path}: {second} has the {what} of {first}: `itil link {second} duplicate-of {first}`.")
    return min(mine, other)


@click.command()
@click.argument("base")
@click.argument("ours")
@click.argument("theirs")
@click.argument("path")
@pass_app
def merge_driver_command(app: App, base: str, ours: str, theirs: str, path: str) -> None:
    """What git calls to merge a record: %O %A %B %P; the result goes into %A (`itil setup` tells git so).

    Exit 0: merged. Exit 1: the description needs a person, and the markers stand there alone; or the file is no
    record, or cannot be read, and was merged as text with conflicts.

    Example: itil merge-driver %O %A %B %P
    """
    from itil_cli.store.files.merging import merge_records
    from itil_cli.store.git.mergefile import merge_bytes, merge_lines
    from itil_cli.store.sync.local import record_of

    old, mine, other = (Path(name).read_bytes() for name in (base, ours, theirs))
    beside = _beside(app, path, mine, other)
    if beside is not None:
        Path(ours).write_bytes(beside)
        return
    try:
        if record_of(path) is None:
            raise Broken(f"{path} is the file of no record", code="no-record")
        data, merged = merge_records(old, mine, other, path, merge_lines)
    except GitTrouble as trouble:
        app.say(f"{path}: {trouble}")
        app.exit_code = 1
        return
    except Broken as broken:
        data, conflict = merge_bytes(old, mine, other)
        if broken.code != "no-record":
            app.say(f"{broken} It was merged as text.")
        app.exit_code = int(conflict)
    else:
        _tell(app, merged)
    Path(ours).write_bytes(data)
