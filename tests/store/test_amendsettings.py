"""Settings change by their bytes: what is around a change stays, whatever the file looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itil_cli.errors import Broken
from itil_cli.process.incident import Value
from itil_cli.store.files.amendsettings import with_items, with_value
from itil_cli.store.yaml import yamlsafe

HOLIDAYS = ("calendars", "business", "holidays")
NAMES = {"2026-12-25": "Noël", "2027-01-01": "Jour  de\nl'an"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "calendars:\n  business:\n    holidays:\n      - '2026-12-25'  # Noël\n"),
        ("# only this\n", "# only this\ncalendars:\n  business:\n    holidays:\n      - '2026-12-25'  # Noël\n"),
        ("name: x", "name: x\ncalendars:\n  business:\n    holidays:\n      - '2026-12-25'  # Noël\n"),
        (
            "calendars:  # hours\n  business: {hours: [{mon: ['09:00-17:00']}]}  # ours\nname: x\n",
            "calendars:  # hours\n  business: {hours: [{mon: ['09:00-17:00']}], holidays: ['2026-12-25']}  # ours\nname: x\n",
        ),
        ("calendars: {}\n", "calendars: {business: {holidays: ['2026-12-25']}}\n"),
        ("calendars: {business: {}}\n", "calendars: {business: {holidays: ['2026-12-25']}}\n"),
        ("calendars:\nname: x\n", "calendars:\n  business:\n    holidays:\n      - '2026-12-25'  # Noël\nname: x\n"),
        (
            "calendars:\n    shop:\n        hours: []\n\n# next\nname: x\n",
            "calendars:\n    shop:\n        hours: []\n    business:\n      holidays:\n        - '2026-12-25'  # Noël\n"
            "\n# next\nname: x\n",
        ),
        (
            "calendars:\n  business:\n    hours:\n    - mon: ['09:00-17:00']  # Monday\n",
            "calendars:\n  business:\n    hours:\n    - mon: ['09:00-17:00']  # Monday\n"
            "    holidays:\n      - '2026-12-25'  # Noël\n",
        ),
        (
            "calendars:\n  business:\n    holidays:\n    - '2026-04-06'  # Easter\n    zone: UTC\n",
            "calendars:\n  business:\n    holidays:\n    - '2026-04-06'  # Easter\n    - '2026-12-25'  # Noël\n    zone: UTC\n",
        ),
        (
            "calendars: {business: {holidays: ['2026-04-06']}}  # yes\r\n",
            "calendars: {business: {holidays: ['2026-04-06', '2026-12-25']}}  # yes\r\n",
        ),
        (
            "calendars:\n  business:\n    holidays: ['2026-04-06',\n      '2026-05-01',  # May\n    ]\n",
            "calendars:\n  business:\n    holidays: ['2026-04-06',\n      '2026-05-01', '2026-12-25',  # May\n    ]\n",
        ),
        ("calendars:\n  business:\n    holidays: []\n", "calendars:\n  business:\n    holidays: ['2026-12-25']\n"),
        ("{name: x}\n", "{name: x, calendars: {business: {holidays: ['2026-12-25']}}}\n"),
    ],
)  # fmt: skip
def test_items_are_added_where_they_belong_and_all_else_stays(before: str, after: str) -> None:
    assert with_items(before.encode(), HOLIDAYS, ["2026-12-25"], NAMES).decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "people:\n  - {email: b@x.example, groups: [a]}\n"),
        ("people: []\n", "people: [{email: b@x.example, groups: [a]}]\n"),
        (
            "people:\n- {email: a@x.example}  # first\n# end\n",
            "people:\n- {email: a@x.example}  # first\n- {email: b@x.example, groups: [a]}\n# end\n",
        ),
        (
            "people:\n  - email: a@x.example\n    name: A\nmore: 1\n",
            "people:\n  - email: a@x.example\n    name: A\n  - {email: b@x.example, groups: [a]}\nmore: 1\n",
        ),
    ],
)
def test_an_item_may_be_a_mapping(before: str, after: str) -> None:
    entry: Value = {"email": "b@x.example", "groups": ["a"]}
    assert with_items(before.encode(), ("people",), [entry]).decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "people:\n  - {email: a@x.example}\n  - {email: b@x.example}  # two\n",
            "people:\n  - {email: a@x.example}\n  - {email: b@x.example, retired: '2026-12-31'}  # two\n",
        ),
        (
            "people:\n  - email: a@x.example\n  - email: b@x.example\n    name: B\n# end\n",
            "people:\n  - email: a@x.example\n  - email: b@x.example\n    name: B\n    retired: '2026-12-31'\n# end\n",
        ),
        (
            "people:\n- email: a@x.example\n-   email: b@x.example\n    retired: '2027-01-01'\n",
            "people:\n- email: a@x.example\n-   email: b@x.example\n    retired: '2026-12-31'\n",
        ),
    ],
)
def test_a_key_of_an_item_is_set(before: str, after: str) -> None:
    assert with_value(before.encode(), ("people", 1, "retired"), "2026-12-31").decode() == after


def test_a_remark_is_one_line() -> None:
    done = with_items(b"", HOLIDAYS, ["2027-01-01"], NAMES).decode()
    assert done.endswith("      - '2027-01-01'  # Jour de l'an\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1   # raise it\nname: x\n", "version: 7   # raise it\nname: x\n"),
        ("name: x\n", "name: x\nversion: 7\n"),
        ("version:\nname: x\n", "version: 7\nname: x\n"),
        ("{version: 1}", "{version: 7}"),
        ("{}", "{version: 7}"),
        ("", "version: 7\n"),
        ("name: x\r\n", "name: x\r\nversion: 7\r\n"),
    ],
)
def test_a_value_is_replaced_where_it_stands_or_added_last(before: str, after: str) -> None:
    assert with_value(before.encode(), ("version",), 7).decode() == after


def test_a_broken_file_is_told_with_its_place() -> None:
    with pytest.raises(Broken) as wrong:
        with_value(b"a: [1\n", ("version",), 2)
    assert wrong.value.line is not None


KEYS = st.sampled_from(["a", "b", "calendars", "business", "holidays", "version"])
VALUES = st.recursive(
    st.one_of(st.none(), st.integers(0, 9), st.sampled_from(["x", "no", "2026-01-01"])),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.integers(0, 99))
def test_whatever_else_the_file_says_stays(settings: dict[str, object], number: int) -> None:
    from itil_cli.store.yaml.yamlwrite import flow

    lines = "".join(f"{key}: {flow(value)}  # kept\n" for key, value in settings.items())  # type: ignore[arg-type]
    done = with_value(lines.encode(), ("version",), number)
    assert yamlsafe.load(done).value == {**settings, "version": number}
    assert done.count(b"# kept") == len(settings)
