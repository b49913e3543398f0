"""`itil check` of the pointer files of dedup keys: each names the open incident that has the key, and each has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from itil_cli.errors import Broken
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Record, path_of
from itil_cli.store.keys import FOLDER, holder, key_path

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot


class Keys:
    """The open incidents of every key, noted while their files pass by."""

    def __init__(self) -> None:
        self._open: dict[str, list[str]] = {}

    def noted(self, records: Iterable[tuple[str, Record | Broken]]) -> Iterator[tuple[str, Record | Broken]]:
        """The same records."""
        for path, held in records:
            if isinstance(held, Record) and held.events and "dedup-key" in held.events[0].data:
                incident = fold(held)
                if incident.is_open and incident.dedup_key:
                    self._open.setdefault(incident.dedup_key, []).append(held.id)
            yield path, held

    def findings(self, snapshot: Snapshot) -> Iterator[Finding]:
        """What does not fit together."""
        wanted = {key_path(key): sorted(ids) for key, ids in self._open.items()}
        listed = snapshot.git.run("ls-tree", "-r", "--name-only", "-z", "--full-tree", snapshot.tree, "--", FOLDER)
        there = {path.decode("utf-8", "surrogateescape") for path in listed.split(b"\0") if path}
        for path in sorted(there):
            named = holder(snapshot.read(path))
            if named not in wanted.get(path, ()):
                text = f"it names {_short(named)}, which is not open with that key."
                yield Finding("key", f"{text} Remove it with git, or log the incident again.", path=path)
        for path, ids in wanted.items():
            named = holder(snapshot.read(path)) if path in there else None
            if named not in ids:
                text = f"it is open, and its dedup key has no pointer ({path}). Any command on it writes one."
                yield Finding("key", text, path=path_of(ids[0]))
            for other in ids:
                if named in ids and other != named:
                    text = f"it has the dedup key of {named}: `itil link {other} duplicate-of {named}`."
                    yield Finding("key", text, severity=WARNING, path=path_of(other))


def _short(named: str | None) -> str:
    return "nothing" if named is None else repr(named) if len(named) <= 40 else f"{named[:40]!r}…"
