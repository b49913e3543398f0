"""What the store has that is like a text: full text finds, `process/matching/score.py` weighs.

Records of one commit only are counted, so that a number does not depend on what else an index has seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from itil_cli.errors import Broken
from itil_cli.process.incident import Record, kind_of
from itil_cli.process.matching.score import Document, Query, Score, rank
from itil_cli.process.summary import Summary, summary_of
from itil_cli.store.index.index import Index

KINDS = ("INC", "KE", "KB")
WEIGHED = 100  # candidates that are weighed exactly
TOO_COMMON = 0.2  # of all records: such a word finds nobody by itself, though it counts
FEW = 50  # records from which on a word may be too common
EXACT = 1000  # records to which holders are counted; of a word that is too common, as if half of all had it


def alike(
    index: Index,
    wanted: Query,
    *,
    kinds: Sequence[str] = KINDS,
    fits: Callable[[Summary], bool] = lambda said: True,
) -> list[tuple[Score, Summary]]:
    """The records that share words with the query and fit, the most alike first."""
    total = index.count(kinds)
    common = max(FEW, int(TOO_COMMON * total))
    found_by = {stem: index.holding(kinds, stem, max(common, EXACT) + 1) for stem in wanted.stems}
    holding = {stem: len(ids) if len(ids) <= max(common, EXACT) else total // 2 for stem, ids in found_by.items()}
    holders = [ids for ids in found_by.values() if len(ids) <= common]
    found: dict[str, tuple[Document, Summary]] = {}
    for record_id in _most_promising(holders, total):
        record = _record(index, record_id)
        said = summary_of(record) if record else None
        if record and said and fits(said):
            found[record_id] = (document(record, said), said)
        if len(found) == WEIGHED:
            break
    ranked = rank(wanted, [one for one, _ in found.values()], holding, total)
    return [(score, found[score.id][1]) for score in ranked]


def _most_promising(holders: Iterable[Sequence[str]], total: int) -> list[str]:
    """Every record that holds one of the rarer words, those with more and rarer ones first; then the newest."""
    points: Counter[str] = Counter()
    for ids in holders:
        for record_id in ids:
            points[record_id] += total // max(1, len(ids)) + 1
    newest = sorted(points, reverse=True)
    return sorted(newest, key=lambda record_id: -points[record_id])


def _record(index: Index, record_id: str) -> Record | None:
    try:
        return index.record(record_id)
    except Broken:
        return None


def document(record: Record, said: Summary) -> Document:
    """A record as it is weighed; knowledge does not age."""
    ages = kind_of(record.id) == "INC"
    return Document(
        record.id,
        record.title,
        record.description,
        "\n".join(event.text for event in record.events if event.text) if ages else "",
        _text(said.get("service")),
        _text(said.get("category")),
        frozenset(one for one in said.get("cis") or () if isinstance(one, str)),
        said["last_at"] if ages else None,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
