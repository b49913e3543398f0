"""The second look, sentence by sentence."""

from __future__ import annotations

from itil_cli.process.matching.feedback import FEW, MARK, MOST, SHARE, neighbours, wider
from itil_cli.process.matching.score import Document, Query, query, rank

NOW = 1_800_000_000
TITLES = ("mike dead", "mike silent kiosk", "kiosk silent zebra", "zebra yellow")
KNOWN = {str(place): Document(str(place), title, updated=NOW) for place, title in enumerate(TITLES)}
HOLDING = {"mike": 2, "silen": 2, "kiosk": 2, "sebra": 2, "ielow": 1}


def looked(text: str, *titles: str) -> Query:
    """The query after a second look at these titles."""
    documents = {str(place): Document(str(place), title, updated=NOW) for place, title in enumerate(titles)}
    wanted = query(text, NOW)
    ranked = rank(wanted, list(documents.values()), HOLDING, 100)
    return wider(wanted, neighbours(wanted, ranked, documents), HOLDING, 100)


def test_words_beside_the_texts_own_in_the_first_titles_are_asked_for() -> None:
    wanted = query("mike", NOW)
    wide = looked("mike", *TITLES)
    assert wide.beside == {"silen", "kiosk"} and wanted.beside == frozenset()
    assert all(0 < wide.stems[stem] <= SHARE for stem in wide.beside)
    found = rank(wide, list(KNOWN.values()), HOLDING, 100)
    assert [score.id for score in found] == ["1", "0", "2"]
    assert set(found[2].words) == {f"{MARK}silent", f"{MARK}kiosk"}


def test_what_came_so_covers_nothing_and_names_nothing() -> None:
    found = rank(looked("mike", *TITLES), list(KNOWN.values()), HOLDING, 100)
    assert [(score.id, score.covered, score.names_it) for score in found[1:]] == [("0", 1.0, True), ("2", 0.0, False)]


def test_what_no_second_record_has_finds_nobody() -> None:
    assert "ielow" not in looked("zebra", *TITLES).stems


def test_no_more_than_the_most_telling_are_asked_for() -> None:
    many = [f"word{number:02}" for number in range(30)]
    holding = {"mike": 2} | dict.fromkeys(many, 2)
    documents = {"1": Document("1", f"mike {' '.join(many)}", updated=NOW)}
    wanted = query("mike", NOW)
    ranked = rank(wanted, list(documents.values()), holding, 100)
    assert len(wider(wanted, neighbours(wanted, ranked, documents), holding, 100).beside) == MOST


def test_a_text_of_many_words_says_enough_itself() -> None:
    text = " ".join(("mike", *(f"word{number:02}" for number in range(FEW))))
    assert looked(text, *TITLES) == query(text, NOW)


def test_nothing_beside_leaves_the_query_as_it_is() -> None:
    assert looked("mike", "mike") == query("mike", NOW)
