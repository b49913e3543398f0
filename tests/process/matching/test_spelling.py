"""Roots and slips, sentence by sentence."""

from __future__ import annotations

import pytest

from itil_cli.process.matching.spelling import root
from itil_cli.process.matching.words import words


@pytest.mark.parametrize(
    "alike",
    [
        ("activation", "Aktivierung", "activate", "aktiviert", "aktivieren"),
        ("product", "Produkt", "products"),
        ("elephant", "Elefant", "éléphant"),
        ("category", "categories"),
        ("refund", "refunds", "refunded"),
    ],
)
def test_what_three_languages_share_has_one_root(alike: tuple[str, ...]) -> None:
    assert len({root(word) for said in alike for word in [*words(said)]}) == 1


@pytest.mark.parametrize("word", ["a", "on", "tion", "s", "zz"])
def test_a_root_is_never_empty(word: str) -> None:
    assert root(word)


@pytest.mark.parametrize("slip", ["imprimente", "improimante", "imprmiante", "imprimate"])
def test_a_wrong_letter_one_too_many_two_swapped_or_one_too_few_is_forgiven(slip: str) -> None:
    assert words(slip) == words("imprimante") == ["print"]


def test_a_short_word_is_taken_as_it_is_written() -> None:
    assert words("carp") != words("card")
