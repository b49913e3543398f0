"""`itil sla`: one incident, many, explained, split, what fails a pipeline, and what if (examples/outputs.md, S8, S18)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shell import Shell

CLOCK = [
    "state", "target", "elapsed", "remaining", "percent", "due", "due_if_resumed_now", "breached_at", "cause",
    "verdict", "first_verdict", "calendar",
]  # fmt: skip
INTERVAL = [
    "from", "to", "status", "reason", "group", "assignee", "calendar", "seconds", "counted", "why", "event",
]  # fmt: skip
P1 = ["--impact", "critical", "--urgency", "critical"]
P4 = ["--impact", "medium", "--urgency", "medium"]
OLA = "ola: {support: {P4: 2h, calendar: always}}\nvendors: {telco: {contract: 4h, calendar: always}}\n"


def log(shell: Shell, *words: str, now: str = "2026-03-09T09:00:00Z", title: str = "Printer jams") -> str:
    return shell.id("log", "-t", title, "--category", "hardware", *(words or P4), now=now)


def at(clock: str) -> str:
    return f"2026-03-09T{clock}:00Z"


@pytest.fixture
def paused(company: Shell) -> tuple[Shell, str]:
    """Logged at nine, accepted by Bob at ten, waiting for Alice since eleven."""
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + OLA)
    company.git("commit", "-qam", "OLA")
    incident = log(company)
    company("assign", incident, "--group", "support", now=at("09:30"))
    company("accept", incident, now=at("10:00"), who="bob")
    company("pend", incident, "--reason", "awaiting-requestor", "-m", "Which?", now=at("11:00"), who="bob")
    return company, incident


def test_the_document_of_one_incident(paused: tuple[Shell, str]) -> None:
    shell, incident = paused
    document = shell("sla", incident, "--json", now=at("12:00")).json
    assert list(document) == ["schema", "kind", "id", "now", "clocks", "thresholds", "flags"]
    assert (document["schema"], document["kind"], document["id"]) == ("itil/1", "sla", incident)
    assert document["now"] == at("12:00")
    assert list(document["clocks"]) == ["response", "resolution", "ola"]
    assert all(list(document["clocks"][name]) == CLOCK for name in ("response", "resolution"))
    assert document["clocks"]["resolution"] == {
        "state": "paused", "target": 144000, "elapsed": 7200, "remaining": 136800, "percent": 5.0, "due": None,
        "due_if_resumed_now": "2026-03-16T10:00:00Z", "breached_at": None, "cause": None, "verdict": None,
        "first_verdict": None, "calendar": "business",
    }  # fmt: skip
    (leg,) = document["clocks"]["ola"]
    assert list(leg) == [*CLOCK, "group"]
    assert (leg["group"], leg["state"], leg["elapsed"]) == ("support", "paused", 5400)


def test_the_document_tells_of_thresholds_and_of_what_a_verdict_does_not(company: Shell) -> None:
    incident = log(company, *P1)
    company("classify", incident, *P4, "-m", "One printer", now=at("14:00"))
    document = company("sla", incident, "--json", now=at("14:00")).json
    assert document["thresholds"]["resolution"][0] == {"percent": 50, "at": "2026-03-11T13:00:00Z", "crossed": False}
    assert document["flags"] == {name: ["downgraded-after-breach"] for name in ("response", "resolution")}
    assert company("sla", incident, "--json", now=at("12:00")).json["thresholds"]["resolution"] == [
        {"percent": 50, "at": at("11:00"), "crossed": True},
        {"percent": 75, "at": at("12:00"), "crossed": True},
        {"percent": 90, "at": at("12:36"), "crossed": False},
        {"percent": 100, "at": at("13:00"), "crossed": False},
    ]


def test_explain_gives_each_clock_its_intervals(paused: tuple[Shell, str]) -> None:
    shell, incident = paused
    clocks = shell("sla", incident, "--explain", "--json", now=at("12:00")).json["clocks"]
    found = clocks["resolution"].pop("intervals")
    assert list(clocks["resolution"]) == CLOCK and all(list(one) == INTERVAL for one in found)
    assert [(one["from"], one["to"], one["status"], one["seconds"], one["counted"]) for one in found] == [
        (at("09:00"), at("09:30"), "new", 1800, True),
        (at("09:30"), at("10:00"), "assigned", 1800, True),
        (at("10:00"), at("11:00"), "in-progress", 3600, True),
        (at("11:00"), at("12:00"), "pending", 3600, False),
    ]
    assert found[-1]["why"] == "Pending for awaiting-requestor pauses it."
    assert found[-1] | {"reason": "awaiting-requestor", "group": "support", "assignee": "bob@example.com"} == found[-1]
    assert clocks["ola"][0]["intervals"][0]["from"] == at("09:30")
    assert sum(one["seconds"] for one in found if one["counted"]) == clocks["resolution"]["elapsed"]


def test_split_tells_whose_time_it_was(paused: tuple[Shell, str]) -> None:
    shell, incident = paused
    document = shell("sla", incident, "--split", "--json", now=at("12:00")).json
    assert document["split"] == [
        {"group": "service-desk", "assignee": None, "status": "new", "reason": None, "seconds": 1800},
        {"group": "support", "assignee": None, "status": "assigned", "reason": None, "seconds": 1800},
        {"group": "support", "assignee": "bob@example.com", "status": "in-progress", "reason": None, "seconds": 3600},
    ]
    assert sum(part["seconds"] for part in document["split"]) == document["clocks"]["resolution"]["elapsed"]


def test_a_vendors_clock_is_a_leg_of_uc(paused: tuple[Shell, str]) -> None:
    shell, incident = paused
    shell("vendor", incident, "--opened", "telco", "--ticket", "T1", now=at("11:10"), who="bob")
    (leg,) = shell("sla", incident, "--json", now=at("12:10")).json["clocks"]["uc"]
    assert (list(leg), leg["vendor"], leg["elapsed"]) == ([*CLOCK, "vendor"], "telco", 3600)


def test_the_list_gives_summaries_with_clocks_by_what_breaches_next(company: Shell) -> None:
    later, soon = log(company), log(company, *P1, now=at("09:10"), title="No payments")
    document = company("sla", "--json", now=at("09:12")).json
    assert (list(document), document["kind"]) == (["schema", "kind", "incidents"], "incidents")
    assert [one["id"] for one in document["incidents"]] == [soon, later]
    first = document["incidents"][0]
    assert (first["title"], first["priority"], list(first["clocks"])) == (
        "No payments", "P1", ["response", "resolution"],
    )  # fmt: skip
    assert list(first["clocks"]["response"]) == CLOCK
    lines = company("sla", now=at("09:12")).out.splitlines()
    assert [line.split()[0] for line in lines] == [soon, later]


def test_what_is_paused_comes_after_what_runs(paused: tuple[Shell, str]) -> None:
    shell, incident = paused
    running = log(shell, now=at("11:30"))
    assert [one["id"] for one in shell("sla", "--json", now=at("11:40")).json["incidents"]] == [running, incident]


def test_an_empty_answer_is_an_empty_list(shell: Shell) -> None:
    assert shell("sla", "--json").json == {"schema": "itil/1", "kind": "incidents", "incidents": []}
    empty = shell("sla", "--breached", "--fail-on", "breached")
    assert (empty.code, empty.out, empty.err) == (0, "There are none.\n", "")


def test_due_in_lists_what_is_due_within_the_time_or_breached(company: Shell) -> None:
    log(company)
    soon = log(company, *P1, now=at("09:10"))

    def within(time: str, now: str) -> list[str]:
        return [one["id"] for one in company("sla", "--due-in", time, "--json", now=now).json["incidents"]]

    assert within("12m", at("09:12")) == []
    assert within("13m", at("09:12")) == [soon]
    assert within("1s", at("09:40")) == [soon]  # breached since 09:25


def test_breached_lists_what_is_breached_only(company: Shell) -> None:
    log(company)
    soon = log(company, *P1, now=at("09:10"))
    assert company("sla", "--breached", now=at("09:25")).out == "There are none.\n"  # equal is met
    assert [one["id"] for one in company("sla", "--breached", "--json", now=at("09:26")).json["incidents"]] == [soon]


@pytest.mark.parametrize(
    ("words", "now", "code"),
    [
        ([], "09:26", 0),
        (["--fail-on", "breached"], "09:24", 0),
        (["--fail-on", "breached"], "09:26", 1),
        (["--fail-on", "due"], "09:24", 0),
        (["--fail-on", "due", "--due-in", "15m"], "09:12", 1),
        (["--fail-on", "due", "--due-in", "1m"], "09:12", 0),
        (["--fail-on", "due"], "09:26", 1),
        (["--fail-on", "breached", "--priority", "P4"], "09:26", 0),
    ],
)
def test_fail_on_says_no_by_exit_code(company: Shell, words: list[str], now: str, code: int) -> None:
    log(company)
    incident = log(company, *P1, now=at("09:10"))
    assert company("sla", *words, now=at(now)).code == code
    if "--priority" not in words:
        assert company("sla", incident, *words, now=at(now)).code == code


def test_filters_are_those_of_list(company: Shell) -> None:
    plain, grave = log(company), log(company, *P1, now=at("09:10"))
    for words in (["priority:P1"], ["--priority", "P1"], [grave]):
        document = company("sla", *words, "--json", now=at("09:11")).json
        assert document.get("id") == grave or [one["id"] for one in document["incidents"]] == [grave]
    both = company("sla", grave, plain, "--json", now=at("09:11")).json
    assert [one["id"] for one in both["incidents"]] == [grave, plain]


def test_all_lists_resolved_ones_too(company: Shell) -> None:
    incident = log(company)
    company("resolve", incident, "--code", "fixed", "-m", "x", now=at("09:30"))
    assert company("sla", now=at("09:31")).out == "There are none.\n"
    assert incident in company("sla", "--all", now=at("09:31")).out
    assert incident in company("sla", "status:resolved", now=at("09:31")).out


def test_a_now_in_the_past_shows_it_as_it_was(paused: tuple[Shell, str]) -> None:
    shell, incident = paused
    shell("resume", incident, now=at("13:00"), who="bob")
    shell("resolve", incident, "--code", "fixed", "-m", "x", now=at("14:00"), who="bob")
    then = shell("sla", incident, "--json", now=at("12:00")).json
    assert then["clocks"]["resolution"]["state"] == "paused"
    assert "pending  P4" in shell("sla", incident, now=at("12:00")).out
    assert [one["status"] for one in shell("sla", "--json", now=at("09:40")).json["incidents"]] == ["assigned"]
    assert [one["status"] for one in shell("list", "--json", now=at("12:00")).json["incidents"]] == ["pending"]
    assert shell("list", "status:resolved", now=at("12:00")).out == "There are none.\n"
    assert shell("list", now=at("08:00")).out == "There are none.\n"
    early = shell("sla", incident, now=at("08:00"))
    assert (early.code, early.err) == (
        4, f"error[not-found]: {incident} was not logged yet at 2026-03-09T08:00:00Z. Give a later --now.\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["nope"], 4, "error[not-found]: There is no incident 'nope'. `itil list --all` shows what there is.\n"),
        (["--due-in", "2"], 2,
         "error[duration]: --due-in: '2' is not a duration such as 90s, 15m, 4h, 5bd or 7cd. "
         "Write it as 90s, 15m or 2h.\n"),
        (["--due-in", "2bd"], 2,
         "error[duration]: --due-in: '2bd' is in days; a target is in s, m or h of its calendar. "
         "Write it as 90s, 15m or 2h.\n"),
        (["--explain"], 2, "error[usage]: --explain and --split are for one incident. "
                           "Name it: `itil sla ID --explain`.\n"),
        (["statsu:new"], 2, "error[usage]: there is no field 'statsu' to filter by. Did you mean status?\n"),
        (["what-if", "--policy", "nope.yaml"], 4, None),
        (["what-if", "--policy", "HEAD", "--period", "2026-13"], 2,
         "error[period]: '2026-13' is no period. Write 2026-10, 2026-Q3, 2026-W41, 2026, last-month, this-week or "
         "2026-10-01..2026-10-14.\n"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(company: Shell, words: list[str], code: int, error: str | None) -> None:
    log(company)
    refused = company("sla", *words)
    assert (refused.code, refused.out) == (code, "")
    assert error in (None, refused.err)


# what if


@pytest.fixture
def resolved(company: Shell) -> tuple[Shell, str, str]:
    """Two of P1, resolved after one and after three hours."""
    ids = []
    for clock in ("10:00", "12:00"):
        incident = log(company, *P1)
        company("resolve", incident, "--code", "fixed", "-m", "x", now=at(clock))
        ids.append(incident)
    return company, ids[0], ids[1]


LATE = at("13:00")
STRICT = "targets: {P1: {response: 15m, resolution: 2h, calendar: always}}\n"


def test_what_if_by_a_file(resolved: tuple[Shell, str, str], tmp_path: Path) -> None:
    shell, _, slow = resolved
    file = tmp_path / "strict.yaml"
    file.write_text(STRICT)
    document = shell("sla", "what-if", "--policy", str(file), "--json", now=LATE).json
    assert list(document) == ["schema", "kind", "policy", "incidents", "flips", "totals"]
    assert (document["kind"], document["incidents"]) == ("what-if", 2)
    assert document["flips"] == [
        {
            "id": slow, "title": "Printer jams", "clock": "resolution",
            "before": {"verdict": "met", "elapsed": 10800, "target": 14400},
            "after": {"verdict": "missed", "elapsed": 10800, "target": 7200},
        }
    ]  # fmt: skip
    assert document["totals"]["resolution"] == {"before": {"met": 2, "missed": 0}, "after": {"met": 1, "missed": 1}}
    assert shell("sla", "what-if", "--policy", str(file), now=LATE).out == (
        f"{slow}  resolution  met (3h of 4h) → missed (3h of 2h)  Printer jams\n"
        "1 verdict flips.\nresolution  met 2 of 2 before, 1 of 2 after\n"
        "response    met 0 of 2 before, 0 of 2 after\n"
    )


def test_what_if_by_a_commit(resolved: tuple[Shell, str, str]) -> None:
    shell, _, slow = resolved
    policy = shell.store / "itil.yaml"
    policy.write_text(policy.read_text() + STRICT)
    shell.git("commit", "-qam", "Stricter")
    flips: Any = shell("sla", "what-if", "--policy", "HEAD", "--json", now=LATE).json["flips"]
    assert [one["id"] for one in flips] == [slow]  # what was promised was promised by the old one
    assert shell("sla", "what-if", "--policy", "HEAD~1", "--json", now=LATE).json["flips"] == []


def test_what_if_of_a_period_and_of_a_filter(resolved: tuple[Shell, str, str], tmp_path: Path) -> None:
    shell, *_ = resolved
    file = tmp_path / "strict.yaml"
    file.write_text(STRICT)
    for words, count in (
        (["--period", "2026-03"], 2), (["--period", "2026-03-09T11:00:00Z..2026-03-10"], 1),
        (["--period", "2026-02"], 0), (["--priority", "P4"], 0),
    ):  # fmt: skip
        found = shell("sla", "what-if", "--policy", str(file), *words, "--json", now=LATE).json
        assert found["incidents"] == count


def test_what_if_of_a_broken_policy_names_its_line(resolved: tuple[Shell, str, str], tmp_path: Path) -> None:
    shell, *_ = resolved
    file = tmp_path / "broken.yaml"
    file.write_text("cancel: stuff\n")
    refused = shell("sla", "what-if", "--policy", str(file))
    assert refused.code == 5 and refused.err.startswith(f"error[policy]: {file}:1:9: cancel: 'stuff' is not off")
