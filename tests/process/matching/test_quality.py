"""How well what is alike is found: recall at 5 over labelled sets and over the real mails, beside plain ways.

`python -m benchmarks matching` prints the same figures, and how fast it is, into `docs/benchmarks-matching.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.process.matching.heldout import heldout
from tests.process.matching.mails import FAMILIES, mails
from tests.process.matching.measuring import FIRST, WAYS, offered, recall
from tests.process.matching.texts import GROUPS, Text, texts
from tests.process.matching.typed import alone, typed
from tests.process.matching.unseen import unseen

ALL = texts()


def test_the_set_is_labelled_and_large_enough() -> None:
    assert len(GROUPS) == 20 and len(ALL) >= 200
    assert all(len(group.titles) > FIRST for group in GROUPS.values())
    assert len({text.title for text in ALL}) == len(ALL)


@pytest.mark.parametrize("known", [unseen(), heldout(), typed()], ids=["unseen", "first held out", "typed"])
def test_the_sets_of_three_languages_have_twenty_groups_of_ten(known: list[Text]) -> None:
    assert len({text.title for text in known}) == len(known) == 200
    assert set(Counter(text.group for text in known).values()) == {10}


def found(known: Sequence[Text], of: str, capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Recall at five of each way, printed."""
    shares = {}
    for name, way in WAYS.items():
        shares[name], hits = recall(known, way(known))
        with capsys.disabled():
            print(f"\n  {of}: {name:<10} recall at 5: {shares[name]:.3f}, one of five: {hits:.3f}", end="")
    return shares


def test_recall_at_five_is_over_nine_tenths_and_beats_plain_matching(capsys: pytest.CaptureFixture[str]) -> None:
    shares = found(ALL, "tuned on", capsys)
    assert shares["ours"] > 0.95
    assert shares["ours"] > shares["FTS5 alone"] > shares["like grep"]


def test_three_languages_that_it_was_tuned_on(capsys: pytest.CaptureFixture[str]) -> None:
    shares = found(unseen(), "three languages", capsys)
    assert shares["ours"] > 0.85 > 0.5 > max(shares["FTS5 alone"], shares["like grep"])


def test_three_languages_that_were_held_out_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    shares = found(heldout(), "first held out", capsys)
    assert shares["ours"] > 0.85 > 0.35 > max(shares["FTS5 alone"], shares["like grep"])


def test_as_people_type_them_never_tuned_on(capsys: pytest.CaptureFixture[str]) -> None:
    """No bar of nine tenths: words that no list of meanings joins are not found."""
    shares = found(typed(), "held out", capsys)
    assert shares["ours"] > 0.7 > 0.25 > max(shares["FTS5 alone"], shares["like grep"])


def test_where_nothing_fits_hardly_anything_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """Of texts to which nothing fits, and of all that is offered to the others."""
    lone = alone()
    assert len({text.title for text in lone}) == len(lone) == 80
    shown = offered(typed() + lone)
    with capsys.disabled():
        print(f"\n  offered by log: {shown}", end="")
    assert shown.alone / len(lone) < 0.1
    assert shown.right / shown.candidates > 0.9


def test_the_real_mails(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = mails(shared / "data/mail")
    named = [file for _, files in FAMILIES.values() for file in files.split()]
    assert len(known) >= 100 and len(named) == len({*named}) >= 60
    sizes = Counter(text.group for text in known)
    assert {name: sizes[name] for name in FAMILIES} == {name: len(said[1].split()) for name, said in FAMILIES.items()}
    shares = found(known, "real mails", capsys)
    assert shares["ours"] > 0.9
    assert shares["ours"] >= max(shares["FTS5 alone"], shares["like grep"])
