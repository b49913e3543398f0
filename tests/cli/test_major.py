"""Major incidents, reviews and actions on the command line: JSON, the report, and what waits."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from shell import Shell

URGENT = ("--category", "application", "--impact", "critical", "--urgency", "critical", "--take")


def accepted(company: Shell) -> str:
    incident_id = company.id("log", "-t", "Card payments <fail>", *URGENT)
    assert company("major", "accept", incident_id, "-m", "No | sales").code == 0
    return incident_id


def test_the_war_room_in_json(company: Shell) -> None:
    incident_id = accepted(company)
    company("major", "bridge", incident_id, "--open", "https://meet")
    (room,) = company("major", "--json").json["majors"]
    assert (room["id"], room["manager"], room["bridge"]) == (incident_id, "ada@example.com", "https://meet")
    assert room["next_update"] == {"due": "2026-03-09T09:17:00Z", "overdue": 0}
    late = company("major", incident_id[-5:], "--json", now="2026-03-09T09:20:30Z").json["majors"][0]
    assert late["next_update"]["overdue"] == 210
    assert room["clocks"]["resolution"]["target"] == 7200


def test_the_war_room_takes_global_options_in_any_place(company: Shell) -> None:
    incident_id = accepted(company)
    assert company("major", "--as", "max@example.com", "update", incident_id, "-m", "Looking").code == 0
    assert company("major", "--json", incident_id).json["majors"][0]["updates"][0]["late"] == 0


def test_what_is_no_major_incident_has_no_room(company: Shell) -> None:
    plain = company.id("log", "-t", "Printer jams")
    error = company("major", plain, "--json").error
    assert (error["code"], error["text"]) == ("S12", f"{plain} is no major incident.")
    assert company("major").out == "No major incident is proposed or under way.\n"
    assert company("major", "--json").json == {"schema": "itil/1", "kind": "majors", "majors": []}


def test_the_report_as_html_and_json(company: Shell, tmp_path: Path) -> None:
    incident_id = accepted(company)
    company("major", "update", incident_id, "-m", "Looking <b>hard</b>", "--audience", "all | shops")
    company("resolve", incident_id, "--code", "fixed", "-m", "Renewed.")
    company("major", "review", incident_id, "finish", "-m", "Nobody watched.\nIt is watched now.")
    company("action", incident_id, "add", "-m", "Watch", "--owner", "bob", "--due", "2026-04-01")
    page = company("major", "report", incident_id, "--format", "html").out
    assert page.startswith("<!doctype html>") and "<title>" in page
    assert "Looking &lt;b&gt;hard&lt;/b&gt;" in page and "<b>" not in page
    assert "<td>all | shops</td>" in page and "<li>It is watched now.</li>" in page
    data = company("major", "report", incident_id, "--json").json
    assert (data["kind"], data["business_impact"], data["highest_priority"]) == ("major-report", "No | sales", "P1")
    assert [one["to"] for one in data["told"]] == ["incident-manager", "all | shops", "ada@example.com"]
    assert data["durations"] == {"detect": None, "propose": 0, "accept": 60, "mitigate": 180, "resolve": 180}
    assert data["actions"][0]["owner"] == "bob@example.com"
    out = tmp_path / "report.md"
    assert company("major", "report", incident_id, "-o", str(out)).out == f"Written to {out}.\n"
    assert out.read_text().startswith(f"# Major incident {incident_id}: Card payments \\<fail\\>\n")


def test_the_report_tells_of_an_update_that_never_came_and_whom_the_plan_names(company: Shell) -> None:
    incident_id = accepted(company)  # the first update is due at 09:17
    company("major", "plan", incident_id, "--audience", "all shops", "--interval", "20m")
    company("major", "update", incident_id, "-m", "Looking", now="2026-03-09T09:10:00Z")
    company("resolve", incident_id, "--code", "fixed", "-m", "Renewed.", now="2026-03-09T10:00:00Z")
    report = company("major", "report", incident_id, now="2026-03-09T11:00:00Z").out
    assert "1 update was sent, 1 of them in time.\n" in report
    assert "Due 2026-03-09 09:30Z, never sent: it was over 2026-03-09 10:00Z.\n" in report
    assert "| all shops | Looking |" in report
    page = company("major", "report", incident_id, "--format", "html", now="2026-03-09T11:00:00Z").out
    assert "<tr><th>when</th><th>by</th><th>to</th><th>what</th></tr>" in page


def test_next_update_may_be_an_hour_of_the_day(company: Shell) -> None:
    incident_id = accepted(company)
    company("major", "update", incident_id, "-m", "x", "--next-update", "2026-03-09T10:00:00Z")
    event = company("show", incident_id, "--json").json["events"][-1]
    assert event["next_update"] == "2026-03-09T10:00:00Z"
    assert company("major", "update", incident_id, "-m", "x", "--next-update", "soon").code == 2


def test_actions_show_where_somebody_looks(company: Shell) -> None:
    incident_id = company.id("log", "-t", "Printer jams")
    company("action", incident_id, "add", "-m", "Look after rollers", "--owner", "bob", "--due", "2026-03-10")
    company("action", "process", "add", "-m", "Ask", "--owner", "bob", "--due", "2026-03-12")
    home = company("--json", who="bob@example.com", now="2026-03-11T08:00:00Z").json
    assert [(one["id"], one["overdue"]) for one in home["actions"]] == [(incident_id, True), ("process", False)]
    others = company("--json", who="ines@example.com", now="2026-03-11T08:00:00Z").json["actions"]
    assert [one["id"] for one in others] == [incident_id]  # the incident manager sees what is overdue
    assert company("--json", who="dana@example.com", now="2026-03-11T08:00:00Z").json["actions"] == []
    check = company("check", "--json", now="2026-03-11T08:00:00Z")
    assert (check.code, [one["code"] for one in check.json["findings"]]) == (0, ["M9"])
    assert company("check", "--strict", now="2026-03-11T08:00:00Z").code == 1
    assert company("action", "process", "list", "--json").json["actions"][0]["text"] == "Ask"
    assert company("action", incident_id, "done").code == 2
    assert company("action", "process", "done", "1", "--json").json["kind"] == "process"
    assert company("show", "process").out.startswith("process  The process itself\n")
    assert company("action", company.id("log", "-t", "x")).out == "There are no actions.\n"


def watching(company: Shell, *words: str) -> subprocess.Popen[str]:
    """`itil major --watch` as a process of its own, in a pipe."""
    command = [sys.executable, "-m", "itil_cli", "-C", str(company.store), "--now", "2026-03-09T10:00:00Z"]
    command += ["major", "--watch", "0.1", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(process: subprocess.Popen[str], wanted: str) -> str:
    """The first line that says it, however long that takes; the end of the output is an error."""
    assert process.stdout is not None
    return next(line for line in process.stdout if wanted in line)


def test_the_watched_war_room_refreshes_and_ends_cleanly_when_interrupted(company: Shell) -> None:
    incident_id = accepted(company)
    process = watching(company)
    assert "\x1b" not in until(process, incident_id)
    company("major", "bridge", incident_id, "--open", "https://meet.example")
    assert until(process, "bridge https") == "  bridge https://meet.example\n"
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert (process.returncode, said.strip()) == (130, "interrupted")


def test_the_watched_war_room_as_json_is_a_document_a_line(company: Shell) -> None:
    incident_id = accepted(company)
    process = watching(company, "--json")
    for _ in range(2):
        assert json.loads(until(process, incident_id))["majors"][0]["id"] == incident_id
    process.send_signal(signal.SIGINT)
    process.communicate()


def test_nobody_reads_the_watched_war_room_any_more(company: Shell) -> None:
    incident_id = accepted(company)
    process = watching(company)
    assert process.stdout is not None and process.stderr is not None
    until(process, incident_id)
    process.stdout.close()
    process.wait()
    assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("major", "acept", "7kq"), "There is no `itil major acept`. Did you mean accept?"),
        (("sla", "waht-if", "7kq"), "There is no `itil sla waht-if`. Did you mean what-if?"),
    ],
)
def test_a_misspelt_step_is_no_id(company: Shell, words: tuple[str, ...], text: str) -> None:
    answer = company(*words)
    assert (answer.code, answer.err) == (4, f"error[not-found]: {text}\n")


def test_what_is_overdue_shows_to_whom_it_concerns(company: Shell) -> None:
    incident_id = accepted(company)  # the first update is due at 09:17
    late, soon = "2026-03-09T09:20:30Z", "2026-03-09T09:10:00Z"
    assert company("--json", now=soon).json["updates"] == [
        {"id": incident_id, "due": "2026-03-09T09:17:00Z", "overdue": 0}
    ]
    assert company("--json", who="ines@example.com", now=soon).json["updates"] == []
    assert company("--json", who="ines@example.com", now=late).json["updates"][0]["overdue"] == 210
    assert company("--json", who="bob@example.com", now=late).json["updates"] == []
    home = company(now=late).out
    assert f"Updates of major incidents (1)\n  {incident_id}  OVERDUE by 3m 30s, due 2026-03-09 09:17Z" in home
    report = company("major", "report", incident_id, now=late).out
    assert "The next one is OVERDUE by 3m 30s, due 2026-03-09 09:17Z." in report
