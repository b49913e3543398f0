"""Times as people type them: what each means from a Wednesday noon in Paris, and what is not guessed at."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from shell import Shell

from itil_cli.cli.typing.spoken import parse_when
from itil_cli.errors import Malformed
from itil_cli.process.time.instants import format_instant, parse_instant

NOW = parse_instant("2026-03-25T11:00:00Z")  # Wednesday, 12:00 in Paris; summer time begins on Sunday, the 29th


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-25T09:00:00Z", "2026-03-25T09:00:00Z"),
        ("2026-03-25 09:00", "2026-03-25T08:00:00Z"),
        ("2026-03-25 9:00", "2026-03-25T08:00:00Z"),
        ("2026-03-30", "2026-03-29T22:00:00Z"),
        ("2026-03-30 9am", "2026-03-30T07:00:00Z"),
        ("today", "2026-03-24T23:00:00Z"),
        ("tomorrow", "2026-03-25T23:00:00Z"),
        ("tomorrow 9am", "2026-03-26T08:00:00Z"),
        ("Tomorrow, 9:30 AM", "2026-03-26T08:30:00Z"),
        ("tomorrow at noon", "2026-03-26T11:00:00Z"),
        ("yesterday 23:59", "2026-03-24T22:59:00Z"),
        ("friday", "2026-03-26T23:00:00Z"),
        ("fri 17:00", "2026-03-27T16:00:00Z"),
        ("wednesday", "2026-03-31T22:00:00Z"),  # never today
        ("next monday 12am", "2026-03-29T22:00:00Z"),
        ("last friday 12pm", "2026-03-20T11:00:00Z"),
        ("14:30", "2026-03-25T13:30:00Z"),
        ("9 am", "2026-03-25T08:00:00Z"),
        ("in 2h", "2026-03-25T13:00:00Z"),
        ("+90m", "2026-03-25T12:30:00Z"),
        ("30 minutes ago", "2026-03-25T10:30:00Z"),
        ("in 5 days", "2026-03-30T10:00:00Z"),  # the time of day stays over the change of clocks
        ("in 120h", "2026-03-30T11:00:00Z"),
        ("1 week ago", "2026-03-18T11:00:00Z"),
        ("4 Dec 2026 9:00", "2026-12-04T08:00:00Z"),
    ],
)
def test_what_is_meant(text: str, instant: str) -> None:
    assert format_instant(parse_when(text, NOW)) == instant


def test_what_is_past_is_asked_for_by_the_last_weekday() -> None:
    assert format_instant(parse_when("friday", NOW, past=True)) == "2026-03-19T23:00:00Z"
    assert format_instant(parse_when("wednesday", NOW, past=True)) == "2026-03-17T23:00:00Z"
    assert format_instant(parse_when("next friday", NOW, past=True)) == "2026-03-26T23:00:00Z"


@pytest.mark.parametrize(
    "text",
    ["", "10", "may", "2h", "03/04/2026", "3.4.2026", "25:00", "13pm", "0am", "tomorrow 9", "someday", "in 2 fortnights",
     "next 9am", "2026-02-30", "yesterday-ish", "9" * 5000, "in " * 5000],
)  # fmt: skip
def test_what_is_a_guess_is_no_time(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_when(text, NOW)
    remedy = "Write 2026-11-24T09:00:00Z, 2026-11-24 09:00 in your zone, or such as: tomorrow 9am, friday, in 2h."
    assert str(caught.value) == f"{text!r} is not a time. {remedy}"


def test_the_present_that_times_count_from_is_that_of_now(shell: Shell) -> None:
    """`--until`, filters and `--now` itself; the card says what was understood."""
    facts = ("--impact", "low", "--urgency", "low", "--category", "data", "--take")
    incident = shell.id("log", "-t", "Router", *facts, now="2026-03-25T11:00:00Z")
    words = ("pend", incident, "--reason", "scheduled", "-m", "We come.", "--until", "tomorrow 9am")
    assert "It resumes by itself at 2026-03-26T08:00:00Z." in shell(*words, now="2026-03-25T11:01:00Z").out
    assert incident in shell("list", "opened:>wednesday", now="2026-03-27T11:00:00Z").out
    assert incident not in shell("list", "opened:>thursday", now="2026-03-27T11:00:00Z").out
    over = shell("pend", incident, "--reason", "scheduled", "-m", "x", "--until", "9am", now="2026-03-25T11:02:00Z")
    assert over.err == (
        "error[P12]: the date agreed, 2026-03-25T08:00:00Z, is not after now, 2026-03-25T11:02:00Z."
        " Give a later --until TIME.\n"
    )


@pytest.mark.parametrize("text", ["9999-01-01", "2201-01-01 09:00", "1969-12-31"])
def test_what_no_file_can_hold_is_no_time(text: str) -> None:
    """`pend --until 9999-01-01` once wrote a file that could not be read again."""
    with pytest.raises(Malformed, match="is not a time"):
        parse_when(text, 0)
