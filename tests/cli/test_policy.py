"""`itil policy`: what the store says, what is in force, what is wrong, and the schemas of the three files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from shell import Shell

from itil_cli.process.settings.policy import effective, problems
from itil_cli.process.settings.table import DEFAULTS
from itil_cli.store.yaml import yamlsafe

SMALL = """\
zone: Europe/Paris
calendars: {business: {holidays: ['2026-04-06']}}
targets: {P3: {response: 2h}}
pending: {awaiting-change: off}
closure: {auto-close-after: 3bd}
goals: {mtta: 15m}
"""


def _commit(shell: Shell, text: str, name: str = "itil.yaml") -> None:
    (shell.store / name).write_text(text)
    shell.git("add", name)
    shell.git("commit", "-qm", "settings")


def test_show_prints_what_the_store_says(shell: Shell) -> None:
    _commit(shell, SMALL)
    shown = shell("policy", "show")
    assert (
        shown.out
        == """\
# The store's time zone: of `business`, and of reports.
zone: Europe/Paris

# Opening hours by name; `always` and `business` are there in any case.
calendars:
  business: {holidays: ['2026-04-06']}

# What is promised, in seconds of a calendar (s, m, h).
targets:
  # Promised for P3.
  P3: {response: 2h}

# Reasons to wait; `off` takes one out.
pending: {awaiting-change: 'off'}

# Confirmation and closure.
closure:
  # When a resolved incident closes by itself.
  auto-close-after: 3bd

# What the figures should be.
goals: {mtta: 15m}

# All else comes from the defaults 1: `itil policy show --all`.
"""
    )


def test_show_all_marks_what_the_store_itself_says(shell: Shell) -> None:
    _commit(shell, SMALL)
    shown = shell("policy", "show", "--all").out
    assert "# The store's time zone: of `business`, and of reports. (Said here.)\nzone: Europe/Paris\n" in shown
    assert "# What a new priority does to time already used.\non-priority-change: retroactive\n" in shown
    assert "  # Promised for P3. (Said here.)\n  P3: {response: 2h, resolution: 24h, calendar: business}\n" in shown


@pytest.mark.parametrize(
    "text", ["", SMALL, "name: 'a: b # c'\ncategories: ['no', '1.10', \"tab\\there\"]", "closure: {}"]
)
def test_what_show_prints_means_the_same(shell: Shell, text: str) -> None:
    _commit(shell, text)
    given = yamlsafe.load(text).value
    for words in ([], ["--all"]):
        printed = yamlsafe.load(shell("policy", "show", *words).out).value
        assert effective(printed) == effective(given)


def test_show_all_of_the_example_means_the_same(shell: Shell, shared: Path) -> None:
    text = (shared / "examples" / "itil.yaml").read_text()
    _commit(shell, text)
    printed = yamlsafe.load(shell("policy", "show", "--all").out).value
    assert printed == effective(yamlsafe.load(text).value)


def test_show_as_json_is_one_flat_document_with_the_keys_of_the_file(shell: Shell) -> None:
    _commit(shell, SMALL)
    document = shell("policy", "show", "--json").json
    assert (document.pop("schema"), document.pop("kind")) == ("itil/1", "policy")
    assert document == effective(yamlsafe.load(SMALL).value)
    assert list(document) == list(DEFAULTS)
    assert document["closure"]["auto-close-after"] == "3bd" and document["targets"]["P3"]["resolution"] == "24h"


def test_show_lets_nothing_control_the_terminal(shell: Shell) -> None:
    _commit(shell, "name: 'a\u200bb'\n")
    assert "name: a<U+200B>b" in shell("policy", "show").out.replace("'", "")


def test_show_of_a_broken_policy_names_the_line(shell: Shell) -> None:
    _commit(shell, "cancel: stuff\n")
    shown = shell("policy", "show")
    assert (shown.code, shown.out) == (5, "")
    assert shown.err == (
        "error[policy]: itil.yaml:1:9: cancel: 'stuff' is not off, staff or all. Did you mean staff?\n"
    )


def test_validate_says_which_files_are_good(shell: Shell) -> None:
    assert shell("policy", "validate").out == "itil.yaml, people.yaml are good.\n"
    _commit(shell, "services: {vpn: {group: support}}\n", "services.yaml")
    assert shell("policy", "validate").out == "itil.yaml, people.yaml, services.yaml are good.\n"
    assert shell("policy", "validate", "--json").json == {"schema": "itil/1", "kind": "findings", "findings": []}


BAD_POLICY = "cancel: stuff\ntargets: {P3: {response: 4d}}\n"
BAD_PEOPLE = "people:\n  - {email: bob@example.com, groups: [suport]}\n"


def test_validate_counts_and_places_everything_that_is_wrong(shell: Shell) -> None:
    _commit(shell, BAD_POLICY)
    _commit(shell, "services: {vpn: {depends-on: [lan]}}\n", "services.yaml")
    found = shell("policy", "validate")
    assert (found.code, found.out) == (5, "")
    assert (
        found.err
        == """\
error[policy]: 3 things are wrong.
itil.yaml:1:9: cancel: 'stuff' is not off, staff or all. Did you mean staff?
itil.yaml:2:26: targets.P3.response: '4d' is not a duration such as 90s, 15m, 4h, 5bd or 7cd; say bd (business days) or cd (calendar days).
services.yaml:1:31: services.vpn.depends-on[0]: there is no service 'lan'. There are: vpn.
"""
    )


def test_validate_as_json_gives_each_thing_with_its_place(shell: Shell) -> None:
    _commit(shell, BAD_PEOPLE, "people.yaml")
    error = shell("policy", "validate", "--json", who="ada@example.com").error
    assert (error["kind"], error["code"], error["exit"]) == ("error", "policy", 5)
    assert error["findings"] == [
        {
            "code": "policy",
            "severity": "error",
            "text": "people[0].groups[0]: there is no group 'suport'.",
            "remedy": "Did you mean support?",
            "path": "people.yaml",
            "line": 2,
            "column": 39,
        }
    ]


def test_validate_reads_head_and_with_worktree_the_files_as_they_lie(shell: Shell) -> None:
    (shell.store / "people.yaml").write_text(BAD_PEOPLE)
    assert shell("policy", "validate").code == 0
    found = shell("policy", "validate", "--worktree")
    assert found.code == 5 and found.err.startswith("error[policy]: 1 thing is wrong.\npeople.yaml:2:39: ")


def test_validate_a_file_beside_its_policy(shell: Shell) -> None:
    draft = shell.store / "draft.yaml"
    draft.write_text("cancle: off\n")
    found = shell("policy", "validate", "draft.yaml")
    assert found.code == 5
    assert (
        found.err
        == "error[policy]: 1 thing is wrong.\ndraft.yaml:1:1: cancle: there is no such setting. Did you mean cancel?\n"
    )
    draft.write_text("cancel: off\n")
    assert shell("policy", "validate", "draft.yaml").out == "draft.yaml is good.\n"
    (shell.store / "people.yaml").write_text(BAD_PEOPLE)
    assert "there is no group 'suport'" in shell("policy", "validate", "people.yaml").err


def test_validate_a_file_that_is_none(shell: Shell) -> None:
    assert shell("policy", "validate", "nope.yaml").code == 4
    assert shell("policy", "validate", ".").code == 6
    assert shell("policy", "validate", "/dev/zero").code == 5
    assert shell("policy", "validate", "itil.yaml", "--worktree").code == 2


def _schema(shell: Shell, *words: str) -> Any:
    text = shell("policy", "schema", *words)
    schema = json.loads(text.out)
    assert shell("policy", "schema", *words, "--json").json == schema
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


@pytest.mark.parametrize(
    ("words", "file"), [((), "itil.yaml"), (("people",), "people.yaml"), (("services",), "services.yaml")]
)
def test_the_schema_takes_the_example(shell: Shell, shared: Path, words: tuple[str, ...], file: str) -> None:
    schema = _schema(shell, *words)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:itil:schema:1:{words[0] if words else 'policy'}" and schema["title"] == file
    value: Any = yamlsafe.load((shared / "examples" / file).read_text()).value
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(value)) == []


GOOD = ["{}", SMALL, "major: {targets: {P1: {response: 1m}}, criteria: {security: off}}", "inform-every: {P1: off}"]
BAD = [
    "cancle: staff",
    "cancel: stuff",
    "calendars: {shop: {holidays: []}}",
    "calendars: {business: {hours: []}}",
    "groups: {desk: {desk: true}}",
    "targets: {P3: {response: 4d}}",
    "vendors: {telco: {contract: 4h}}",
    "thresholds: {record: ['75']}",
]


def test_the_schema_agrees_with_the_program(shell: Shell) -> None:
    validator = jsonschema.Draft202012Validator(_schema(shell))
    for text in GOOD + BAD:
        value: Any = yamlsafe.load(text).value
        assert validator.is_valid(value) == (problems(value) == []) == (text in GOOD), text


def test_the_schema_knows_three_files(shell: Shell) -> None:
    assert shell("policy", "schema", "peeple").code == 2
