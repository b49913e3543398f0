"""The language of settings: what is wrong is said with its path, and defaults are filled in."""

from __future__ import annotations

from typing import Any

import pytest

from itil_cli.process.settings.kinds import Choice, Flag, Integer, Text
from itil_cli.process.settings.schema import (
    OFF,
    REQUIRED,
    Field,
    Kind,
    ListOf,
    MapOf,
    Struct,
    Wrong,
    dotted,
    missing_name,
    problems,
    shown,
    unknown,
    walk,
)

GROUP = Struct(
    {"level": Field(Integer(1, 9), "Its level.", REQUIRED), "desk": Field(Flag(), "A desk?")}, words="a group"
)
TABLE = Struct(
    {
        "name": Field(Text(), "A name.", "Incidents"),
        "groups": Field(MapOf(GROUP, what="group", replaces=True), "Groups.", {"desk": {"level": 1}}),
        "waits": Field(MapOf(Integer(1, 9), what="wait", removable=True), "Waits.", {"short": 1, "long": 5}),
        "closure": Field(Struct({"codes": Field(ListOf(Text()), "Codes.", ["fixed"])}), "Closure."),
        "tags": Field(ListOf(Text(), least=1), "Tags."),
    },
    words="a mapping of settings",
)


def said(value: Any, kind: Kind = TABLE) -> list[str]:
    return [str(wrong) for wrong in problems(kind, value)]


def test_a_path_is_dotted_and_list_indexes_count_from_0() -> None:
    assert dotted(("routing", 0, "group")) == "routing[0].group"
    assert dotted(()) == ""


def test_what_is_right_has_no_problems() -> None:
    assert said({"name": "x", "groups": {"a": {"level": 1}}, "waits": {"short": OFF}, "tags": ["a"]}) == []


def test_every_wrong_is_told_in_the_order_of_the_file() -> None:
    assert said({"tags": [1, ""], "groups": {"a": {"level": 0}}, "name": 5}) == [
        "tags[0]: 1 is not a text. Quote it: '1'.",
        "tags[1]: the text is blank. Leave it out.",
        "groups.a.level: 0 is not a whole number from 1 to 9.",
        "name: 5 is not a text. Quote it: '5'.",
    ]


def test_an_unknown_key_is_told_with_what_was_meant_or_what_there_is() -> None:
    assert said({"nmae": "x"}) == ["nmae: there is no such setting. Did you mean name?"]
    assert said({"zzz": "x"}) == ["zzz: there is no such setting. There are: name, groups, waits, closure, tags."]
    (wrong,) = problems(TABLE, {"nmae": "x"})
    assert wrong.at_key and wrong.path == ("nmae",)


def test_a_required_key_is_missed() -> None:
    assert said({"groups": {"a": {"desk": True}}}) == ["groups.a: level is missing. Add `level:`: Its level."]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing is not a mapping of settings."),
        ([], "a list is not a mapping of settings."),
        ({"groups": []}, "groups: a list is not a mapping of groups to a group."),
        ({"groups": {"a": 1}}, "groups.a: 1 is not a group."),
        ({"tags": "x"}, "tags: 'x' is not a list, each entry a text."),
        ({"tags": {}}, "tags: a mapping is not a list, each entry a text."),
        ({"tags": []}, "tags: the list is empty. Name at least one."),
        ({"closure": None}, "closure: nothing is not a mapping."),
        ({"waits": {"short": "on"}}, "waits.short: 'on' is not a whole number from 1 to 9."),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(value: Any, text: str) -> None:
    assert said(value) == [text]


def test_names_of_a_mapping_may_be_fixed_or_have_a_kind() -> None:
    fixed = MapOf(Integer(1, 9), keys=("P1", "P2"), what="priority")
    assert said({"P9": 1}, fixed) == ["P9: there is no such priority. There are: P1, P2."]
    kinded = MapOf(Integer(1, 9), key=Choice("mon", "tue"), what="day")
    assert said({"mo": 1}, kinded) == ["mo: 'mo' is not mon or tue. Did you mean mon?"]


def test_a_mapping_adds_to_its_default_key_by_key_all_the_way_down() -> None:
    merged = TABLE.merged(TABLE.default(), {"waits": {"long": 7, "longer": 9}, "closure": {"codes": ["done"]}})
    assert merged["waits"] == {"short": 1, "long": 7, "longer": 9}
    assert merged["name"] == "Incidents" and merged["closure"] == {"codes": ["done"]}


def test_a_list_a_text_or_a_number_replaces_its_default() -> None:
    default = {"name": "x", "tags": ["a", "b"]}
    assert TABLE.merged(default, {"name": "y", "tags": ["c"]}) == {"name": "y", "tags": ["c"]}


def test_a_mapping_that_replaces_does_so_as_a_whole() -> None:
    assert TABLE.merged(TABLE.default(), {"groups": {"own": {"level": 2}}})["groups"] == {"own": {"level": 2}}


def test_off_stays_in_the_merged_value_for_whoever_takes_it_out() -> None:
    assert TABLE.merged(TABLE.default(), {"waits": {"short": OFF}})["waits"] == {"short": OFF, "long": 5}


def test_merging_changes_no_default() -> None:
    before = repr(TABLE.default())
    TABLE.merged(TABLE.default(), {"waits": {"long": 7}, "groups": {}, "closure": {"codes": []}})
    assert repr(TABLE.default()) == before


def test_the_default_leaves_out_what_has_none() -> None:
    assert TABLE.default() == {
        "name": "Incidents",
        "groups": {"desk": {"level": 1}},
        "waits": {"short": 1, "long": 5},
        "closure": {"codes": ["fixed"]},
    }


def test_walk_names_every_setting_with_its_path() -> None:
    assert [".".join(path) for path, _ in walk(TABLE)] == ["name", "groups", "waits", "closure.codes", "tags"]


def test_json_schema_says_the_same() -> None:
    schema = TABLE.json_schema()
    assert schema["additionalProperties"] is False
    assert schema["properties"]["name"] == {"type": "string", "description": "A name.", "default": "Incidents"}
    group = schema["properties"]["groups"]["additionalProperties"]
    assert (group["required"], group["properties"]["level"]["maximum"]) == (["level"], 9)
    assert schema["properties"]["waits"]["additionalProperties"]["anyOf"][1] == {"const": "off"}
    assert schema["properties"]["tags"]["minItems"] == 1
    fixed = MapOf(Integer(1, 9), keys=("P1", "P2")).json_schema()
    assert list(fixed["properties"]) == ["P1", "P2"] and fixed["additionalProperties"] is False


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        ({}, "a mapping"),
        ([1], "a list"),
        (7, "7"),
        ("x", "'x'"),
        ("y" * 90, "'" + "y" * 56 + "…"),
    ],
)
def test_a_value_is_shown_whole_when_short_and_by_what_it_is_else(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_name_that_there_is_not_is_told_with_the_nearest_or_all() -> None:
    assert str(missing_name(("a",), "group", "suport", ["support"])) == (
        "a: there is no group 'suport'. Did you mean support?"
    )
    assert str(missing_name(("a",), "group", "zzz", [])) == "a: there is no group 'zzz'. There are: none."
    assert str(unknown(("a", "zzz"), "key", ["b", "c"])) == "a.zzz: there is no such key. There are: b, c."


def test_a_wrong_is_an_error_of_exit_code_5_that_may_name_its_file() -> None:
    wrong = Wrong(("zone",), "no.", "Do.", where="itil.yaml")
    assert str(wrong) == "itil.yaml: zone: no. Do."
    assert (wrong.exit_code, wrong.code, wrong.said) == (5, "policy", "no.")
