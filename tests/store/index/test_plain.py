"""Summaries in memory answer the same questions as the index does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.store.index.index import Index
from itil_cli.store.index.plain import fits, ordered
from itil_cli.store.index.query import SORTABLE, Filter
from itil_cli.store.store import Store

FILTERS = [
    {}, {"status": ("new", "closed")}, {"priority": ("P1", "none")}, {"assignee": ("ADA@example.com",)},
    {"assignee": ("none",)}, {"category": ("network",)}, {"category": ("network/vpn",)}, {"category": ("net",)},
    {"ci": ("pay-1",)}, {"ci": ("pay-1", "pay-2"), "status": ("new",)}, {"group": ()}, {"parent": ("none",)},
]  # fmt: skip
SORTS = [(), ("-priority", "opened"), ("status",), ("-status", "title"), ("impact", "-urgency"), ("-updated",)]


_MADE: list[Path] = []  # the store, once it is made: nothing here writes


@pytest.fixture
def index(request: pytest.FixtureRequest) -> Iterator[Index]:
    """Six incidents of many kinds."""
    if not _MADE:
        _MADE.append(_made(request.getfixturevalue("shell")))
    store = Store.find(_MADE[0])
    yield store.snapshot("HEAD").index
    store.close()


def _made(shell: Shell) -> Path:
    log = ("log", "--category")
    shell(*log, "network/vpn", "-t", "b", "--impact", "high", "--urgency", "low", "--take")
    shell(*log, "network", "-t", "A", "--impact", "low", "--urgency", "critical", "--ci", "pay-1")
    shell(
        *log, "hardware", "-t", "c", "--impact", "critical", "--urgency", "critical", "--ci", "pay-2", "--ci", "pay-1"
    )
    shell("log", "-t", "not classified")
    done = shell.id(*log, "hardware", "-t", "d", "--impact", "medium", "--urgency", "high", "--take")
    shell("resolve", done, "--code", "fixed", "-m", "x")
    shell("close", done, "--confirmed-by", "ada@example.com")
    return shell.store


@pytest.mark.parametrize("open_only", [False, True])
@pytest.mark.parametrize("equal", FILTERS, ids=str)
def test_what_fits_is_the_same(index: Index, equal: dict[str, tuple[str, ...]], open_only: bool) -> None:
    wanted = Filter(equal=equal, open_only=open_only)
    plain = [row.id for row in index.rows(Filter(), ["id"]) if fits(wanted, row.summary)]
    assert plain == [row.id for row in index.rows(wanted, ["id"])]


@pytest.mark.parametrize(
    "sort", [*SORTS, *((name,) for name in SORTABLE), *((f"-{name}",) for name in SORTABLE)], ids=str
)
def test_the_order_is_the_same(index: Index, sort: tuple[str, ...]) -> None:
    rows = index.rows(Filter(), sort)
    assert [said["id"] for said in ordered([row.summary for row in rows], sort)] == [row.id for row in rows]
