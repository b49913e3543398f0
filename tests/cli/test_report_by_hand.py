"""A month made by commands with `--now`, and every figure of it computed by hand.

October 2026 in Paris is [2026-09-30T22:00Z, 2026-10-31T23:00Z): the clocks go back on the 25th. All are P3: accepted
within 1 h and resolved within 4 h of `business`, Mon–Fri 09:00–17:00 in Paris. Times below are UTC, spans seconds.

  logged       accepted     resolved     what
A 01 08:00     08:20 1,200  12:00 14,400 support; 10:00–14:00 in Paris, 4 h of business: the target, and no more
B 02 09:00     09:05   300  09:05    300 by the desk at first contact
C 05 07:00     07:30 1,800  06 07:00 86,400  support → desk → network → support; another category; 8 h of business
D 07 08:00     08:30 1,800  08 10:00 93,600  resolved 09:00, reopened 08 08:00, accepted 09:00; 1 h + 2 h of business
E 23 08:00     08:40 2,400  26 10:00 266,400 awaits the requestor from Fri 09:00 to Mon 09:00, 259,200; 1 h + 1 h
H 20 08:00     –            –            a double entry of K: canceled
I 31 22:59:59  –            –            the last second of October
J 31 23:00     –            –            the first of November
K 20 07:00     –            –            open, forgotten: both clocks are breached on the 20th
M 21 08:00     –            –            canceled at 09:00
"""

from __future__ import annotations

from typing import Any

import pytest
from shell import Shell

pytestmark = pytest.mark.slow
NOW = "2026-11-02T12:00:00Z"
POLICY = """
zone: Europe/Paris
calendars:
  business: {zone: Europe/Paris, hours: [{mon-fri: ['09:00-17:00']}]}
targets: {P3: {response: 1h, resolution: 4h, calendar: business}}
"""
FIX = ["--code", "fixed", "-m", "Done."]


class Month:
    """Incidents by their letters."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.ids = shell, dict[str, str]()

    def log(self, letter: str, when: str) -> None:
        said = ["--impact", "medium", "--urgency", "high", "--category", "hardware", "--requestor", "alice@example.com"]
        words = ["log", "-t", f"It fails, {letter}", *said]
        self.ids[letter] = self.shell.id(*words, now=_at(when), who="dana@example.com")

    def do(self, letter: str, when: str, who: str, verb: str, *words: str) -> None:
        done = self.shell(verb, self.ids[letter], *words, now=_at(when), who=f"{who}@example.com")
        assert done.code == 0, (letter, verb, done.err)

    def take(self, letter: str, at: str, accepted: str) -> None:
        self.do(letter, at, "dana", "assign", "--group", "support")
        self.do(letter, accepted, "bob", "accept")


def _at(when: str) -> str:
    return f"2026-10-{when[:2]}T{when[3:]}{'' if len(when) > 8 else ':00'}Z"


@pytest.fixture
def figures(company: Shell) -> dict[str, Any]:
    policy = company.store / "itil.yaml"
    lines = [line for line in policy.read_text().splitlines() if not line.startswith("zone:")]
    policy.write_text("\n".join(lines) + POLICY)
    company.git("commit", "-qam", "Paris")
    month = Month(company)
    month.log("A", "01 08:00")
    month.take("A", "01 08:10", "01 08:20")
    month.do("A", "01 12:00", "bob", "resolve", *FIX)
    month.log("B", "02 09:00")
    month.do("B", "02 09:05", "dana", "resolve", *FIX)
    month.log("C", "05 07:00")
    month.take("C", "05 07:05", "05 07:30")
    month.do("C", "05 08:00", "bob", "return", "-m", "Not ours.")
    month.do("C", "05 08:10", "dana", "assign", "--group", "network")
    month.do("C", "05 08:30", "nora", "accept")
    month.do(
        "C", "05 09:00", "nora", "assign", "--group", "support", "--agreed-with", "bob@example.com", "-m", "Yours."
    )
    month.do("C", "05 09:10", "bob", "accept")
    month.do("C", "06 07:00", "bob", "resolve", *FIX, "--category", "network")
    month.log("D", "07 08:00")
    month.take("D", "07 08:05", "07 08:30")
    month.do("D", "07 09:00", "bob", "resolve", *FIX)
    month.do("D", "08 08:00", "dana", "reopen", "-m", "Again.", "--requested-by", "alice@example.com")
    month.do("D", "08 09:00", "bob", "accept")
    month.do("D", "08 10:00", "bob", "resolve", *FIX)
    month.log("K", "20 07:00")
    month.log("H", "20 08:00")
    month.do("H", "20 08:01", "dana", "link", "duplicate-of", month.ids["K"])
    month.log("M", "21 08:00")
    month.do("M", "21 09:00", "dana", "cancel", "--reason", "withdrawn", "-m", "Found it.")
    month.log("E", "23 08:00")
    month.take("E", "23 08:10", "23 08:40")
    month.do("E", "23 09:00", "bob", "pend", "--reason", "awaiting-requestor", "-m", "Which one?")
    month.do("E", "26 09:00", "bob", "resume")
    month.do("E", "26 10:00", "bob", "resolve", *FIX)
    month.log("I", "31 22:59:59")
    month.log("J", "31 23:00")
    found: dict[str, Any] = company("report", "--period", "2026-10", "--json", now=NOW).json["figures"]
    return found


def test_every_figure(figures: dict[str, Any]) -> None:
    def spread(name: str) -> tuple[Any, ...]:
        return tuple(figures[name][key] for key in ("numerator", "n", "value", "median", "p90"))

    def share(name: str) -> tuple[int, int]:
        return figures[name]["numerator"], figures[name]["denominator"]

    assert figures["created"]["value"] == 7, "A B C D E I K; H is a double entry, M is canceled, J is November's"
    assert figures["resolved"]["value"] == 5, "A B C D E"
    assert figures["backlog"]["value"] == 2, "I and K"
    ages = {"[0,1)": 1, "[1,3)": 0, "[3,7)": 0, "[7,14)": 1, "[14,30)": 0, "[30,∞)": 0}
    assert figures["backlog"]["parts"] == ages, "I is a second old, K 11 days and 16 hours"
    # 300 1,200 1,800 1,800 2,400: sum 7,500; the fifth of five is the ninth decile
    assert spread("mtta") == (7500, 5, 1500, 1800, 2400)
    assert figures["mtta"]["beside"] == {"never_accepted": 1}, "M"
    # 300 14,400 86,400 93,600 266,400
    assert spread("mttr_wall") == (461_100, 5, 92_220, 86_400, 266_400)
    # 300 7,200 10,800 14,400 28,800
    assert spread("mttr_sla") == (61_500, 5, 12_300, 10_800, 28_800)
    assert share("sla_response") == (5, 5)
    assert figures["sla_response"]["beside"]["response_open_breached"] == 1, "K"
    assert figures["sla_response"]["beside"]["response_again_met"] == 1, "D, an hour after it was reopened"
    assert share("sla_resolution") == (4, 5), "all but C; A needed what was promised and no more"
    assert figures["sla_resolution"]["beside"]["resolution_open_breached"] == 1, "K"
    assert share("fcr") == share("first_level") == (1, 5), "B"
    assert share("first_assignment") == (4, 5), "all but C"
    assert spread("reassign_avg") == (3, 5, 0.6, 0, 3), "C changed three times"
    assert share("bounced") == (1, 5), "support held C twice"
    assert share("reopen_rate") == (1, 5), "D"
    assert share("misclassified") == (1, 5), "C was hardware, and is network"
    assert share("misrouted") == (1, 4), "C of A C D E; B was never assigned"
    assert share("major") == (0, 7)
    assert share("pending_share") == (259_200, 461_100), "E, the hour that was gained included"
    assert figures["pending_share"]["parts"] == {"awaiting-requestor": 259_200}
    assert share("kedb_use") == share("problem_link") == (0, 5)
    assert (figures["comms"]["value"], share("comms")) == (None, (0, 0)), "nothing was due: n/a, not 0"
