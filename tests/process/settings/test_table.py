"""The table of settings: it knows every key of the examples, and a new store's file gives the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from itil_cli.process.settings import policy
from itil_cli.process.settings.people import PEOPLE
from itil_cli.process.settings.policy import parse
from itil_cli.process.settings.schema import Kind, ListOf, MapOf, Struct, problems, walk
from itil_cli.process.settings.services import SERVICES
from itil_cli.process.settings.table import DEFAULTS, NEWEST_DEFAULTS, SETTINGS, initial_policy
from itil_cli.store.yaml import yamlsafe


def keys(value: Any) -> set[str]:
    """Every key that stands anywhere in a value."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize(("name", "kind"), [("itil", SETTINGS), ("people", PEOPLE), ("services", SERVICES)])
def test_every_key_of_the_examples_is_a_setting(name: str, kind: Kind, shared: Path) -> None:
    value = yamlsafe.load((shared / "examples" / f"{name}.yaml").read_bytes()).value
    assert keys(value) and problems(kind, value) == []


def test_the_example_names_every_section(shared: Path) -> None:
    value = yamlsafe.load((shared / "examples" / "itil.yaml").read_bytes()).value
    assert isinstance(value, dict)
    assert set(SETTINGS.fields) - set(value) == {"requestor-domains", "monitoring", "mail", "messages"}


def test_every_setting_says_what_it_is_about() -> None:
    for path, field in walk(SETTINGS):
        assert field.about.endswith(".") and field.about[0].isupper(), path


def test_every_default_is_right() -> None:
    assert problems(SETTINGS, DEFAULTS) == [] and policy.problems({}) == []
    assert DEFAULTS["defaults"] == NEWEST_DEFAULTS == 1


def test_a_kind_has_words_that_complete_a_sentence() -> None:
    def kinds(kind: Kind) -> list[Kind]:
        inner: list[Kind] = []
        if isinstance(kind, Struct):
            inner = [field.kind for field in kind.fields.values()]
        elif isinstance(kind, (ListOf, MapOf)):
            inner = [kind.item]
        return [kind, *(deeper for one in inner for deeper in kinds(one))]

    assert [kind for kind in kinds(SETTINGS) if kind.words == Kind.words] == []


def test_a_new_stores_policy_has_some_25_lines_and_gives_the_defaults() -> None:
    text = initial_policy("Acme", "Europe/Paris")
    assert 20 <= len(text.splitlines()) <= 30
    value = yamlsafe.load(text.encode()).value
    assert value == {"defaults": 1, "version": 1, "name": "Acme", "zone": "Europe/Paris"}
    assert parse(value) == parse({"name": "Acme", "zone": "Europe/Paris"})


def test_what_it_suggests_in_comments_is_right_too() -> None:
    shown = [line.removeprefix("# ") for line in initial_policy("Acme", "Etc/UTC").splitlines()]
    first = next(place for place, line in enumerate(shown) if line.startswith("calendars:"))
    suggested = [line for line in shown[first:] if line.startswith(" ") or line.split(":")[0] in SETTINGS.fields]
    value = yamlsafe.load("\n".join(suggested).encode()).value
    assert isinstance(value, dict)
    assert set(value) == {"calendars", "targets", "groups", "categories", "routing"}
    # All but the route to a service of the reader's own stand for what holds anyway.
    assert policy.problems(value) == []


@pytest.mark.parametrize(
    ("name", "read"),
    [("O'Hara & Co: #1", "O'Hara & Co: #1"), ("two\nlines\x07", "two lines"), ("  ", "Incidents"), ("{x}", "{x}")],
)
def test_any_name_makes_a_policy_that_parses(name: str, read: str) -> None:
    value = yamlsafe.load(initial_policy(name, "Etc/UTC").encode()).value
    assert parse(value).name == read
