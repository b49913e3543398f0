"""Words for comparing, sentence by sentence."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itil_cli.process.matching import lexicon
from itil_cli.process.matching.words import plain, said, stem, telling, words


@pytest.mark.parametrize(
    ("several", "one"),
    [
        (("print", "prints", "printed", "printing"), "print"),
        (("refund", "refunds", "refunded"), "refund"),
        (("jam", "jams", "jammed", "jamming"), "jam"),
        (("category", "categories"), "categor"),
        (("gateway", "gateways"), "gateway"),
        (("page", "pages"), "pag"),
        (("ke-20",), "ke-20"),
        (("502",), "502"),
    ],
)
def test_a_word_is_known_by_its_stem(several: tuple[str, ...], one: str) -> None:
    assert {stem(word) for word in several} == {one}


def test_case_accents_short_and_common_words_do_not_count() -> None:
    assert words("The CAFÉ is not at 10 % of x7 of its café 3") == ["kafe", "10", "kafe"]
    assert words("Der Kiosk und die Kantine, aber nicht le couloir") == ["kiosk", "kantin", "kouloi"]
    assert words("") == []


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Drucker", ["print"]),
        ("imprimantes", ["print"]),
        ("Mot de passe", ["password"]),
        ("Wi-Fi", ["wifi"]),
        ("l'imprimante", ["print"]),
        ("pw", ["password"]),
        ("Kartenleser", ["kartenles", "card", "reader"]),
        ("Passwortrücksetzung", ["paswortruksets", "password"]),
        ("fileserver", ["fileserv", "file", "server"]),
        ("passwrod", ["password"]),
        ("pasword", ["password"]),
        ("passswords", ["password"]),
        ("ausloesen Geraet", ["ausloes", "device"]),
        ("Gerät", ["device"]),
        ("contract", ["contract"]),
    ],
)
def test_a_word_of_the_field_counts_by_its_meaning(text: str, meaning: list[str]) -> None:
    assert words(text) == meaning


def test_what_is_written_without_spaces_counts_by_pairs() -> None:
    assert words("メールが届かない") == ["メー", "ール", "ルか", "か届", "届か", "かな", "ない"]
    assert set(words("メールサーバ")) & set(words("新しいメール")) == {"メー", "ール"}
    assert words("邮") == ["邮"]


def test_what_goes_wrong_tells_less() -> None:
    assert (telling("broken"), telling("print"), telling("anything")) == (0.7, 1.0, 1.0)


def test_each_stem_is_told_by_its_first_word() -> None:
    assert said("Drucker und Printer: Kartenleser") == {
        "print": "drucker", "kartenles": "kartenleser", "card": "kartenleser", "reader": "kartenleser",
    }  # fmt: skip


def test_no_word_of_the_list_stands_twice_and_all_are_plain() -> None:
    lines = (lexicon.THINGS + lexicon.TROUBLE).split("\n")
    listed = [word for line in lines for word in line.split()]
    assert [word for word, count in Counter(listed).items() if count > 1] == []
    assert [word for word in listed if plain(word) != word] == []
    assert set(lexicon.COMMON.split()) & set(listed) == set()


@given(st.text(max_size=200))
def test_any_text_has_words_that_full_text_takes_as_one(text: str) -> None:
    assert all(word and word.isalnum() for word in words(text))
    assert set(said(text)) == set(words(text))


def test_no_text_takes_long() -> None:
    """A hundred thousand hostile characters of each kind; what is quadratic would not come back."""
    for text in ("a" * 100_000, "pass" * 25_000, "メ" * 100_000, "mot de " * 15_000, "é" * 100_000):
        assert isinstance(words(text), list)
