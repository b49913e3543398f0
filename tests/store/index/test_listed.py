"""What a list shows of its rows, without their summaries: the same as the summaries say."""

from __future__ import annotations

import random
import sqlite3

import pytest
from repo import Repo
from shelf import any_file, file_of, incident, record_id

from itil_cli.store.index.index import Filter, Index
from itil_cli.store.index.listed import BRIEF


@pytest.fixture
def store(repo: Repo) -> Repo:
    pick = random.Random(11)
    for number in range(30):
        repo.write(*any_file(pick, number))
    repo.commit()
    return repo


def opened(store: Repo, git: object) -> Index:
    return Index(git, store.git("rev-parse", "HEAD^{tree}"))  # type: ignore[arg-type]


@pytest.mark.parametrize("wanted", [Filter(), Filter(open_only=True), Filter(equal={"impact": ["low"]})], ids=str)
def test_columns_are_what_the_summaries_say(store: Repo, wanted: Filter) -> None:
    names = sorted(BRIEF)
    with store.open() as git, opened(store, git) as index:
        listed = index.listed(wanted, ("-title",))
        said = [(row.path, row.oid, row.id, tuple(row.summary.get(name) for name in names)) for row in listed]
        assert said
        assert [one[:4] for one in listed.brief(names)] == said


def test_what_is_kept_comes_with_its_digest_and_its_blob_only(repo: Repo) -> None:
    path, data = file_of(incident(1))
    repo.write(path, data)
    repo.commit()
    with repo.open() as git, opened(repo, git) as index:
        index.keep_outlooks("here", {record_id(1): "[1, null]"})
        index.keep_lying([(path, index.rows(Filter())[0].oid, "as it was")])
    with repo.open() as git, opened(repo, git) as index:
        assert [one[4:] for one in index.listed(Filter()).brief(digest="here")] == [([1, None], "as it was")]
        assert [one[4:] for one in index.listed(Filter()).brief(digest="there")] == [(None, "as it was")]
    repo.write(path, data + b"More.\n")
    repo.commit()
    with repo.open() as git, opened(repo, git) as index:
        assert [one[4:] for one in index.listed(Filter()).brief(digest="here")] == [(None, None)]


def test_what_is_kept_and_makes_no_sense_costs_the_file_but_no_answer(repo: Repo) -> None:
    repo.write(*file_of(incident(1)))
    repo.commit()
    with repo.open() as git, opened(repo, git) as index:
        index.keep_outlooks("here", {record_id(1): "[[["})
    with repo.open() as git, opened(repo, git) as index:
        assert [(one.id, one.outlook) for one in index.listed(Filter()).brief(digest="here")] == [(record_id(1), None)]
    with sqlite3.connect(repo.path / ".git/itil/index.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM outlook").fetchone() == (0,)
