"""`itil check` of attachments: each that an event names is there, as it was brought; and each there has an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from itil_cli.errors import Broken
from itil_cli.process.attachments import FOLDER, Attachment, attachments, fits
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.incident import Record, path_of
from itil_cli.store.git.process import LARGEST

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot


class Attached:
    """What the events of every record name, noted while their files pass by."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[str, Attachment]] = {}

    def noted(self, records: Iterable[tuple[str, Record | Broken]]) -> Iterator[tuple[str, Record | Broken]]:
        """The same records."""
        for path, held in records:
            if isinstance(held, Record):
                self._said |= {one.path: (held.id, one) for one in attachments(held)}
            yield path, held

    def findings(self, snapshot: Snapshot) -> Iterator[Finding]:
        """What does not fit together."""
        there = snapshot.listed(FOLDER)
        for path, (record_id, one) in sorted(self._said.items()):
            if path not in there:
                text = f"the attachment {path} is gone."
                yield Finding("attachment", text, path=path_of(record_id), event=one.event, person=one.by)
        known = [path for path in there if path in self._said]
        for path, data in zip(known, snapshot.git.blobs([there[path].oid for path in known], LARGEST), strict=True):
            if not fits(path.rpartition("/")[2], data):
                record_id, one = self._said[path]
                yield Finding("attachment", f"it is not as {one.by} brought it.", path=path, event=one.event)
        for path in there:
            if path not in self._said:
                yield Finding("attachment", "no event names it.", severity=WARNING, path=path)
