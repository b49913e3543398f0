"""Filters, order and full text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from repo import Repo
from shelf import NOON, file_of, incident

from itil_cli.process.incident import Event, Record
from itil_cli.store.index.index import Filter, Index
from itil_cli.store.index.query import SORTABLE

HIGH = {"impact": "high", "urgency": "high", "priority": "P2"}


def moved(record: Record, *does: tuple[str, dict[str, Any]]) -> Record:
    """The record with more events, an hour apart."""
    last = record.events[-1].at
    more = [
        Event(last + 3600 * place, "dana@example.com", f"{place + 5}-cccc", do, data)
        for place, (do, data) in enumerate(does, start=1)
    ]
    return replace(record, events=(*record.events, *more))


RECORDS = {
    "printer": incident(1, "Printer jams", service="print", category="hardware/printer", cis=["prn-1", "prn-2"]),
    "payments": moved(
        incident(2, "Card payments fail", service="payments", category="application", note="Gateway café down", **HIGH),
        ("classified", {**HIGH, "category": "application/payments"}),
        ("assigned", {"group": "support", "to": "Bob@Example.com", "assignee": "Bob@Example.com"}),
    ),
    "gone": moved(incident(3, "Not needed any more"), ("canceled", {"reason": "withdrawn"})),
    "low": incident(4, "A slow printer", impact="low", urgency="low", priority="P5", category="hardwareish"),
    "zurich": incident(5, "Zürich: the <b>network</b> is 100% gone", priority="P1", impact="critical", urgency="high"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    repo = Repo(tmp_path_factory.mktemp("store") / "r")
    repo.git("config", "user.name", "Ada")
    repo.git("config", "user.email", "ada@example.com")
    for record in RECORDS.values():
        repo.write(*file_of(record))
    repo.write("incidents/2026/11/24/INC-20261124-BR0KE.md", b"no record")
    repo.write(*file_of(Record("KB-20261124-BBBBB", {"title": "How to print"}, (), "Press the button.")))
    repo.commit()
    with repo.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with Index(git, found[0]) as made:
            yield made


NAMES = {record.id: name for name, record in RECORDS.items()}


def names(rows: list[Any]) -> list[str]:
    return [NAMES.get(row.id, row.id) for row in rows]


def listed(index: Index, **wanted: Any) -> set[str]:
    return set(names(index.rows(Filter(**wanted))))


# --- filters


def test_everything_readable_is_listed(index: Index) -> None:
    assert listed(index) == set(RECORDS)


def test_open_ones_only(index: Index) -> None:
    assert listed(index, open_only=True) == set(RECORDS) - {"gone"}


@pytest.mark.parametrize(
    ("equal", "fits"),
    [
        ({"service": ["print"]}, {"printer"}),
        ({"service": ["print", "payments"]}, {"printer", "payments"}),
        ({"service": ["none"]}, {"gone", "low", "zurich"}),
        ({"service": ["none", "print"]}, {"gone", "low", "zurich", "printer"}),
        ({"service": ["print"], "status": ["canceled"]}, set()),
        ({"status": ["canceled", "assigned"]}, {"gone", "payments"}),
        ({"category": ["hardware"]}, {"printer"}),
        ({"category": ["application"]}, {"payments"}),
        ({"category": ["application/payments"]}, {"payments"}),
        ({"category": ["application/pay"]}, set()),
        ({"category": ["app_ication"]}, set()),
        ({"ci": ["prn-2"]}, {"printer"}),
        ({"ci": ["prn"]}, set()),
        ({"group": ["support"]}, {"payments"}),
        ({"requestor": ["ALICE@example.com"]}, set(RECORDS)),
        ({"priority": ["P1", "P2"]}, {"payments", "zurich"}),
        ({"title": ["' OR 1=1 --"]}, set()),
        ({"service": []}, set()),
        ({"service": ["caf\udce9"]}, set()),
        ({}, set(RECORDS)),
    ],
)
def test_fields_must_all_fit_and_their_values_are_alternatives(
    index: Index, equal: dict[str, list[str]], fits: set[str]
) -> None:
    assert listed(index, equal=equal) == fits


def test_since_is_included_and_before_is_not(index: Index) -> None:
    assert listed(index, since=NOON + 3, before=NOON + 5) == {"gone", "low"}
    assert listed(index, since=NOON + 5) == {"zurich"}
    assert listed(index, before=NOON) == set()


def test_text_narrows_down(index: Index) -> None:
    assert listed(index, text="printer", equal={"service": ["print"]}) == {"printer"}


def test_another_kind_needs_no_status(index: Index) -> None:
    assert [row.id for row in index.rows(Filter("KB"))] == ["KB-20261124-BBBBB"]
    assert [row.id for row in index.search("button", kind="KB")] == ["KB-20261124-BBBBB"]


# --- order


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ((), ["zurich", "payments", "low", "printer", "gone"]),
        (("opened",), ["printer", "payments", "gone", "low", "zurich"]),
        (("-opened",), ["zurich", "low", "gone", "payments", "printer"]),
        (("impact", "opened"), ["zurich", "payments", "low", "printer", "gone"]),
        (("-impact", "opened"), ["low", "payments", "zurich", "printer", "gone"]),
        (("status", "-opened"), ["zurich", "low", "printer", "payments", "gone"]),
        (("-status", "opened"), ["gone", "payments", "printer", "low", "zurich"]),
        (("service", "opened"), ["payments", "printer", "gone", "low", "zurich"]),
        (("-service", "opened"), ["printer", "payments", "gone", "low", "zurich"]),
        (("-updated",), ["payments", "gone", "zurich", "low", "printer"]),
    ],
)
def test_rows_are_sorted_and_what_is_empty_comes_last(index: Index, sort: tuple[str, ...], order: list[str]) -> None:
    assert names(index.rows(Filter(), sort)) == order


def test_ties_go_by_id(index: Index) -> None:
    ids = [row.id for row in index.rows(Filter(), ("requestor",))]
    assert ids == sorted(ids)


def test_every_field_sorts(index: Index) -> None:
    for name in SORTABLE:
        assert len(index.rows(Filter(), (name, f"-{name}"))) == len(RECORDS)


def test_a_limit_cuts_the_list(index: Index) -> None:
    assert names(index.rows(Filter(), limit=2)) == ["zurich", "payments"]
    assert index.rows(Filter(), limit=0) == []
    assert len(index.search("p", limit=1)) == 1


# --- full text


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("printer", {"printer", "low"}),
        ("PRINT", {"printer", "low"}),
        ("printer slow", {"low"}),
        ("slow printer", {"low"}),
        ('"slow printer"', {"low"}),
        ('"printer slow"', set()),
        ('"slow print"', set()),
        ("zurich", {"zurich"}),
        ("ZÜRICH", {"zurich"}),
        ("cafe", {"payments"}),
        ("café gate", {"payments"}),
        ("rinter", set()),
        ("100%", {"zurich"}),
        ("<b>", {"zurich"}),
        ("", set()),
        ("- * ( )", set()),
        ('"', set()),
        ("printer OR payments", {"printer", "low", "payments"}),
        ("printer NOT slow", {"printer"}),
        ("printer -slow", {"printer"}),
        ("slow OR payments printer", {"low"}),
        ("OR printer NOT", {"printer", "low"}),
        ("title:printer", set()),
    ],
)
def test_all_words_must_be_there_each_also_as_a_beginning(index: Index, text: str, fits: set[str]) -> None:
    assert set(names(list(index.search(text)))) == fits


def test_where_the_title_has_it_comes_first_then_the_newest(repo: Repo) -> None:
    records = [
        incident(1, "Router down", at=NOON),
        incident(2, "Other", at=NOON + 500, note="the router"),
        incident(3, "Router again", at=NOON + 100),
    ]
    for record in records:
        repo.write(*file_of(record))
    repo.commit()
    with repo.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with Index(git, found[0]) as index:
            rows = list(index.search("router"))
    assert [row.summary["title"] for row in rows] == ["Router again", "Router down", "Other"]


def test_what_holds_a_stem_is_found_by_it(index: Index) -> None:
    ids = [RECORDS[name].id for name in ("printer", "low")]
    assert sorted(index.holding(("INC",), "print")) == ids
    assert len(index.holding(("INC", "KB"), "print")) == 3
    assert len(index.holding(("INC", "KB"), "print", most=2)) == 2
    assert (index.count(("INC",)), index.count(("KB",)), index.count(("KE",))) == (len(RECORDS) + 1, 1, 0)
    assert index.holding(("INC",), "?!") == []


@example("caf\udce9")
@given(st.text(max_size=30) | st.text(st.sampled_from("\"*-+^():ANDORNEAR \0{}'\\/%_.é"), max_size=20))
def test_any_text_may_be_searched_for(index: Index, text: str) -> None:
    connection = index._connection
    list(index.search(text))
    index.holding(("INC",), text)
    index.rows(Filter(text=text))
    assert index._connection is connection  # nothing was taken for a damaged file


# --- broken files


def test_a_broken_file_has_its_place_and_hides_no_other(index: Index) -> None:
    assert "INC-20261124-BR0KE" in index.ids()
    ((path, error),) = index.broken()
    assert path == "incidents/2026/11/24/INC-20261124-BR0KE.md"
    assert str(error).startswith(f"{path}:1:1: the file does not start with a line `---`.")
    assert len(list(index.records())) == len(RECORDS) + 2


def test_changed_since_leaves_out_what_is_open_but_did_not_change(index: Index) -> None:
    """The last event of each stands in its row; `alive_since` keeps the open ones, too."""
    last = {name: record.events[-1].at for name, record in RECORDS.items()}
    since = max(last.values())
    wanted = sorted(RECORDS[name].id for name, at in last.items() if at >= since)
    assert sorted(row.id for row in index.rows(Filter(changed_since=since))) == wanted
    assert len(wanted) < len(index.rows(Filter(alive_since=since)))


def test_records_of_ids_come_in_their_order_without_those_that_cannot_be_read(index: Index) -> None:
    ids = [RECORDS["zurich"].id, "INC-20261124-BR0KE", "KB-20261124-BBBBB", RECORDS["printer"].id, "INC-20261124-ZZZZZ"]
    assert [record.id for record in index.records_of(ids)] == [ids[0], ids[2], ids[3]]
    assert list(index.records_of([])) == []
