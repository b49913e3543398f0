"""`itil` alone: the same from what the index keeps as from the records, for everybody, in every state of a store."""

from __future__ import annotations

import pytest
from shell import Shell

P1 = ["--impact", "critical", "--urgency", "critical"]
LOW = ["--impact", "low", "--urgency", "low"]
MONDAY, LATER = "2026-03-09T09:00:00Z", "2026-03-20T09:00:00Z"
PEOPLE = ("dana", "bob", "ines", "max", "alice")


def log(shell: Shell, title: str, *words: str, now: str = MONDAY) -> str:
    facts = ["--category", "hardware", "--requestor", "alice@example.com"]
    return shell.id("log", "-t", title, *facts, *words, now=now, who="dana")


def resolved(shell: Shell, title: str) -> str:
    incident = log(shell, title, *LOW)
    shell("assign", incident, "--group", "support", now=MONDAY, who="dana")
    shell("accept", incident, now=MONDAY, who="bob")
    shell("resolve", incident, "--code", "fixed", "-m", "Done.", now="2026-03-09T10:00:00Z", who="bob")
    return incident


@pytest.fixture
def full(company: Shell) -> Shell:
    """An incident in each state that somebody may have to do something about."""
    log(company, "Nobody has looked yet")
    log(company, "All down", *P1)
    resolved(company, "Printer was off")
    asks = resolved(company, "Printer again")
    company("contact", asks, "--from", "alice@example.com", "-m", "Hm", now="2026-03-10T10:00:00Z", who="dana")
    waits = log(company, "Which one", *LOW)
    company("assign", waits, "--group", "support", now=MONDAY, who="dana")
    company("accept", waits, now=MONDAY, who="bob")
    company("pend", waits, "--reason", "awaiting-requestor", "-m", "Which?", now="2026-03-09T11:00:00Z", who="bob")
    return company


@pytest.mark.parametrize("now", [MONDAY, "2026-03-09T10:30:00Z", "2026-03-11T12:00:00Z", LATER])
def test_the_index_tells_what_the_records_say(full: Shell, now: str) -> None:
    for who in PEOPLE:
        first = full("--json", now=now, who=who)
        again, anew = full("--json", now=now, who=who), full("--no-index", "--json", now=now, who=who)
        assert first.code == 0 and first.json == again.json == anew.json, (who, now)


def test_the_sweep_finds_the_same_with_what_is_kept(full: Shell) -> None:
    for now in ("2026-03-09T09:30:00Z", "2026-03-16T10:00:00Z", LATER):
        kept, again = (full("sweep", "--dry-run", "--json", now=now).json for _ in range(2))
        anew = full("--no-index", "sweep", "--dry-run", "--json", now=now).json
        assert kept == again == anew
    done = full("sweep", "--json", now=LATER).json
    assert {**kept, "dry_run": False} == done
    assert full("--json", now=LATER).json["due"] == 0


def test_what_is_resolved_waits_for_whom_it_concerns_and_for_nobody_else(company: Shell) -> None:
    incident = resolved(company, "Printer was off")
    wants = {who: company("--json", now="2026-03-09T12:00:00Z", who=who).json["waiting"] for who in PEOPLE}
    assert [one["wants"] for one in wants["alice"]] == ["Confirm or reject"]
    assert [one["id"] for one in wants["alice"][0]["incidents"]] == [incident]
    assert [who for who in PEOPLE if wants[who]] == ["alice"]
    company("contact", incident, "--from", "alice@example.com", "-m", "Hm", now="2026-03-09T13:00:00Z", who="dana")
    after = company("--json", now="2026-03-09T14:00:00Z", who="dana").json["waiting"]
    assert [one["wants"] for one in after] == ["Answer the requestor"]


def test_a_reminder_changes_what_is_due_when_the_policy_changes(full: Shell) -> None:
    """What is kept hangs on policy and people too."""
    due = full("--json", now="2026-03-11T12:00:00Z").json["due"]
    policy = full.store / "itil.yaml"
    policy.write_text(policy.read_text() + "thresholds: {record: [50, 75, 90, 100]}\n")
    full.git("commit", "-qam", "Tell more")
    more = full("--json", now="2026-03-11T12:00:00Z").json["due"]
    assert more > due
    assert more == full("--no-index", "--json", now="2026-03-11T12:00:00Z").json["due"]
