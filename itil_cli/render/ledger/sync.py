"""What a sync came to, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itil_cli.render.machine import Document, document
from itil_cli.render.text import safe


def sync_document(synced: Any) -> Document:
    """One document; counts are commits."""
    return document(
        "sync",
        remote=synced.remote,
        branch=synced.branch,
        commit=synced.commit,
        pulled=synced.pulled,
        pushed=synced.pushed,
        tries=synced.tries,
        void=[void._asdict() for void in synced.voids],
        late=[{"id": record_id, "n": n, "said": said} for record_id, n, said in synced.late],
        renamed=[{"from": old, "to": new} for old, new in synced.renamed.items()],
        duplicates=[{"id": record_id, "of": other} for record_id, other in synced.settled.duplicates],
        counterparts=[{"id": record_id, "n": n} for record_id, n in synced.settled.counterparts],
    )


def sync_text(synced: Any) -> str:
    """What was exchanged, then whatever a person should look at."""
    if not synced.pulled and not synced.pushed:
        return f"Nothing to exchange with {synced.remote}."
    came, went = _commits(synced.pulled), _commits(synced.pushed)
    return safe("\n".join([f"Synced with {synced.remote}: {came} came, {went} went.", *_remarks(synced)]))


def _commits(count: int) -> str:
    return f"{count or 'no'} commit{'' if count == 1 else 's'}"


def _remarks(synced: Any) -> Iterator[str]:
    for void in synced.voids:
        yield f"  {void.id}: {void.do} by {void.by} is void and in the work log (#{void.n}): {void.why}."
    for record_id, n, said in synced.late:
        yield f"  {record_id}: #{n} of {said} came too late and counts as of now."
    for old, new in synced.renamed.items():
        yield f"  {old} was given to another incident meanwhile; yours is {new} now."
    for record_id, other in synced.settled.duplicates:
        yield f"  {record_id} is a double entry of {other} and canceled."
    for record_id, n in synced.settled.counterparts:
        yield f"  {record_id}: the other side of the link #{n} was added."
