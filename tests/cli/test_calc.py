"""`itil calc`: business time on a calendar of the policy; the instants are those of SEMANTICS S7 and S9."""

from __future__ import annotations

import pytest
from shell import Shell

BH = """\
zone: Europe/Paris
calendars:
  business: {hours: [{mon-fri: ['09:00-17:00']}], holidays: ['2026-04-06', '2026-05-01']}
  never: {hours: [{from: '2026-01-01'}]}
"""
FRIDAY, TUESDAY = "2026-04-03T14:00:00Z", "2026-04-07T10:00:00Z"  # 16:00 before, 12:00 after Easter Monday


@pytest.fixture
def paris(shell: Shell) -> Shell:
    (shell.store / "itil.yaml").write_text(BH)
    shell.git("commit", "-qam", "Paris")
    return shell


def test_between_counts_open_time(paris: Shell) -> None:
    assert paris("calc", "between", FRIDAY, TUESDAY).out == (
        "4:00:00 of business (14400 s) from Fri 2026-04-03 16:00:00 to Tue 2026-04-07 12:00:00, Europe/Paris.\n"
    )
    assert paris("calc", "between", FRIDAY, TUESDAY, "--calendar", "always").out.startswith(
        "92:00:00 of always (331200 s)"
    )


def test_between_is_negative_backwards(paris: Shell) -> None:
    back = paris("calc", "between", TUESDAY, FRIDAY, "--json")
    assert back.json == {
        "schema": "itil/1",
        "kind": "calc",
        "calendar": "business",
        "zone": "Europe/Paris",
        "op": "between",
        "from": TUESDAY,
        "to": FRIDAY,
        "seconds": -14400,
    }
    assert paris("calc", "between", TUESDAY, FRIDAY).out.startswith("-4:00:00 of business (-14400 s)")


def test_add_says_when_a_duration_is_over(paris: Shell) -> None:
    assert paris("calc", "add", FRIDAY, "4h").out == (
        "2026-04-07T10:00:00Z  Fri 2026-04-03 16:00:00 + 4h of business = Tue 2026-04-07 12:00:00, Europe/Paris.\n"
    )


@pytest.mark.parametrize(
    ("duration", "to"),
    [
        ("5cd", "2026-03-11T16:00:00Z"),
        ("5bd", "2026-03-13T16:00:00Z"),
        ("0s", "2026-03-06T16:00:00Z"),
        ("90m", "2026-03-09T09:30:00Z"),
        ("-5bd", "2026-02-27T16:00:00Z"),
        ("-4h", "2026-03-06T12:00:00Z"),
        ("-1cd", "2026-03-05T16:00:00Z"),
    ],
)
def test_add_knows_every_unit_and_goes_back(paris: Shell, duration: str, to: str) -> None:
    friday_evening = "2026-03-06T16:00:00Z"
    answer = paris("calc", "add", friday_evening, duration, "--json").json
    assert (answer["op"], answer["from"], answer["to"]) == ("add", friday_evening, to)
    assert answer["duration"] == duration


def test_add_tells_the_open_seconds_that_days_are(paris: Shell) -> None:
    assert paris("calc", "add", "2026-03-06T16:00:00Z", "5cd", "--json").json["seconds"] == 3 * 8 * 3600


def test_a_negative_duration_needs_no_dashes_before_it(paris: Shell) -> None:
    assert paris("calc", "add", TUESDAY, "-4h").out == (
        "2026-04-03T14:00:00Z  Tue 2026-04-07 12:00:00 - 4h of business = Fri 2026-04-03 16:00:00, Europe/Paris.\n"
    )
    assert paris("calc", "add", "--", TUESDAY, "-4h").code == 0


@pytest.mark.parametrize("duration", ["5d", "-5d"])
def test_a_bare_d_is_refused_with_what_to_say(paris: Shell, duration: str) -> None:
    refused = paris("calc", "add", FRIDAY, duration)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "error[duration]: '5d' is not a duration such as 90s, 15m, 4h, 5bd or 7cd; "
        "say bd (business days) or cd (calendar days).\n"
    )


def test_open_and_else_when_it_opens(paris: Shell) -> None:
    assert paris("calc", "open", FRIDAY).out == "business is open on Fri 2026-04-03 16:00:00, Europe/Paris.\n"
    assert paris("calc", "open", "2026-04-06T08:00:00Z").out == (
        "business is closed on Mon 2026-04-06 10:00:00, Europe/Paris; it opens on Tue 2026-04-07 09:00:00.\n"
    )
    closed = paris("calc", "open", "2026-04-06T08:00:00Z", "--json").json
    assert (closed["op"], closed["at"], closed["open"]) == ("open", "2026-04-06T08:00:00Z", False)
    assert closed["opens"] == "2026-04-07T07:00:00Z"
    assert paris("calc", "open", FRIDAY, "--json").json["opens"] is None


def test_the_closing_instant_is_closed(paris: Shell) -> None:
    assert paris("calc", "open", "2026-04-03T15:00:00Z", "--json").json["open"] is False
    assert paris("calc", "open", "2026-04-03T07:00:00Z", "--json").json["open"] is True


def test_a_calendar_that_never_opens(paris: Shell) -> None:
    assert paris("calc", "open", FRIDAY, "--calendar", "never").out == (
        "never is closed on Fri 2026-04-03 16:00:00, Europe/Paris; it does not open again.\n"
    )
    refused = paris("calc", "add", FRIDAY, "1s", "--calendar", "never")
    assert refused.code == 2 and refused.err.startswith("error[calendar]: 1s from there lead out of the years")


def test_now_is_what_now_says(paris: Shell) -> None:
    assert paris("calc", "open", now=FRIDAY).out == "business is open on Fri 2026-04-03 16:00:00, Europe/Paris.\n"
    assert paris("calc", "add", "now", "4h", "--json", now=FRIDAY).json["to"] == TUESDAY
    assert paris("calc", "between", "now", TUESDAY, "--json", now=FRIDAY).json["seconds"] == 14400


def test_an_unknown_calendar_exits_4_with_what_was_meant(paris: Shell) -> None:
    unknown = paris("calc", "open", FRIDAY, "--calendar", "buisness")
    assert (unknown.code, unknown.out) == (4, "")
    assert unknown.err == "error[not-found]: There is no calendar 'buisness'. Did you mean business?\n"


@pytest.mark.parametrize("time", ["tomorrowish", "0001-01-01", "2500-01-01T00:00:00Z", "-5bd"])
def test_a_time_that_is_none_exits_2(paris: Shell, time: str) -> None:
    refused = paris("calc", "add", time, "4h")
    assert refused.code == 2 and refused.out == "" and repr(time) in refused.err
