"""The JSON of what commands answer: the same fields everywhere, whatever led to them (DESIGN.md)."""

from __future__ import annotations

from shell import Shell

FACTS = ("--impact", "low", "--urgency", "low", "--category", "network")


def test_a_write_answers_with_the_clocks_that_show_has(shell: Shell) -> None:
    """They were empty once, as if nothing had been promised."""
    shell("log", "-t", "X", *FACTS)
    taken = shell("take", "INC", "--json", now="2026-03-09T12:00:00Z").json
    seen = shell("show", "INC", "--json", now="2026-03-09T12:00:00Z").json
    assert taken == seen
    assert taken["clocks"]["response"]["verdict"] == "met" and taken["clocks"]["resolution"]["state"] == "running"


def test_several_records_answer_with_their_clocks_too(shell: Shell) -> None:
    ids = [shell.id("log", "-t", title, *FACTS) for title in ("Printer jams", "No mail")]
    found = shell("note", *ids, "-m", "x", "--json").json["incidents"]
    assert [sorted(one["clocks"]) for one in found] == [["resolution", "response"]] * 2


def test_adopting_what_is_committed_answers_with_the_incident(shell: Shell) -> None:
    incident_id = shell.id("log", "-t", "X")
    found = shell("adopt", "INC", "--json")
    assert (found.json["kind"], found.json["id"]) == ("incident", incident_id)


def test_a_problem_has_its_fields_where_nothing_is_said(shell: Shell) -> None:
    shell("problem", "new", "-t", "Locks stay")
    (found,) = shell("problem", "list", "--json").json["problems"]
    assert (found["service"], found["category"]) == (None, None)
    assert found == {
        key: value for key, value in shell("problem", "show", "PRB", "--json").json.items() if key in found
    }


def test_a_known_error_has_its_fields_where_nothing_is_said(shell: Shell) -> None:
    shell("known-error", "new", "-t", "Locks stay", "--workaround", "Restart.")
    (found,) = shell("known-error", "list", "--json").json["known_errors"]
    assert (found["service"], found["category"], found["problem"], found["cis"]) == (None, None, None, [])


def test_problems_are_listed_by_the_time_that_they_were_proposed(shell: Shell) -> None:
    """Those of one day came in the order of their ids, which is by chance."""
    for number in range(12):
        shell("problem", "new", "-t", f"Problem {number}")
    titles = [one["title"] for one in shell("problem", "list", "--json").json["problems"]]
    assert titles == [f"Problem {number}" for number in reversed(range(12))]
