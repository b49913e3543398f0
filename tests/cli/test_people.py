"""`itil people`: who is who, what each may do and answers for."""

from __future__ import annotations

import pytest
from shell import Shell

PEOPLE = """\
people:
  - {email: ada@example.com, name: Ada Test, roles: [service-desk, support], groups: [service-desk, support]}
  - {email: bob@example.com, name: Bob Baker, aliases: [bob@home.example], roles: [support], groups: [support], tenant: acme, keys: [ssh-ed25519 AAAA]}
  - {email: max@example.com, name: Max Major, roles: [major-incident-manager]}
  - {email: ci@example.com, name: CI, roles: [bot], answers-for: support}
  - {email: alice@example.com, name: Alice, vip: true}
  - {email: alice@shop.example, name: Alice Other}
  - {email: old@example.com, name: Gone, roles: [support], groups: [support], retired: '2026-03-01'}
  - {email: eve@example.com, name: Eve, roles: [support], groups: [support], retired: '2026-12-31'}
"""
GROUPS = """
groups:
  service-desk: {level: 1, escalates-to: support, desk: true}
  support: {level: 2, lead: bob@home.example}
"""


@pytest.fixture
def team(shell: Shell) -> Shell:
    policy = shell.store / "itil.yaml"
    policy.write_text(policy.read_text() + GROUPS)
    (shell.store / "people.yaml").write_text(PEOPLE)
    shell.git("commit", "-qam", "people")
    return shell


def test_people_are_a_table(team: Shell) -> None:
    assert (
        team("people").out
        == """\
name         email               roles                   groups                 remarks
Ada Test     ada@example.com     service-desk, support   service-desk, support
Bob Baker    bob@example.com     support                 support                leads support; tenant acme
Max Major    max@example.com     major-incident-manager
CI           ci@example.com      bot                                            answers for support
Alice        alice@example.com   requestor                                      VIP
Alice Other  alice@shop.example  requestor
Gone         old@example.com                                                    retired 2026-03-01
Eve          eve@example.com     support                 support                retires 2026-12-31
"""
    )


def test_people_as_json_mark_the_retired(team: Shell) -> None:
    document = team("people", "--json").json
    assert (document["schema"], document["kind"]) == ("itil/1", "people")
    assert document["people"][1] == {
        "email": "bob@example.com",
        "name": "Bob Baker",
        "aliases": ["bob@home.example"],
        "roles": ["requestor", "support"],
        "groups": ["support"],
        "leads": ["support"],
        "tenant": "acme",
        "answers_for": None,
        "vip": False,
        "digest": None,
        "retired": None,
        "active": True,
        "away": [],
        "duty": [],
        "keys": ["ssh-ed25519 AAAA"],
    }
    gone = document["people"][6]
    assert (gone["retired"], gone["active"], gone["roles"], gone["groups"]) == ("2026-03-01", False, [], [])


def test_roles_are_those_held_at_the_time(team: Shell) -> None:
    held = [one["email"] for one in team("people", "--role", "support", "--json").json["people"]]
    assert held == ["ada@example.com", "bob@example.com", "eve@example.com"]
    later = team("people", "--role", "support", "--json", now="2027-01-01T00:00:00Z").json["people"]
    assert [one["email"] for one in later] == ["ada@example.com", "bob@example.com"]


def test_role_and_group_filter_together(team: Shell) -> None:
    found = team("people", "--role", "service-desk", "--group", "support")
    assert found.out.splitlines()[1:] == ["Ada Test  ada@example.com  service-desk, support  service-desk, support"]
    nobody = team("people", "--role", "auditor")
    assert (nobody.code, nobody.out) == (0, "There are none.\n")
    assert team("people", "--role", "auditor", "--json").json["people"] == []


def test_an_unknown_role_or_group_exits_4_with_what_was_meant(team: Shell) -> None:
    role = team("people", "--role", "suport")
    assert (role.code, role.out) == (4, "")
    assert role.err == "error[not-found]: There is no role 'suport'. Did you mean support?\n"
    group = team("people", "--group", "servicedesk")
    assert group.code == 4
    assert group.err == "error[not-found]: There is no group 'servicedesk'. Did you mean service-desk?\n"


def test_one_person_with_everything_that_he_may_do(team: Shell) -> None:
    card = team("people", "show", "bob").out
    assert card.startswith("""\
Bob Baker <bob@example.com>
  roles: requestor, support
  groups: support (level 2)
  also: bob@home.example
  signs with: ssh-ed25519 AAAA
  remarks: leads support; tenant acme
  may: log; contact; note; tell (own); """)
    assert team("people", "show", "max").out.endswith(
        "\n  on an accepted major incident: whatever incident-manager may\n"
    )
    assert "  groups: service-desk (level 1, the desk), support (level 2)\n" in team("people", "show", "ada").out


def test_one_person_as_json_has_the_verbs_with_their_conditions(team: Shell) -> None:
    document = team("people", "show", "BOB@home.example", "--json").json
    assert (document["kind"], document["email"]) == ("person", "bob@example.com")
    assert document["may"]["log"] == "any" and document["may"]["accept"] == "own"
    assert "correct" not in document["may"]


def test_the_retired_may_nothing(team: Shell) -> None:
    card = "Gone <old@example.com>\n  roles: none\n  remarks: retired 2026-03-01\n  may: nothing\n"
    assert team("people", "show", "old").out == card


def test_an_unknown_or_ambiguous_person_exits_4(team: Shell) -> None:
    unknown = team("people", "show", "bbo")
    assert unknown.code == 4
    assert unknown.err == "error[not-found]: There is no person 'bbo'. Did you mean bob?\n"
    both = team("people", "show", "alice")
    assert both.code == 4
    assert both.err == (
        "error[not-found]: 'alice' is more than one: alice@example.com, alice@shop.example. Write it whole.\n"
    )
