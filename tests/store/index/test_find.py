"""Parts of an id: any unique part will do, in either case; what is ambiguous lists, what is unknown suggests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from repo import Repo
from shelf import file_of, incident

from itil_cli.errors import NotFound
from itil_cli.process.incident import Record, path_of
from itil_cli.store.files import codec
from itil_cli.store.index.index import Index

IDS = ["INC-20261124-7KQF2", "INC-20261124-7KQG3", "INC-20261125-00001", "INC-20261125-V1LL0".replace("L", "M")]
OTHERS = ["PRB-20261124-7KQF2", "KE-20261124-AAAAA", "KB-20261124-BBBBB"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("store")
    repo = Repo(home / "r")
    repo.git("config", "user.name", "Ada")
    repo.git("config", "user.email", "ada@example.com")
    for record_id in (*IDS, *OTHERS):
        repo.write(path_of(record_id), codec.write(Record(record_id, {"title": "x"}, incident(1).events)))
    repo.write(path_of("INC-20261126-BR0KE"), b"no record")
    repo.commit()
    with repo.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with Index(git, found[0]) as made:
            yield made


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("INC-20261124-7KQF2", IDS[0]),
        ("inc-20261124-7kqf2", IDS[0]),
        ("7kqf", IDS[0]),
        ("QG", IDS[1]),
        (" 7KQG3 ", IDS[1]),
        ("25-0", IDS[2]),
        ("br0ke", "INC-20261126-BR0KE"),
    ],
)
def test_a_unique_part_will_do_in_either_case(index: Index, part: str, whole: str) -> None:
    assert index.find(part) == whole


def test_a_kind_of_its_own(index: Index) -> None:
    assert index.find("7kq", "PRB") == OTHERS[0]
    assert index.find("aaa", "KE") == OTHERS[1]
    assert index.find("b", "KB") == OTHERS[2]
    with pytest.raises(NotFound):
        index.find("aaaaa", "INC")


def test_an_ambiguous_part_lists_its_matches(index: Index) -> None:
    with pytest.raises(NotFound) as caught:
        index.find("7kq")
    assert caught.value.code == "ambiguous"
    assert caught.value.exit_code == 4
    assert str(caught.value) == f"'7kq' fits 2 records: {IDS[0]}, {IDS[1]}. Give more of the id."


def test_of_many_matches_ten_are_listed(repo: Repo) -> None:
    for number in range(12):
        repo.write(*file_of(incident(number)))
    repo.commit()
    with repo.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with Index(git, found[0]) as index, pytest.raises(NotFound) as caught:
            index.find("20261124")
    assert "fits 12 records: " in str(caught.value)
    assert str(caught.value).count("INC-") == 10
    assert ", …. Give more" in str(caught.value)


@pytest.mark.parametrize(
    ("part", "meant"),
    [
        ("7KQF3", f"{IDS[0]} or {IDS[1]}"),
        ("7kqx2", IDS[0]),
        ("INC-20261125-OOOO1", IDS[2]),
        ("ooool", IDS[2]),
        ("ulmmo", IDS[3]),
        ("INC-20261124-7KQF9", IDS[0]),
    ],
)
def test_one_wrong_character_is_suggested(index: Index, part: str, meant: str) -> None:
    with pytest.raises(NotFound) as caught:
        index.find(part)
    assert str(caught.value) == f"There is no incident {part!r}. Did you mean {meant}?"


@pytest.mark.parametrize("part", ["", "  ", "zzzzz", "%", "_", "____", "7%Q", "'", "ß", "é", "caf\udce9", "x" * 10_000])
def test_what_is_like_nothing_says_how_to_see_what_there_is(index: Index, part: str) -> None:
    with pytest.raises(NotFound) as caught:
        index.find(part)
    assert str(caught.value) == f"There is no incident {part!r}. `itil list --all` shows what there is."


@pytest.mark.parametrize("part", ["mailbox", "VPN down", "Drucker im Büro"])
def test_words_are_no_part_of_an_id_and_are_searched(index: Index, part: str) -> None:
    with pytest.raises(NotFound) as caught:
        index.find(part)
    said = f"There is no incident {part!r}. `itil list --all` shows what there is, `itil search {part}` what has these words."
    assert str(caught.value) == said


def test_an_id_that_fits_exactly_comes_before_parts(index: Index) -> None:
    assert index.find(IDS[0]) == IDS[0]


def test_a_record_by_its_id(index: Index) -> None:
    assert index.record(IDS[0]).id == IDS[0]
    with pytest.raises(NotFound, match=r"^There is no INC-20990101-00000\."):
        index.record("INC-20990101-00000")
