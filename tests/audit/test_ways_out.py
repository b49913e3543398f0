"""A push is refused, and its way out: each as the gate says it, walked to the end with plain git."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from shell import Shell

from itil_cli import __version__
from itil_cli.cli.main import run
from itil_cli.process.auditing.codes import ways_out
from itil_cli.process.time import zones
from itil_cli.process.time.instants import format_instant
from tests.audit.hub import Hub, git

FACTS = ("--category", "network", "--impact", "critical", "--urgency", "critical", "--requestor", "alice@example.com")


def at(hours: int) -> tuple[str, str]:
    """`--now` so many hours after the day before yesterday at this time."""
    return "--now", format_instant(int(time.time()) - 48 * 3600 + hours * 3600)


@pytest.fixture
def train(hub: Hub) -> str:
    """Dana's P1 of the day before yesterday, published; Bob accepted it in time, on a train, and comes back today."""
    incident: str = hub.itil("dana", "log", "-t", "All is down", *FACTS, *at(0))["id"]
    hub.itil("dana", "assign", incident, "--group", "support", *at(0))
    assert hub.push() == ""
    hub.itil("bob", "accept", incident, *at(0))
    return incident


@pytest.mark.slow
def test_what_came_late_goes_through_the_incident_manager(hub: Hub, train: str, tmp_path: Path) -> None:
    said = hub.push()
    assert "error[late-verdict]: response was missed and is not missed by the late event" in said
    assert ways_out(["late-verdict"]) in said
    git(hub.work, "bundle", "create", "-q", str(tmp_path / "late.bundle"), "origin/main..HEAD")
    git(tmp_path, "clone", "-q", str(hub.bare), "ines")
    ines = Hub(tmp_path)
    ines.bare, ines.work = hub.bare, tmp_path / "ines"
    git(ines.work, "pull", "-q", str(tmp_path / "late.bundle"), "HEAD")
    late = ines.itil("ines", "show", train)["events"][-1]
    assert late["do"] == "accepted"
    ines.itil("ines", "correct", train, "--accept-late", late["n"], "-m", "He was on a train.")
    assert run(["-C", str(ines.work), "-q", "sync"]) == 0
    assert run(["-C", str(hub.work), "-q", "sync"]) == 0
    assert git(hub.work, "rev-parse", "HEAD") == git(hub.bare, "rev-parse", "main")
    (found,) = (one for one in hub.audit(where=hub.bare)["findings"] if one["code"] == "late-verdict")
    assert found["severity"] == "warning" and found["event"] == late["n"]


@pytest.mark.slow
def test_an_illegal_commit_is_taken_out_and_what_followed_is_kept(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.jam.write_text(hub.jam.read_text().replace("status: in-progress", "status: closed"))
    bad = git(hub.work, "commit", "-qam", "by hand") or git(hub.work, "rev-parse", "HEAD")
    hub.itil("bob", "note", hub.jam.stem, "-m", "A legal note.")
    assert run(["-C", str(hub.work), "sync"]) == 6
    head, *lines, last = capsys.readouterr().err.strip().split("\n")
    assert head == "error[refused]: origin refuses it: [remote rejected] (pre-receive hook declined)."
    assert lines[0] == f"  {bad[:10]} {hub.jam.relative_to(hub.work)}: error[S2]: status says 'closed'," \
        " the events say 'in-progress'."  # fmt: skip
    assert lines[1].startswith(f"  error[refused]: the push is refused: a finding. {ways_out(['S2'])}")
    assert last == "2 commits wait here. Nothing has changed here. Mend what the remote names, then sync again."
    monkeypatch.setenv("GIT_SEQUENCE_EDITOR", "sed -i 1d")
    git(hub.work, "rebase", "-q", "-i", "origin/main")
    assert run(["-C", str(hub.work), "-q", "sync"]) == 0
    assert "A legal note." in git(hub.bare, "show", f"main:{hub.jam.relative_to(hub.work)}")


def test_the_ways_out_are_said_once_each() -> None:
    drop = "Take the commit out (`git rebase -i @{upstream}`, drop its line) and do it with itil's verbs."
    assert ways_out(["S2", "event-changed", "S10"]) == drop
    assert ways_out(["ref"]) == "Merge it into the protected branch, and push that."
    assert ways_out(["server", "size"]) == ""
    assert ways_out(["late-verdict", "S2"]) == (
        "Give these commits to the incident manager (`git bundle create late.bundle @{upstream}..HEAD`): "
        f"he pulls them, accepts what came late, and syncs. {drop}"
    )
    assert ways_out(["secret"]) == (
        "Write the commit anew without it (`git rebase -i @{upstream}`), and change what others may have read."
    )


# --- what an auditor asks, and files


def test_what_is_accepted_says_by_whom_when_and_why(company: Shell) -> None:
    incident = company.id("log", "-t", "All is down", *FACTS, who="dana")
    company("assign", incident, "--group", "support", who="dana")
    event = company("accept", incident, "--json", who="bob").json["events"][-1]
    open_ended = company("audit", "--rule", "late-verdict")
    assert "The incident manager may accept it: `itil correct" in open_ended.out and open_ended.code == 1
    company("correct", incident, "--accept-late", event["n"], "-m", "A train.", who="ines", now="2026-03-09T10:00:00Z")
    accepted = company("audit", "--rule", "late-verdict")
    assert accepted.code == 0
    why = f"the late event {event['n']} (accepted). ines@example.com accepted it at 2026-03-09T10:00:00Z: A train.\n"
    assert why in accepted.out and "may accept it" not in accepted.out
    assert accepted.out.endswith(" under late-verdict.\n")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("P21", "There is no rule 'P21'. Did you mean P14?"),
        ("XX", "There is no rule 'XX'. `itil rules` lists them, docs/audit.md the codes of findings."),
    ],
)
def test_an_unknown_rule_is_no_clean_audit(shell: Shell, rule: str, said: str) -> None:
    done = shell("audit", "--rule", rule)
    assert (done.code, done.out, done.err) == (4, "", f"error[not-found]: {said}\n")


def test_a_rule_is_known_however_it_is_typed(shell: Shell) -> None:
    shell("log", "-t", "One")
    assert shell("audit", "--rule", "d3", "--evidence").out == shell("audit", "--rule", "D3", "--evidence").out
    assert shell("audit", "--rule", "Late").code == 0
    assert shell("audit", "--rule", "yaml-twice").code == 0


def test_an_audit_of_one_rule_moves_no_anchor(company: Shell, tmp_path: Path) -> None:
    """What other rules would have found has not been looked for."""
    incident = company.id("log", "-t", "One")
    file = company.file(incident)
    file.write_text(file.read_text().replace("status: new", "status: closed"))
    company.git("commit", "-qam", "by hand")
    anchor = tmp_path / "audited"
    assert company("audit", "--rule", "P12", "--anchor", str(anchor)).code == 0
    assert not anchor.exists()
    assert company("audit", "--anchor", str(anchor)).code == 1


def test_a_page_to_file_says_what_it_is_of_and_how_it_is_made_again(shell: Shell) -> None:
    for number in range(3):
        shell("log", "-t", f"Number {number}")
    tip = shell.git("rev-parse", "HEAD").strip()
    page = shell("audit", "--rule", "D3", "--evidence", "--sample", "2", "--seed", "7", "--format", "markdown").out
    assert page.split("\n")[:6] == [
        f"# Audit of {tip[:10]}",
        "",
        f"- Judged: the whole history, up to commit {tip}.",
        f"- By itil {__version__}, tzdata {zones.version()}; each commit under the policy and people of its first parent.",
        "",
        "2 of 3 events under D3, drawn with --seed 7.",
    ]
    assert shell("audit", "--rule", "D3", "--evidence").out.endswith("3 of 3 events under D3.\n")
    ranged = shell("audit", "HEAD~1..HEAD", "--path", "incidents/", "--format", "markdown").out
    assert f"- Judged: HEAD~1..HEAD, up to commit {tip}." in ranged
