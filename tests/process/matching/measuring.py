"""Recall at 5 of the program's matching, beside plain matching and plain full text, over labelled texts.

For each text that is not alone in its group the others are the store. Recall at 5 is how many of the first five are
of its group, of five, or of as many as there are.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from itil_cli.process.matching.feedback import neighbours, wider
from itil_cli.process.matching.offers import may_be_the_same
from itil_cli.process.matching.score import Document, query, rank
from itil_cli.process.matching.words import words
from tests.process.matching.texts import Text

FIRST = 5
NOW = 1_800_000_000
Find = Callable[[Text], list[int]]


def ours(known: Sequence[Text]) -> Find:
    """By the program's own words, weights, boosts and second look; the text itself is not in the store."""
    holding = Counter(stem for one in known for stem in set(words(_whole(one))))
    weighed = {str(place): _document(place, text) for place, text in enumerate(known)}

    def find(text: Text) -> list[int]:
        facts = {"service": text.service, "category": text.category}
        wanted = query(text.title, NOW, description=text.description, cis=text.cis, **facts)
        others = [weighed[str(place)] for place, one in enumerate(known) if one is not text]
        first = rank(wanted, others, holding, len(known))
        wide = wider(wanted, neighbours(wanted, first, weighed), holding, len(known)) if first else wanted
        return [int(score.id) for score in rank(wide, others, holding, len(known))]

    return find


class Offered(NamedTuple):
    """What `log` would show: how many candidates, how many of them of the same group, how many of the lone texts got
    one, and how many of the others got a right one."""

    candidates: int
    right: int
    alone: int
    helped: int


def offered(known: Sequence[Text]) -> Offered:
    """What `log` would show before each text is logged, the others being the store."""
    size = Counter(text.group for text in known)
    holding = Counter(stem for one in known for stem in set(words(_whole(one))))
    weighed = [_document(place, text) for place, text in enumerate(known)]
    candidates = right = alone = helped = 0
    for text in known:
        others = [one for one, its in zip(weighed, known, strict=True) if its is not text]
        ranked = rank(query(text.title, NOW), others, holding, len(known))
        shown = [known[int(score.id)].group for score in ranked if may_be_the_same(score)][:FIRST]
        candidates += len(shown)
        right += shown.count(text.group)
        alone += bool(shown) and size[text.group] == 1
        helped += text.group in shown
    return Offered(candidates, right, alone, helped)


def _document(place: int, text: Text) -> Document:
    facts = {"service": text.service, "category": text.category}
    return Document(str(place), text.title, text.description, cis=frozenset(text.cis), updated=NOW, **facts)


def _whole(text: Text) -> str:
    return f"{text.title}\n{text.description}"


def like_grep(known: Sequence[Text]) -> Find:
    """Those that have the most of the words as they are, in the order of the list."""
    held = [set(_whole(one).casefold().split()) for one in known]

    def find(text: Text) -> list[int]:
        wanted = {word for word in _whole(text).casefold().split() if len(word) > 2}
        shared = {place: len(wanted & words) for place, words in enumerate(held)}
        return sorted((place for place, count in shared.items() if count), key=lambda place: (-shared[place], place))

    return find


def plain_full_text(known: Sequence[Text]) -> Find:
    """FTS5's own BM25, any of the words, without stems, meanings and boosts."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize='unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", enumerate(map(_whole, known)))

    def find(text: Text) -> list[int]:
        terms = " OR ".join(f'"{word}"' for word in sorted({*_whole(text).replace('"', " ").split()}))
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words), rowid"
        return [row[0] for row in connection.execute(sql, (terms,))]

    return find


WAYS: dict[str, Callable[[Sequence[Text]], Find]] = {
    "ours": ours,
    "FTS5 alone": plain_full_text,
    "like grep": like_grep,
}


def recall(known: Sequence[Text], find: Find) -> tuple[float, float]:
    """The share of its group that the first five give, and how often one of them is; the text itself does not count."""
    size = Counter(text.group for text in known)
    shares, hits = [], 0
    for place, text in enumerate(known):
        if size[text.group] > 1:
            first = [one for one in find(text) if one != place][:FIRST]
            right = sum(known[one].group == text.group for one in first)
            shares.append(right / min(FIRST, size[text.group] - 1))
            hits += right > 0
    return sum(shares) / len(shares), hits / len(shares)
