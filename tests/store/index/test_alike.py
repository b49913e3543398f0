"""What is like a text: the index finds what weighing every record would find.

Scores differ a little: what is a long text is judged among those that are weighed."""

from __future__ import annotations

from collections import Counter

import pytest
from repo import Repo
from shelf import file_of, incident

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
