"""`itil bulk`: one command for every incident that fits, under one lock."""

from __future__ import annotations

import pytest
from shell import Shell


@pytest.fixture
def three(company: Shell) -> list[str]:
    """Two incidents of the network that are classified, and one of hardware."""
    found = []
    for title, category in [("No link", "network"), ("Slow link", "network/vpn"), ("Printer jams", "hardware")]:
        said = ["--impact", "medium", "--urgency", "medium", "--category", category]
        found.append(company.id("log", "-t", title, *said))
    return found


def commits(company: Shell) -> int:
    return len(company.git("rev-list", "HEAD").splitlines())


LOWER = ("classify", "--where", "category:network", "-m", "Only one floor.", "--impact", "low", "--urgency", "low")


def test_all_that_fit_are_changed_in_a_commit_each(company: Shell, three: list[str]) -> None:
    before = commits(company)
    done = company("bulk", *LOWER)
    assert done.code == 0, done.err
    assert done.out.endswith("2 of 2 done.\n")
    assert commits(company) == before + 2
    listed = {one["id"]: one["impact"] for one in company("list", "--json").json["incidents"]}
    assert [listed[one] for one in three] == ["low", "low", "medium"]


def test_one_commit_for_all(company: Shell, three: list[str]) -> None:
    before = commits(company)
    assert company("bulk", *LOWER, "--one-commit").code == 0
    assert commits(company) == before + 1
    assert company.git("log", "-1", "--format=%s").startswith(f"{min(three[:2])} (+1) bulk classify: ")


def test_what_is_refused_is_listed_and_the_others_are_done(company: Shell, three: list[str]) -> None:
    assert company("take", three[0]).code == 0
    done = company("bulk", "accept", "--where", "category:network")
    assert done.code == 3
    assert done.out == "0 of 2 done.\n"
    lines = [f"refused[I1]: {one} is " for one in sorted(three[:2])]
    assert all(line.startswith(first) for first, line in zip(lines, done.err.splitlines(), strict=True))


def test_with_one_commit_a_refusal_leaves_all_as_they_were(company: Shell, three: list[str]) -> None:
    assert company("take", three[0]).code == 0
    before = commits(company)
    done = company("bulk", "accept", "--where", "category:network,hardware", "--one-commit")
    assert (done.code, done.out) == (3, "")
    assert f"error[I1]: 3 of 3 are refused, so none is done:\n  {min(three)} is " in done.err
    assert commits(company) == before


def test_dry_run_writes_nothing(company: Shell, three: list[str]) -> None:
    before = commits(company)
    done = company("bulk", *LOWER, "--dry-run")
    assert (done.code, commits(company)) == (0, before)
    assert done.out.endswith("2 of 2 done.\nNothing is written (--dry-run).\n")


def test_json_has_what_was_done_and_what_was_refused(company: Shell, three: list[str]) -> None:
    assert company("take", three[0]).code == 0
    done = company("bulk", "take", "--where", "category:network", "--json")
    said = done.json
    assert (said["kind"], said["verb"], said["matched"], said["done"]) == ("bulk", "take", 2, 1)
    assert [one["id"] for one in said["results"]] == [three[1]]
    assert [one["id"] for one in said["refused"]] == [three[0]]


def test_filters_are_those_of_list(company: Shell, three: list[str]) -> None:
    done = company("bulk", "note", "--where", "category:network printer", "-m", "x")
    assert (done.code, done.out) == (0, "None fits.\n")
    assert company("bulk", "note", "--where", "nonsense:1", "-m", "x").code == 2


def test_what_is_no_command_on_incidents_gets_a_suggestion(company: Shell) -> None:
    done = company("bulk", "clasify", "--where", "category:network")
    assert (done.code, done.out) == (2, "")
    assert "bulk knows no command 'clasify'. Did you mean classify?" in done.err
    assert company("bulk", "list", "--where", "category:network").code == 2


def test_a_wrong_option_ends_it_before_anything_is_written(company: Shell, three: list[str]) -> None:
    before = commits(company)
    done = company("bulk", "note", "--where", "category:network", "--nonsense", "1", "-m", "x")
    assert (done.code, commits(company)) == (2, before)
    assert done.err == "error[usage]: there is no option '--nonsense'. See `itil note --help`.\n"
