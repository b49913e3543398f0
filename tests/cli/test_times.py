"""Times of the command line (S1): what is written as one is one, and nothing is guessed."""

from __future__ import annotations

from datetime import datetime

import pytest
from shell import Shell

from itil_cli.cli.context import parse_wait, parse_when
from itil_cli.errors import Malformed
from itil_cli.process.time.instants import format_instant

NOON = int(datetime(2026, 3, 9, 12, 0).timestamp())


def local(*parts: int) -> int:
    return int(datetime(*parts).timestamp())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24T09:00:00Z", 1795510800),
        ("2026-11-24T10:00:00+01:00", 1795510800),
        ("2026-11-24T09:00Z", 1795510800),
        ("2026-11-24 09:30", local(2026, 11, 24, 9, 30)),
        ("2026-11-24T09:30:15", local(2026, 11, 24, 9, 30, 15)),
        ("2026-11-24", local(2026, 11, 24)),
        ("2026-11", local(2026, 11, 1)),
        ("9:05", local(2026, 3, 9, 9, 5)),
        ("10:05:30", local(2026, 3, 9, 10, 5, 30)),
    ],
)
def test_a_time_is_a_moment_a_day_a_month_or_an_hour_of_the_present_day(text: str, instant: int) -> None:
    assert parse_when(text, NOON) == parse_wait(text, NOON) == instant


@pytest.mark.parametrize(
    "text", ["", "soon", "30m", "12", "1234567", "20261124", "2026", "24:00", "2026-13-01", "9999-01-01", "1969-12-31"]
)
def test_what_is_not_written_as_a_time_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="is not a time"):
        parse_when(text, NOON)


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("2h", 7200)])
def test_a_time_to_come_may_be_counted_from_now(text: str, seconds: int) -> None:
    assert parse_wait(text, NOON) == NOON + seconds


def test_days_from_now_are_not_guessed_to_be_business_days_or_others() -> None:
    with pytest.raises(Malformed) as refused:
        parse_wait("2bd", NOON)
    assert str(refused.value) == "'2bd' is not a time. Write 2026-11-24 09:00 in your zone, 10:05, or 45m from now."


def test_a_wait_of_some_hours_ends_that_long_after_now(shell: Shell) -> None:
    """`--until 2h` once meant 02:00 of the machine's day."""
    shell("log", "-t", "X", "--impact", "low", "--urgency", "low", "--category", "network")
    shell("take", "INC")
    done = shell(
        "pend", "INC", "--reason", "scheduled", "--until", "2h", "-m", "later", "--json", now="2026-03-09T12:00:00Z"
    )
    assert done.json["events"][-1]["until"] == "2026-03-09T14:00:00Z"


def test_an_hour_is_of_the_day_that_now_says(shell: Shell) -> None:
    shell("log", "-t", "X", now="2026-03-09T09:00:00Z")
    noon = format_instant(NOON)
    found = shell("list", "--as-of", "2:00", now=noon)
    assert found.code == 4 and found.err.startswith("error[not-found]: There is no commit as old as 2026-03-09T")


def test_a_number_is_no_time_for_as_of_but_a_commits_name(shell: Shell) -> None:
    assert (
        shell("list", "--as-of", "12").err
        == "error[not-found]: There is no commit '12'. `git log` shows what there is.\n"
    )
