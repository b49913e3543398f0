"""`itil policy holidays` and `itil policy diff`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from shell import Shell

from itil_cli.store.yaml import yamlsafe

NOW = "2026-05-02T10:00:00Z"
POLICY = """\
# The policy of the shop.
version: 3      # raise it
zone: Europe/Paris
calendars:
  business:     # ours
    hours: [{mon-fri: ['09:00-17:00']}]
    holidays:
      - '2026-05-01'  # 1 May
"""


@pytest.fixture
def paris(company: Shell) -> Shell:
    text = (
        POLICY
        + "groups:\n  service-desk: {level: 1, escalates-to: support, desk: true}\n  support: {level: 2}\n  network: {level: 3}\n"
    )
    (company.store / "itil.yaml").write_text(text)
    company.git("commit", "-qam", "Paris")
    return company


def test_the_dates_are_printed_as_yaml_for_the_policy(paris: Shell) -> None:
    pytest.importorskip("holidays")
    shown = paris("policy", "holidays", "FR", "2026")
    assert shown.out.startswith("calendars:\n  business:\n    holidays:\n      - '2026-01-01'  # ")
    printed = yamlsafe.load(shown.out).value
    assert printed["calendars"]["business"]["holidays"] == [  # type: ignore[index,call-overload]
        "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14",
        "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
    ]  # fmt: skip


def test_a_region_has_its_own(paris: Shell) -> None:
    pytest.importorskip("holidays")

    def dates(place: str) -> set[str]:
        return {one["date"] for one in paris("policy", "holidays", place, "2026", "--json").json["holidays"]}

    assert "2026-01-06" in dates("DE-BY") - dates("DE")
    assert dates("de-by") == dates("DE-BY")


def test_the_document(paris: Shell) -> None:
    pytest.importorskip("holidays")
    document = paris("policy", "holidays", "FR", "2026", "--calendar", "always", "--json").json
    assert list(document) == ["schema", "kind", "place", "year", "calendar", "holidays"]
    assert (document["kind"], document["calendar"], document["holidays"][0]["date"]) == (
        "holidays", "always", "2026-01-01",
    )  # fmt: skip


def test_written_are_those_to_come_and_all_else_stays_byte_by_byte(paris: Shell) -> None:
    pytest.importorskip("holidays")
    before = (paris.store / "itil.yaml").read_text()
    written = paris("policy", "holidays", "FR", "2026", "--write", now=NOW, who="ines")
    assert (written.code, written.out) == (
        0, "8 dates are added to business. 2 are past, and left out (S5): 2026-01-01, 2026-04-06.\n",
    )  # fmt: skip
    after = (paris.store / "itil.yaml").read_text()
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added[0] == "version: 4      # raise it"
    assert [line[8:20] for line in added[1:]] == [
        f"'2026-{day}'" for day in ("05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25")
    ]
    kept = [line for line in after.splitlines() if line not in added]
    assert kept == [line for line in before.splitlines() if not line.startswith("version")]
    assert paris.git("log", "-1", "--format=%s|%ae", "--name-only").split("\n")[:3] == [
        "policy: holidays of FR in 2026 close business|ines@example.com", "", "itil.yaml",
    ]  # fmt: skip
    assert paris.git("status", "--porcelain") == ""
    assert paris("policy", "validate").code == 0


def test_written_once_there_is_nothing_to_add(paris: Shell) -> None:
    pytest.importorskip("holidays")
    paris("policy", "holidays", "FR", "2027", "--write", now=NOW, who="ines")
    head = paris.git("rev-parse", "HEAD")
    again = paris("policy", "holidays", "FR", "2027", "--write", now=NOW, who="ines")
    assert (again.code, again.out) == (0, "There is nothing to add.\n")
    assert paris.git("rev-parse", "HEAD") == head
    assert paris("policy", "holidays", "FR", "2027", "--write", "--json", now=NOW, who="ines").json["commit"] is None


def test_only_the_incident_manager_writes(paris: Shell) -> None:
    pytest.importorskip("holidays")
    refused = paris("policy", "holidays", "FR", "2027", "--write", now=NOW, who="dana")
    assert (refused.code, refused.err) == (
        7, "error[S10]: dana@example.com may not change the policy. An incident manager may.\n",
    )  # fmt: skip


def test_an_edited_policy_is_not_written_over(paris: Shell) -> None:
    pytest.importorskip("holidays")
    (paris.store / "itil.yaml").write_text(POLICY + "name: mine\n")
    refused = paris("policy", "holidays", "FR", "2027", "--write", now=NOW, who="ines")
    assert refused.code == 6 and refused.err.startswith("error[uncommitted]: itil.yaml differs from what is committed.")


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["XX", "2026"], 4, "error[holidays]: There is no country 'XX'. "),
        (["FR-ZZZZ", "2026"], 4, "error[holidays]: FR has no region 'ZZZZ'. There are: "),
        (["FR", "26"], 2, "error[usage]: "),
        (["FR", "2026", "--calendar", "buisness"], 4,
         "error[not-found]: There is no calendar 'buisness'. Did you mean business?\n"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(paris: Shell, words: list[str], code: int, error: str) -> None:
    pytest.importorskip("holidays")
    refused = paris("policy", "holidays", *words)
    assert (refused.code, refused.out) == (code, "") and refused.err.startswith(error), refused.err


def test_without_the_package_it_says_how_to_get_it(paris: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    refused = paris("policy", "holidays", "FR", "2026")
    assert (refused.code, refused.err) == (
        4, "error[holidays]: The package `holidays` is not installed. Install it: `pip install 'itil-cli[holidays]'`; "
        "or write the dates into the policy by hand.\n",
    )  # fmt: skip


# diff


def change(shell: Shell, edit: Callable[[str], str]) -> None:
    file = shell.store / "itil.yaml"
    file.write_text(edit(file.read_text()))
    shell.git("commit", "-qam", "Changed")


def test_diff_tells_which_settings_in_force_differ(paris: Shell) -> None:
    change(
        paris, lambda text: text.replace("'2026-05-01'  # 1 May", "'2026-12-25'") + "targets: {P3: {response: 2h}}\n"
    )
    assert paris("policy", "diff", "HEAD~1").out == (
        "calendars.business.holidays: - '2026-05-01'  + '2026-12-25'\ntargets.P3.response: 4h → 2h\n"
    )


def test_diff_of_two_commits_and_as_json(paris: Shell) -> None:
    change(paris, lambda text: text + "pending: {awaiting-parent: off}\n")
    change(
        paris, lambda text: text.replace("version: 3", "version: 4") + "ola: {network: {P1: 1h, calendar: always}}\n"
    )
    document = paris("policy", "diff", "HEAD~2", "HEAD~1", "--json").json
    assert document == {
        "schema": "itil/1", "kind": "policy-diff", "from": "HEAD~2", "to": "HEAD~1",
        "changes": [{"setting": "pending.awaiting-parent", "before": {"pauses": ["ola"]}, "after": "off"}],
    }  # fmt: skip
    assert paris("policy", "diff", "HEAD~1").out == (
        "version: 3 → 4\nola.network: not set → {P1: 1h, calendar: always}\n"
    )


def test_what_is_only_written_otherwise_is_no_difference(paris: Shell) -> None:
    change(paris, lambda text: text + "cancel: staff  # the default\n")
    assert paris("policy", "diff", "HEAD~1").out == "The settings in force are the same.\n"


def test_diff_of_a_commit_that_there_is_not(paris: Shell) -> None:
    assert paris("policy", "diff", "nope").code == 4


def test_diff_of_a_broken_policy_names_the_line(paris: Shell) -> None:
    change(paris, lambda text: "cancel: stuff\n" + text)
    refused = paris("policy", "diff", "HEAD~1")
    assert refused.code == 5 and refused.err.startswith("error[policy]: itil.yaml:1:9: cancel: 'stuff'")
