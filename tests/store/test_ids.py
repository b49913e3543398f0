"""New ids: random letters of Crockford's alphabet, or seeded ones that repeat."""

from __future__ import annotations

import pytest

from itil_cli.process.incident import CROCKFORD, ID
from itil_cli.store.ids import RandomIds, SeededIds, ids


def test_random_letters_make_ids_and_differ() -> None:
    made = {RandomIds().letters(5) for _ in range(500)}
    assert len(made) > 490
    assert all(ID.fullmatch(f"INC-20261124-{letters}") for letters in made)
    assert set("".join(made)) == set(CROCKFORD)


def test_the_alphabet_has_no_letter_that_reads_as_another() -> None:
    assert len(set(CROCKFORD)) == 32
    assert not set("ILOU") & set(CROCKFORD)


def test_the_same_seed_on_the_same_store_gives_the_same_letters() -> None:
    one, other = SeededIds("7", lambda: "tip"), SeededIds("7", lambda: "tip")
    said = [one.letters(5), one.letters(4), one.letters(40)]
    assert said == [other.letters(5), other.letters(4), other.letters(40)]
    assert len({*said}) == 3
    assert set("".join(said)) <= set(CROCKFORD)


def test_another_seed_or_another_store_gives_other_letters() -> None:
    letters = {SeededIds(seed, lambda tip=tip: tip).letters(8) for seed in "123" for tip in ("a", "b")}  # type: ignore[misc]
    assert len(letters) == 6


def test_the_store_is_asked_once_and_only_for_the_first_letter() -> None:
    asked: list[int] = []

    def salt() -> str:
        asked.append(1)
        return "tip"

    made = SeededIds("7", salt)
    assert asked == []
    made.letters(100)
    made.letters(100)
    assert asked == [1]


def test_the_environment_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ITIL_SEED", raising=False)
    assert isinstance(ids(lambda: ""), RandomIds)
    monkeypatch.setenv("ITIL_SEED", "7")
    assert ids(lambda: "tip").letters(5) == SeededIds("7", lambda: "tip").letters(5)
    monkeypatch.setenv("ITIL_SEED", "")
    assert isinstance(ids(lambda: ""), RandomIds)
