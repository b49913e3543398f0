"""What helped is found by the words of those it helped with, sentence by sentence."""

from __future__ import annotations

import pytest

from itil_cli.process.incident import Event, Record
from itil_cli.process.matching.score import Score
from itil_cli.process.matching.usage import handed_on, helpers

INC, OTHER, KE = "INC-20261124-AAAA1", "INC-20261124-AAAA2", "KE-20261124-BBBB1"


def scored(record_id: str, total: float, **boosts: float) -> Score:
    return Score(record_id, total, {"kiosk": total}, boosts, 0.8, names_it=True)


def test_it_is_a_tenth_more_like_the_text_than_the_incident_that_it_helped_with() -> None:
    ranked = handed_on([scored(INC, 6.0, recent=0.2), scored(OTHER, 2.0)], {INC: [KE], OTHER: [KE]})
    assert [(score.id, score.total) for score in ranked] == [(KE, pytest.approx(6.5)), (INC, 6.0), (OTHER, 2.0)]
    assert ranked[0].boosts == {"recent": 0.2, "helped": 0.1} and ranked[0].words == {"kiosk": 6.0}
    assert (ranked[0].covered, ranked[0].names_it) == (0.8, True)


def test_its_own_words_count_where_they_make_more() -> None:
    assert handed_on([scored(KE, 7.0), scored(INC, 6.0)], {INC: [KE]}) == [scored(KE, 7.0), scored(INC, 6.0)]


@pytest.mark.parametrize(
    ("links", "events", "found"),
    [
        ((), (("applied", True),), {KE}),
        ((), (("applied", False),), set()),
        ((), (("applied", True), ("applied", False)), set()),
        ((), (("applied", False), ("applied", True)), {KE}),
        (({"relation": "known-error", "target": KE},), (), {KE}),
        (({"relation": "problem", "target": "PRB-20261124-CCCC1"},), (), set()),
    ],
)
def test_what_was_applied_or_linked_counts_and_what_did_not_help_does_not(
    links: tuple[dict[str, str], ...], events: tuple[tuple[str, bool], ...], found: set[str]
) -> None:
    said = tuple(
        Event(0, "dana@example.com", f"{n}-aaaa", do, {"record": KE, "helped": helped})
        for n, (do, helped) in enumerate(events, start=1)
    )
    assert helpers(Record(INC, {"title": "Kiosk"}, said), {"links": list(links)}) == found
