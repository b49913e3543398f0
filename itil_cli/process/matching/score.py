"""How much a record is like a text: BM25 over title, description and work log, and boosts, each of which is told.

- A word of the title counts three times, one of the work log half. A rare word counts more than a common one, but
  none for rarer than a dozen records make it: an issue recurs, what only two have in common is chance.
- Boosts are shares of the text's score: the same service, a common configuration item, the same category (or its
  upper one), how recent an incident is (halved every 30 days), and that somebody published it as knowledge: a known
  error more than an article, since its workaround is what helps at once.
- Without a common word there is no score: boosts alone make nothing alike.
- Everything is of the records at hand: the same tree gives the same numbers on every machine.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from itil_cli.process.incident import kind_of
from itil_cli.process.matching.words import said, telling, words

K1, B = 1.2, 0.5
TITLE, DESCRIPTION, WORKLOG = 3.0, 1.0, 0.5
SERVICE, ITEM, CATEGORY, UPPER_CATEGORY, RECENT, PUBLISHED, KNOWN_ERROR = 0.3, 0.4, 0.2, 0.1, 0.2, 0.4, 0.5
RAREST = 12  # records
HALF_LIFE = 30 * 86_400  # seconds
MOST_WORDS = 30
MOST_TEXT = 4000  # characters of a text that are looked at


@dataclass(frozen=True, slots=True)
class Query:
    """What others are compared with: weighted stems, the words they were said by, and facts. `now` is epoch seconds.

    Stems `beside` are not the text's own (`feedback.py`)."""

    stems: Mapping[str, float]
    now: int
    said: Mapping[str, str] = field(default_factory=dict)
    service: str | None = None
    category: str | None = None
    cis: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Document:
    """A record that may be like it. `updated` (epoch seconds) is None for what does not age."""

    id: str
    title: str
    description: str = ""
    worklog: str = ""
    service: str | None = None
    category: str | None = None
    cis: frozenset[str] = frozenset()
    updated: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How alike, of which words how much, which boosts (shares of the text's score), how much of the query is covered
    (0 to 1, rare words counting more), and whether more is common than that something is down."""

    id: str
    total: float
    words: Mapping[str, float] = field(default_factory=dict)
    boosts: Mapping[str, float] = field(default_factory=dict)
    covered: float = 0.0
    names_it: bool = False


def query(
    title: str,
    now: int,
    *,
    description: str = "",
    service: str | None = None,
    category: str | None = None,
    cis: Iterable[str] = (),
) -> Query:
    """A query; the words of the description count half, and only the first ones."""
    more, first = (dict(list(said(text[:MOST_TEXT]).items())[:MOST_WORDS]) for text in (description, title))
    stems = {stem: telling(stem) / 2 for stem in more} | {stem: telling(stem) for stem in first}
    return Query(stems, now, more | first, service, category, frozenset(cis))


def rank(wanted: Query, documents: Sequence[Document], holding: Mapping[str, int], total: int) -> list[Score]:
    """The documents that share a word, the most alike first.

    `holding` tells in how many of the `total` records a stem occurs."""
    return rank_counted(wanted, [(document, counts(document)) for document in documents], holding, total)


def rank_counted(
    wanted: Query, weighed: Sequence[tuple[Document, Counter[str]]], holding: Mapping[str, int], total: int
) -> list[Score]:
    """The same of documents whose words are counted already."""
    mean = sum(sum(counts.values()) for _, counts in weighed) / len(weighed) if weighed else 1.0
    rare = {stem: rarity(holding.get(stem, 0), total) for stem in wanted.stems}
    found = [_score(wanted, document, counts, mean or 1.0, rare) for document, counts in weighed]
    return sorted((one for one in found if one.words), key=lambda one: (-one.total, one.id))


def counts(document: Document) -> Counter[str]:
    """How often each stem occurs, weighed by where."""
    found: Counter[str] = Counter()
    for text, weight in ((document.title, TITLE), (document.description, DESCRIPTION), (document.worklog, WORKLOG)):
        for stem in words(text[:MOST_TEXT]):
            found[stem] += weight  # type: ignore[assignment]
    return found


def rarity(holding: int, total: int) -> float:
    """How much a stem that so many of `total` records hold counts."""
    known = min(max(holding, RAREST), total)
    return math.log(1 + (total - known + 0.5) / (known + 0.5))


def _score(wanted: Query, document: Document, counts: Counter[str], mean: float, rare: Mapping[str, float]) -> Score:
    long = 1 - B + B * sum(counts.values()) / mean
    hits = {
        stem: weight * rare[stem] * counts[stem] * (K1 + 1) / (counts[stem] + K1 * long)
        for stem, weight in wanted.stems.items()
        if counts[stem]
    }
    boosts = _boosts(wanted, document)
    total = sum(hits.values()) * (1 + sum(boosts.values()))
    own = hits.keys() - wanted.beside
    whole = sum(weight * rare[stem] for stem, weight in wanted.stems.items() if stem not in wanted.beside)
    covered = sum(wanted.stems[stem] * rare[stem] for stem in own) / whole if whole else 0.0
    names_it = any(telling(stem) == 1.0 for stem in own)
    return Score(document.id, total, _by_word(wanted, hits), boosts, covered, names_it)


def _by_word(wanted: Query, hits: Mapping[str, float]) -> dict[str, float]:
    """The points of each word of the query; the parts of a compound together."""
    found: dict[str, float] = {}
    for stem, points in hits.items():
        word = wanted.said.get(stem, stem)
        found[word] = found.get(word, 0.0) + points
    return found


def _boosts(wanted: Query, document: Document) -> dict[str, float]:
    found: dict[str, float] = {}
    if wanted.service and wanted.service == document.service:
        found["service"] = SERVICE
    if wanted.cis & document.cis:
        found["ci"] = ITEM
    if wanted.category and document.category:
        same = wanted.category == document.category
        upper = wanted.category.partition("/")[0] == document.category.partition("/")[0]
        found |= {"category": CATEGORY} if same else {"category": UPPER_CATEGORY} if upper else {}
    if document.updated is None:
        found["published"] = KNOWN_ERROR if kind_of(document.id) == "KE" else PUBLISHED
    else:
        found["recent"] = RECENT * 0.5 ** (max(0, wanted.now - document.updated) / HALF_LIFE)
    return found
