"""How well what is alike is found: recall at 5 over a labelled set, beside plain matching and plain full text.

For each text the others are the store. Recall at 5 is how many of the first five are of its group.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from itil_cli.process.matching.score import Document, query, rank
from itil_cli.process.matching.words import words
from tests.process.matching.heldout import heldout
from tests.process.matching.texts import GROUPS, Text, texts
from tests.process.matching.unseen import unseen

ALL = texts()
FIRST = 5
NOW = 1_800_000_000
Find = Callable[[Text], list[int]]


def documents(known: Sequence[Text]) -> list[Document]:
    return [
        Document(
            str(place), text.title, service=text.service, category=text.category, cis=frozenset(text.cis), updated=NOW
        )
        for place, text in enumerate(known)
    ]


def ours(known: Sequence[Text]) -> Find:
    holding = Counter(stem for one in known for stem in set(words(one.title)))
    weighed = documents(known)

    def find(text: Text) -> list[int]:
        wanted = query(text.title, NOW, service=text.service, category=text.category, cis=text.cis)
        return [int(score.id) for score in rank(wanted, weighed, holding, len(known))]

    return find


def like_grep(known: Sequence[Text]) -> Find:
    """Those whose title has the most of the words as they are, in the order of the list."""

    def find(text: Text) -> list[int]:
        wanted = {word for word in text.title.casefold().split() if len(word) > 2}
        shared = {place: len(wanted & set(one.title.casefold().split())) for place, one in enumerate(known)}
        return sorted((place for place, count in shared.items() if count), key=lambda place: (-shared[place], place))

    return find


def plain_full_text(known: Sequence[Text]) -> Find:
    """FTS5's own BM25 over the titles, any of the words, without stems and boosts."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (title, tokenize='unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO words (rowid, title) VALUES (?, ?)", enumerate(one.title for one in known))

    def find(text: Text) -> list[int]:
        terms = " OR ".join(f'"{word}"' for word in {*text.title.replace('"', " ").split()})
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words), rowid"
        return [row[0] for row in connection.execute(sql, (terms,))]

    return find


def recall(known: Sequence[Text], find: Find) -> tuple[float, float]:
    """The share of the first five that are of the group, and how often one is; the text itself does not count."""
    shares, hits = [], 0
    for place, text in enumerate(known):
        first = [one for one in find(text) if one != place][:FIRST]
        right = sum(known[one].group == text.group for one in first)
        shares.append(right / FIRST)
        hits += right > 0
    return sum(shares) / len(known), hits / len(known)


def test_the_set_is_labelled_and_large_enough() -> None:
    assert len(GROUPS) == 20 and len(ALL) >= 200
    assert all(len(group.titles) > FIRST for group in GROUPS.values())
    assert len({text.title for text in ALL}) == len(ALL)


def measured(known: Sequence[Text], capsys: pytest.CaptureFixture[str], of: str) -> dict[str, tuple[float, float]]:
    """Recall at five of each way, printed."""
    ways = {"ours": ours, "fts5 alone": plain_full_text, "like grep": like_grep}
    found = {name: recall(known, way(known)) for name, way in ways.items()}
    with capsys.disabled():
        for name, (share, hit) in found.items():
            print(f"\n  {of}: {name:<11} recall at 5: {share:.3f}, one of five: {hit:.3f}", end="")
    return found


def test_recall_at_five_is_over_nine_tenths_and_beats_plain_matching(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(ALL, capsys, "tuned on")
    assert found["ours"][0] > 0.9
    assert found["ours"][0] > found["fts5 alone"][0] > found["like grep"][0]
    assert found["ours"][1] >= found["fts5 alone"][1]


@pytest.mark.parametrize("known", [unseen(), heldout()], ids=["unseen", "held out"])
def test_on_texts_never_tuned_on_it_still_beats_plain_matching(
    known: list[Text], capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """No bar of nine tenths: words of three languages that nothing joins are not found by words."""
    assert len({text.title for text in known}) == len(known) == 200
    assert set(Counter(text.group for text in known).values()) == {10}
    found = measured(known, capsys, request.node.callspec.id)
    assert found["ours"][0] > found["fts5 alone"][0]
    assert found["ours"][0] > found["like grep"][0]
