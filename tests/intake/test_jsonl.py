"""Each sentence of intake/jsonl.py."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from shell import Shell

from itil_cli.errors import Broken
from itil_cli.intake.ids import IncidentId
from itil_cli.intake.jsonl import read, records
from itil_cli.intake.taken import Options, Taken
from itil_cli.process.time.instants import format_instant

ROWS: list[dict[str, Any]] = [
    {"number": "J-1", "at": "2026-01-05T09:00:00Z", "title": "Till down", "priority": "P2", "requestor": "ann",
     "service": "tills", "cis": ["till-1"], "description": "Since noon.", "labels": ["a", "b"], "points": 3},
    {"number": "J-2", "at": "2026-01-05T09:30:00Z", "status": "resolved"},
    {"number": "J-1", "at": "2026-01-05T10:10:00+01:00", "status": "in-progress", "assignee": "bob", "group": "support"},
    {"number": "J-1", "at": "2026-01-05T09:00:00Z", "status": "pending", "reason": "awaiting-vendor", "assignee": None},
    {"number": "J-1", "at": "2026-01-05T12:00:00Z", "status": "resolved", "code": "fixed", "text": "New one.", "public": True},
    {"number": "J-1", "at": "2026-01-06T12:00:00Z", "status": "pending"},
]  # fmt: skip
LATER = "2026-03-10T09:00:00Z"
TARGETS = {"P2": {"response": "30m", "resolution": "8h", "calendar": "always"}}


def take(*rows: Any) -> dict[str, Taken]:
    data = "".join(f"{json.dumps(row)}\n" for row in rows or ROWS).encode()
    log = read(io.BytesIO(data), "log.jsonl")
    return {one.number: one for one in records(log, Options("ines@example.com", targets=TARGETS), IncidentId(), "jira")}


def lines(taken: Taken) -> list[str]:
    return [
        f"{format_instant(event.at)} {event.do} "
        f"{ {key: value for key, value in event.data.items() if key not in ('row', 'x')} }"
        for event in taken.record.events
    ]


def test_a_line_is_one_row_and_the_first_also_makes_the_logged_event() -> None:
    opening = "'title': 'Till down', 'requestor': 'ann', 'priority': 'P2', 'service': 'tills', 'cis': ['till-1']"
    promise = "'response': '30m', 'resolution': '8h', 'calendar': 'always'"
    assert lines(take()["J-1"]) == [
        f"2026-01-05T09:00:00Z logged {{{opening}, {promise}}}",
        f"2026-01-05T09:00:00Z imported {{'status': 'new', {opening}}}",
        "2026-01-05T09:10:00Z imported {'status': 'in-progress', 'group': 'support', 'assignee': 'bob'}",
        "2026-01-05T09:10:00Z imported {'status': 'pending', 'reason': 'awaiting-vendor', 'pauses': ['ola'], "
        "'assignee': '', 'said': '2026-01-05T09:00:00Z'}",
        "2026-01-05T12:00:00Z imported {'status': 'resolved', 'code': 'fixed', 'public': True}",
        "2026-01-06T12:00:00Z imported {'status': 'pending', 'forbidden': 'P12', 'reason': 'awaiting-activity', "
        "'pauses': ['ola']}",
    ]


def test_what_else_a_row_says_is_kept_in_x_and_the_line_with_it() -> None:
    event = take()["J-1"].record.events[1]
    assert (event.data["row"], event.data["x"]) == (1, {"labels": '["a", "b"]', "points": 3})


def test_description_and_work_log_are_the_records() -> None:
    record = take()["J-1"].record
    assert record.description == "Since noon."
    assert [event.text for event in record.events] == [None, None, None, None, "New one.", None]


def test_a_status_that_s10_does_not_lead_to_is_set_and_marked() -> None:
    taken = take()
    assert [tuple(kind) for kind in taken["J-1"].kinds] == [("resolved", "pending", "P12")]
    assert [tuple(kind) for kind in taken["J-2"].kinds] == [("(start)", "resolved", "D7")]
    assert taken["J-2"].record.fields["title"] == "J-2"


def test_the_same_file_gives_the_same_records_and_x_source_tells_them() -> None:
    assert take() == take()
    assert take()["J-1"].record.fields["x-source"] == {"system": "jira", "number": "J-1", "rows": 5}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "log.jsonl:2: No JSON: Expecting property name enclosed in double quotes: line 2 column 1 (char 2)."),
        ("[1]", "log.jsonl:2: Not an object."),
        ('{"at": "2026-01-05T09:00:00Z"}', "log.jsonl:2: The row has no `number`."),
        ('{"number": "J-1"}', "log.jsonl:2: The row has no `at`."),
        ('{"number": "J-1", "at": 3}', "log.jsonl:2: `at` is 3, not text."),
        (
            '{"number": "J-1", "at": "2026-01-05T09:00:00Z", "status": "done"}',
            "log.jsonl:2: `status` is 'done', not one of new, assigned, in-progress, pending, resolved, closed, canceled.",
        ),
        ('{"number": "J-1", "at": "2026-01-05T09:00:00Z", "cis": "a"}', "log.jsonl:2: `cis` is not a list of texts."),
        (
            '{"kind": "incident", "id": "X", "events": [{"at": "noon"}]}',
            "log.jsonl:2: an event: 'noon' is not an instant such as 2026-11-24T08:59:00Z.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(line: str, error: str) -> None:
    with pytest.raises(Broken) as caught:
        read(io.BytesIO(b'{"number": "J-0", "at": "2026-01-05T09:00:00Z"}\n' + line.encode() + b"\n"), "log.jsonl")
    assert str(caught.value) == f"{error} Mend the line; nothing was imported."


def test_what_is_no_utf_8_is_refused() -> None:
    with pytest.raises(Broken, match=r"log\.jsonl:1: Not UTF-8\."):
        read(io.BytesIO(b'{"number": "\xe9"}\n'), "log.jsonl")


# through the command line


def test_an_export_is_taken_in_with_its_times_and_read_once(company: Shell, tmp_path: Path) -> None:
    first = company.id("log", "-t", "Till down", "--impact", "high", "--urgency", "high", "--category", "hardware")
    assert company("take", first, now="2026-03-09T09:05:00Z").code == 0
    assert company("note", first, "-m", "Looked at it.", now="2026-03-09T09:06:00Z").code == 0
    assert (
        company(
            "resolve",
            first,
            "--code",
            "fixed",
            "-m",
            "A new one.",
            "--confirmed-by",
            "alice",
            now="2026-03-09T10:00:00Z",
        ).code
        == 0
    )
    log, other = tmp_path / "all.jsonl", tmp_path / "other"
    assert company("export", "--format", "jsonl", "-o", str(log)).code == 0
    assert company("init", str(other)).code == 0
    there = Shell(other, company.capsys)
    done = there("import", "jsonl", str(log), "--system", "shop")
    assert (done.code, done.err) == (0, "")
    before, (after,) = (
        company("show", first, "--json", now=LATER).json,
        there("list", "--all", "--json", now=LATER).json["incidents"],
    )
    for name in ("title", "status", "priority", "impact", "urgency", "category", "group", "assignee"):
        assert after[name] == before[name], name
    clocks, were = after["clocks"]["resolution"], before["clocks"]["resolution"]
    assert (clocks["elapsed"], clocks["verdict"]) == (were["elapsed"], were["verdict"])
    assert clocks["verdict"] == "met" and clocks["elapsed"] > 3000
    assert there("audit").code == 0
    again = there("import", "jsonl", str(log), "--system", "shop")
    assert again.out == "1 of 1 are here already.\n"


def test_a_system_has_a_name(company: Shell, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("", encoding="utf-8")
    refused = company("import", "jsonl", str(log), "--system", "My Jira", who="ines")
    assert (refused.code, refused.err) == (
        2, "error[usage]: --system 'My Jira' is no name. Letters, digits and dashes, such as jira.\n",
    )  # fmt: skip


def test_an_empty_file_is_said_to_be_so(company: Shell, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("\n", encoding="utf-8")
    done = company("import", "jsonl", str(tmp_path / "log.jsonl"))
    assert (done.code, done.out) == (0, "There is nothing to import in log.jsonl.\n")
