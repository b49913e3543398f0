"""`itil sweep`: one commit of what is due, a dry run, what stays and why, and a past in which nothing is written."""

from __future__ import annotations

import pytest
from shell import Shell

P1 = ["--impact", "critical", "--urgency", "critical"]
LATER = "2026-03-20T09:00:00Z"


def log(shell: Shell, *words: str, now: str = "2026-03-09T09:00:00Z") -> str:
    return shell.id("log", "-t", "Printer jams", "--category", "hardware", *words, now=now)


def resolved(shell: Shell) -> str:
    incident = log(shell, "--impact", "low", "--urgency", "low", "--take")
    shell("resolve", incident, "--code", "fixed", "-m", "x", now="2026-03-09T10:00:00Z")
    return incident


def test_nothing_is_due_and_nothing_is_committed(shell: Shell) -> None:
    log(shell, *P1)
    head = shell.git("rev-parse", "HEAD")
    swept = shell("sweep", now="2026-03-09T09:01:00Z")
    assert (swept.code, swept.out, swept.err) == (0, "Nothing is due.\n", "")
    assert shell.git("rev-parse", "HEAD") == head


def test_a_sweep_is_one_commit_by_whoever_ran_it(company: Shell) -> None:
    grave, done = log(company, *P1), resolved(company)
    swept = company("sweep", now=LATER, who="dana")
    assert swept.code == 0
    subject, author, *files = company.git("log", "-1", "--format=%s%n%ae", "--name-only").split()
    assert f"{subject} {author} {' '.join(files)}".startswith("sweep: 2")
    assert company.git("log", "-1", "--format=%s|%ae").strip() == "sweep: 2 incidents|dana@example.com"
    trailers = company.git("log", "-1", "--format=%(trailers:key=Incident,valueonly)").split()
    assert sorted(trailers) == sorted([grave, done])
    assert company("show", done, "--json", now=LATER).json["status"] == "closed"


def test_the_document(shell: Shell) -> None:
    incident = resolved(shell)
    document = shell("sweep", "--json", now=LATER).json
    assert document == {
        "schema": "itil/1", "kind": "sweep", "dry_run": False, "incidents": [incident], "events": 1,
        "notes": [f"{incident} closed: nobody reopened it (95h 0m late)."], "ahead": 0,
    }  # fmt: skip


def test_a_second_sweep_does_nothing(company: Shell) -> None:
    log(company, *P1)
    resolved(company)
    company("sweep", now=LATER)
    head = company.git("rev-parse", "HEAD")
    assert company("sweep", now=LATER).out == "Nothing is due.\n"
    assert company.git("rev-parse", "HEAD") == head


def test_in_a_batch_it_runs_but_is_no_part_of_one_commit(company: Shell) -> None:
    done, lines = resolved(company), company.store.parent / "lines"
    lines.write_text(f"log -t Another\nsweep --now {LATER}\n")
    head = company.git("rev-parse", "HEAD")
    refused = company("batch", str(lines), "--one-commit")
    said = "error[usage]: line 2: `sweep` has commits of its own. Run it outside of `itil batch`.\n"
    assert (refused.code, refused.err, company.git("rev-parse", "HEAD")) == (2, said, head)
    assert company("batch", str(lines)).code == 0
    assert company("show", done, "--json", now=LATER).json["status"] == "closed"


@pytest.mark.parametrize("line", ["check --fix", "report --due", "sync", "adopt process"])
def test_a_command_with_a_commit_of_its_own_is_refused_in_a_batch_at_once(shell: Shell, line: str) -> None:
    lines = shell.store.parent / "lines"
    lines.write_text(f"log -t Another\n{line}\n")
    refused = shell("batch", str(lines))
    said = f"error[usage]: line 2: `{line.removesuffix(' process')}` has commits of its own. Run it outside of `itil batch`."
    assert (refused.code, refused.err.splitlines()[-1]) == (2, said)
    assert len(shell("list", "--json").json["incidents"]) == 1


def test_a_dry_run_shows_the_same_and_writes_nothing(company: Shell) -> None:
    log(company, *P1)
    head = company.git("rev-parse", "HEAD")
    dry = company("sweep", "--dry-run", now="2026-03-09T12:00:00Z")
    assert company.git("rev-parse", "HEAD") == head
    assert dry.out == company("sweep", now="2026-03-09T12:00:00Z").out + "Nothing is written (--dry-run).\n"


def test_what_stays_is_listed_with_why_each_time(company: Shell) -> None:
    incident = resolved(company)
    company("contact", incident, "--from", "carl", "-m", "Hm", now="2026-03-10T10:00:00Z", who="dana")
    head = company.git("rev-parse", "HEAD")
    for _ in range(2):
        assert company("sweep", now=LATER).out == (
            f"{incident} stays resolved since 2026-03-16T10:00:00Z: the requestor has an unanswered contact.\n"
        )
    assert company.git("rev-parse", "HEAD") == head


def test_home_says_when_a_sweep_last_ran_and_what_it_would_do(shell: Shell) -> None:
    log(shell, *P1)
    assert shell("--json", now="2026-03-09T09:20:00Z").json["due"] == 2
    shell("sweep", now="2026-03-09T09:20:00Z")
    home = shell("--json", now="2026-03-09T09:21:00Z").json
    assert (home["due"], home["last_sweep"]) == (0, "2026-03-09T09:20:00Z")


def test_in_a_past_a_dry_run_shows_what_was_due_then(company: Shell) -> None:
    incident = resolved(company)
    company("sweep", now=LATER)  # closed by now
    grave = log(company, *P1, now="2026-03-21T09:00:00Z")
    then = company("sweep", "--dry-run", now="2026-03-17T09:00:00Z")
    assert then.out == (f"{incident} closed: nobody reopened it (23h 0m late).\nNothing is written (--dry-run).\n")
    assert grave not in company("list", now="2026-03-17T09:00:00Z").out


def test_in_a_past_nothing_is_written_into_what_has_a_later_event(company: Shell) -> None:
    incident = resolved(company)
    company("sweep", now=LATER)
    head = company.git("rev-parse", "HEAD")
    past = company("sweep", now="2026-03-17T09:00:00Z")
    assert (past.code, past.out) == (0, "Nothing is due.\n")
    assert past.err == (
        "Nothing is written into 1 incident that had events after 2026-03-17T09:00:00Z (S1); "
        "--dry-run shows what was due then.\n"
    )
    assert company.git("rev-parse", "HEAD") == head
    assert company("show", incident, "--json", now=LATER).json["status"] == "closed"


def test_one_clock_ahead_does_not_stop_the_sweep_of_the_others(company: Shell) -> None:
    ahead, other = log(company, *P1), log(company, *P1)
    company("note", ahead, "-m", "x", now="2026-03-09T23:00:00Z")
    swept = company("sweep", now="2026-03-09T09:20:00Z")
    assert {line.split()[0] for line in swept.out.splitlines()} == {other}


def test_a_machine_that_repeats_itself_escalates_by_the_policys_count(company: Shell) -> None:
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + "escalation: {repeat-recurrences: 2}\n")
    company.git("commit", "-qam", "Twice is enough")
    incident = company.id("log", "-t", "disk full", "--dedup-key", "disk", who="ci")
    for _ in range(2):
        company("contact", incident, "-m", "again", who="ci")
    events = company("show", incident, "--json").json["events"]
    assert [event["trigger"] for event in events if event["do"] == "escalated"] == ["recurrences"]
