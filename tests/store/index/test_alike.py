"""What is like a text: the index finds what weighing every record would find.

Scores differ a little: what is a long text is judged among those that are weighed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from repo import Repo
from shelf import file_of, incident, record_id

from itil_cli.process.incident import Event, Record
from itil_cli.process.matching.score import query, rank
from itil_cli.process.matching.words import words
from itil_cli.process.summary import summary_of
from itil_cli.store.index import alike as module
from itil_cli.store.index.alike import alike, document
from itil_cli.store.index.index import Index
from tests.process.matching.texts import texts
from tests.process.matching.unseen import unseen

NOW = 1_800_000_000
RECORDS = [incident(number, text.title, at=NOW - number * 3600) for number, text in enumerate(texts()[:32])]


@pytest.fixture
def index(repo: Repo) -> Index:
    """The index of a store with the first of the labelled texts."""
    for record in RECORDS:
        repo.write(*file_of(record))
    repo.commit()
    git = repo.open()
    found = git.object("HEAD^{tree}")
    assert found
    return Index(git, found[0])


def test_what_is_found_is_what_weighing_all_of_them_finds(index: Index) -> None:
    documents = []
    for record in RECORDS:
        said = summary_of(record)
        assert said
        documents.append(document(record, said))
    holding = Counter(stem for one in documents for stem in {*words(one.title), *words(one.description)})
    for text in (*texts()[::7], *unseen()[::9]):
        wanted = query(text.title, NOW)
        found = [score.id for score, _ in alike(index, wanted)]
        weighed = [score.id for score in rank(wanted, documents, holding, len(RECORDS))]
        assert set(found) == set(weighed) and found[:1] == weighed[:1], text.title


def test_a_word_that_many_have_finds_nobody_by_itself_but_counts(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {score.id for score, _ in alike(index, query("card", NOW))}
    assert len(many) == 11
    for name, value in {"FEW": 8, "EXACT": 8, "TOO_COMMON": 0.0}.items():
        monkeypatch.setattr(module, name, value)
    assert alike(index, query("card", NOW)) == []
    found = {score.id: set(score.words) for score, _ in alike(index, query("card 502", NOW))}
    assert set(found) < many and {"card", "502"} in found.values()


def shelved(repo: Repo, *records: Record) -> Index:
    for record in records:
        repo.write(*file_of(record))
    repo.commit()
    git = repo.open()
    found = git.object("HEAD^{tree}")
    assert found
    return Index(git, found[0])


def test_a_second_look_finds_what_shares_words_with_the_first(repo: Repo) -> None:
    titles = ("Mike dead", "Mike silent in the kiosk", "Kiosk silent since noon", "Zebra yellow")
    index = shelved(repo, *(incident(number, title) for number, title in enumerate(titles)))
    wanted = query("mike", NOW)
    assert [said["title"] for _, said in alike(index, wanted)] == ["Mike dead", "Mike silent in the kiosk"]
    wide = alike(index, wanted, wide=True)
    assert [said["title"] for _, said in wide][2:] == ["Kiosk silent since noon"]
    assert wide[2][0].covered == 0.0


def test_where_enough_share_a_word_there_is_no_second_look(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = ("Mike dead", "Mike silent in the kiosk", "Kiosk silent since noon")
    index = shelved(repo, *(incident(number, title) for number, title in enumerate(titles)))
    monkeypatch.setattr(module, "WEIGHED", 2)
    assert len(alike(index, query("mike", NOW), wide=True)) == 2


def test_what_helped_with_an_incident_is_found_by_its_words(repo: Repo) -> None:
    known_error = Record(record_id(7, "KE"), {"title": "Driver 4.2 leaks handles", "status": "published"}, ())
    hidden = Record(record_id(8, "KE"), {"title": "Another", "status": "retired"}, ())
    helped = incident(1, "Douchette en panne")
    applied = [
        Event(NOW, "bob@example.com", f"{place}-cccc", "applied", {"record": one.id, "helped": True})
        for place, one in enumerate((known_error, hidden), start=2)
    ]
    index = shelved(repo, known_error, hidden, replace(helped, events=(*helped.events, *applied)))
    published = alike(index, query("douchette", NOW), fits=lambda said: said["status"] != "retired")
    assert [score.id for score, _ in published] == [known_error.id, helped.id]
    assert published[0][0].boosts["helped"] == 0.1
    assert [score.id for score, _ in alike(index, query("douchette", NOW), kinds=("INC",))] == [helped.id]
