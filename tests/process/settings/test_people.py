"""Who is who: `people.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from itil_cli.process.settings.people import People, Person, parse, problems
from itil_cli.process.settings.schema import Wrong
from itil_cli.process.time.instants import parse_instant
from itil_cli.store.yaml import yamlsafe

NOON = parse_instant("2026-03-09T12:00:00Z")


@pytest.fixture
def people(shared: Path) -> People:
    """The shared example."""
    value = yamlsafe.load((shared / "examples" / "people.yaml").read_bytes()).value
    return parse(value, ["service-desk", "support", "network"])


def test_the_example_says_what_it_says(people: People) -> None:
    names = [person.email.split("@")[0] for person in people.all()]
    assert names == ["dana", "bob", "ines", "max", "ci", "alice", "old"]
    assert people.person("dana@example.com") == Person(
        "dana@example.com",
        "Dana Desk",
        roles=frozenset({"service-desk", "requestor"}),
        groups=("service-desk",),
        tenant="acme",
    )
    bob, alice, bot = (people.get(f"{name}@example.com") for name in ("bob", "alice", "ci"))
    assert bob.aliases == ("bob@home.example",) and bob.keys[0].startswith("ssh-ed25519 ")
    assert alice.vip and alice.roles == {"requestor"}
    assert (bot.roles, bot.answers_for) == ({"bot"}, "support")


def test_a_person_is_known_by_address_and_aliases_whatever_their_case(people: People) -> None:
    assert people.person("BOB@Home.Example") is people.person("bob@example.com")


def test_everybody_known_is_a_requestor_but_a_bot_is_not(people: People) -> None:
    assert all(("requestor" in one.roles) != ("bot" in one.roles) for one in people.all())


def test_somebody_unknown_is_a_requestor_and_not_known(people: People) -> None:
    stranger = people.get("eve@elsewhere.example")
    assert (stranger.name, stranger.roles, stranger.known) == ("eve", {"requestor"}, False)
    assert people.person("eve@elsewhere.example") is None


def test_from_the_date_of_retirement_there_are_no_roles_and_no_groups(people: People) -> None:
    before, after = parse_instant("2026-06-29T23:59:59Z"), parse_instant("2026-06-30T00:00:00Z")
    assert people.at("old@example.com", before).groups == ("support",)
    gone = people.at("old@example.com", after)
    assert (gone.roles, gone.groups, gone.name, gone.known) == (frozenset(), (), "Gone", True)


def test_members_are_without_those_who_retire(people: People) -> None:
    assert people.members("support") == ("bob@example.com",)


AWAY = {
    "people": [
        {
            "email": "bob@x.example", "roles": ["support"], "groups": ["support"],
            "away": [{"from": "2026-03-09", "until": "2026-03-10", "deputy": "sue@x.example"}],
        },
        {
            "email": "sue@x.example", "roles": ["support"], "groups": ["support"],
            "away": [{"from": "2026-03-10", "until": "2026-03-10", "deputy": "bob@x.example"}, {"from": "2026-03-11", "until": "2026-03-11"}],
        },
        {
            "email": "tom@x.example", "roles": ["support"],
            "duty": [{"group": "support", "from": "2026-03-12", "until": "2026-03-12"}],
        },
        {"email": "old@x.example", "roles": ["support"], "groups": ["support"], "retired": "2026-03-01"},
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "bob", "group"),
    [
        ("08", "bob", ["bob", "sue"]),
        ("09", "sue", ["sue"]),
        ("10", "bob", ["bob", "sue"]),  # deputies in a circle
        ("11", "bob", ["bob"]),  # sue has no deputy
        ("12", "bob", ["tom"]),
    ],
)
def test_who_is_away_is_reached_through_the_deputy_and_a_group_through_who_is_on_duty(
    day: str, bob: str, group: list[str]
) -> None:
    people, now = parse(AWAY, ["support"]), parse_instant(f"2026-03-{day}T12:00:00Z")
    assert people.reached("bob@x.example", now).email == f"{bob}@x.example"
    assert [address.partition("@")[0] for address in people.told("support", now)] == group


ABSENT = {
    "people": [
        {
            "email": "bob@x.example", "groups": ["support"],
            "away": [
                {"from": "2026-03-09", "until": "2026-03-09"},
                {"from": "2026-03-10", "until": "2026-03-10", "deputy": "sue@x.example"},
                {"from": "2026-03-11", "until": "2026-03-12"},
            ],
        },
        {"email": "sue@x.example", "groups": ["support"], "away": [{"from": "2026-03-12", "until": "2026-03-12"}]},
        {
            "email": "tom@x.example",
            "duty": [{"group": "support", "from": "2026-03-11", "until": "2026-03-11"}],
        },
        {"email": "old@x.example", "groups": ["support"], "retired": "2026-03-01"},
        {"email": "bot@x.example", "roles": ["bot"], "groups": ["support"]},
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "assignee", "told"),
    [
        ("08", "bob", ["bob"]),
        ("08", "old", ["bob", "sue"]),  # retired: the group
        ("09", "bob", ["sue"]),  # no deputy, nobody on duty: the others of the group, and never a bot
        ("10", "bob", ["sue"]),  # the deputy
        ("11", "bob", ["tom"]),  # no deputy: who is on duty
        ("12", "bob", ["bob"]),  # nobody is there
    ],
)
def test_instead_of_an_assignee_who_is_away_the_deputy_is_told_or_the_group(
    day: str, assignee: str, told: list[str]
) -> None:
    people, now = parse(ABSENT, ["support"]), parse_instant(f"2026-03-{day}T12:00:00Z")
    found = people.instead_of(f"{assignee}@x.example", "support", now)
    assert [address.partition("@")[0] for address in found] == told


def test_where_nobody_of_a_group_is_there_all_of_it_are_told() -> None:
    people, now = parse(ABSENT, ["support"]), parse_instant("2026-03-12T12:00:00Z")
    assert people.told("support", now) == ("bob@x.example", "sue@x.example")


def test_a_name_is_the_addresss_first_part_unless_given() -> None:
    assert parse({"people": [{"email": "bob@example.com"}]}).all()[0].name == "bob"


def test_people_are_equal_when_everybody_is() -> None:
    value = {"people": [{"email": "bob@example.com"}]}
    assert parse(value) == parse(value) and hash(parse(value)) == hash(parse(value))
    assert parse(value) != People(())


def test_groups_are_checked_where_the_policy_is_at_hand() -> None:
    value = {"people": [{"email": "a@x", "groups": ["suport"]}]}
    assert problems(value) == []
    with pytest.raises(Wrong) as found:
        parse(value, ["support"])
    assert str(found.value) == "people[0].groups[0]: there is no group 'suport'. Did you mean support?"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing is not a mapping."),
        ({}, "people is missing. Add `people:`: Everybody who is known."),
        ({"people": None}, "people: nothing is not a list, each entry a person."),
        ({"people": ["a@x"]}, "people[0]: 'a@x' is not a person."),
        (
            {"people": [{"name": "A"}]},
            "people[0]: email is missing. Add `email:`: The address that events and commits name.",
        ),
        ({"people": [{"email": "a"}]}, "people[0].email: 'a' is not an e-mail address."),
        ({"people": [{"email": "a@x", "nmae": "A"}]}, "people[0].nmae: there is no such setting. Did you mean name?"),
        (
            {"people": [{"email": "a@x", "roles": ["suport"]}]},
            "people[0].roles[0]: 'suport' is not requestor, service-desk, support, incident-manager, "
            "major-incident-manager, problem-manager, auditor or bot. Did you mean support?",
        ),
        (
            {"people": [{"email": "a@x", "retired": "soon"}]},
            "people[0].retired: 'soon' is not a date such as 2026-12-24.",
        ),
        (
            {"people": [{"email": "a@x", "aliases": ["A@X"]}]},
            "people[0].aliases[0]: A@X stands at people[0].email already. An address belongs to one person, once.",
        ),
        (
            {"people": [{"email": "a@x"}, {"email": "b@x", "aliases": ["c@x", "a@x"]}]},
            "people[1].aliases[1]: a@x stands at people[0].email already. An address belongs to one person, once.",
        ),
        (
            {"people": [{"email": "ci@x", "roles": ["bot"], "answers-for": "bod@x"}, {"email": "bob@x"}]},
            "people[0].answers-for: there is no person 'bod@x'. Did you mean bob@x?",
        ),
        (
            {"people": [{"email": "ci@x", "roles": ["bot"], "answers-for": "suport"}]},
            "people[0].answers-for: there is no group 'suport'. Did you mean support?",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_path(value: Any, text: str) -> None:
    assert [str(wrong) for wrong in problems(value, ["support"])] == [text]
