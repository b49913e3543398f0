"""What the store has that is like a text: full text finds, `process/matching/score.py` weighs.

Records of one commit only are counted, so that a number does not depend on what else an index has seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from itil_cli.errors import Broken
from itil_cli.process.incident import Record, kind_of
from itil_cli.process.matching.feedback import neighbours, wider
from itil_cli.process.matching.score import Document, Query, Score, counts, rank_counted
from itil_cli.process.matching.usage import handed_on, helpers
from itil_cli.process.summary import Summary, summary_of
from itil_cli.store.index.index import Index

KINDS = ("INC", "KE", "KB")
WEIGHED = 100  # candidates that are weighed exactly
AGAIN = 20  # more of them for a second look
TOO_COMMON = 0.2  # of all records: such a word finds nobody by itself, though it counts
FEW = 50  # records from which on a word may be too common
EXACT = 1000  # records to which holders are counted; of a word that is too common, as if half of all had it


def alike(
    index: Index,
    wanted: Query,
    *,
    kinds: Sequence[str] = KINDS,
    fits: Callable[[Summary], bool] = lambda said: True,
    wide: bool = False,
) -> list[tuple[Score, Summary]]:
    """The records that share words with the query and fit, the most alike first.

    `wide`: after that, those that share words with the first of them, too (`process/matching/feedback.py`); where
    WEIGHED share words with the query itself there is no need, and it would take long."""
    search = _Search(index, kinds, fits)
    ranked = search.of(wanted)
    if wide and ranked and len(search.documents) < WEIGHED:
        beside = neighbours(wanted, ranked, search.documents)
        wider_one = wider(wanted, beside, search.rarer(beside), search.total)
        ranked = search.of(wider_one) if wider_one.beside else ranked
    return [(score, search.summaries[score.id]) for score in search.with_helpers(ranked)]


class _Search:
    """What was found so far, and who holds which stem: a second query reads only what the first did not."""

    def __init__(self, index: Index, kinds: Sequence[str], fits: Callable[[Summary], bool]) -> None:
        self._index, self._kinds, self._fits = index, kinds, fits
        self.total = index.count(kinds)
        self._common = max(FEW, int(TOO_COMMON * self.total))
        self._holders: dict[str, list[str]] = {}
        self._counts: dict[str, Counter[str]] = {}
        self.documents: dict[str, Document] = {}
        self.summaries: dict[str, Summary] = {}
        self._helping: dict[str, frozenset[str]] = {}

    def of(self, wanted: Query) -> list[Score]:
        """The most alike first."""
        holding = self.holding(wanted.stems)
        holders = {stem: ids for stem in wanted.stems if len(ids := self._holders[stem]) <= self._common}
        self._read(_most_promising(holders, wanted.beside, self.total), AGAIN if wanted.beside else WEIGHED)
        weighed = [(document, self._counts[record_id]) for record_id, document in self.documents.items()]
        return rank_counted(wanted, weighed, holding, self.total)

    def rarer(self, stems: Iterable[str]) -> dict[str, int]:
        """In how many records each stem occurs; without those that are in more than EXACT, which tell little."""
        found = {}
        for stem in stems:
            ids = self._index.holding(self._kinds, stem, EXACT + 1)
            if len(ids) <= EXACT:
                self._holders[stem], found[stem] = ids, len(ids)
        return found

    def holding(self, stems: Iterable[str]) -> dict[str, int]:
        """In how many records each stem occurs; of one that is too common, as if half of all had it."""
        most = max(self._common, EXACT)
        for stem in stems:
            if stem not in self._holders:
                self._holders[stem] = self._index.holding(self._kinds, stem, most + 1)
        return {stem: len(ids) if len(ids := self._holders[stem]) <= most else self.total // 2 for stem in stems}

    def with_helpers(self, ranked: list[Score]) -> list[Score]:
        """What helped with the incidents that are ranked is found by them."""
        for record_id in {target for score in ranked for target in self._helping.get(score.id, ())}:
            if record_id not in self.summaries and kind_of(record_id) in self._kinds:
                self._take(record_id)
        known = {one: [target for target in ids if target in self.summaries] for one, ids in self._helping.items()}
        return handed_on(ranked, known)

    def _read(self, promising: Iterable[str], most: int) -> None:
        """So many more of them."""
        enough = len(self.documents) + most
        for record_id in promising:
            if len(self.documents) == enough:
                return
            if record_id in self.documents:
                continue
            self._take(record_id)

    def _take(self, record_id: str) -> None:
        """Read it; keep it if it fits."""
        record = _record(self._index, record_id)
        said = summary_of(record) if record else None
        if record and said and self._fits(said):
            self.documents[record_id], self.summaries[record_id] = document(record, said), said
            self._counts[record_id] = counts(self.documents[record_id])
            if kind_of(record_id) == "INC":
                self._helping[record_id] = helpers(record, said)


def _most_promising(holders: Mapping[str, Sequence[str]], beside: Container[str], total: int) -> list[str]:
    """Every record that holds one of the rarer words, those with more and rarer ones first; then the newest.

    A word beside the text's own counts half."""
    points: Counter[str] = Counter()
    for stem, ids in holders.items():
        share = 2 if stem in beside else 1
        for record_id in ids:
            points[record_id] += total // max(1, share * len(ids)) + 1
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
