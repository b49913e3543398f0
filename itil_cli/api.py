"""For other Python programs: read a store's records as `frontmatter.Post` objects. Nothing is written through it.

    from itil_cli.api import Store

    with Store("shop") as store:
        for post in store.incidents(status=["assigned"]):
            print(post["id"], post["title"])

- What is read is a commit: HEAD, or any other (`at`); the files of the work tree are not looked at.
- Metadata are the header's fields and `events`, as the file says them, times as text; content is the body's text.
- Errors are those of `itil_cli.errors`: NotFound for an id that is not there, Broken for a file that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from itil_cli.process.incident import path_of
from itil_cli.store.store import Store as _Store

if TYPE_CHECKING:
    import frontmatter


class Store:
    """A store as a commit says it. `path` is a folder in it; `at` is any name of a commit that git knows.

    Raises NotFound where there is no store, GitTrouble where git fails."""

    def __init__(self, path: str | PathLike[str] = ".", at: str = "HEAD") -> None:
        self._store = _Store.find(Path(path))
        self._snapshot = self._store.snapshot(at)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of git's process."""
        self._store.close()

    def get(self, record_id: str) -> frontmatter.Post:
        """One record by its id or any unique part of it. Raises NotFound or Broken."""
        return self._post(self._snapshot.find(record_id))

    def incidents(self, **fields: Sequence[str] | str) -> Iterator[frontmatter.Post]:
        """The incidents whose fields have one of these values; all of them without fields.

        A file that cannot be read is left out; `broken` names it."""
        from itil_cli.store.index.query import Filter

        equal = {name: (values,) if isinstance(values, str) else tuple(values) for name, values in fields.items()}
        for row in self._snapshot.index.rows(Filter(equal=equal), ["id"]):
            yield self._post(row.id)

    def broken(self) -> list[str]:
        """The files that cannot be read, each with its line and what is wrong with it."""
        return [str(error) for _, error in self._snapshot.index.broken()]

    def _post(self, record_id: str) -> frontmatter.Post:
        import frontmatter

        from itil_cli.store.files import codec

        path = path_of(record_id)
        data = self._snapshot.read(path) or b""
        record = codec.parse(data, path)
        header: dict[str, Any] = {"id": record.id, **record.fields}
        header["events"] = [codec.event_value(event) for event in record.events]
        return frontmatter.Post(codec.body_of(data), **header)
