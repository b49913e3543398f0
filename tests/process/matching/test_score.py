"""Words, scores and offers, sentence by sentence."""

from __future__ import annotations

from typing import Any

import pytest

from itil_cli.process.matching.offers import offer
from itil_cli.process.matching.score import Document, query, rank

NOW, DAY = 1_800_000_000, 86_400


def ranked(wanted: Any, *documents: Document, **holding: int) -> list[tuple[str, dict[str, float]]]:
    found = rank(wanted, documents, holding, 100)
    return [(score.id, {name: round(share, 2) for name, share in score.boosts.items()}) for score in found]


def test_the_title_counts_more_than_the_description_and_that_more_than_the_work_log() -> None:
    documents = [
        Document("log", "Other", worklog="gateway", updated=NOW),
        Document("text", "Other", "gateway", updated=NOW),
        Document("title", "gateway", updated=NOW),
    ]
    assert [name for name, _ in ranked(query("gateway", NOW), *documents)] == ["title", "text", "log"]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    documents = [Document("common", "slow printer"), Document("rare", "slow gateway")]
    first = rank(query("printer gateway", NOW), documents, {"print": 60, "gateway": 20}, 100)[0]
    assert first.id == "rare"


def test_below_a_dozen_no_word_is_rarer_than_another() -> None:
    documents = [Document("a", "printer x1"), Document("b", "gateway x1")]
    one, other = rank(query("printer gateway", NOW), documents, {"print": 1, "gateway": 12}, 100)
    assert one.total == other.total


def test_boosts_are_told_and_make_nothing_alike_by_themselves() -> None:
    wanted = query("gateway", NOW, service="pay", category="application/pay", cis=["gw-1"])
    facts: dict[str, Any] = {"service": "pay", "category": "application/pay", "cis": frozenset({"gw-1", "gw-2"})}
    documents = [
        Document("all", "gateway", **facts, updated=NOW),
        Document("upper", "gateway", category="application/web", updated=NOW - 30 * DAY),
        Document("known", "gateway"),
        Document("nothing", "printer", **facts, updated=NOW),
    ]
    assert ranked(wanted, *documents) == [
        ("all", {"service": 0.3, "ci": 0.4, "category": 0.2, "recent": 0.2}),
        ("known", {"published": 0.4}),
        ("upper", {"category": 0.1, "recent": 0.1}),
    ]


def test_that_both_are_down_does_not_name_what_is_down() -> None:
    documents = [Document("switch", "Switch down"), Document("shop", "Webshop is down")]
    found = rank(query("Webshop down", NOW), documents, {}, 100)
    assert {one.id: one.names_it for one in found} == {"shop": True, "switch": False}


def test_the_known_error_comes_before_the_article_of_the_same_incident() -> None:
    workaround = "Every search gives an empty page. Restart the search service; the backup left its lock behind."
    documents = [
        Document("KB-20260309-65246", "Search finds nothing", "Every search gives an empty page."),
        Document("KE-20260309-Y687Z", "Search finds nothing", workaround),
        Document("INC-20260309-AJGDP", "Search finds nothing", "Every search gives an empty page.", updated=NOW),
    ]
    found = ranked(query("search page stays empty", NOW), *documents)
    assert [name[:3] for name, _ in found] == ["KE-", "KB-", "INC"]


def test_how_much_of_the_text_is_covered_is_told() -> None:
    documents = [Document("whole", "gateway rack"), Document("half", "gateway")]
    whole, half = rank(query("gateway rack", NOW), documents, {}, 100)
    assert (whole.covered, round(half.covered, 3)) == (1.0, 0.5)


def test_what_goes_wrong_tells_less_than_with_what() -> None:
    documents = [Document("same trouble", "scanner broken"), Document("same thing", "printer dead")]
    found = rank(query("printer broken", NOW), documents, {}, 100)
    assert [one.id for one in found] == ["same thing", "same trouble"]
    assert found[1].words["broken"] == pytest.approx(0.7 * found[0].words["printer"])


def test_points_are_told_by_the_words_of_the_query() -> None:
    (one,) = rank(query("Kartenleser", NOW), [Document("a", "card reader")], {}, 100)
    assert list(one.words) == ["kartenleser"]


def test_ties_go_by_id() -> None:
    assert [one.id for one in rank(query("a1", NOW), [Document("b", "a1"), Document("a", "a1")], {}, 2)] == []
    documents = [Document("b", "gateway"), Document("a", "gateway")]
    assert [one.id for one in rank(query("gateway", NOW), documents, {}, 2)] == ["a", "b"]


INC = {"id": "INC-20260309-00001", "status": "new", "requestor": "alice@x", "parent": None}


@pytest.mark.parametrize(
    ("said", "requestor", "own", "kind", "command"),
    [
        ({"id": "KE-20260309-00001"}, "alice@x", None, "apply", "itil apply NEW KE-20260309-00001"),
        ({"id": "KB-20260309-00001"}, None, "INC-9", "apply", "itil apply INC-9 KB-20260309-00001"),
        (INC, "alice@x", None, "contact", 'itil contact INC-20260309-00001 -m "…"'),
        (INC, "alice@x", "INC-9", "duplicate", "itil link INC-9 duplicate-of INC-20260309-00001"),
        (INC, "carl@x", None, "child", "itil link NEW child-of INC-20260309-00001"),
        (
            INC | {"parent": "INC-20260309-00000"},
            "carl@x",
            "INC-9",
            "child",
            "itil link INC-9 child-of INC-20260309-00000",
        ),
        (INC, None, None, "child", "itil link NEW child-of INC-20260309-00001"),
        (INC | {"status": "resolved"}, "alice@x", None, "look", "itil show INC-20260309-00001"),
    ],
)
def test_s11_what_is_offered(
    said: dict[str, Any], requestor: str | None, own: str | None, kind: str, command: str
) -> None:
    assert offer(said, requestor, own) == (kind, command)
