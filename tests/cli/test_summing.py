"""Whole months of finished incidents are summed up once: the answers are those of counting one by one."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.cli.answers.reports import summing
from itil_cli.process.figures import REPORTS
from itil_cli.store.index import months

LATER = "2026-06-20T12:00:00Z"
YEAR = ("report", "summary", "--period", "2026", "--json")


@pytest.fixture
def spring(company: Shell, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The store of `fill`, filled once for all tests."""
    filled = tmp_path_factory.getbasetemp() / "spring"
    if not filled.exists():
        fill(company)
        shutil.copytree(company.store, filled)
    shutil.rmtree(company.store)
    shutil.copytree(filled, company.store)
    return company


def fill(company: Shell) -> None:
    """Two finished incidents a month from March to May; one is reopened in June, one of each month stays open."""
    for month in ("03", "04", "05"):
        for number, category in enumerate(("network", "data", "hardware")):
            said = ["--impact", "medium", "--urgency", "high", "--category", category, "--take"]
            one = company.id("log", "-t", f"Mail {number}", *said, now=f"2026-{month}-02T0{number + 8}:00:00Z")
            if number < 2:
                fix = ["--code", "fixed", "-m", "Queue emptied."]
                company("resolve", one, *fix, now=f"2026-{month}-0{number + 3}T10:00:00Z")
    company("reopen", one_of(company, "2026-04", "Mail 1"), "-m", "Late again.", now="2026-06-01T09:00:00Z")


def one_of(shell: Shell, month: str, title: str) -> str:
    folder = shell.store / "incidents" / month.replace("-", "/")
    (found,) = [file for file in folder.rglob("*.md") if title in file.read_text()]
    return found.stem


def index_of(shell: Shell) -> Path:
    return shell.store / ".git" / "itil" / "index.sqlite"


def kept(shell: Shell) -> dict[str, int]:
    """The months that are kept, with how many of their incidents are not in the sums."""
    with sqlite3.connect(index_of(shell)) as connection:
        return dict(connection.execute("SELECT folder, json_array_length(rest) FROM sums").fetchall())


def ask(shell: Shell, *words: str, now: str = LATER) -> str:
    """The same with sums and without; that answer."""
    first, again, bare = (shell(*words, *more, now=now) for more in ((), (), ("--no-index",)))
    assert first.code == 0, first.err
    assert first.out == again.out == bare.out
    return first.out


PERIODS = ("2026", "all", "2026-03-01..2026-05-10", "2026-04")


@pytest.mark.parametrize("period", PERIODS)
def test_sums_give_what_counting_one_by_one_gives(spring: Shell, period: str) -> None:
    for name in REPORTS:
        ask(spring, "report", name, "--period", period, "--json", "--by", "month")


@pytest.mark.parametrize("most", [1, 2, 1000])
def test_months_counted_on_all_cores_give_the_same(spring: Shell, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(summing, "MANY", 1)
    monkeypatch.setattr(summing, "MOST", most)
    for name in REPORTS:
        ask(spring, "report", name, "--period", "2026", "--json", "--by", "group")


def test_what_has_not_happened_yet_is_in_no_sum(spring: Shell) -> None:
    ask(spring, *YEAR)
    for now in ("2026-04-03T10:30:00Z", "2026-05-04T10:00:00Z", "2026-05-04T09:59:59Z"):
        ask(spring, *YEAR, now=now)


def test_months_that_lie_in_the_period_are_kept_but_for_what_is_open(spring: Shell) -> None:
    ask(spring, *YEAR)
    assert kept(spring) == {"incidents/2026/03": 1, "incidents/2026/04": 2, "incidents/2026/05": 1}


def test_a_month_whose_events_reach_out_of_the_period_is_not_kept(spring: Shell) -> None:
    ask(spring, "report", "--period", "2026-03-01..2026-05-31", "--json")
    assert kept(spring) == {"incidents/2026/03": 1, "incidents/2026/05": 1}, "one of April was reopened in June"


def test_a_change_spoils_one_month_alone(spring: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(spring, *YEAR)
    counted, real = [], summing._counted
    monkeypatch.setattr(summing, "_counted", lambda *words: counted.append(words[0].folder) or real(*words))
    spring("resolve", one_of(spring, "2026-03", "Mail 2"), "--code", "fixed", "-m", "x", now="2026-06-02T09:00:00Z")
    ask(spring, *YEAR)
    assert counted == ["incidents/2026/03"]


def test_another_question_has_sums_of_its_own_and_the_last_ones_stay(
    spring: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months, "FEW", 2)
    for field in ("priority", "category", "month"):
        ask(spring, *YEAR, "--by", field)
    with sqlite3.connect(index_of(spring)) as connection:
        questions = connection.execute("SELECT question, count(*) FROM sums GROUP BY question").fetchall()
    assert [count for _, count in questions] == [3, 3]


def test_another_desk_asks_another_question(spring: Shell) -> None:
    said = ["--impact", "low", "--urgency", "low", "--category", "network", "--take"]
    one = spring.id("log", "-t", "Badge lost", *said, who="dana@example.com", now="2026-03-06T10:00:00Z")
    fix = ["--code", "fixed", "-m", "A new one."]
    assert spring("resolve", one, *fix, who="dana@example.com", now="2026-03-06T10:05:00Z").code == 0
    before = ask(spring, *YEAR)
    policy = spring.store / "itil.yaml"
    policy.write_text(policy.read_text() + "  help: {level: 1, desk: true, escalates-to: support}\n")
    spring.git("commit", "-qam", "Another desk")
    ask(spring, *YEAR)
    policy.write_text(policy.read_text().replace("support, desk: true}", "support}"))
    spring.git("commit", "-qam", "The desk is another")
    after = ask(spring, *YEAR)
    assert [json.loads(said)["figures"]["fcr"]["numerator"] for said in (before, after)] == [1, 0]


def test_damaged_sums_are_made_anew(spring: Shell) -> None:
    before = ask(spring, *YEAR)
    with sqlite3.connect(index_of(spring)) as connection:
        connection.execute("UPDATE sums SET counted = '[[['")
    assert ask(spring, *YEAR) == before
    assert len(kept(spring)) == 3


@pytest.mark.parametrize("more", [("category:network",), ("--policy", "itil.yaml")])
def test_with_a_filter_or_another_policy_nothing_is_kept(
    spring: Shell, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spring.store)
    ask(spring, *YEAR, *more)
    assert kept(spring) == {}


def test_where_the_index_cannot_be_written_the_answers_are_the_same(spring: Shell) -> None:
    before = ask(spring, *YEAR)
    with sqlite3.connect(index_of(spring)) as connection:
        connection.execute("DELETE FROM sums")
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON sums BEGIN SELECT raise(ABORT, 'no'); END")
    assert ask(spring, *YEAR) == before
    assert kept(spring) == {}
