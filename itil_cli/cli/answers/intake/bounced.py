"""Which messages a digest held that comes back: found again by its Message-ID, from the claims of what was sent.

A digest's Message-ID says a hash of which messages it holds, and of whom it was written to (`names.py`). What was
claimed by one run for one address is such a set; the claims of records that changed late enough are looked through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.process.messages.claims import claims_path, parse
from itil_cli.process.messages.digests import name_of
from itil_cli.process.messages.names import digest_id, is_digest

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot

ON_ITS_WAY = 7 * 86_400  # seconds for which mail servers try, at most, until they give a message back


class Bounced(NamedTuple):
    """Whom a digest was written to, and the records that it told of."""

    to: str
    records: tuple[str, ...]


def bounced_digest(snapshot: Snapshot, refers_to: Iterable[str], host: str, now: int) -> Bounced | None:
    """The digest that one of these Message-IDs is of; None where there is none, or it is no longer to be found."""
    wanted = {f"{local}@{host}" for local in (one.rpartition("@")[0] for one in refers_to if is_digest(one, host))}
    if not wanted:
        return None
    for (to, _), parts in _sets(snapshot, now).items():
        if digest_id(name_of(parts), to, host) in wanted:
            return Bounced(to, tuple(dict.fromkeys(record for record, _, _ in parts)))
    return None


def _sets(snapshot: Snapshot, now: int) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """What was claimed together, by address and run: record, event and what it tells."""
    from itil_cli.store.index.query import Filter

    since = now - snapshot.policy.messages.within - ON_ITS_WAY
    paths = {
        claims_path(row.id): row.id
        for kind in ("INC", "PRB", "KE")
        for row in snapshot.index.listed(Filter(kind, changed_since=since)).brief()
    }
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for path, data in sorted(snapshot.read_many(list(paths)).items()):
        for one in parse(data).values():
            found.setdefault((one.to, one.run), []).append((paths[path], one.n, one.what))
    return found
