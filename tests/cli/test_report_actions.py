"""Follow-up actions in reports (M9), by hand: open, overdue, added and done at each month's end, from events alone.

| action | of | added | date | done |
|---|---|---|---|---|
| A | a major incident | 03-02 | 03-10 | 03-09 (in time) |
| B | the same | 03-02 | 03-20 | 04-03 (late) |
| C | another incident, closed on 03-05 | 03-05 | 03-31 | never |
| D | the process | 03-06 | 04-15 | 04-15 (in time) |
"""

from __future__ import annotations

from typing import Any

import pytest
from shell import Shell

P1 = ["--impact", "critical", "--urgency", "critical", "--category", "network"]


def at(day: str, hour: int = 9) -> str:
    return f"2026-{day}T{hour:02d}:00:00Z"


@pytest.fixture
def followed(company: Shell) -> Shell:
    major = company.id("log", "-t", "All down", *P1, now=at("03-02"), who="dana")
    company("major", "accept", major, "--criterion", "network-down", "-m", "All shops", now=at("03-02"), who="max")
    other = company.id("log", "-t", "Jam", *P1, "--take", now=at("03-02"))
    add(company, major, "Fix it for good", "03-10", "03-02")
    add(company, major, "Order a second line", "03-20", "03-02")
    company("resolve", other, "--code", "fixed", "-m", "x", "--confirmed-by", "ada@example.com", now=at("03-05"))
    add(company, other, "Tell the shops", "03-31", "03-05")
    add(company, "process", "Look at the matrix", "04-15", "03-06")
    done(company, major, 1, "03-09")
    done(company, major, 2, "04-03")
    done(company, "process", 1, "04-15")
    return company


def add(shell: Shell, record: str, text: str, due: str, day: str) -> None:
    words = ["action", record, "add", "-m", text, "--owner", "bob@example.com", "--due", f"2026-{due}"]
    answer = shell(*words, now=at(day), who="ines")
    assert answer.code == 0, answer.err


def done(shell: Shell, record: str, number: int, day: str) -> None:
    answer = shell("action", record, "done", str(number), now=at(day), who="ines")
    assert answer.code == 0, answer.err


def figures(shell: Shell, name: str, *words: str, now: str = "2026-06-01T09:00:00Z") -> dict[str, Any]:
    answer = shell("report", name, *words, "--json", now=now)
    assert answer.code == 0, answer.err
    return dict(answer.json["figures"])


@pytest.mark.parametrize(
    ("period", "overdue", "still_open", "added", "finished", "late"),
    [
        ("2026-02", 0, 0, 0, 0, 0),  # nothing was there
        ("2026-03", 1, 3, 4, 1, 0),  # B is overdue; C's date is the last day, D's is to come
        ("2026-04", 1, 1, 0, 2, 1),  # C is; B was done late, D on its day
        ("2026-05", 1, 1, 0, 0, 0),  # C for ever, though nothing happened to it for two months
        ("2026-03-01..2026-03-20", 0, 3, 4, 1, 0),  # B's day was the last of the period
        ("2026-03-01..2026-03-21", 1, 3, 4, 1, 0),
    ],
)
def test_what_was_open_and_overdue_at_the_end(
    followed: Shell, period: str, overdue: int, still_open: int, added: int, finished: int, late: int
) -> None:
    found = figures(followed, "improvement", "--period", period)["actions_overdue"]
    assert (found["numerator"], found["denominator"]) == (overdue, still_open)
    assert found["value"] == (overdue / still_open if still_open else None)
    assert found["beside"] == {"actions_added": added, "actions_done": finished, "actions_done_late": late}


def test_those_of_majors_alone(followed: Shell) -> None:
    march, april = (figures(followed, "major", "--period", f"2026-0{month}") for month in (3, 4))
    assert (march["major_actions_overdue"]["numerator"], march["major_actions_overdue"]["denominator"]) == (1, 1)
    assert april["major_actions_overdue"]["value"] is None


def test_inside_a_period_it_is_what_stands_now(followed: Shell) -> None:
    found = figures(followed, "improvement", "--period", "2026-03", now=at("03-08"))["actions_overdue"]
    assert (found["numerator"], found["denominator"], found["beside"]["actions_done"]) == (0, 4, 0)
    found = figures(followed, "improvement", "--period", "2026-03", now=at("03-21"))["actions_overdue"]
    assert (found["numerator"], found["denominator"]) == (1, 3)


def test_a_filter_leaves_the_process_out_and_no_index_changes_nothing(followed: Shell) -> None:
    found = figures(followed, "improvement", "category:network", "--period", "2026-03")["actions_overdue"]
    assert (found["numerator"], found["denominator"]) == (1, 2)
    twice = [figures(followed, "improvement", *more, "--period", "2026-04") for more in ((), (), ("--no-index",))]
    assert twice[0] == twice[1] == twice[2]


def test_the_same_commit_tells_the_same_later(followed: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    head = followed.git("rev-parse", "HEAD").strip()
    words = ["report", "improvement", "--period", "2026-04", "--as-of", head]
    before = followed(*words, now="2026-06-01T09:00:00Z").out
    add(followed, "process", "More", "05-01", "04-20")
    assert followed(*words, now="2026-06-01T09:00:00Z").out == before
    assert "actions_overdue" in before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("table", "actions_overdue  33.3 %   1 of 3\n  beside it: 4 actions added, 1 action done\n"),
        ("markdown", "Follow-up actions overdue"),
        ("csv", "actions_overdue"),
        ("openmetrics", "itil_actions_overdue"),
    ],
)
def test_in_every_format(followed: Shell, form: str, said: str) -> None:
    answer = followed("report", "improvement", "--period", "2026-03", "--format", form, now="2026-06-01T09:00:00Z")
    assert answer.code == 0 and said in answer.out, answer.out + answer.err
