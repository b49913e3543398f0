"""`itil people add|retire|away|duty|digest`: who is who is changed by a command, in a commit of its own."""

from __future__ import annotations

import pytest
from shell import Shell


@pytest.fixture
def team(shell: Shell) -> Shell:
    """A store of one, and Bob beside her."""
    added = shell(
        "people", "add", "bob@example.com", "--name", "Bob Baker", "--role", "support", "--group", "support",
        "--alias", "bob@home.example", "--key", "ssh-ed25519 AAAA",
    )  # fmt: skip
    assert added.code == 0, added.err
    return shell


def last(shell: Shell) -> str:
    return shell.git("log", "-1", "--format=%s", "--name-only").replace("\n\n", "|").strip()


def entry(shell: Shell) -> str:
    return (shell.store / "people.yaml").read_text(encoding="utf-8").splitlines()[-1].strip()


def test_somebody_is_added(team: Shell) -> None:
    assert entry(team) == (
        "- {email: bob@example.com, name: Bob Baker, roles: [support], groups: [support], "
        "aliases: [bob@home.example], keys: [ssh-ed25519 AAAA]}"
    )
    assert last(team) == "people: add bob@example.com|people.yaml"
    assert team("policy", "validate").code == 0 and team("audit").code == 0


def test_somebody_is_away_and_on_duty(team: Shell) -> None:
    away = team("people", "away", "bob", "--from", "2026-12-24", "--until", "2027-01-03", "--deputy", "ada")
    assert away.out == (
        "name       email            roles    groups   remarks\n"
        "Bob Baker  bob@example.com  support  support  away 2026-12-24 to 2027-01-03 (deputy ada@example.com)\n"
    )
    assert last(team) == "people: bob@example.com is away, 2026-12-24 to 2027-01-03|people.yaml"
    said = team(
        "people", "duty", "bob", "--group", "support", "--from", "2027-01-04", "--until", "2027-01-04", "--json"
    )
    assert said.json["duty"] == [{"from": "2027-01-04", "until": "2027-01-04", "group": "support"}]
    assert said.json["away"] == [{"from": "2026-12-24", "until": "2027-01-03", "deputy": "ada@example.com"}]
    assert team("people", "show", "bob", "--json", now="2027-01-04T09:00:00Z").json["away"] == [], "over"
    assert "on duty for support 2027-01-04" in team("people").out


def test_somebody_wants_a_digest_or_none(team: Shell) -> None:
    assert team("people", "digest", "bob", "on", "--json").json["digest"] is True
    assert "digest: true" in entry(team) and last(team) == "people: bob@example.com gets a digest|people.yaml"
    before = team.git("rev-parse", "HEAD")
    assert team("people", "digest", "bob", "on").out.endswith("digest on\n") and team.git("rev-parse", "HEAD") == before
    assert team("people", "digest", "bob", "off", "--json").json["digest"] is False
    assert last(team) == "people: bob@example.com gets each message by itself|people.yaml"
    assert team("policy", "validate").code == 0 and team("audit").code == 0


def test_somebody_retires_once(team: Shell) -> None:
    assert team("people", "retire", "bob", "--from", "2026-12-31").out.endswith("retires 2026-12-31\n")
    before = team.git("rev-parse", "HEAD")
    assert team("people", "retire", "bob", "--from", "2026-12-31").code == 0
    assert team.git("rev-parse", "HEAD") == before


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (
            ("add", "BOB@home.example"), 2,
            "error[policy]: people.yaml would not be right: people[2].email: BOB@home.example stands at "
            "people[1].aliases[0] already. An address belongs to one person, once.\n",
        ),
        (
            ("add", "bob"), 2,
            "error[policy]: people.yaml would not be right: people[2].email: 'bob' is not an e-mail address.\n",
        ),
        (
            ("add", "c@example.com", "--group", "supprt"), 4,
            "error[not-found]: There is no group 'supprt'. Did you mean support?\n",
        ),
        (
            ("add", "c@example.com", "--role", "suport"), 4,
            "error[not-found]: There is no role 'suport'. Did you mean support?\n",
        ),
        (
            ("away", "bob", "--from", "2026-12-24", "--until", "2026-12-01"), 2,
            "error[policy]: people.yaml would not be right: people[1].away[0].until: 2026-12-01 is before 2026-12-24. "
            "Give the last day.\n",
        ),
        (
            ("away", "bob", "--from", "2026-12-24", "--until", "soon"), 2,
            "error[policy]: people.yaml would not be right: people[1].away[0].until: 'soon' is not a date such as "
            "2026-12-24.\n",
        ),
        (
            ("duty", "bob", "--group", "supprt", "--from", "2026-12-24", "--until", "2026-12-24"), 4,
            "error[not-found]: There is no group 'supprt'. Did you mean support?\n",
        ),
        (("retire", "bbo"), 4, "error[not-found]: There is no person 'bbo'. Did you mean bob?\n"),
    ],
)  # fmt: skip
def test_what_would_not_be_right_is_refused(team: Shell, words: tuple[str, ...], code: int, error: str) -> None:
    before = team.git("rev-parse", "HEAD")
    refused = team("people", *words)
    assert (refused.code, refused.err) == (code, error)
    assert team.git("rev-parse", "HEAD") == before and team.git("status", "--porcelain") == ""


def test_only_the_incident_manager_changes_who_is_who(team: Shell) -> None:
    refused = team("people", "retire", "ada", who="bob")
    assert (refused.code, refused.err) == (
        7, "error[S10]: bob@example.com may not change people.yaml. An incident manager may.\n",
    )  # fmt: skip


def test_settings_are_not_changed_in_a_batch(team: Shell) -> None:
    (team.store.parent / "steps").write_text("people retire bob\n", encoding="utf-8")
    refused = team("batch", str(team.store.parent / "steps"))
    assert (refused.code, "Settings have commits of their own. Run it outside of `itil batch`." in refused.err) == (
        2,
        True,
    )
